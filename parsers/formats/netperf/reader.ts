import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { readCount } from '../../text/counts.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';
import { BARE_ROWS, bitsOfUnit, type Cell, LAYOUTS, type Layout, PLAIN_ROWS } from './layouts.ts';
import { readByTitles, readColumns, readCsvTitles, readKeyValue, setTest, takeKeyValue } from './omni.ts';
import { listResultFacts, makeResult, type NetperfResult } from './result.ts';

/** `MIGRATED TCP STREAM TEST from …`, `TCP REQUEST/RESPONSE TEST from`, `OMNI Send TEST from`. */
const TITLE = /^(?:MIGRATED )?((?:TCP|UDP|SCTP|DCCP|XTI|OMNI|DLPI)\b[\w /]*?) TEST (?:from|to)\b/;
const COMMAND = /(?:^|[\s/;&|$#>])netperf\s+(?:-|$)/;
const HEAD =
  /^(?:Recv +Send +(?:Send|Recv)\b|Socket +(?:Socket|Message) |Size +(?:Size|Size +Size) |Local \/Remote|Socket Size +Request|Send +Recv +Size|Local +(?:Remote|Send|Recv|Elapsed|Bytes)\b|Size +Size +Size|Send Socket |Alignment +Offset|Local +Remote +Local)/;
const TALK =
  /^(?:!!! |netserver |Starting netserver|MIGRATED |catcher: |Maximum\s*$|Segment\s*$|Size \(bytes\)\s*$|establish control: )/;
const INTERIM =
  /^Interim result: +([\d.]+) (\S+)\/s over ([\d.]+) seconds ending at ([\d.]+)|^ *([\d.]+),([KMG]?Bytes|10\^\dbits|Trans)\/s,([\d.]+),([\d.]+)$/;
/** Titles in words: the column head of the omni test. */
const OMNI_HEAD = /^(?=.*\b(?:Throughput|Elapsed)\b)[A-Z][A-Za-z]+(?: +[A-Z(][\w()%/]*)+\s*$/;
const MAX_HEAD = 4;

class NetperfParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private readonly results: NetperfResult[] = [];
  private test = '';
  private unit = '10^6bits';
  private isNamed = false;
  private layout: Layout | null = null;
  /** The line below a result belongs to it. */
  private second: { result: NetperfResult; cells: readonly Cell[]; isReceiver: boolean } | null = null;
  private csvTitles: string[] | null = null;
  private omniHead: string[] = [];
  private pairs: { result: NetperfResult; keys: Set<string> } | null = null;
  private interims = 0;

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string, lineNo: number): LineFate {
    if (COMMAND.test(line)) return this.takeCommand(line);
    const title = TITLE.exec(line);
    if (title !== null) {
      this.isNamed = true;
      this.reset();
      const test = title[1].trim();
      if (!test.startsWith('OMNI')) this.test = test.replace(/[ /]+/g, '_').replace('REQUEST_RESPONSE', 'RR');
      return 'comment';
    }
    if (TALK.test(line)) return 'comment';
    if (INTERIM.test(line)) return this.takeInterim(line, lineNo);
    const pair = readKeyValue(line);
    if (pair !== null) return this.takePair(pair.key, pair.text, lineNo);
    const layout = LAYOUTS.find(({ head }) => head.test(line));
    if (layout !== undefined) {
      this.reset();
      this.layout = layout;
      this.unit = layout.head.exec(line)?.groups?.unit ?? (layout.isPerTransaction ? 'Trans' : '10^6bits');
      return 'comment';
    }
    const titles = readCsvTitles(line);
    if (titles !== null) {
      this.csvTitles = titles;
      return 'comment';
    }
    if (this.csvTitles !== null && line.includes(',')) return this.takeCsv(line, lineNo);
    if (/^[\s\d.-]+(?:\s\S.*)?$/.test(line) && /\d/.test(line)) {
      const fate = this.takeNumbers(line, lineNo);
      if (fate !== null) return fate;
    }
    if (HEAD.test(line) || (this.isNamed && OMNI_HEAD.test(line)) || this.omniHead.length > 0)
      return this.takeHead(line, lineNo);
    return 'unknown';
  }

  private reset(): void {
    this.layout = null;
    this.second = null;
    this.csvTitles = null;
    this.omniHead = [];
  }

  private takeCommand(line: string): LineFate {
    this.isNamed = true;
    this.reset();
    this.test = /-t\s+(\w+)/.exec(line)?.[1] ?? 'TCP_STREAM';
    const unit = /-f\s+([BKMGbkmgx])/.exec(line)?.[1];
    if (unit !== undefined) this.unit = UNITS[unit];
    return 'comment';
  }

  private add(result: NetperfResult): void {
    if (result.test === '') setTest(result, this.test);
    this.results.push(result);
  }

  private takeNumbers(line: string, lineNo: number): LineFate | null {
    if (this.second !== null) {
      const { result, cells, isReceiver } = this.second;
      this.second = null;
      const numbers = splitNumbers(line);
      if (numbers.length === cells.length) {
        if (isReceiver) takeCells(result, cells, numbers);
        return 'parsed';
      }
    }
    const bare = this.layout === null ? (BARE_ROWS.find(([row]) => row.test(line)) ?? this.findPlain(line)) : undefined;
    const layout = this.layout ?? bare?.[1];
    if (layout === undefined) return null;
    const numbers = splitNumbers(line);
    if (numbers.length < layout.cells.length) return this.layout === null ? null : { malformed: 'too-few-numbers' };
    const result = makeResult(lineNo);
    result.unit = bare !== undefined && layout.isPerTransaction ? 'Trans' : this.unit;
    result.isPerTransaction = layout.isPerTransaction;
    takeCells(result, layout.cells, numbers);
    this.add(result);
    // What the receiver of UDP got stands below what was sent.
    const isReceiver = layout.second.includes('rate');
    this.second = layout.second.length === 0 ? null : { result, cells: layout.second, isReceiver };
    return 'parsed';
  }

  private findPlain(line: string): [RegExp, Layout] | undefined {
    return this.isNamed && this.omniHead.length === 0 ? PLAIN_ROWS.find(([row]) => row.test(line)) : undefined;
  }

  /** Head lines of the omni test are kept: their columns name the values below. */
  private takeHead(line: string, lineNo: number): LineFate {
    if (/\d/.test(line) && this.omniHead.length > 0) {
      const { titles, cells } = readColumns(this.omniHead, line);
      const result = readByTitles(titles, cells, lineNo);
      this.omniHead = [];
      if (result === null) return 'unknown';
      this.add(result);
      return 'parsed';
    }
    this.omniHead.push(line);
    if (this.omniHead.length > MAX_HEAD) this.omniHead.shift();
    return 'comment';
  }

  private takeCsv(line: string, lineNo: number): LineFate {
    const result = readByTitles(this.csvTitles!, line.split(','), lineNo);
    if (result === null) return { malformed: 'titles-and-values-differ' };
    this.add(result);
    return 'parsed';
  }

  private takePair(key: string, text: string, lineNo: number): LineFate {
    if (key.startsWith('NETPERF_')) return 'unused';
    if (this.pairs === null || this.pairs.keys.has(key)) {
      this.closePairs();
      this.pairs = { result: makeResult(lineNo), keys: new Set() };
    }
    this.pairs.keys.add(key);
    if (key === 'THROUGHPUT') this.pairs.result.line = lineNo;
    takeKeyValue(this.pairs.result, key, text);
    return 'parsed';
  }

  private closePairs(): void {
    if (this.pairs !== null && !Number.isNaN(this.pairs.result.rate)) this.add(this.pairs.result);
    this.pairs = null;
  }

  private takeInterim(line: string, lineNo: number): LineFate {
    const [, rate, unit, seconds, end] = INTERIM.exec(line)!.filter((part, i) => i === 0 || part !== undefined);
    const at = { file: this.fileName, line: lineNo, record: `netperf-interval#${++this.interims}` };
    const bits = readCount(rate) * bitsOfUnit(unit);
    const [value, name] = Number.isNaN(bits)
      ? [readCount(rate), 'transactions_per_second']
      : [bits, 'interval_bits_per_second'];
    this.facts.push(makeFact('benchmark', `${name}@${end}`, String(value), at, Number.isNaN(bits) ? '1/s' : 'bit/s'));
    this.facts.push(makeFact('benchmark', `interval_seconds@${end}`, seconds, at, 's'));
    return 'parsed';
  }

  onEnd(report: FileReport): void {
    this.closePairs();
    for (const [i, result] of this.results.entries()) this.facts.push(...listResultFacts(result, this.fileName, i + 1));
    const tests = [...new Set(this.results.map(({ test }) => test).filter((test) => test !== ''))];
    report.variant = [`${this.results.length} ${this.results.length === 1 ? 'result' : 'results'}`, ...tests].join(
      ', ',
    );
    if (this.results.length > 1)
      report.notes.push('several results: whether they ran at the same time is not told, so they are not added up');
  }
}

const UNITS: Readonly<Record<string, string>> = {
  B: 'Bytes',
  K: 'KBytes',
  M: 'MBytes',
  G: 'GBytes',
  b: '10^0bits',
  k: '10^3bits',
  m: '10^6bits',
  g: '10^9bits',
  x: 'Trans',
};

function splitNumbers(line: string): number[] {
  return line
    .trim()
    .split(/\s+/)
    .filter((cell) => /^-?\d+(?:\.\d+)?$/.test(cell))
    .map(readCount);
}

const FIELDS: Readonly<Record<Exclude<Cell, ''>, keyof NetperfResult>> = {
  seconds: 'seconds',
  rate: 'rate',
  localCpu: 'localCpuPct',
  remoteCpu: 'remoteCpuPct',
  localDemand: 'localDemand',
  remoteDemand: 'remoteDemand',
  messageBytes: 'messageBytes',
  messages: 'messages',
};

function takeCells(result: NetperfResult, cells: readonly Cell[], numbers: readonly number[]): void {
  for (const [i, cell] of cells.entries())
    if (cell !== '') (result as unknown as Record<string, number>)[FIELDS[cell]] = numbers[i];
}

export const netperfFormat: Format = {
  id: 'netperf',
  title: 'netperf 2: tables of every test, also -P 0, omni with -o, -O and -k; -c -C give CPU time per byte',
  fills: 'facts',
  printedBy: 'https://github.com/HewlettPackard/netperf/blob/master/src/nettest_omni.c',
  example: '131072  16384  65536    30.00      22511.40   3.11     11.87    0.362   1.382',
  detect(head: DetectionHead) {
    let score = 0;
    for (const line of head.lines) {
      if (line.length > 2000) continue;
      if (TITLE.test(line) || LAYOUTS.some((layout) => layout.head.test(line))) score += 50;
      else if (BARE_ROWS.some(([row]) => row.test(line)) || INTERIM.test(line) || COMMAND.test(line)) score += 10;
      else if (readKeyValue(line) !== null || readCsvTitles(line) !== null) score += 10;
    }
    return { score, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'netperf', new NetperfParser(context.fileName)),
};
