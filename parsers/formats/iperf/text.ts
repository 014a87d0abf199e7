import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { COUNT_LIMIT, readCount } from '../../text/counts.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';

/**
 * What iperf 2 and iperf3 print for people. Three digits are left of every figure, so the machine-readable forms are
 * better; what arrived counts (`receiver`, the server's report), and a SUM row stands for its streams.
 *   [SUM] 0.0000-1.0115 sec  1.84 GBytes  15.7 Gbits/sec
 *   [  5]   0.00-2.01   sec  1.33 GBytes  5.71 Gbits/sec                  receiver
 */
const ROW =
  /^\[[ *]*(\d+|SUM(?:-\d+)?)\](?:\[([TR]X-[SC])\])? +([\d.]+) *- *([\d.]+) +sec +([\d.]+) +([KMGT]?)Bytes +([\d.]+) +([KMGT]?)(bits|Bytes)\/sec(.*)$/;
const CONNECTED = /^\[[ *]*\d+\](?:\[[TR]X-[SC]\])? local \S+ port \d+ connected (?:with|to) /;
const HEAD =
  /^(?:Server listening on (?:TCP|UDP|\d)|Client connecting to |Connecting to host |Accepted connection from |\[ ID\])/;
const TALK =
  /^(?:-{20,}|(?:- ){10,}-?|(?:TCP window|UDP buffer|Write buffer|Read buffer) size|TOS set|Sending \d+ byte|Receiving \d+ byte|Binding to |Reverse mode|iperf Done\.|iperf 3|iperf version|Linux |Control connection|Time: | +(?:Cookie|TCP MSS|Target)|Starting Test|Test Complete|(?:snd|rcv)_tcp_congestion|CPU Utilization|WARNING|\[[ *]*\d+\] (?:Sent|Server Report|WARNING)|Event stream|multicast)/;
const BYTES = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;
const BITS = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 } as const;
type Prefix = keyof typeof BYTES;
const START_SLACK_SECONDS = 0.011;

interface Row {
  id: string;
  role: string;
  start: number;
  end: number;
  bytes: number;
  bitsPerSecond: number;
  party: 'sender' | 'receiver' | '';
  jitterMs: number;
  lost: number;
  total: number;
  line: number;
}

function readRow(line: string, lineNo: number): Row | null {
  const match = ROW.exec(line);
  if (match === null) return null;
  const [, id, role = '', start, end, amount, prefix, rate, ratePrefix, unit, tail] = match;
  const datagrams = /([\d.]+) ms +(-?\d+)\/ *(\d+) \(/.exec(tail);
  if (!(readCount(amount) * BYTES[prefix as Prefix] < COUNT_LIMIT)) return null;
  const perUnit = unit === 'bits' ? BITS[ratePrefix as Prefix] : BYTES[ratePrefix as Prefix] * 8;
  return {
    id,
    role,
    start: readCount(start),
    end: readCount(end),
    bytes: Math.round(readCount(amount) * BYTES[prefix as Prefix]),
    bitsPerSecond: Math.round(readCount(rate) * perUnit),
    party: (/\b(sender|receiver)\s*$/.exec(tail)?.[1] as 'sender' | 'receiver' | undefined) ?? '',
    jitterMs: datagrams === null ? Number.NaN : readCount(datagrams[1]),
    lost: datagrams === null ? Number.NaN : readCount(datagrams[2]),
    total: datagrams === null ? Number.NaN : readCount(datagrams[3]),
    line: lineNo,
  };
}

/** Whether a line could be of this output, wherever it stands. */
export function isIperfLine(line: string): boolean {
  return (line.startsWith('[') && ROW.test(line)) || CONNECTED.test(line) || HEAD.test(line) || WINDOW.test(line);
}

/** `TCP window size:  250 KByte (WARNING: requested  128 KByte)`: what getsockopt(SO_RCVBUF) gave, which Linux doubles. */
const WINDOW =
  /^TCP window size: +([\d.]+) ([KMGT]?)Byte(?:s)?(?: \(WARNING: requested +([\d.]+) ([KMGT]?)Bytes?\)| \(default\))?/;

class IperfTextParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private rows: Row[] = [];
  private records = 0;
  private tests = 0;

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string, lineNo: number): LineFate {
    const row = readRow(line, lineNo);
    if (row !== null) {
      // Omitted seconds stand in no sum.
      if (/\(omitted\)\s*$/.test(line)) return 'unused';
      this.rows.push(row);
      return 'parsed';
    }
    if (CONNECTED.test(line)) {
      if (this.rows.length > 0 && this.rows.some(isWhole)) this.closeTest();
      return 'comment';
    }
    const window = WINDOW.exec(line);
    if (window !== null) {
      this.keepWindow(window, lineNo);
      return 'parsed';
    }
    return HEAD.test(line) || TALK.test(line) ? 'comment' : 'unknown';
  }

  onEnd(report: FileReport): void {
    this.closeTest();
    report.variant = `${this.tests} ${this.tests === 1 ? 'test' : 'tests'}`;
    report.notes.push('figures are rounded to three digits; iperf -y C and iperf3 --json print them whole');
  }

  /** The window of the listening socket, which the connection inherits: once for all tests. */
  private keepWindow([, amount, prefix, asked, askedPrefix]: RegExpExecArray, line: number): void {
    if (this.facts.some(({ key }) => key === 'window_bytes')) return;
    const keep = (key: string, number: string, unit: string): void => {
      const bytes = Math.round(readCount(number) * BYTES[unit as Prefix]);
      this.facts.push(
        makeFact(
          'iperf',
          key,
          String(bytes),
          { file: this.fileName, line, record: `iperf#${this.records + 1}` },
          'bytes',
        ),
      );
    };
    keep('window_bytes', amount, prefix);
    if (asked !== undefined) keep('window_asked_bytes', asked, askedPrefix);
  }

  private closeTest(): void {
    if (this.rows.length === 0) return;
    this.tests++;
    const roles = [...new Set(this.rows.map(({ role }) => role))];
    for (const role of roles) this.keepDirection(this.rows.filter((row) => row.role === role));
    this.rows = [];
  }

  /** The rows of one test in one direction. */
  private keepDirection(all: readonly Row[]): void {
    const hasReceiver = all.some(({ party }) => party === 'receiver');
    const hasSum = all.some(({ id }) => id.startsWith('SUM'));
    const rows = all.filter(({ id }) => id.startsWith('SUM') === hasSum);
    const intervals = rows.filter(({ party }) => party === '');
    const ends = rows.filter(({ party }) => party === (hasReceiver ? 'receiver' : 'sender'));
    const ids = [...new Set(rows.map(({ id }) => id))];
    const wholes = ids.map((id) => findWhole(ends, id) ?? joinRows(intervals.filter((row) => row.id === id)));
    const streams = new Set(all.filter(({ id }) => !id.startsWith('SUM')).map(({ id }) => id)).size;
    const known = wholes.filter((row) => row !== null);
    if (known.length === 0) return;
    const sum = (read: (row: Row) => number): number => known.reduce((total, row) => total + read(row), 0);
    const record = `iperf#${++this.records}`;
    const line = known.at(-1)!.line;
    const keep = (key: string, value: number, unit: string): void => {
      if (Number.isNaN(value)) return;
      this.facts.push(makeFact('iperf', key, String(value), { file: this.fileName, line, record }, unit));
    };
    const seconds = Math.max(...known.map((row) => row.end - row.start));
    keep(
      'bytes',
      sum((row) => row.bytes),
      'bytes',
    );
    keep('seconds', readCount(seconds.toFixed(6)), 's');
    keep(
      'bits_per_second',
      sum((row) => row.bitsPerSecond),
      'bit/s',
    );
    keep('streams', Math.max(streams, 1), '');
    keep('jitter_ms', known.length === 1 ? known[0].jitterMs : Number.NaN, 'ms');
    keep(
      'lost',
      sum((row) => row.lost),
      'datagrams',
    );
    keep(
      'datagrams',
      sum((row) => row.total),
      'datagrams',
    );
  }
}

function isWhole(row: Row): boolean {
  return row.start <= START_SLACK_SECONDS && row.end > 0;
}

function findWhole(ends: readonly Row[], id: string): Row | null {
  return ends.filter((row) => row.id === id).at(-1) ?? null;
}

/** iperf 2: the row from 0 to the end, of the server if it reports; of a cut output, the sum of the intervals. */
function joinRows(rows: readonly Row[]): Row | null {
  if (rows.length === 0) return null;
  const last = Math.max(...rows.map(({ end }) => end));
  const wholes = rows.filter((row) => isWhole(row) && row.end >= last - START_SLACK_SECONDS);
  const report = wholes.find(({ jitterMs }) => !Number.isNaN(jitterMs)) ?? wholes.at(-1);
  if (report !== undefined) return report;
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  const start = rows[0].start;
  return { ...rows.at(-1)!, start, bytes, bitsPerSecond: Math.round((bytes * 8) / (last - start)) };
}

export const iperfTextFormat: Format = {
  id: 'iperf-text',
  title: 'iperf 2 and iperf3 as they print for people',
  fills: 'facts',
  isRounded: true,
  printedBy: 'https://github.com/esnet/iperf/blob/master/src/iperf_locale.c',
  example: '[SUM] 0.0000-1.0115 sec  1.84 GBytes  15.7 Gbits/sec',
  detect(head: DetectionHead) {
    let score = 0;
    let rows = 0;
    for (const line of head.lines) {
      if (line.startsWith('[') && ROW.test(line)) rows++;
      else if (HEAD.test(line)) score += 10;
    }
    return { score: rows > 0 ? score + rows * 20 : 0, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'iperf-text', new IperfTextParser(context.fileName)),
};
