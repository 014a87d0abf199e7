import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Format, FormatReader, ReadContext, ReadResult } from '../../contract.ts';

/**
 * Lines of one tool that stand far apart in a document, read by the tool's own reader: all other lines are blank to it, so
 * that line numbers are those of the document.
 */
export class QuotedLines {
  count = 0;
  private readonly reader: FormatReader;
  private readonly encoder = new TextEncoder();
  private lines = 0;

  constructor(format: Format, context: ReadContext) {
    this.reader = format.open(context);
  }

  add(line: string, lineNo: number): void {
    this.reader.push(this.encoder.encode(`${'\n'.repeat(Math.max(0, lineNo - 1 - this.lines))}${line}\n`));
    this.lines = lineNo;
    this.count++;
  }

  /** The account of these lines goes into that of the document, where all of them were taken for parsed. */
  end(into: FileReport): ReadResult {
    const result = this.reader.end();
    const { account } = result.report;
    const comments = account.comment - (account.lines - this.count);
    into.account.parsed += account.parsed - this.count;
    into.account.comment += comments;
    into.account.unused += account.unused;
    into.account.malformed += account.malformed;
    into.account.unknown += this.count - account.parsed - comments - account.unused - account.malformed;
    into.malformedExamples.push(...result.report.malformedExamples);
    into.samples += result.report.samples;
    for (const [name, count] of result.report.eventNames)
      into.eventNames.set(name, (into.eventNames.get(name) ?? 0) + count);
    return result;
  }
}
