import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { readCount } from '../../text/counts.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';

/**
 * The client of kperf, the generator of zero-copy receive work (client.c: dump_result, dump_result_machine). For people, each
 * line behind the program's name; a line per connection; the part of the Target is the receiver's:
 *   client: == Target host
 *   client:   Rx 98.123 Gbps (122653750000 bytes in 10000000 usec)
 *   client:   net CPU  1: usr: 0.10% sys: 8.20% idle:50.70% iow: 0.00% irq: 0.00% sirq:41.00%
 * With --csv one line of both sides below two lines of titles.
 */
const SIDE = /^(?:\S+: )?== (Source|Target) \S+\s*$/;
const RATE = /^(?:\S+: )? {2}([TR])x *([\d.]+) Gbps \((\d+) bytes in (\d+) usec\)\s*$/;
const CPU =
  /^(?:\S+: )? {2}(net |app )?CPU *(\d+): usr: *([\d.]+)% sys: *([\d.]+)% idle: *([\d.]+)% iow: *([\d.]+)% irq: *([\d.]+)% sirq: *([\d.]+)%\s*$/;
const REQUESTS = /^(?:\S+: )?([\d.]+) RPS\s*$/;
const LATENCY = /^(?:\S+: )?p25:(\d+)us p50:(\d+)us p90:(\d+)us p99:(\d+)us p999:(\d+)us p9999:(\d+)us\s*$/;
const OTHER =
  /^(?:\S+: )? {2}(?:TCP retrans reord rtt rttvar|\[ *\d+[num]s\] \d+\s*$| +\d+ +\d+ +\d+ +\d+ +\d+ +\d+ +\d+\s*$)/;
const TITLES = /^retrans,reord,ce,rtt,rttvar,swnd,cwnd,(?:[\w]+,)*tx,retrans,.*,rx$/;
const GROUPS = /^tcp,{7}.*data,tcp,{7}.*data$/;

interface Side {
  rx: { bytes: number; usec: number }[];
  cpus: Map<string, { role: string; busyPct: number; softirqPct: number }>;
  requests: number;
  line: number;
}

class KperfParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private side: Side | null = null;
  private isTarget = false;
  private results = 0;
  private titles: string[] = [];

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string, lineNo: number): LineFate {
    const side = SIDE.exec(line);
    if (side !== null) {
      this.closeSide();
      this.isTarget = side[1] === 'Target';
      this.side = { rx: [], cpus: new Map(), requests: 0, line: lineNo };
      return 'comment';
    }
    if (GROUPS.test(line)) return 'comment';
    if (TITLES.test(line)) {
      this.titles = line.split(',');
      return 'comment';
    }
    if (this.titles.length > 0 && /^\d+(?:,[\d.]+){8,}$/.test(line)) return this.takeCsv(line, lineNo);
    if (OTHER.test(line) || LATENCY.test(line)) return 'unused';
    return this.takeOfSide(line, lineNo);
  }

  private takeOfSide(line: string, lineNo: number): LineFate {
    if (this.side === null) return 'unknown';
    const rate = RATE.exec(line);
    if (rate !== null) {
      if (rate[1] === 'R') this.side.rx.push({ bytes: readCount(rate[3]), usec: readCount(rate[4]) });
      if (rate[1] === 'R') this.side.line = lineNo;
      return 'parsed';
    }
    const cpu = CPU.exec(line);
    if (cpu !== null) {
      const busyPct = Number((100 - readCount(cpu[5]) - readCount(cpu[6])).toFixed(2));
      this.side.cpus.set(cpu[2], { role: (cpu[1] ?? '').trim(), busyPct, softirqPct: readCount(cpu[8]) });
      return 'parsed';
    }
    const requests = REQUESTS.exec(line);
    if (requests !== null) {
      this.side.requests += readCount(requests[1]);
      return 'parsed';
    }
    return 'unknown';
  }

  private keeper(line: number): (key: string, value: number, unit: string) => void {
    const at = { file: this.fileName, line, record: `kperf#${++this.results}` };
    this.facts.push(makeFact('benchmark', 'test', 'kperf', at));
    return (key, value, unit) => {
      if (!Number.isNaN(value)) this.facts.push(makeFact('benchmark', key, String(value), at, unit));
    };
  }

  /** What the target received is the result; a source that receives is the other half of requests. */
  private closeSide(): void {
    const { side } = this;
    this.side = null;
    if (side === null || !this.isTarget || side.rx.length === 0) return;
    const bytes = side.rx.reduce((sum, each) => sum + each.bytes, 0);
    const usec = Math.max(...side.rx.map((each) => each.usec));
    const keep = this.keeper(side.line);
    keep('bits_per_second', Math.round((bytes * 8e6) / usec), 'bit/s');
    keep('bytes', bytes, 'bytes');
    keep('seconds', usec / 1e6, 's');
    if (side.requests > 0) keep('transactions_per_second', Number(side.requests.toFixed(1)), '1/s');
    for (const [id, { role, busyPct, softirqPct }] of side.cpus) {
      const name = role === '' ? `cpu${id}` : `${role}_cpu${id}`;
      keep(`receiver_${name}_busy_pct`, busyPct, '% of that CPU');
      keep(`receiver_${name}_softirq_pct`, softirqPct, '% of that CPU');
    }
  }

  private takeCsv(line: string, lineNo: number): LineFate {
    const cells = line.split(',');
    if (cells.length !== this.titles.length) return { malformed: 'titles-and-values-differ' };
    const keep = this.keeper(lineNo);
    keep('bits_per_second', Math.round(readCount(cells.at(-1)!) * 1e9), 'bit/s');
    const half = this.titles.indexOf('tx') + 1;
    const idles = this.titles.flatMap((title, i) => (title === 'idle' && i >= half ? [i] : []));
    // Shares of 1; the first group is the CPU of the network, the second that of the application.
    for (const [order, i] of idles.entries())
      keep(
        `receiver_${order === 0 ? 'net' : 'app'}_cpu_idle_pct`,
        Number((100 * readCount(cells[i])).toFixed(2)),
        '% of that CPU',
      );
    return 'parsed';
  }

  onEnd(report: FileReport): void {
    this.closeSide();
    report.variant = `${this.results} ${this.results === 1 ? 'result' : 'results'}`;
  }
}

export const kperfFormat: Format = {
  id: 'kperf',
  title: 'the client of kperf, for people and --csv',
  fills: 'facts',
  printedBy: 'https://github.com/facebookexperimental/kperf/blob/main/client.c',
  example: 'client:   Rx 98.123 Gbps (122653750000 bytes in 10000000 usec)',
  detect(head: DetectionHead) {
    let score = 0;
    for (const line of head.lines) {
      if (TITLES.test(line)) score += 50;
      else if (SIDE.test(line) || RATE.test(line) || CPU.test(line)) score += 10;
    }
    return { score, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'kperf', new KperfParser(context.fileName)),
};
