import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import { printable } from '../../../src/model/diagnostics/index.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { jsonNumber, jsonText } from '../../text/counts.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';

/**
 * iperf3 --json (one object, or several after each other) and --json-stream (an event per line). What arrived counts:
 * sum_received before sum before sum_sent. Sums are used, streams are not added again. The text may be anybody's: every
 * field is asked for by name and type, and one that is missing or of another type is unknown.
 */
type Report = Record<string, unknown>;

const MAX_ERRORS = 5;
const MAX_TEXT = 64 * 2 ** 20;

class Iperf3Parser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private text: string[] = [];
  private size = 0;
  private firstLine = 0;
  private depth = 0;
  private lines = 0;
  private failedLines = 0;
  private tests = 0;
  private streamed: Report & { intervals: unknown[] } = { intervals: [] };
  private protocol = '';
  private readonly errors: string[] = [];

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string, lineNo: number): LineFate {
    if (this.depth === 0 && !line.trimStart().startsWith('{')) return 'unknown';
    if (this.depth === 0) this.firstLine = lineNo;
    this.depth += countDepth(line);
    this.lines++;
    this.size += line.length;
    if (this.size < MAX_TEXT) this.text.push(line);
    if (this.depth > 0) return 'parsed';
    this.closeObject();
    return 'parsed';
  }

  /** An object is complete: a report, or one event of --json-stream. */
  private closeObject(): void {
    const record = parseObject(this.text.join('\n'));
    const lines = this.lines;
    this.text = [];
    this.lines = 0;
    this.size = 0;
    this.depth = 0;
    if (record === null) this.failedLines += lines;
    else if (typeof record.event === 'string') this.takeEvent(record.event, record.data);
    else this.keepReport(record);
  }

  private takeEvent(event: string, data: unknown): void {
    if (event === 'start') this.streamed = { start: data, intervals: [] };
    else if (event === 'interval') this.streamed.intervals.push(data);
    else if (event === 'error') this.streamed.error = data;
    else if (event === 'end') this.keepReport({ ...this.streamed, end: data });
  }

  private keepReport(report: Report): void {
    const at = { file: this.fileName, line: this.firstLine };
    this.tests++;
    const error = jsonText(report, 'error');
    if (error !== '') this.errors.push(`iperf3 test ${this.tests} failed: ${printable(error)}`);
    const record = `iperf#${this.tests}`;
    const keep = (key: string, unit: string, ...path: string[]): void => {
      const value = jsonNumber(report, ...path);
      if (value !== undefined) this.facts.push(makeFact('iperf', key, String(value), { ...at, record }, unit));
    };
    this.protocol = jsonText(report, 'start', 'test_start', 'protocol') || this.protocol;
    const sum = ['sum_received', 'sum', 'sum_sent'].find((name) => (jsonNumber(report, 'end', name, 'bytes') ?? 0) > 0);
    if (sum !== undefined) {
      keep('bytes', 'bytes', 'end', sum, 'bytes');
      keep('seconds', 's', 'end', sum, 'seconds');
      keep('bits_per_second', 'bit/s', 'end', sum, 'bits_per_second');
    }
    keep('streams', '', 'start', 'test_start', 'num_streams');
    keep('block_bytes', 'bytes', 'start', 'test_start', 'blksize');
    keep('retransmits', '', 'end', 'sum_sent', 'retransmits');
    keep('host_cpu_pct', '%', 'end', 'cpu_utilization_percent', 'host_total');
    keep('remote_cpu_pct', '%', 'end', 'cpu_utilization_percent', 'remote_total');
    keep('jitter_ms', 'ms', 'end', 'sum', 'jitter_ms');
    keep('lost', 'datagrams', 'end', 'sum', 'lost_packets');
    keep('datagrams', 'datagrams', 'end', 'sum', 'packets');
    for (const interval of Array.isArray(report.intervals) ? report.intervals : []) {
      const value = jsonNumber(interval, 'sum', 'bits_per_second');
      if (value === undefined) continue;
      const [start, end, bytes] = ['start', 'end', 'bytes'].map((name) => jsonNumber(interval, 'sum', name) ?? '?');
      const fact = makeFact('iperf', 'interval', `${start}-${end} s: ${bytes} bytes`, { ...at, record }, 'bit/s');
      this.facts.push({ ...fact, value });
    }
    const system = jsonText(report, 'start', 'system_info');
    const release = /^Linux \S+ (\S+)/.exec(system);
    if (release !== null) {
      this.facts.push(makeFact('kernel', 'uname', system, at));
      this.facts.push(makeFact('kernel', 'release', release[1], at));
    }
  }

  onEnd(report: FileReport): void {
    if (this.lines > 0) {
      this.failedLines += this.lines;
      report.notes.push(`the JSON that begins in line ${this.firstLine} is cut`);
    }
    report.notes.push(...this.errors.slice(0, MAX_ERRORS));
    report.account.parsed -= this.failedLines;
    report.account.unknown += this.failedLines;
    report.variant = [this.protocol, `${this.tests} ${this.tests === 1 ? 'test' : 'tests'}`]
      .filter((part) => part !== '')
      .join(', ');
  }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Braces opened minus closed, strings left out. */
function countDepth(line: string): number {
  let depth = 0;
  for (const char of line.replace(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (char === '{') depth++;
    else if (char === '}') depth--;
  }
  return depth;
}

export const iperf3JsonFormat: Format = {
  id: 'iperf3-json',
  title: 'iperf3 --json, --json-stream',
  fills: 'facts',
  printedBy: 'https://github.com/esnet/iperf/blob/master/src/iperf_api.c',
  example: '"sum_received": { "seconds": 1.0, "bytes": 1787953212, "bits_per_second": 14030659220 }',
  detect(head: DetectionHead) {
    const text = head.text.slice(0, 4096);
    const isOurs = /^\s*\{/.test(text) && /"version"\s*:\s*"iperf 3/.test(text);
    return { score: isOurs ? 200 : 0, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'iperf3-json', new Iperf3Parser(context.fileName)),
};
