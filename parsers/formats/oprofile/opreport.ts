import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { Format, ReadContext } from '../../contract.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';
import { ClassHeader } from './classes.ts';
import { type Column, guessColumns, readRow, readTitles } from './columns.ts';
import { detectOpreport, isBareRow } from './detect.ts';
import { ImageSummary, readBarCells } from './images.ts';
import { type ClassRow, makeTables } from './tables.ts';

interface SymbolTable {
  columns: readonly Column[];
  /** Blanks before the titles: a table pasted with an indentation. */
  indent: number;
  rows: ClassRow[];
  /** A rule of dashes stands under the titles: indented rows are callers and callees. */
  isCallgraph: boolean;
}

/** Tables of opreport, all versions. Only rows at the left margin count; see formats.md 6 for what is indented. */
class OpreportParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly context: ReadContext;
  private readonly header = new ClassHeader();
  private symbols: SymbolTable | null = null;
  private images: ImageSummary | null = null;
  private barNames: string[] = [];
  /** The beginning of a row that a mail program wrapped. */
  private pending = '';
  private pendingLines = 0;
  private lostPending = 0;
  /** Rows of a report without header: their columns are guessed when all have been seen. */
  private readonly bare: { line: string; lineNo: number }[] = [];
  private lostBare = 0;
  private readonly variants = new Set<string>();
  /** The line above, when it holds titles. */
  private titles = '';

  constructor(context: ReadContext) {
    this.context = context;
  }

  onLine(line: string, lineNo: number): LineFate {
    if (this.pending !== '') {
      const fate = this.join(line, lineNo);
      if (fate !== null) return fate;
    }
    if (/^CPU: /.test(line)) this.closeTables();
    if (this.header.take(line)) {
      this.keepCpu(line, lineNo);
      return 'comment';
    }
    const titles = readTitles(line) ?? this.joinTitles(line);
    if (titles !== null) {
      this.closeTables();
      this.symbols = { columns: titles, indent: Math.max(titles[0].offset, 0), rows: [], isCallgraph: false };
      this.titles = line;
      return 'comment';
    }
    this.titles = '';
    if (COUNT_TITLES.test(line)) {
      this.titles = line;
      return 'comment';
    }
    const cells = readBarCells(line);
    if (cells !== null) return this.openImages(line, cells);
    if (/^\s*-{10,}\s*$/.test(line)) {
      if (this.symbols !== null) this.symbols.isCallgraph = true;
      return 'comment';
    }
    if (/^\s*(?:\.\.\.|\[\.\.\.\]|\[snip\])\s*$/.test(line)) return 'comment';
    if (this.symbols !== null) return this.takeSymbol(line, lineNo);
    if (this.images !== null) return this.takeImage(line, lineNo);
    return this.takeBare(line, lineNo);
  }

  /** A mail program also wraps the titles: `… app name` and `symbol name` on the next line. Their offsets are lost then. */
  private joinTitles(line: string): Column[] | null {
    if (this.titles === '' || !/^[a-z]+(?: name)?(?:\s+[a-z]+ name)*\s*$/.test(line)) return null;
    const joined = readTitles(`${this.titles.trimEnd()} ${line.trim()}`);
    return joined?.map(({ kind }) => ({ kind, offset: -1 })) ?? null;
  }

  onEnd(report: FileReport): void {
    if (this.pending !== '') this.dropPending();
    this.closeTables();
    this.closeBare();
    const lost = this.lostPending + this.lostBare;
    report.account.parsed -= lost;
    report.account.unknown += lost;
    report.variant = [...this.variants].join(', ');
    for (const table of this.profiles) {
      report.samples += table.rows.reduce((sum, row) => sum + row.samples, 0);
      report.eventNames.set(table.event, (report.eventNames.get(table.event) ?? 0) + table.rows.length);
    }
  }

  private takeSymbol(line: string, lineNo: number): LineFate {
    const table = this.symbols!;
    const text = line.slice(0, table.indent).trim() === '' ? line.slice(table.indent) : line;
    // Callers, callees and addresses of --details: the row at the margin has their samples already.
    if (/^\s/.test(text)) return /^\s+(?:[0-9a-f]{8,16}\s+)?\d+\s/.test(text) ? 'unused' : 'unknown';
    const row = readRow(text, table.columns);
    if (row === 'incomplete') return this.hold(line);
    if (row === null) return /^\d+\s+\d+\.\d+\s/.test(text) ? { malformed: 'row-does-not-fit-titles' } : 'unknown';
    table.rows.push({ ...row, image: this.imageOf(row, table.columns), line: lineNo });
    return 'parsed';
  }

  /** Without --separate the samples of an application are those of its own image, and only the application is printed. */
  private imageOf(row: { image: string; app: string; symbol: string }, columns: readonly Column[]): string {
    return columns.some((column) => column.kind === 'image') ? row.image : row.app;
  }

  private openImages(line: string, cells: string[]): LineFate {
    const isTitles = cells.every((cell) => cell === 'samples' || cell === '%');
    if (this.images !== null && this.images.size > 0 && /^(?:\t| {8})/.test(line)) {
      this.images.beginDependents();
      return 'comment';
    }
    if (!isTitles) {
      if (!/^(?:\t| {8}\s*\S+\|\s*$)/.test(line) || this.images === null || this.images.size === 0)
        this.barNames = cells;
      return 'comment';
    }
    this.closeTables();
    const pairs = cells.filter((cell) => cell === 'samples').length;
    this.images = new ImageSummary(Array.from({ length: pairs }, (_, index) => this.barNames[index] ?? ''));
    return 'comment';
  }

  private takeImage(line: string, lineNo: number): LineFate {
    const taken = this.images!.take(line, lineNo);
    if (taken === 'incomplete') return this.hold(line);
    return taken === null ? 'unknown' : 'parsed';
  }

  private hold(line: string): LineFate {
    this.pending = line;
    this.pendingLines = 1;
    return 'parsed';
  }

  /** Tries the held beginning with this line; null when they do not fit together. */
  private join(line: string, lineNo: number): LineFate | null {
    const joined = `${this.pending.trimEnd()} ${line.trim()}`;
    const held = this.pendingLines;
    this.pending = '';
    const isNewRow =
      this.symbols !== null &&
      typeof readRow(line, this.symbols.columns) === 'object' &&
      readRow(line, this.symbols.columns) !== null;
    const fate = isNewRow
      ? 'unknown'
      : this.symbols !== null
        ? this.takeSymbol(joined, lineNo)
        : this.takeImage(joined, lineNo);
    if (fate === 'parsed') {
      if (this.pending !== '') this.pendingLines = held + 1;
      if (this.pendingLines <= 4 || this.pending === '') return 'parsed';
    }
    this.pending = '';
    this.lostPending += held;
    return null;
  }

  private dropPending(): void {
    this.lostPending += this.pendingLines;
    this.pending = '';
  }

  private takeBare(line: string, lineNo: number): LineFate {
    if (!isBareRow(line)) return 'unknown';
    this.bare.push({ line, lineNo });
    return 'parsed';
  }

  private closeBare(): void {
    if (this.bare.length === 0) return;
    const columns = guessColumns(this.bare.map(({ line }) => line));
    const rows: ClassRow[] = [];
    for (const { line, lineNo } of this.bare) {
      const row = columns === null ? null : readRow(line, columns);
      if (row === null || row === 'incomplete') this.lostBare++;
      else rows.push({ ...row, line: lineNo });
    }
    this.variants.add('without header');
    this.keepTables(rows, columns ?? [], 'opreport', []);
  }

  private closeTables(): void {
    if (this.symbols !== null && this.symbols.rows.length > 0) {
      const { rows, columns, isCallgraph } = this.symbols;
      this.variants.add(isCallgraph ? 'callgraph' : 'symbols');
      this.keepTables(rows, columns, isCallgraph ? 'opreport-callgraph' : 'opreport', []);
    }
    if (this.images !== null && this.images.size > 0) {
      this.variants.add('image summary');
      this.keepTables(this.images.toRows(), [], 'opreport-images', this.images.names);
    }
    this.symbols = null;
    this.images = null;
  }

  private keepTables(rows: ClassRow[], columns: readonly Column[], format: string, names: readonly string[]): void {
    const isDifference = columns.some((column) => column.kind === 'difference');
    if (isDifference) this.variants.add('differential');
    const imagesOnly = !columns.some((column) => column.kind === 'symbol');
    const classes = this.header.makeClasses(rows[0]?.samples.length ?? 1, names);
    this.profiles.push(...makeTables(rows, classes, { file: this.context.fileName, format, imagesOnly, isDifference }));
  }

  /** Some versions print kHz under the name MHz: `speed 2.534e+06 MHz`. */
  private keepCpu(line: string, lineNo: number): void {
    const match = /^CPU: (.+?), speed ([\d.e+]+) MHz/.exec(line);
    if (match === null) return;
    const mhz = Number(match[2]) > 1e5 ? Number(match[2]) / 1000 : Number(match[2]);
    const at = { file: this.context.fileName, line: lineNo };
    if (mhz > 0) this.facts.push(makeFact('cpu', 'mhz', String(mhz), at, 'MHz'));
    if (!/timer interrupt/.test(match[1])) this.facts.push(makeFact('cpu', 'model', match[1], at));
  }
}

/** The beginning of wrapped titles. */
const COUNT_TITLES = /^(?:vma\s+)?samples\s+%(?:\s+samples\s+%)*\s*$/;

export const opreportFormat: Format = {
  id: 'opreport',
  title: 'oprofile: opreport image summary, -l, -c, --details, differential',
  fills: 'profile',
  printedBy: 'https://sourceforge.net/p/oprofile/oprofile/ci/master/tree/pp/opreport.cpp',
  example: '853       5.9646  vmlinux-3.10.105         swdma_thread',
  detect: detectOpreport,
  open: (context) => openTextReader(context, 'opreport', new OpreportParser(context)),
};
