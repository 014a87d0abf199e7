import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { ReadContext } from '../../contract.ts';
import type { LineFate, TextParser } from '../../text/reader.ts';
import { iperfTextFormat, isIperfLine } from '../iperf/index.ts';
import { opreportFormat, readTitles } from '../oprofile/index.ts';
import { SideParser } from '../side/index.ts';
import { factsOfCases, factsOfSettings, hasFigures, mergeCases, recordOf } from './cases.ts';
import { QuotedLines } from './quoted.ts';
import type { Setting } from './settings.ts';
import { LIST_ITEM, ParagraphBuilder, readParagraph, type StatedCase } from './statements.ts';

/** Rules of side files that words at the beginning of a sentence satisfy. */
const LOOSE_RULES = new Set(['lscpu', 'trace-option', 'buffer-stats', 'recorder-log', 'cpuinfo']);
const TABLE_ROW = /^\s*(?:[0-9a-f]{8,16}\s+)?\d+\s+[\d.e-]+%?\s+\S/;
const TABLE_HEAD = /^(?:CPU: \S|Counted \S+ events|Profiling through timer)/;

/** What kind of line it was, for the score of the whole. */
export type Kind = 'blank' | 'fence' | 'table-title' | 'table-row' | 'iperf' | 'command' | 'counter' | 'side' | 'words';

/** A mail, a forum thread, an article: sentences with figures, and what its author pasted between them. */
export class ProseParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  readonly wantsBlankLines = true;
  readonly cases: StatedCase[] = [];
  /** Kind of the last line. */
  kind: Kind = 'blank';
  private readonly fileName: string;
  private readonly side: SideParser;
  private readonly context: ReadContext | null;
  private readonly settings: (Setting & { line: number })[] = [];
  private readonly paragraph = new ParagraphBuilder();
  private table: QuotedLines | null = null;
  /** A test of its own under every heading. */
  private readonly iperf = new Map<StatedCase | null, QuotedLines>();
  private inTable = false;
  private heading: StatedCase | null = null;
  private readonly filled = new Set<StatedCase>();

  /** Without a context nothing is read, only recognised. */
  constructor(fileName: string, context: ReadContext | null) {
    this.fileName = fileName;
    this.context = context;
    this.side = new SideParser(fileName, LOOSE_RULES);
  }

  onLine(rawLine: string, lineNo: number): LineFate {
    const line = rawLine.replace(/\s+$/, '');
    if (line === '') {
      this.closeParagraph();
      this.side.endTable();
      this.kind = 'blank';
      return 'comment';
    }
    if (/^\s*(?:```|~~~|<\/?(?:pre|code)>)/.test(line)) {
      this.closeParagraph();
      this.kind = 'fence';
      return 'comment';
    }
    return (
      this.takeTable(line, lineNo) ??
      this.takeIperf(line, lineNo) ??
      this.takeSide(line, lineNo) ??
      this.takeWords(line, lineNo)
    );
  }

  private takeTable(line: string, lineNo: number): LineFate | null {
    const isTitle = /samples/i.test(line) && line.length < 400 && readTitles(line) !== null;
    if (!isTitle && !TABLE_HEAD.test(line) && !(this.inTable && TABLE_ROW.test(line))) {
      this.inTable = false;
      return null;
    }
    if (isTitle) this.closeParagraph();
    this.inTable ||= isTitle;
    this.kind = isTitle ? 'table-title' : 'table-row';
    this.fillHeading();
    if (this.context !== null) {
      this.table ??= new QuotedLines(opreportFormat, this.context);
      this.table.add(line, lineNo);
    }
    return 'parsed';
  }

  private takeIperf(line: string, lineNo: number): LineFate | null {
    if (!isIperfLine(line)) return null;
    this.closeParagraph();
    this.kind = 'iperf';
    this.fillHeading();
    if (this.context !== null) {
      const known = this.iperf.get(this.heading) ?? new QuotedLines(iperfTextFormat, this.context);
      this.iperf.set(this.heading, known);
      known.add(line, lineNo);
    }
    return 'parsed';
  }

  private fillHeading(): void {
    if (this.heading !== null) this.filled.add(this.heading);
  }

  private takeSide(line: string, lineNo: number): LineFate | null {
    const before = this.side.facts.length;
    const fate = this.side.onLine(line, lineNo);
    if (fate === 'unknown' || (fate === 'comment' && line.startsWith('#') && !/^#\s/.test(line))) return null;
    // A heading of Markdown is a comment to the reader of side files.
    if (fate === 'comment' && /^#+ /.test(line) && !this.side.isWaiting) return null;
    this.closeParagraph();
    const made = this.side.facts.slice(before);
    this.kind = made.some(isOfEngine) ? 'counter' : fate === 'comment' ? 'command' : 'side';
    return fate;
  }

  private takeWords(rawLine: string, lineNo: number): LineFate {
    const line = rawLine.replace(/^\s*(?:>\s?)+/, '').replace(/^#+\s+/, '');
    this.kind = 'words';
    if (LIST_ITEM.test(line)) this.closeParagraph();
    this.paragraph.add(line.replace(/[*`]{1,3}(?=\S)|(?<=\S)[*`]{1,3}/g, ''), lineNo);
    if (/:\s*$/.test(line)) this.closeParagraph();
    return 'unknown';
  }

  private closeParagraph(): void {
    if (this.paragraph.isEmpty) return;
    const { cases, settings } = readParagraph(this.paragraph.take(), this.heading);
    this.cases.push(...cases);
    this.settings.push(...settings);
    if (cases.length > 0) {
      const last = cases[cases.length - 1];
      this.heading = last.isHeading ? last : null;
    }
  }

  /** Cases that have figures, in their sentence or in what stands under their heading. */
  countCases(): number {
    this.closeParagraph();
    return this.cases.filter((stated) => hasFigures(stated) || this.filled.has(stated)).length;
  }

  onEnd(report: FileReport): void {
    this.closeParagraph();
    const tables = this.table?.end(report).profiles ?? [];
    const rates = [...this.iperf.values()].flatMap((lines) => lines.end(report).facts);
    const holds = (stated: StatedCase, line: number): boolean => this.headingAt(line) === stated;
    const known = mergeCases(this.cases).filter(
      (stated) =>
        hasFigures(stated) ||
        tables.some((table) => holds(stated, table.rows[0]?.line ?? 0)) ||
        rates.some(({ line }) => holds(stated, line)),
    );
    const recordAt = (line: number): string => {
      const heading = this.headingAt(line);
      const index = heading === null ? -1 : known.indexOf(heading);
      return index < 0 ? '' : recordOf(index);
    };
    for (const table of tables) {
      const record = recordAt(table.rows[0]?.line ?? 0);
      this.profiles.push(record === '' ? table : { ...table, caseRecord: record });
    }
    for (const fact of rates) {
      const record = recordAt(fact.line);
      this.facts.push(record === '' ? fact : { ...fact, domain: 'stated', record });
    }
    const stated = [...factsOfCases(known, this.fileName), ...factsOfSettings(this.settings, this.fileName)];
    const lines = new Set(stated.map(({ line }) => line));
    report.account.parsed += lines.size;
    report.account.unknown -= lines.size;
    this.facts.push(...this.side.facts, ...stated);
    report.variant = describeKinds(known.length, this.side.facts.length, tables.length, rates.length);
  }

  /** The heading under which a line stands: the last one above it, unless another case was told between them. */
  private headingAt(line: number): StatedCase | null {
    const above = this.cases.filter((stated) => stated.line <= line).at(-1);
    return above?.isHeading === true ? above : null;
  }
}

const isOfEngine = ({ domain, key }: Fact): boolean =>
  (domain === 'dma' && !key.startsWith('dmesg')) || key === 'net.ipv4.tcp_dma_copybreak' || key === 'config.NET_DMA';

function describeKinds(cases: number, side: number, tables: number, rates: number): string {
  const parts = [
    cases > 0 ? `${cases} ${cases === 1 ? 'case' : 'cases'} in words` : '',
    side > 0 ? 'settings and counters' : '',
    tables > 0 ? 'opreport' : '',
    rates > 0 ? 'iperf' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
