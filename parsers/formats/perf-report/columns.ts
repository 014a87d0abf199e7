import { loadPapa } from '../../text/packages.ts';

/** Columns of perf report and perf diff, as a table for reading (dotted rule below the titles) or with -t SEPARATOR. */
export const PERF_TITLES = [
  'Overhead',
  'Children',
  'Self',
  'sys',
  'usr',
  'guest sys',
  'guest usr',
  'Samples',
  'Period',
  'Command',
  'Pid:Command',
  'Pid',
  'CPU',
  'Socket',
  'Shared Object',
  'Symbol',
  'Source:Line',
  'Parent symbol',
  'Baseline',
  'Delta Abs',
  'Delta',
  'Ratio',
  'Weighted diff',
  'Cycles diff',
] as const;

export interface PerfColumns {
  titles: string[];
  /** '' = table for reading. */
  separator: string;
  /** Start and end of each column, from the dotted rule; empty until it is seen. */
  spans: { start: number; end: number }[];
}

const FIRST = /^# *(Overhead|Children|Baseline)( *)(.?)/;

/** `# Overhead,Command       ,Shared Object` or `# Overhead      Command      Shared Object`; null = no title line. */
export function readPerfTitles(line: string): PerfColumns | null {
  const first = FIRST.exec(line);
  if (first === null) return null;
  const text = line.replace(/^# */, '').trimEnd();
  // After the first title stands the separator, or the next title; -t takes any character.
  const separator =
    first[3] !== '' && !/[A-Za-z]/.test(first[3]) ? first[3] : first[2].length === 1 && first[3] === '' ? ' ' : '';
  if (separator !== '') return { titles: splitCells(text, separator), separator, spans: [] };
  return { titles: splitTitles(text), separator: '', spans: [] };
}

/** Titles of a table stand at least two blanks apart, but a narrow column brings them closer: known titles are looked for. */
function splitTitles(text: string): string[] {
  const titles: string[] = [];
  const known = [...PERF_TITLES].sort((a, b) => b.length - a.length);
  let rest = text.trim();
  while (rest !== '') {
    // `Command / Shared Object / Symbol` of --hierarchy is one column.
    const joined = /^[A-Z][\w:]*(?: [a-z]\w*| Object)?(?: \/ [A-Z][\w:]*(?: [a-z]\w*| Object)?)+$/.exec(rest)?.[0];
    const title = joined ?? known.find((each) => rest.startsWith(each) && /^(?:\s|$)/.test(rest.slice(each.length)));
    const taken: string = title ?? rest.split(/ {2,}/)[0];
    titles.push(taken.trim());
    rest = rest.slice(taken.length).trim();
  }
  return titles;
}

/** perf replaces the separator inside names by a dot and never quotes, so quotes are plain characters. */
export function splitCells(line: string, separator: string): string[] {
  const { data } = loadPapa().parse<string[]>(line, { delimiter: separator, quoteChar: '\u0000', newline: '\n' });
  return (data[0] ?? []).map((cell) => cell.trim());
}

/** `# ........  ............  .......` */
export function readRule(line: string): { start: number; end: number }[] | null {
  if (!/^# *\.+(?: +\.+)*\s*$/.test(line)) return null;
  return [...line.matchAll(/\.+/g)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** Cells of a row; null when the line does not fit the columns (a call chain, a comment). */
export function readPerfRow(line: string, columns: PerfColumns): string[] | null {
  if (columns.separator !== '') {
    const cells = splitCells(line, columns.separator);
    return cells.length === columns.titles.length ? cells : null;
  }
  const { spans } = columns;
  // Titles that were guessed, or copied from a screen, have no rule below them.
  if (spans.length === 0) return splitByBlanks(line, columns) ?? splitByMark(line, columns);
  if (spans.length !== columns.titles.length) return null;
  const isAligned = spans.every((span, i) => i === 0 || line.slice(spans[i - 1].end, span.start).trim() === '');
  if (isAligned) {
    return spans.map((span, i) =>
      line.slice(i === 0 ? 0 : span.start, i === spans.length - 1 ? undefined : span.end).trim(),
    );
  }
  return splitByBlanks(line, columns);
}

function splitByBlanks(line: string, columns: PerfColumns): string[] | null {
  const cells = line.trim().split(/ {2,}/);
  return cells.length === columns.titles.length ? cells : null;
}

/** `  9.12%     0.22%  Web Content [kernel.kallsyms] [k] tcp_recvmsg`: a name as long as its column leaves one blank. */
function splitByMark(line: string, { titles }: PerfColumns): string[] | null {
  const mark = / \[[.kguHhx]\] \S/.exec(line);
  if (mark === null || titles.at(-1) !== 'Symbol') return null;
  const words = line.slice(0, mark.index).trim().split(/\s+/);
  const names = titles.slice(0, -1).filter((title) => title === 'Command' || title === 'Shared Object');
  const numbers = words.slice(0, titles.length - 1 - names.length);
  const rest = words.slice(numbers.length);
  if (numbers.length < 1 || !numbers.every((word) => /^[\d.]+%?$/.test(word)) || rest.length < names.length)
    return null;
  // A task name may hold blanks, an object rarely does.
  const cells =
    names.length === 2 ? [rest.slice(0, -1).join(' '), rest.at(-1)!] : names.length === 1 ? [rest.join(' ')] : [];
  return [...numbers, ...cells, line.slice(mark.index).trim()];
}
