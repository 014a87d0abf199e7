import type { FileReport } from '../../src/model/accounting.ts';
import type { Fact } from '../../src/model/environment.ts';
import type { ProfileTable } from '../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../contract.ts';
import { makeFact } from '../facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../text-reader.ts';
import { type PerfColumns, readPerfRow, readPerfTitles, readRule } from './perf-report-columns.ts';

/** perf report --stdio and -t, perf diff: one table per event section. Call chains under a row repeat its samples. */
class PerfReportParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly context: ReadContext;
  private columns: PerfColumns | null = null;
  private table: ProfileTable | null = null;
  private event = '';
  private printedSamples = Number.NaN;
  private eventCount = Number.NaN;
  private readonly fixed = { comm: '', dso: '' };
  private lost = 0;
  private lostLine = 0;
  private isInHeader = false;
  private isDiff = false;

  constructor(context: ReadContext) {
    this.context = context;
  }

  onLine(line: string, lineNo: number): LineFate {
    if (line.startsWith('#')) return this.takeComment(line, lineNo);
    if (this.columns === null) return 'unknown';
    const cells = readPerfRow(line, this.columns);
    if (cells === null || !this.keepRow(cells, lineNo)) return this.judgeRest(line);
    return 'parsed';
  }

  /** Lines between the rows: call chains (graph, flat, caller, folded). */
  private judgeRest(line: string): LineFate {
    if (this.columns?.separator !== '' && /^\s*[\d.]+%/.test(line) && this.table !== null)
      return { malformed: 'wrong-number-of-cells' };
    return /^\s/.test(line) || /^\d+ \S+;/.test(line) || /^[\d.]+% \S/.test(line) ? 'unused' : 'unknown';
  }

  private takeComment(line: string, lineNo: number): LineFate {
    const samples = /^# Samples: ([\d.]+)([KMGT]?) +of events? '(.*)'/.exec(line);
    const diff = /^# Event '(.*)'/.exec(line);
    if (samples !== null || diff !== null) {
      this.event = (samples?.[3] ?? diff?.[1])!;
      // `2K` is rounded: only a number without suffix is the number of samples.
      this.printedSamples = samples !== null && samples[2] === '' ? Number(samples[1]) : Number.NaN;
      this.eventCount = Number.NaN;
      this.table = null;
      this.columns = null;
      return 'comment';
    }
    const count = /^# Event count \(approx\.\): (\d+)/.exec(line);
    if (count !== null) this.eventCount = Number(count[1]);
    const lost = /^# Total Lost Samples: (\d+)/.exec(line);
    if (lost !== null) this.keepLost(Number(lost[1]), lineNo);
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
    this.isDiff = columns.titles.includes('Baseline');
    this.table = {
      file: this.context.fileName,
      format: this.isDiff ? 'perf-diff' : columns.separator === '' ? 'perf-report' : 'perf-report-csv',
      event: this.event,
      sampling: '',
      imagesOnly: !columns.titles.includes('Symbol'),
      isDifference: this.isDiff,
      rows: [],
      totalSamples: this.printedSamples,
      totalWeight: this.eventCount,
    };
    this.profiles.push(this.table);
  }

  private keepRow(cells: string[], lineNo: number): boolean {
    const { titles } = this.columns!;
    const cell = (title: string): string => cells[titles.indexOf(title)] ?? '';
    const shareTitle = this.isDiff ? 'Baseline' : ['Self', 'Overhead'].find((title) => titles.includes(title))!;
    const share = cell(shareTitle);
    const delta = this.isDiff ? cell('Delta Abs') || cell('Delta') || cell('Ratio') || cell('Weighted diff') : '';
    if (!/^(?:[-+]?[\d.]+%?)$/.test(this.isDiff ? share || delta : share)) return false;
    const symbol = cell('Symbol');
    // `[k] default_idle`: the level letter tells a row from a percentage in a call chain.
    if (titles.includes('Symbol') && !/^\[[.kguHhx]\] /.test(symbol)) return false;
    const percent = this.isDiff ? readShare(delta) : readShare(share);
    const image = cell('Shared Object') || this.fixed.dso;
    const cpu = cell('CPU');
    const samples = titles.includes('Samples') ? Number(cell('Samples')) : Number.NaN;
    const period = titles.includes('Period') ? Number(cell('Period')) : (percent * this.eventCount) / 100;
    // With --children a function that only called others has no samples of its own.
    if (!this.isDiff && percent === 0 && titles.includes('Self') && !(samples > 0)) return true;
    this.table!.rows.push({
      symbol: this.table!.imagesOnly ? image : symbol.slice(4).trim(),
      image,
      app: cell('Command') || cell('Pid:Command').replace(/^\s*\d+:/, '') || this.fixed.comm,
      cpu: /^\d+$/.test(cpu) ? Number(cpu) : -1,
      samples: this.isDiff || titles.includes('Self') ? Number.NaN : samples,
      weight: this.isDiff ? readShare(share) : period,
      percent,
      line: lineNo,
    });
    return true;
  }

  onEnd(report: FileReport): void {
    report.lostEvents += this.lost;
    if (this.lost > 0) report.lost.push({ source: 'perf report', cpu: -1, amount: this.lost, line: this.lostLine });
    for (const table of this.profiles) {
      const counted = table.rows.reduce((sum, row) => sum + row.samples, 0);
      if (Number.isNaN(table.totalSamples) && counted > 0) table.totalSamples = counted;
      report.samples += Number.isNaN(table.totalSamples) ? 0 : table.totalSamples;
      report.eventNames.set(table.event, (report.eventNames.get(table.event) ?? 0) + table.rows.length);
    }
    report.variant = [...new Set(this.profiles.map((table) => table.format))].join(', ');
  }
}

function readShare(text: string): number {
  return text === '' ? Number.NaN : Number.parseFloat(text);
}

const ROW = /^\s*[\d.]+%?\s.*\[[.kguHhx]\] \S|^\s*[-+\d.]*%?\s*[,;|:\t].*\[[.kguHhx]\] \S/;

export const perfReportFormat: Format = {
  id: 'perf-report',
  title: 'perf report --stdio or -t SEPARATOR, perf diff',
  fills: 'profile',
  printedBy: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/tools/perf/ui/stdio/hist.c',
  example: ' 63.52% ,swapper    ,[kernel.kallsyms],[k] default_idle',
  detect(head: DetectionHead) {
    let score = 0;
    let rows = 0;
    for (const line of head.lines) {
      if (readPerfTitles(line) !== null) score += 100;
      else if (/^# Samples: [\d.]+[KMGT]? +of event/.test(line) || /^# Event count \(approx\.\)/.test(line))
        score += 30;
      else if (score > 0 && line.length < 400 && ROW.test(line)) rows++;
    }
    return { score: score > 0 ? score + rows * 4 : 0, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'perf-report', new PerfReportParser(context)),
};
