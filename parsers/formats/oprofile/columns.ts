import { COUNT_LIMIT } from '../../text/counts.ts';

/**
 * The title line of an oprofile symbol table and the rows under it. Titles come in a fixed order and repeat per class:
 *   samples  %        samples  %        image name               app name                 symbol name
 * Every width is a minimum, so a row is read from the left, token by token; the offsets of the titles are only a hint.
 * Tables printed in papers and articles have other words: `Samples Percent Function`.
 */
export type ColumnKind =
  | 'vma'
  | 'samples'
  | 'cumulativeSamples'
  | 'percent'
  | 'cumulativePercent'
  | 'difference'
  | 'linenr'
  | 'image'
  | 'app'
  | 'symbol';

export interface Column {
  kind: ColumnKind;
  /** Offset in the title line, -1 without titles. */
  offset: number;
}

const TITLES: readonly [RegExp, ColumnKind][] = [
  [/vma|address/iy, 'vma'],
  [/cum\. samples/iy, 'cumulativeSamples'],
  [/samples|ticks/iy, 'samples'],
  [/cum\. %/iy, 'cumulativePercent'],
  [/diff %/iy, 'difference'],
  [/percentage|percent|%/iy, 'percent'],
  [/linenr info/iy, 'linenr'],
  [/image name|image|module|library/iy, 'image'],
  [/app name|application|process/iy, 'app'],
  [/symbol name|function name|function|symbol/iy, 'symbol'],
];

/** null when the line is no title line. A table needs samples and a name to count them for. */
export function readTitles(line: string): Column[] | null {
  const columns: Column[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at])) {
      at++;
      continue;
    }
    const title = TITLES.find(([pattern]) => {
      pattern.lastIndex = at;
      return pattern.test(line) && /^(?:\s|$)/.test(line.slice(pattern.lastIndex));
    });
    if (title === undefined) return null;
    columns.push({ kind: title[1], offset: at });
    at = title[0].lastIndex;
  }
  const has = (kind: ColumnKind): boolean => columns.some((column) => column.kind === kind);
  if (!has('samples') || !(has('symbol') || has('image') || has('app'))) return null;
  return has('percent') || has('symbol') ? columns : null;
}

export interface SymbolRow {
  /** One per class. */
  samples: number[];
  percents: number[];
  image: string;
  app: string;
  symbol: string;
}

const VMA = /[0-9a-f]{8,16}(?= )/y;
const COUNT = /\d+(?=\s|$)/y;
const PERCENT = /(?:[-+]?(?:\d+(?:\.\d*)?(?:e[-+]?\d+)?|nan|inf)|---|\+\+\+)%?(?=\s|$)/iy;
const NO_LOCATION = /\(no location information\)/y;
/** `libc.so.6`, `anon (tgid:3189 range:0xf72aa000-0xf72fa000)`, `busybox (deleted)`, `[vdso] (tgid:956 range:…)`. */
const NAME = /\S+(?: \((?:tgid:|range:|deleted)[^)]*\))*/y;

/** 'incomplete': the line is the beginning of a row (wrapped by a mail program); null: no row. */
export function readRow(line: string, columns: readonly Column[]): SymbolRow | 'incomplete' | null {
  const row: SymbolRow = { samples: [], percents: [], image: '', app: '', symbol: '' };
  let at = 0;
  for (let index = 0; index < columns.length; index++) {
    while (at < line.length && (line[at] === ' ' || line[at] === '\t')) at++;
    if (at >= line.length) return index === 0 ? null : 'incomplete';
    const { kind } = columns[index];
    const pattern = patternOf(kind);
    if (pattern !== null) {
      pattern.lastIndex = at;
      const match = pattern.exec(line);
      if (match === null) return null;
      at = pattern.lastIndex;
      keepNumber(row, kind, match[0]);
      continue;
    }
    const text =
      index === columns.length - 1 ? line.slice(at).trim() : takeName(line, at, kind, columns[index + 1].offset);
    at += text.length;
    if (kind === 'image') row.image = text.trim();
    else if (kind === 'app') row.app = text.trim();
    else if (kind === 'symbol') row.symbol = text.trim();
  }
  return row;
}

function patternOf(kind: ColumnKind): RegExp | null {
  if (kind === 'vma') return VMA;
  if (kind === 'samples' || kind === 'cumulativeSamples') return COUNT;
  if (kind === 'percent' || kind === 'cumulativePercent' || kind === 'difference') return PERCENT;
  return null;
}

function keepNumber(row: SymbolRow, kind: ColumnKind, text: string): void {
  if (kind === 'samples') row.samples.push(Number(text));
  if (kind === 'percent') row.percents.push(readPercent(text));
}

/** `---` and `+++` of a differential report are no numbers. */
export function readPercent(text: string): number {
  const percent = Number.parseFloat(text.replace('%', ''));
  return Math.abs(percent) < COUNT_LIMIT ? percent : Number.NaN;
}

function takeName(line: string, at: number, kind: ColumnKind, nextOffset: number): string {
  if (kind === 'linenr') {
    NO_LOCATION.lastIndex = at;
    const match = NO_LOCATION.exec(line);
    if (match !== null) return match[0];
  }
  NAME.lastIndex = at;
  const text = NAME.exec(line)?.[0] ?? '';
  // A name with blanks in it: the next title begins where padding ends.
  const isPadded = nextOffset > at + text.length && line[nextOffset - 1] === ' ' && (line[nextOffset] ?? ' ') !== ' ';
  return isPadded ? line.slice(at, nextOffset) : text;
}

/**
 * `--no-header` prints rows alone. Numbers at the left are told by their shape; the number of names is the smallest
 * number of words any row has (symbols of C++ may have more).
 */
export function guessColumns(rows: readonly string[]): Column[] | null {
  const shapes = rows.map(readNumberShape).filter((shape) => shape !== null);
  if (shapes.length === 0) return null;
  const numbers = shapes[0].numbers;
  const words = Math.min(...shapes.map((shape) => shape.words));
  const names: ColumnKind[] = words >= 3 ? ['image', 'app', 'symbol'] : words === 2 ? ['image', 'symbol'] : ['symbol'];
  return [...numbers, ...names].map((kind) => ({ kind, offset: -1 }));
}

function readNumberShape(line: string): { numbers: ColumnKind[]; words: number } | null {
  const numbers: ColumnKind[] = [];
  const tokens = line.trim().replace(NO_LOCATION.source, '').split(/\s+/);
  let at = 0;
  if (/^[0-9a-f]{8,16}$/.test(tokens[0]) && /^\d+$/.test(tokens[1] ?? '')) {
    numbers.push('vma');
    at = 1;
  }
  while (/^\d+$/.test(tokens[at] ?? '') && isPercentToken(tokens[at + 1] ?? '')) {
    numbers.push('samples', 'percent');
    at += 2;
  }
  const isRow = numbers.includes('samples') && at < tokens.length;
  const names =
    line
      .match(/\((?:tgid:|range:|deleted)[^)]*\)/g)
      ?.join(' ')
      .split(' ').length ?? 0;
  return isRow ? { numbers, words: tokens.length - at - names } : null;
}

/** oprofile prints seven characters: 75.0367, 100.000, 9.9e-04, or a bare 0. */
export function isPercentToken(token: string): boolean {
  return /^(?:\d{1,2}\.\d{4}|100\.000|\d\.\de-\d\d|0|nan)$/.test(token);
}
