import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';
import { keepEvents, nameVariant, type PlacedRow } from './keep-events.ts';
import { isMetricLine, isPlainlyOurs, readElapsed, readPeopleRow, tellDecimalMark } from './people-row.ts';

const HEAD = /^\s*Performance counter stats for\b/;
const INTERVAL_HEAD = /^#\s+time\s+.*\bcounts\b.*\bevents?\b/;
const TALK =
  /^\s*# (?:Table of individual measurements|Final result):?\s*$|^\s*[\d.,]+ \([+-][\d.,]+\) #*\s*$|^\s*(?:Some events weren't counted|Try disabling the NMI watchdog|echo \d > \/proc\/sys\/kernel\/nmi_watchdog|perf stat \.\.\.)/;
/** A row of numbers that could not be read, as opposed to a line of the measured program. */
const ROW_LIKE = /^\s+(?:\d+[.,]\d{9}\s+)?(?:\d[\d.,]*|<not \w+>)\s+\S/;

/** perf stat as it prints for people, with -I, -A, --per-core, -d, -r. */
class PerfStatPeopleParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  /** One output each: a paste may hold several. */
  private readonly blocks: { rows: PlacedRow[]; hasHead: boolean }[] = [];
  private mark: ',' | '.' | '' = '';
  private elapsed = 0;
  /** Rows are expected: behind a head, before the time that elapsed. */
  private isOpen = false;

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string, lineNo: number): LineFate {
    if (this.mark === '') this.mark = tellDecimalMark(line);
    const mark = this.mark === '' ? '.' : this.mark;
    if (INTERVAL_HEAD.test(line)) {
      this.isOpen = true;
      // Printed again every screenful of rows.
      if (this.blocks.length === 0 || this.elapsed > 0) this.startBlock();
      return 'comment';
    }
    if (HEAD.test(line)) {
      // Behind intervals it heads their sum.
      if (this.blocks.length === 0 || !this.isSummaryNext()) this.startBlock();
      this.blocks.at(-1)!.hasHead = true;
      this.isOpen = true;
      return 'comment';
    }
    const elapsed = readElapsed(line, mark);
    if (elapsed !== null) {
      this.keepElapsed(elapsed, lineNo);
      return 'parsed';
    }
    if (TALK.test(line)) return 'comment';
    const row = this.isOpen || isPlainlyOurs(line) ? readPeopleRow(line, mark) : null;
    if (row !== null) {
      if (this.blocks.length === 0) this.startBlock();
      const { rows, hasHead } = this.blocks.at(-1)!;
      if (row.time === '' && hasHead && rows.some((each) => each.row.time !== '')) row.time = 'summary';
      rows.push({ row, line: lineNo });
      return 'parsed';
    }
    if (isMetricLine(line)) return 'unused';
    return this.isOpen && ROW_LIKE.test(line) ? { malformed: 'no-event' } : 'unknown';
  }

  private isSummaryNext(): boolean {
    const { rows, hasHead } = this.blocks.at(-1)!;
    return !hasHead && rows.length > 0 && rows.every(({ row }) => row.time !== '');
  }

  private startBlock(): void {
    this.blocks.push({ rows: [], hasHead: false });
    this.elapsed = 0;
  }

  private get blockName(): string {
    return this.blocks.length < 2 ? '' : ` ${this.blocks.length}`;
  }

  private keepElapsed({ what, seconds, noisePct }: NonNullable<ReturnType<typeof readElapsed>>, line: number): void {
    if (what === 'time elapsed') this.elapsed = seconds;
    this.isOpen = false;
    const at = { file: this.fileName, line, record: `perf-stat${this.blockName}#${what}` };
    this.facts.push(makeFact('perf-stat', `seconds ${what}`, String(seconds), at, 's'));
    if (!Number.isNaN(noisePct))
      this.facts.push(makeFact('perf-stat', `seconds ${what}|variance`, String(noisePct), at, '%'));
  }

  onEnd(report: FileReport): void {
    const filled = this.blocks.filter(({ rows }) => rows.length > 0);
    for (const [index, { rows }] of filled.entries())
      this.facts.push(...keepEvents(rows, this.fileName, report, index === 0 ? '' : ` ${index + 1}`));
    report.events = 0;
    const kinds = nameVariant(filled.flatMap(({ rows }) => rows));
    report.variant = ['for people', kinds].filter((part) => part !== '').join(', ');
    const scaled = filled.some(({ rows }) => rows.some(({ row }) => row.runningPct < 100));
    if (scaled) report.notes.push('some counters were multiplexed: their counts are scaled up, not counted');
  }
}

export const perfStatTextFormat: Format = {
  id: 'perf-stat-text',
  title: 'perf stat as it prints for people (also -I, -A, -d, -r, --per-core …)',
  fills: 'facts',
  printedBy: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/tools/perf/util/stat-display.c',
  example: '     1.001204117      9,102,338,120      cycles                           #    1.137 GHz     (62.51%)',
  detect(head: DetectionHead) {
    let score = 0;
    for (const line of head.lines) {
      if (HEAD.test(line) || INTERVAL_HEAD.test(line)) score += 50;
      else if (line.length < 400 && isPlainlyOurs(line)) score += 10;
    }
    const hasRows = head.lines.some((line) => line.length < 400 && readPeopleRow(line, '.') !== null);
    return { score: hasRows ? score : 0, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'perf-stat-text', new PerfStatPeopleParser(context.fileName)),
};
