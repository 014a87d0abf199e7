import type { SaxesTagPlain } from 'saxes';
import { makeFileReport } from '../../../src/model/diagnostics/accounting.ts';
import { printable } from '../../../src/model/diagnostics/index.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, FormatReader, ReadContext, ReadResult } from '../../contract.ts';
import { LineSplitter } from '../../text/lines.ts';
import { loadSaxes } from '../../text/packages.ts';
import type { SampleClass } from './classes.ts';
import { makeTables } from './tables.ts';
import { XmlProfile } from './xml-profile.ts';

function openXml(context: ReadContext): FormatReader {
  const report = makeFileReport(context.fileName, 'opreport-xml');
  const profile = new XmlProfile();
  const { SaxesParser } = loadSaxes();
  const parser = new SaxesParser();
  const decoder = new TextDecoder('utf-8');
  let failedAt = 0;
  let isStarted = false;
  let isDone = false;
  let skipped = 0;
  parser.on('opentag', (tag) => profile.open(tag as SaxesTagPlain, skipped + parser.line));
  parser.on('closetag', (tag) => {
    profile.close(tag.name);
    if (tag.name === 'profile') isDone = true;
  });
  parser.on('text', (text) => profile.addText(text));
  parser.on('error', (error) => {
    if (failedAt > 0) return;
    failedAt = skipped + parser.line;
    const example = {
      file: context.fileName,
      line: failedAt,
      text: printable(error.message),
      reason: 'not-well-formed',
    };
    report.malformedExamples.push(example);
    context.diagnostics.count('malformed-line', example);
  });
  const { account } = report;
  const splitter = new LineSplitter(context.maxLineBytes);
  const onLine = (buf: Uint8Array, start: number, end: number, lineNo: number): void => {
    const text = decoder.decode(buf.subarray(start, end));
    isStarted ||= /<\?xml|<profile[\s>]/.test(text);
    if (text.trim() === '') account.comment++;
    else if (!isStarted) account.unknown++;
    else if (failedAt > 0 || isDone) account.unknown++;
    else {
      if (lineNo === 1 || account.parsed === 0) skipped = lineNo - 1;
      parser.write(`${text}\n`);
      if (failedAt > 0) account.malformed++;
      else account.parsed++;
      return;
    }
    if (isStarted && failedAt === 0 && !isDone) parser.write('\n');
  };
  return {
    push: (chunk) => splitter.push(chunk, onLine),
    end(): ReadResult {
      splitter.end(onLine);
      // An over-long line was passed over: the tags in it are missing.
      account.malformed += splitter.longLines;
      account.lines = splitter.lines;
      if (!isDone && failedAt === 0)
        context.diagnostics.count('truncated-tail', { file: context.fileName, line: account.lines });
      const { rows, classes, ids } = profile.toRows();
      const format = profile.hasCallgraph ? 'opreport-callgraph' : 'opreport-xml';
      const imagesOnly = rows.length > 0 && profile.names.size === 0;
      const spec = { file: context.fileName, format, imagesOnly, isDifference: false };
      const profiles = makeTables(rows, classes, spec);
      report.variant = `schema ${profile.schema}`;
      for (const table of profiles) raiseTotal(table, classes, ids, profile.totals);
      if (imagesOnly && profile.hasSymbols) report.notes.push('cut before the table of names: counts by image only');
      for (const table of profiles) {
        report.samples += table.totalSamples;
        report.eventNames.set(table.event, table.rows.length);
      }
      return { report, stream: null, profiles, facts: [], folded: null };
    },
  };
}

function raiseTotal(
  table: ProfileTable,
  classes: readonly SampleClass[],
  ids: readonly string[],
  totals: ReadonlyMap<string, number>,
): void {
  const ofEvent = ids.filter((_, index) => classes[index].event === table.event);
  const printed = ofEvent.reduce((sum, id) => sum + (totals.get(id) ?? 0), 0);
  if (printed <= table.totalSamples) return;
  table.totalSamples = printed;
  table.totalWeight = printed;
}

export const opreportXmlFormat: Format = {
  id: 'opreport-xml',
  title: 'oprofile: opreport --xml',
  fills: 'profile',
  printedBy: 'https://sourceforge.net/p/oprofile/oprofile/ci/master/tree/libpp/xml_output.cpp',
  example: '<symbol idref="13"><count>10731</count></symbol>',
  detect(head: DetectionHead) {
    const isOurs = /<profile\s[^>]*(?:schemaversion|cputype)/.test(head.text.slice(0, 16_384));
    // A declaration may only stand at the very beginning: indented XML must have its indentation taken off.
    return { score: isOurs ? (/^(?:\s*\n)?</.test(head.text) ? 1000 : 900) : 0, variant: '' };
  },
  open: openXml,
};
