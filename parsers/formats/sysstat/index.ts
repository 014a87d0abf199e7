import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { readCount } from '../../text/counts.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';

/**
 * Tables of mpstat, pidstat and sar (sysstat: pr_stats.c, mpstat.c, pidstat.c): a time, what the row is of, figures. The head
 * stands above each table and is printed again every screen. `Average:` rows sum up a table.
 */
const TIME = String.raw`(?:\d\d:\d\d:\d\d(?: [AP]M)?|\d{9,}|Average:|Moyenne\s?:|Summary:?)`;
const ROW = new RegExp(String.raw`^(${TIME})\s+(\S.*)$`);
const BANNER = /^Linux \S+ \(\S+\)\s+\d[\d/-]+\s+_\w+_\s+\(\d+ CPU\)\s*$/;
/** What a row is of; the rest are figures. */
const KEYS = new Set(['CPU', 'IFACE', 'NODE', 'DEV', 'INTR', 'UID', 'USER', 'PID', 'TGID', 'TID', 'Command']);
const FIGURE = /^(?:%\w+|\w+(?:\/\w+)?%?)$/;
const NUMBER = /^-?\d+(?:[.,]\d+)?$/;

function readHead(rest: string): string[] | null {
  const names = rest.trim().split(/\s+/);
  const figures = names.filter((name) => !KEYS.has(name));
  const isHead = figures.length >= 2 && names.every((name) => !NUMBER.test(name) && FIGURE.test(name));
  return isHead && figures.some((name) => /^%|\/s$/.test(name)) ? names : null;
}

class SysstatParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private names: string[] | null = null;
  private rows = 0;
  private readonly tables = new Set<string>();

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string, lineNo: number): LineFate {
    if (BANNER.test(line)) return 'comment';
    const match = ROW.exec(line.trimEnd());
    if (match === null) return 'unknown';
    const [, time, rest] = match;
    const names = readHead(rest);
    if (names !== null) {
      this.names = names;
      return 'comment';
    }
    if (/^\s*LINUX RESTART/.test(rest)) return 'comment';
    return this.takeRow(time, rest, lineNo);
  }

  private takeRow(time: string, rest: string, line: number): LineFate {
    const { names } = this;
    if (names === null) return 'unknown';
    const cells = rest.trim().split(/\s+/);
    // A command holds blanks: it is the last column.
    if (names.at(-1) === 'Command' && cells.length > names.length)
      cells.splice(names.length - 1, cells.length, cells.slice(names.length - 1).join(' '));
    if (cells.length !== names.length) return { malformed: 'names-and-values-differ' };
    // pidstat prints the CPU that a task ran on last: neither what the row is of nor a figure.
    const isOfTask = names.includes('Command');
    const isKey = (name: string): boolean => KEYS.has(name) && !(isOfTask && name === 'CPU');
    const object = names.flatMap((name, i) => (isKey(name) ? [`${name} ${cells[i]}`] : [])).join(' ') || 'all';
    const figures = names.flatMap((name, i): [string, string][] => (KEYS.has(name) ? [] : [[name, cells[i]]]));
    if (!figures.every(([, text]) => NUMBER.test(text))) return { malformed: 'no-number' };
    this.rows++;
    this.tables.add(names.join(' '));
    const isAverage = !/^\d/.test(time);
    const at = { file: this.fileName, line, record: `sysstat#${this.rows}` };
    for (const [name, text] of figures)
      this.facts.push(
        makeFact(
          'cpu-use',
          `${object}|${name}${isAverage ? '' : `@${time}`}`,
          String(readCount(text.replace(',', '.'))),
          at,
          name.startsWith('%') ? '%' : '',
        ),
      );
    return 'parsed';
  }

  onEnd(report: FileReport): void {
    report.variant = `${this.rows} rows, ${this.tables.size} ${this.tables.size === 1 ? 'table' : 'tables'}`;
  }
}

export const sysstatFormat: Format = {
  id: 'sysstat',
  title: 'mpstat, pidstat and sar: use of CPUs, by processes, of interfaces over time',
  fills: 'facts',
  printedBy: 'https://github.com/sysstat/sysstat/blob/master/mpstat.c',
  example: '03:20:02 AM    0    1.00    0.00    2.00    0.00    0.00   97.00    0.00    0.00    0.00    0.00',
  detect(head: DetectionHead) {
    let score = 0;
    let hasHead = false;
    for (const line of head.lines) {
      if (line.length > 1000) continue;
      if (BANNER.test(line)) score += 20;
      const rest = ROW.exec(line.trimEnd())?.[2];
      if (rest === undefined) continue;
      if (readHead(rest) !== null) {
        hasHead = true;
        score += 50;
      } else if (hasHead && /\s-?\d+[.,]\d\d(?:\s|$)/.test(rest)) score += 10;
    }
    return { score: hasHead ? score : 0, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'sysstat', new SysstatParser(context.fileName)),
};
