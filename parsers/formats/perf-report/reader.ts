import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { readCount } from '../../text/counts.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';
import { type PerfColumns, readPerfRow, readPerfTitles, readRule } from './columns.ts';
import { guessPerfColumns, Hierarchy, isHierarchy } from './hierarchy.ts';
import { readPerfTop, toStdio } from './screen.ts';
import { ChainTree } from './tree.ts';

/** perf report --stdio and -t, perf diff: one table per event section. Call chains under a row repeat its samples. */
class PerfReportParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly context: ReadContext;
  private columns: PerfColumns | null = null;
  /** One per event of a group (`--group`), else one. */
  private tables: ProfileTable[] = [];
  private hierarchy: Hierarchy | null = null;
  private event = '';
  private printedSamples = Number.NaN;
  private eventCount = Number.NaN;
  private readonly fixed = { comm: '', dso: '' };
  private lost = 0;
  private lostLine = 0;
  private isInHeader = false;
  private isDiff = false;
  private isGuessed = false;
  private isRounded = false;
  private sampling = '';
  private tree = new ChainTree();

  constructor(context: ReadContext) {
    this.context = context;
  }

  onLine(raw: string, lineNo: number): LineFate {
    const line = toStdio(raw);
    if (this.takePerfTop(line)) return 'comment';
    if (line.startsWith('#')) return this.takeComment(line, lineNo);
    if (this.columns === null) {
      const guessed = guessPerfColumns(line);
      if (guessed === null) return 'unknown';
      this.isGuessed = true;
      this.openTable(guessed);
    }
    if (this.hierarchy !== null) return this.takeLevel(this.hierarchy, line, lineNo);
    const cells = readPerfRow(line, this.columns!);
    if (cells === null || !this.keepCells(cells, lineNo)) {
      return this.tables.length > 0 && this.columns!.separator === '' && this.tree.take(line, lineNo)
        ? 'parsed'
        : this.judgeRest(line);
    }
    return 'parsed';
  }

  /** The line with the frequency; in some versions it stands below the rows. */
  private takePerfTop(line: string): boolean {
    const top = readPerfTop(line);
    if (top === null) return false;
    this.event = top.event;
    this.sampling = top.sampling;
    for (const table of this.tables) {
      table.event = top.event;
      table.sampling = top.sampling;
    }
    return true;
  }

  private takeLevel(hierarchy: Hierarchy, line: string, lineNo: number): LineFate {
    const cells = hierarchy.take(line);
    if (cells === null || cells === 'above') return /^\s/.test(line) ? 'unused' : 'unknown';
    return this.keepRow((title) => cells.get(title) ?? '', [...cells.keys()], lineNo) ? 'parsed' : 'unused';
  }

  private keepCells(cells: readonly string[], lineNo: number): boolean {
    const { titles } = this.columns!;
    return this.keepRow((title) => cells[titles.indexOf(title)] ?? '', titles, lineNo);
  }

  /** Lines between the rows: call chains (graph, flat, caller, folded). */
  private judgeRest(line: string): LineFate {
    if (this.columns?.separator !== '' && /^\s*[\d.]+%/.test(line) && this.tables.length > 0)
      return { malformed: 'wrong-number-of-cells' };
    return /^\s/.test(line) || /^\d+ \S+;/.test(line) || /^[\d.]+% \S/.test(line) ? 'unused' : 'unknown';
  }

  private takeComment(line: string, lineNo: number): LineFate {
    const samples = /^# Samples: ([\d.]+)([KMGT]?) *of events? '(.*?)'(?:$|,|\s)/.exec(line);
    const diff = /^# Event '(.*)'/.exec(line);
    if (samples !== null || diff !== null) {
      this.event = (samples?.[3] ?? diff?.[1])!;
      this.printedSamples = samples === null ? Number.NaN : readCount(samples[1]) * UNITS[samples[2]];
      this.isRounded = samples !== null && samples[2] !== '';
      this.eventCount = Number.NaN;
      this.tables = [];
      this.columns = null;
      this.hierarchy = null;
      const count = /Event count \(approx\.\): (\d+)/.exec(line);
      if (count !== null) this.eventCount = Number(count[1]);
      return 'comment';
    }
    const count = /^# Event count \(approx\.\): (\d+)/.exec(line);
    if (count !== null) this.eventCount = readCount(count[1]);
    const lost = /^# Total Lost Samples: (\d+)/.exec(line);
    if (lost !== null) this.keepLost(readCount(lost[1]), lineNo);
    const rule = readRule(line);
    if (rule !== null && this.columns !== null) this.columns.spans = rule;
    const titles = readPerfTitles(line);
    if (titles !== null) this.openTable(titles);
    const fixed = /^# (comm|dso): (.+)$/.exec(line);
    if (fixed !== null) this.fixed[fixed[1] as 'comm' | 'dso'] = fixed[2].trim();
    this.takeHeader(line, lineNo);
    return 'comment';
  }

  private takeHeader(line: string, lineNo: number): void {
    if (/^# ={8}/.test(line)) this.isInHeader = !this.isInHeader;
    const match = this.isInHeader ? /^# ([a-z][\w ]*?)\s*: (.*)$/.exec(line) : null;
    if (match === null || /^(?:event|sibling \w+|id)$/.test(match[1])) return;
    this.facts.push(makeFact('header', match[1], match[2].trim(), { file: this.context.fileName, line: lineNo }));
  }

  private keepLost(amount: number, lineNo: number): void {
    if (amount === 0) return;
    this.lost += amount;
    this.lostLine = lineNo;
    this.context.diagnostics.count(
      'lost-events',
      { file: this.context.fileName, line: lineNo, reason: 'perf report' },
      amount,
    );
  }

  private openTable(columns: PerfColumns): void {
    this.columns = columns;
    this.hierarchy = isHierarchy(columns) ? new Hierarchy(columns.titles) : null;
    this.isDiff = columns.titles.includes('Baseline');
    const titles = columns.titles.flatMap((title) => title.split(' / '));
    const events = this.event.split(', ');
    const isGroup = events.length > 1;
    this.tree = new ChainTree();
    const { chains } = this.tree;
    this.tables = events.map((event) => ({
      file: this.context.fileName,
      format: this.isDiff ? 'perf-diff' : columns.separator === '' ? 'perf-report' : 'perf-report-csv',
      event,
      sampling: this.sampling,
      imagesOnly: !titles.includes('Symbol'),
      isDifference: this.isDiff,
      rows: [],
      // The head of a group sums up events that cannot be added.
      totalSamples: isGroup ? Number.NaN : this.printedSamples,
      isRounded: this.isRounded,
      chains,
      totalWeight: isGroup ? Number.NaN : this.eventCount,
    }));
    this.profiles.push(...this.tables);
  }

  private keepRow(cell: (title: string) => string, titles: readonly string[], lineNo: number): boolean {
    const shareTitle = this.isDiff ? 'Baseline' : ['Self', 'Overhead'].find((title) => titles.includes(title))!;
    const shares = splitGroup(cell(shareTitle), this.tables.length);
    const samples = splitGroup(titles.includes('Samples') ? cell('Samples') : '', this.tables.length);
    const periods = splitGroup(titles.includes('Period') ? cell('Period') : '', this.tables.length);
    const delta = this.isDiff ? cell('Delta Abs') || cell('Delta') || cell('Ratio') || cell('Weighted diff') : '';
    if (!shares.every((share) => /^(?:[-+]?[\d.]+%?)$/.test(this.isDiff ? share || delta : share))) return false;
    // -v prints the address before the level letter: `0xffffffff821f4dab k [k] default_idle`.
    const symbol = cell('Symbol').replace(/^(?:0x)?[0-9a-f]+ +\S (?=\[)/, '');
    // `[k] default_idle`: the level letter tells a row from a percentage in a call chain.
    if (titles.includes('Symbol') && !/^\[[.kguHhx]\] /.test(symbol)) return false;
    this.tree.startRow(symbol.slice(4).trim());
    const image = cell('Shared Object') || this.fixed.dso;
    const cpu = cell('CPU');
    for (const [index, table] of this.tables.entries()) {
      const share = readShare(shares[index]);
      const count = samples[index] === '' ? Number.NaN : readCount(samples[index]);
      const period = periods[index] === '' ? (share * table.totalWeight) / 100 : readCount(periods[index]);
      // With --children a function that only called others has no samples of its own; in a group, of this event.
      const isEmpty = share === 0 && (titles.includes('Self') || this.tables.length > 1) && !(count > 0);
      if (!this.isDiff && isEmpty) continue;
      table.rows.push({
        symbol: table.imagesOnly ? image : symbol.slice(4).trim(),
        image,
        app: cell('Command') || cell('Pid:Command').replace(/^\s*\d+:/, '') || this.fixed.comm,
        cpu: /^\d+$/.test(cpu) ? readCount(cpu) : -1,
        samples: this.isDiff || titles.includes('Self') ? Number.NaN : count,
        weight: this.isDiff ? share : period,
        // Ratios and weighted differences are no percentage points.
        percent: this.isDiff
          ? titles.some((title) => title.startsWith('Delta'))
            ? readShare(delta)
            : Number.NaN
          : share,
        line: lineNo,
      });
    }
    return true;
  }

  onEnd(report: FileReport): void {
    report.lostEvents += this.lost;
    if (this.lost > 0) report.lost.push({ source: 'perf report', cpu: -1, amount: this.lost, line: this.lostLine });
    for (const table of this.profiles) {
      const shares = table.rows.map((row) => row.percent).filter((share) => !Number.isNaN(share));
      if (!table.isDifference && shares.length > 0)
        table.listedPct = Number(
          Math.min(
            100,
            shares.reduce((sum, share) => sum + share, 0),
          ).toFixed(2),
        );
      if (table.chains?.length === 0) delete table.chains;
      if (table.isRounded === false) delete table.isRounded;
      const counted = table.rows.reduce((sum, row) => sum + row.samples, 0);
      if (Number.isNaN(table.totalSamples) && counted > 0) table.totalSamples = counted;
      report.samples += Number.isNaN(table.totalSamples) ? 0 : table.totalSamples;
      report.eventNames.set(table.event, (report.eventNames.get(table.event) ?? 0) + table.rows.length);
    }
    if (this.isGuessed) report.notes.push('without titles: columns are taken from the rows, the event is not named');
    report.variant = [...new Set(this.profiles.map((table) => table.format))].join(', ');
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** The cell of a group holds a number per event: `12.08%   0.00%`. */
function splitGroup(cell: string, events: number): string[] {
  if (events === 1) return [cell];
  const parts = cell.trim().split(/\s+/);
  return Array.from({ length: events }, (_, index) => parts[index] ?? '');
}

function readShare(text: string): number {
  return text === '' ? Number.NaN : Number.parseFloat(text);
}

const ROW = /^\s*[\d.]+%?\s.*\[[.kguHhx]\] \S|^\s*[-+\d.]*%?\s*[,;|:\t].*\[[.kguHhx]\] \S/;

const MIN_UNTITLED_ROWS = 3;
/** `|--50.18%--ksys_write`, `---do_syscall_64` and the bars between. */
const CHAIN = /^\s+(?:\|(?:\s|--|$)|---?\S)/;

export const perfReportFormat: Format = {
  id: 'perf-report',
  title: 'perf report --stdio or -t SEPARATOR, perf diff',
  fills: 'profile',
  printedBy: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/tools/perf/ui/stdio/hist.c',
  example: ' 63.52% ,swapper    ,[kernel.kallsyms],[k] default_idle',
  detect(head: DetectionHead) {
    let score = 0;
    let rows = 0;
    let untitled = 0;
    let chains = 0;
    for (const raw of head.lines) {
      const line = toStdio(raw);
      if (readPerfTitles(line) !== null) score += 100;
      else if (
        /^# Samples: [\d.]+[KMGT]? *of event/.test(line) ||
        readPerfTop(line) !== null ||
        /^# Event count \(approx\.\)/.test(line)
      )
        score += 30;
      else if (score > 0 && line.length < 400 && ROW.test(line)) rows++;
      else if (score === 0 && guessPerfColumns(line) !== null) untitled++;
      else if (untitled > 0 && CHAIN.test(line)) chains++;
    }
    // A row by itself could be quoted in any text.
    const isTable = score > 0 || untitled + chains >= MIN_UNTITLED_ROWS;
    return { score: isTable ? score + (rows + untitled) * 4 + chains : 0, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'perf-report', new PerfReportParser(context)),
};
