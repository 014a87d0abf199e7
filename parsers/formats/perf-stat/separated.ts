import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { copyBytes } from '../../text/bytes.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';
import { keepEvents, nameVariant, type PlacedRow } from './keep-events.ts';
import { readStatJson, readStatRow, type StatRow, splitStatRow } from './row.ts';

const SEPARATORS = [',', ';', '\t', '|', '^', '~', '#', ':'] as const;
const MIN_SHARE = 0.8;
/** Enough to know the separator. */
const SAMPLE_LINES = 120;

/** perf stat -x and -j. */
class PerfStatParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private readonly separator: string;
  private readonly rows: PlacedRow[] = [];
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
    this.facts.push(...keepEvents(this.rows, this.fileName, report));
    report.events = 0;
    report.variant = nameVariant(this.rows);
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
