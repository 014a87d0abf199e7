import type { PerfColumns } from './columns.ts';

/**
 * perf report --hierarchy: one column `Command / Shared Object / Symbol`, a level of it per row, deeper rows further right:
 *     70.74%        iperf3
 *        69.46%        [kernel.kallsyms]
 *           18.53%        [k] _raw_spin_unlock_irqrestore
 * The rows of the last level are the table; those above repeat their sums.
 */
export class Hierarchy {
  private readonly levels: readonly string[];
  private readonly numbers: readonly string[];
  private readonly path: { end: number; name: string }[] = [];

  constructor(titles: readonly string[]) {
    this.levels = titles.at(-1)!.split(' / ');
    this.numbers = titles.slice(0, -1);
  }

  /** Cells by title of a row of the last level; 'above' for the other levels, null for other lines. */
  take(line: string): Map<string, string> | 'above' | null {
    const match = /^(\s*[\d.]+%)((?:\s+[\d.]+%?(?=\s))*)\s+(\S.*)$/.exec(line);
    if (match === null) return null;
    const end = match[1].length;
    while (this.path.length > 0 && this.path.at(-1)!.end >= end) this.path.pop();
    this.path.push({ end, name: match[3].trim() });
    if (this.path.length < this.levels.length) return 'above';
    const cells = new Map(this.levels.map((level, index) => [level, this.path[index].name]));
    const values = [match[1].trim(), ...match[2].trim().split(/\s+/)];
    for (const [index, title] of this.numbers.entries()) cells.set(title, values[index] ?? '');
    return cells;
  }
}

export function isHierarchy(columns: PerfColumns): boolean {
  return columns.titles.length > 1 && columns.titles.at(-1)!.includes(' / ');
}

const MARK = /^\[[.kguHhx]\] \S/;

/** Columns of a table whose titles were cut off (`grep -v '^#'`), from one of its rows; null = no row of perf report. */
export function guessPerfColumns(line: string): PerfColumns | null {
  const percents = /^\s*\d+\.\d\d%(?:\s+\d+\.\d\d%)?/.exec(line);
  if (percents === null || line.length > 4000) return null;
  const separator = /^\s*([,;|:\t^~])/.exec(line.slice(percents[0].length))?.[1] ?? '';
  const cells = (separator === '' ? line.trim().split(/ {2,}/) : line.split(separator)).map((cell) => cell.trim());
  const marked = cells.findIndex((cell) => MARK.test(cell));
  if (marked < 1) return null;
  const shares = cells.filter((cell) => /^\d+\.\d\d%$/.test(cell)).length;
  const hasSamples = /^\d+$/.test(cells[shares] ?? '');
  const names = cells.slice(shares + (hasSamples ? 1 : 0), marked);
  if (shares < 1 || shares > 2 || names.length > 2 || marked !== cells.length - 1) return null;
  const isImage = names.length === 1 && /^\[|\.(?:so|ko)\b|^\//.test(names[0]);
  const titles = [
    ...(shares === 2 ? ['Children', 'Self'] : ['Overhead']),
    ...(hasSamples ? ['Samples'] : []),
    ...(names.length === 2
      ? ['Command', 'Shared Object']
      : names.length === 0
        ? []
        : [isImage ? 'Shared Object' : 'Command']),
    'Symbol',
  ];
  return { titles, separator, spans: [] };
}
