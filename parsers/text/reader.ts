import { type FileReport, makeFileReport } from '../../src/model/diagnostics/accounting.ts';
import { MAX_EXAMPLES, printable } from '../../src/model/diagnostics/index.ts';
import type { Fact } from '../../src/model/environment.ts';
import type { ProfileTable } from '../../src/model/profile.ts';
import type { FormatReader, ReadContext, ReadResult } from '../contract.ts';
import { hasImpossibleCount } from './counts.ts';
import { LineSplitter } from './lines.ts';

/** What became of a line; `malformed` needs a reason code. */
export type LineFate = 'parsed' | 'comment' | 'unused' | 'unknown' | { malformed: string };

/** A reader of small texts (profiles, side inputs): one string per line, the account kept in one place. */
export interface TextParser {
  onLine(line: string, lineNo: number): LineFate;
  /** Blank lines are counted as comments and not given to onLine, unless they mean something. */
  readonly wantsBlankLines?: boolean;
  /** Called once after the last line; may still move lines with `account`. */
  onEnd?(report: FileReport): void;
  readonly profiles: ProfileTable[];
  readonly facts: Fact[];
}

export function openTextReader(context: ReadContext, format: string, parser: TextParser): FormatReader {
  const report = makeFileReport(context.fileName, format);
  const decoder = new TextDecoder('utf-8');
  const countMalformed = (lineNo: number, text: string, reason: string): void => {
    report.account.malformed++;
    const example = { file: context.fileName, line: lineNo, text: printable(text), reason };
    if (report.malformedExamples.length < MAX_EXAMPLES) report.malformedExamples.push(example);
    context.diagnostics.count('malformed-line', example);
  };
  const splitter = new LineSplitter(context.maxLineBytes, (lineNo) => {
    countMalformed(lineNo, '', 'line-too-long');
    context.diagnostics.count('long-line', { file: context.fileName, line: lineNo, reason: 'line-too-long' });
  });
  const onLine = (buf: Uint8Array, start: number, end: number, lineNo: number): void => {
    const line = decoder.decode(buf.subarray(start, end));
    const fate: LineFate =
      line.trim() === '' && parser.wantsBlankLines !== true
        ? 'comment'
        : hasImpossibleCount(line)
          ? { malformed: 'number-beyond-64-bits' }
          : parser.onLine(line, lineNo);
    if (typeof fate === 'string') {
      report.account[fate]++;
      if (fate === 'unknown')
        context.diagnostics.count('unknown-line', { file: context.fileName, line: lineNo, text: line });
    } else if (splitter.isCutTail) {
      report.account.unknown++;
      context.diagnostics.count('truncated-tail', {
        file: context.fileName,
        line: lineNo,
        text: line,
        reason: fate.malformed,
      });
    } else countMalformed(lineNo, line, fate.malformed);
  };
  return {
    push: (chunk) => splitter.push(chunk, onLine),
    end(): ReadResult {
      splitter.end(onLine);
      report.account.lines = splitter.lines;
      parser.onEnd?.(report);
      return { report, stream: null, profiles: parser.profiles, facts: parser.facts, folded: null };
    },
  };
}
