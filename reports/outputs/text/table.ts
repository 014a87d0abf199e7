import type { TableBlock } from '../../blocks.ts';
import { foldSpaces } from '../../clean.ts';

/** Number of characters a reader counts: code points, so that an astral letter is one. */
export const lengthOf = (text: string): number => [...text].length;

const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)));
const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - lengthOf(text))) + text;

/** Words to lines of at most `width`; a word longer than a line is cut, never let through. */
export function wrapText(text: string, width: number, indent = ''): string[] {
  const room = Math.max(1, width - lengthOf(indent));
  const lines: string[] = [];
  let line = '';
  for (let word of foldSpaces(text).split(' ')) {
    if (line !== '' && lengthOf(line) + 1 + lengthOf(word) > room) {
      lines.push(line);
      line = '';
    }
    while (lengthOf(word) > room) {
      const letters = [...word];
      lines.push(letters.slice(0, room).join(''));
      word = letters.slice(room).join('');
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines.map((l) => indent + l);
}

const GAP = 2;
const MIN_WRAPPED = 16;

/** A word column may be wrapped down to its longest word: names and codes stay whole. */
function narrowest(title: string, cells: readonly string[]): number {
  return Math.max(MIN_WRAPPED, lengthOf(title), ...cells.flatMap((cell) => cell.split(' ').map(lengthOf)));
}

/** Column widths that fit `width`, wrapping the widest word column if need be; null when the grid cannot fit. */
function fitColumns(table: TableBlock, cells: readonly string[][], width: number): number[] | null {
  const widths = table.columns.map((column, i) =>
    Math.max(lengthOf(column.title), ...cells.map((row) => lengthOf(row[i]))),
  );
  const floors = table.columns.map((column, i) =>
    narrowest(
      column.title,
      cells.map((row) => row[i]),
    ),
  );
  const total = (): number => widths.reduce((sum, w) => sum + w, 0) + GAP * (widths.length - 1);
  while (total() > width) {
    let widest = -1;
    for (let i = 0; i < widths.length; i++)
      if (!table.columns[i].numeric && widths[i] > floors[i] && (widest < 0 || widths[i] > widths[widest])) widest = i;
    if (widest < 0) return null;
    widths[widest] = Math.max(floors[widest], widths[widest] - (total() - width));
  }
  return widths;
}

function gridLines(table: TableBlock, cells: readonly string[][], widths: readonly number[]): string[] {
  const printRow = (row: readonly string[]): string[] => {
    const wrapped = row.map((cell, i) => (cell === '' ? [''] : wrapText(cell, widths[i])));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      row
        .map((_cell, i) => (table.columns[i].numeric ? padStart : padEnd)(wrapped[i][line] ?? '', widths[i]))
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
  };
  return [
    ...printRow(table.columns.map((c) => c.title)),
    widths.map((w) => '-'.repeat(w)).join(' '.repeat(GAP)),
    ...cells.flatMap(printRow),
  ];
}

/** '- item' with its following lines indented. */
export function hangingLines(text: string, width: number, mark = '- '): string[] {
  return wrapText(text, width - mark.length).map((line, i) => (i === 0 ? mark : ' '.repeat(mark.length)) + line);
}

/** Too wide for a grid: one paragraph a row, 'title: value, title: value'. */
function stackedLines(table: TableBlock, cells: readonly string[][], width: number): string[] {
  return cells.flatMap((row) => {
    const names = row.filter((_, i) => !table.columns[i].numeric && i < 3 && row[i] !== '');
    const rest = row
      .map((cell, i) => ({ cell, i }))
      .filter(({ cell, i }) => cell !== '' && (table.columns[i].numeric || i >= 3))
      .map(({ cell, i }) => `${table.columns[i].title} ${cell}`);
    return [...wrapText(names.join(', ') || '-', width), ...wrapText(rest.join('; '), width, '    ')];
  });
}

export function tableLines(table: TableBlock, width: number): string[] {
  if (table.rows.length === 0) return [];
  const cells = table.rows.map((row) => row.map((cell) => foldSpaces(cell.text)));
  const widths = fitColumns(table, cells, width);
  const body =
    widths !== null
      ? gridLines(table, cells, widths)
      : table.narrow !== undefined
        ? table.narrow.flatMap((sentence) => hangingLines(sentence, width))
        : stackedLines(table, cells, width);
  const note = table.note === '' || (widths === null && table.narrow !== undefined) ? [] : wrapText(table.note, width);
  return [...wrapText(table.caption, width), '', ...body, ...note];
}
