import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { copyBytes } from '../../text/bytes.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';
import { readStatJson, readStatRow, type StatRow, splitStatRow } from './row.ts';

const SEPARATORS = [',', ';', '\t', '|', '^', '~', '#', ':'] as const;
const MIN_SHARE = 0.8;
/** Enough to know the separator. */
const SAMPLE_LINES = 120;

/**
 * perf stat -x and -j. Under the event name stands one fact, the total over intervals, CPUs, cores or sockets; the rows
 * it was summed from stand under `event@CPU0`, `event@0.100` and the like, so that nobody counts them twice.
 */
class PerfStatParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private readonly separator: string;
  private readonly rows: { row: StatRow; line: number }[] = [];
  private previous: StatRow | null = null;

  constructor(fileName: string, separator: string) {
    this.fileName = fileName;
    this.separator = separator;
  }

  onLine(line: string, lineNo: number): LineFate {
    const started = /^# started on (.+)$/.exec(line);
    if (started !== null) {
      this.facts.push(makeFact('other', 'perf stat started on', started[1], { file: this.fileName, line: lineNo }));
      return 'comment';
    }
    if (line.startsWith('#')) return 'comment';
    const row = readStatJson(line) ?? readStatRow(splitStatRow(line, this.separator), this.previous);
    if (row === null) return isRowLike(line, this.separator) ? { malformed: 'no-event' } : 'unknown';
    this.previous = row;
    this.rows.push({ row, line: lineNo });
    return 'parsed';
  }

  onEnd(report: FileReport): void {
    const byEvent = new Map<string, { row: StatRow; line: number }[]>();
    for (const each of this.rows) {
      const list = byEvent.get(each.row.event);
      if (list === undefined) byEvent.set(each.row.event, [each]);
      else list.push(each);
    }
    for (const [event, list] of byEvent) {
      report.eventNames.set(event, list.length);
      this.keepEvent(event, list);
    }
    report.events = 0;
    const kinds = [
      this.rows.some(({ row }) => row.time !== '') ? 'intervals' : '',
      this.rows.some(({ row }) => row.aggregate !== '') ? 'per aggregate' : '',
      this.rows.some(({ row }) => !Number.isNaN(row.variancePct)) ? 'repeated' : '',
    ];
    report.variant = kinds.filter((kind) => kind !== '').join(', ');
  }

  private keepEvent(event: string, list: readonly { row: StatRow; line: number }[]): void {
    const counts = list.filter(({ row }) => row.text !== '');
    const summaries = counts.filter(({ row }) => row.time === 'summary');
    const parts = summaries.length > 0 ? summaries : counts;
    const known = parts.filter(({ row }) => !Number.isNaN(row.value));
    const first = (known[0] ?? parts[0] ?? list[0])!;
    const total = known.reduce((sum, { row }) => sum + row.value, 0);
    // Hundredths of msec summed as doubles: keep the printed precision.
    const text =
      known.length === 0 ? first.row.text : known.length === 1 ? first.row.text : String(Number(total.toFixed(6)));
    const record = `perf-stat#${event}`;
    const at = { file: this.fileName, line: first.line, record };
    this.facts.push(makeFact('perf-stat', event, text, at, first.row.unit));
    const extra = (name: string, value: number, unit: string): void => {
      if (!Number.isNaN(value)) this.facts.push(makeFact('perf-stat', `${event}|${name}`, String(value), at, unit));
    };
    extra('variance', first.row.variancePct, '%');
    if (parts.length === 1 && first.row.runningPct < 100) extra('running', first.row.runningPct, '%');
    for (const { row, line } of list) {
      const where = [row.time, row.aggregate].filter((part) => part !== '').join(' ');
      const place = { file: this.fileName, line, record };
      if (where !== '' && row.text !== '') {
        const at = { ...place, record: `${record}@${where}` };
        this.facts.push(makeFact('perf-stat', `${event}@${where}`, row.text, at, row.unit));
      }
      if (where === '' && !Number.isNaN(row.metric) && row.metricUnit !== '') {
        this.facts.push(makeFact('perf-stat', `${event}|${row.metricUnit}`, String(row.metric), place, row.metricUnit));
      }
    }
  }
}

/** A row of numbers of this table that could not be read, as opposed to a message of the measured program. */
function isRowLike(line: string, separator: string): boolean {
  return /^\s*[\d.]+/.test(line) && line.split(separator).length >= 5;
}

function countRows(lines: readonly string[], separator: string): number {
  let previous: StatRow | null = null;
  let rows = 0;
  for (const line of lines) {
    const row: StatRow | null = readStatJson(line) ?? readStatRow(splitStatRow(line, separator), previous);
    if (row === null) continue;
    previous = row;
    rows++;
  }
  return rows;
}

/** The separator that makes the most rows; -x takes any character, these are the ones in use. */
function findSeparator(lines: readonly string[]): { separator: string; rows: number; full: number } {
  const full = lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).slice(0, SAMPLE_LINES);
  let best = { separator: ',', rows: 0, full: full.length };
  for (const separator of SEPARATORS) {
    const candidates = full.filter((line) => line.includes(separator));
    const rows = candidates.length < full.length * MIN_SHARE ? 0 : countRows(candidates, separator);
    if (rows > best.rows) best = { separator, rows, full: full.length };
  }
  return best;
}

export const perfStatFormat: Format = {
  id: 'perf-stat',
  title: 'perf stat -x SEPARATOR (also -I, -A, -r, --per-core …) and perf stat -j',
  fills: 'facts',
  printedBy: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/tools/perf/util/stat-display.c',
  example: '398,,context-switches,261139698,100.00,1.524,K/sec',
  detect(head: DetectionHead) {
    const { separator, rows, full } = findSeparator(head.lines);
    const isOurs = rows >= full * MIN_SHARE && rows > 0;
    return { score: isOurs ? rows * 10 : 0, variant: isOurs && separator !== ',' ? `separator ${separator}` : '' };
  },
  open(context: ReadContext) {
    // The separator is not handed over by detect: it is found again on the lines as they come.
    return openBuffered(context);
  },
};

/** Holds the text until the separator is known; a perf stat file is small. */
function openBuffered(context: ReadContext): ReturnType<Format['open']> {
  const held: Uint8Array[] = [];
  let bytes = 0;
  let reader: ReturnType<Format['open']> | null = null;
  const start = (): ReturnType<Format['open']> => {
    const lines = new TextDecoder().decode(Buffer.concat(held)).split(/\r*\n/);
    const opened = openTextReader(
      context,
      'perf-stat',
      new PerfStatParser(context.fileName, findSeparator(lines).separator),
    );
    for (const chunk of held.splice(0)) opened.push(chunk);
    return opened;
  };
  return {
    push(chunk) {
      if (reader !== null) {
        reader.push(chunk);
        return;
      }
      held.push(copyBytes(chunk, 0, chunk.length));
      bytes += chunk.length;
      if (bytes >= 64 * 1024) reader = start();
    },
    end: () => (reader ?? start()).end(),
  };
}
