import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { readCount } from '../../text/counts.ts';
import { makeFact } from '../../text/facts.ts';
import { loadPapa } from '../../text/packages.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';
import { gatherTests, type IperfRow } from './iperf2-tests.ts';

/**
 * iperf 2 -y C:
 *   20261121040957,10.9.0.2,32878,10.9.0.1,5001,1,0.0-0.5,922222652,14755562432
 * UDP servers add jitter_ms,lost,total,lost_percent,out_of_order; 2.2 prints a header row and start and end apart.
 */
const ROW = /^(?:[+-]\d{4}:)?\d{14}(?:\.\d{1,9})?,[^,]*,\d*,[^,]*,\d*,-?\d+,\s*[\d.]+\s*[-,]\s*[\d.]+,/;
const HEADER = /^"?(?:time|timestamp)"?,.*\bbytes\b/i;

function readCells(line: string): string[] {
  return (loadPapa().parse<string[]>(line, { delimiter: ',' }).data[0] ?? []).map((cell) => cell.trim());
}

function readIperfRow(line: string, lineNo: number): IperfRow | null {
  if (!ROW.test(line)) return null;
  const cells = readCells(line);
  // `0.0-0.5` in one cell, or start and end in two.
  if (cells.length > 7 && !cells[6].includes('-')) cells.splice(6, 2, `${cells[6]}-${cells[7]}`);
  const interval = /^([\d.]+) *- *([\d.]+)$/.exec(cells[6] ?? '');
  const bytes = readCount(cells[7]);
  const bitsPerSecond = readCount(cells[8]);
  if (interval === null || cells.length < 9 || Number.isNaN(bytes) || Number.isNaN(bitsPerSecond)) return null;
  const isUdp = cells.length === 14;
  return {
    timestamp: cells[0],
    source: cells[1],
    sourcePort: cells[2],
    target: cells[3],
    targetPort: cells[4],
    id: cells[5],
    start: readCount(interval[1]),
    end: readCount(interval[2]),
    bytes,
    bitsPerSecond,
    jitterMs: isUdp ? readCount(cells[9]) : Number.NaN,
    lost: isUdp ? readCount(cells[10]) : Number.NaN,
    total: isUdp ? readCount(cells[11]) : Number.NaN,
    line: lineNo,
  };
}

class IperfParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private readonly rows: IperfRow[] = [];

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string, lineNo: number): LineFate {
    const row = readIperfRow(line, lineNo);
    if (row !== null) {
      this.rows.push(row);
      return 'parsed';
    }
    if (HEADER.test(line)) return 'comment';
    return /^\d{14},/.test(line) ? { malformed: 'not-an-iperf-row' } : 'unknown';
  }

  onEnd(report: FileReport): void {
    const tests = gatherTests(this.rows);
    for (const [index, test] of tests.entries()) {
      const record = `iperf#${index + 1}`;
      const { whole } = test;
      const keep = (key: string, value: number, unit: string): void => {
        if (Number.isNaN(value)) return;
        const at = { file: this.fileName, line: whole.line, record };
        this.facts.push(makeFact('iperf', key, String(value), at, unit));
      };
      keep('bytes', whole.bytes, 'bytes');
      keep('seconds', readCount((whole.end - whole.start).toFixed(6)), 's');
      keep('bits_per_second', whole.bitsPerSecond, 'bit/s');
      keep('streams', test.streams, '');
      keep('jitter_ms', whole.jitterMs, 'ms');
      keep('lost', whole.lost, 'datagrams');
      keep('datagrams', whole.total, 'datagrams');
      for (const row of test.intervals) {
        const at = { file: this.fileName, line: row.line, record };
        const fact = makeFact('iperf', 'interval', `${row.start}-${row.end} s: ${row.bytes} bytes`, at, 'bit/s');
        this.facts.push({ ...fact, value: row.bitsPerSecond });
      }
    }
    const isUdp = this.rows.some((row) => !Number.isNaN(row.jitterMs));
    report.variant = `${isUdp ? 'UDP' : 'TCP'}, ${tests.length} ${tests.length === 1 ? 'test' : 'tests'}`;
  }
}

export const iperf2CsvFormat: Format = {
  id: 'iperf-csv',
  title: 'iperf 2 -y C',
  fills: 'facts',
  printedBy: 'https://sourceforge.net/p/iperf2/code/ci/master/tree/src/Reports.c',
  example: '20261121040957,10.9.0.2,32878,10.9.0.1,5001,1,0.0-0.5,922222652,14755562432',
  detect(head: DetectionHead) {
    return { score: head.lines.filter((line) => readIperfRow(line, 0) !== null).length * 20, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'iperf-csv', new IperfParser(context.fileName)),
};
