import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';
import { ClassHeader } from './classes.ts';
import { readPercent } from './columns.ts';
import { type ClassRow, makeTables } from './tables.ts';

/**
 * Source or assembly with counts in the margin. Only the totals per function are used:
 *    11510  1.9661 :{ /* pop_buffer_value total:  89901 15.3566 *\/
 * Percents of 2003 have a `%` sign: `/* main total: 7871 100% *\/`.
 */
const TOTAL = /\/\* (.+?) total:((?: +\d+ +(?:[\d.]+(?:e[-+]\d+)?|nan)%?)+) \*\//;
const PAIR = /(\d+) +([\d.]+(?:e[-+]\d+)?|nan)%?/g;
/** 0.5 to 0.8: `     88 15.38% : 8048337:  rep movsl`; a line without samples has a blank margin. */
const SAMPLED = /^ *\d+ +(?:\d+\.\d+(?:e[-+]\d+)?%?|\d+%|0) +(?:\d+ +(?:\d+\.\d+(?:e[-+]\d+)?%?|\d+%|0) +)*:/;
const BLANK_MARGIN = /^ {8,}:/;

const NO_TOTALS =
  'no totals per function are in this text, so there is no profile: use the whole output of opannotate, or opreport -l';

class OpannotateParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private readonly header = new ClassHeader();
  private readonly rows: ClassRow[] = [];
  private isInComment = false;
  private image = '';
  private readonly seen = new Set<string>();

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string, lineNo: number): LineFate {
    const total = TOTAL.exec(line);
    if (total !== null) {
      if (this.isRepeated(line)) return 'unused';
      const pairs = [...total[2].matchAll(PAIR)];
      const samples = pairs.map((pair) => Number(pair[1]));
      this.rows.push({
        samples,
        percents: pairs.map((pair) => readPercent(pair[2])),
        image: this.image,
        app: '',
        symbol: total[1],
        line: lineNo,
      });
      return 'parsed';
    }
    if (/^\/\*\s*$/.test(line)) this.isInComment = true;
    if (this.isInComment) {
      if (/\*\/\s*$/.test(line)) this.isInComment = false;
      this.header.take(line.replace(/^ \* ?/, ''));
      return 'comment';
    }
    const image = /^ +:(\S+): +file format /.exec(line);
    if (image !== null) this.image = image[1];
    if (SAMPLED.test(line) || BLANK_MARGIN.test(line)) return 'unused';
    // `08048480 <main>:` of a function without samples
    if (/^[0-9a-f]{8,16} <.*>:/.test(line)) return 'unused';
    return /^\s*\.\.\.\s*$/.test(line) ? 'comment' : 'unknown';
  }

  /**
   * --assembly lets objdump print a function once per section it looks at: the same address with the same total is the
   * same function, and its samples count once.
   */
  private isRepeated(line: string): boolean {
    if (!/^[0-9a-f]{8,16} </.test(line)) return false;
    const key = `${this.image}\0${line}`;
    if (this.seen.has(key)) return true;
    this.seen.add(key);
    return false;
  }

  onEnd(report: FileReport): void {
    if (this.rows.length === 0) {
      report.notes.push(NO_TOTALS);
      return;
    }
    const classes = this.header.makeClasses(this.rows[0].samples.length);
    const spec = { file: this.fileName, format: 'opannotate', imagesOnly: false, isDifference: false };
    this.profiles.push(...makeTables(this.rows, classes, spec));
    for (const table of this.profiles) {
      report.samples += table.rows.reduce((sum, row) => sum + row.samples, 0);
      report.eventNames.set(table.event, table.rows.length);
    }
  }
}

export const opannotateFormat: Format = {
  id: 'opannotate',
  title: 'oprofile: opannotate --source and --assembly, totals per function',
  fills: 'profile',
  printedBy: 'https://sourceforge.net/p/oprofile/oprofile/ci/master/tree/pp/opannotate.cpp',
  example: 'ffffffff812b01d0 <tcp_service_net_dma>: /* tcp_service_net_dma total:     65 69.1489 */',
  detect(head: DetectionHead) {
    let score = 0;
    for (const line of head.lines) {
      if (TOTAL.test(line)) score += 30;
      else if (/^ \* Command line: opannotate/.test(line)) score += 50;
      else if (/^ \* Total samples for file : "/.test(line)) score += 30;
      else if (SAMPLED.test(line)) score += 5;
    }
    // Without the sources no line has a margin, only the totals stand there; of a margin alone several lines are needed.
    return { score: score >= 15 ? score : 0, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'opannotate', new OpannotateParser(context.fileName)),
};
