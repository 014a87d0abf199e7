import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { readCount } from '../../text/counts.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';

/**
 * The comparison that the kernel test robot mails (lkp-tests, lib/compare.rb: show_perf_change):
 *   before ± stddev%   change[%]   after ± stddev%   metric
 * A change with `%` is relative, one without is a difference of percentages (perf-profile rows). Several commits give several
 * pairs. Copied through a mail the ± may be +-, ?, or its bytes.
 */
const NUMBER = String.raw`-?\d[\d.]*(?:e[+-]?\d+)?`;
const SIGN = String.raw`(?:±|\+-|\+/-|Â±|=C2=B1|\?)`;
const VALUE = String.raw`(${NUMBER})(?:\s*${SIGN}\s*(\d+)%)?`;
const CHANGE = String.raw`[+-]\d[\d.]*(?:e[+-]?\d+)?%?`;
const ROW = new RegExp(String.raw`^\s*${VALUE}(?:\s+${CHANGE}\s+${VALUE})+\s+[a-zA-Z]\S*\s*$`);
const FIRST = new RegExp(String.raw`^\s*${VALUE}`);
const PAIR = new RegExp(String.raw`\s+(${CHANGE})\s+${VALUE}`, 'y');
/** A row of a table that could not be read: numbers, a change, a name of a metric. */
const ROW_LIKE = new RegExp(String.raw`^\s*${NUMBER}.*\s[+-]\d.*\.\w`);
const TITLE = /^\s*%stddev(?:\s+%change\s+%stddev)+\s*$/;
const FAILURES = /^\s*fail:runs(?:\s+%reproduction\s+fail:runs)+\s*$/;
const FAILURE_ROW = /^\s*\d*:\d+(?:\s+-?\d+%?\s+\d*:\d+)+\s+\S+\s*$/;
const RULES = /^\s*(?:={20,}|-{8,}(?: -{8,})+|[\\|]?(?:\s+[\\|])+)\s*$/;
const COMMITS = /^([0-9a-f]{7,40}|v\d\S*)(?:\s+([0-9a-f]{7,40}|v\d\S*))+\s*$/;
const AXES =
  /^[\w.%-]+(?:\/[\w.%-]+){3,}:?\s*$|^\s{2}\S+(?:\/\S*){3,}\s*$|^commit:\s*$|^ {2}[0-9a-f]{7,40}(?: \(".*"\)?.*)?\s*$/;

interface Row {
  metric: string;
  before: number;
  beforeNoisePct: number;
  pairs: { change: number; isRelative: boolean; after: number; noisePct: number }[];
}

function readRow(line: string): Row | null {
  if (!ROW.test(line)) return null;
  const first = FIRST.exec(line)!;
  const row: Row = {
    metric: /\S+\s*$/.exec(line)![0].trim(),
    before: readCount(first[1]),
    beforeNoisePct: first[2] === undefined ? Number.NaN : readCount(first[2]),
    pairs: [],
  };
  PAIR.lastIndex = first[0].length;
  for (let pair = PAIR.exec(line); pair !== null; pair = PAIR.exec(line))
    row.pairs.push({
      change: Number.parseFloat(pair[1]),
      isRelative: pair[1].endsWith('%'),
      after: readCount(pair[2]),
      noisePct: pair[3] === undefined ? Number.NaN : readCount(pair[3]),
    });
  return row.pairs.length === 0 ? null : row;
}

class RobotParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private tables = 0;
  private rows = 0;
  private commits: string[] = [];

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string, lineNo: number): LineFate {
    const row = readRow(line);
    if (row !== null) {
      this.keepRow(row, lineNo);
      return 'parsed';
    }
    if (TITLE.test(line)) {
      this.tables++;
      return 'comment';
    }
    const commits = COMMITS.exec(line);
    if (commits !== null && line.trim().split(/\s+/).length > 1) {
      this.commits = line.trim().split(/\s+/);
      return 'comment';
    }
    if (FAILURE_ROW.test(line)) return 'unused';
    if (FAILURES.test(line) || RULES.test(line) || AXES.test(line)) return 'comment';
    if (this.tables > 0 && ROW_LIKE.test(line)) return { malformed: 'no-robot-row' };
    return 'unknown';
  }

  private keepRow({ metric, before, beforeNoisePct, pairs }: Row, line: number): void {
    this.rows++;
    for (const [i, { change, isRelative, after, noisePct }] of pairs.entries()) {
      const record = `robot#${this.rows}${i === 0 ? '' : `.${i + 1}`}`;
      const at = { file: this.fileName, line, record };
      const keep = (name: string, value: number, unit: string): void => {
        if (!Number.isNaN(value)) this.facts.push(makeFact('robot', `${metric}|${name}`, String(value), at, unit));
      };
      keep('before', before, '');
      keep('before_stddev', beforeNoisePct, '%');
      keep('after', after, '');
      keep('after_stddev', noisePct, '%');
      keep('change', change, isRelative ? '%' : 'points');
      const [from, to] = [this.commits[0], this.commits[i + 1]];
      if (from !== undefined && to !== undefined)
        this.facts.push(makeFact('robot', `${metric}|commits`, `${from} ${to}`, at));
    }
  }

  onEnd(report: FileReport): void {
    report.variant = `${this.rows} ${this.rows === 1 ? 'row' : 'rows'}`;
  }
}

export const robotFormat: Format = {
  id: 'robot',
  title: 'comparison tables of the kernel test robot (before, %stddev, %change, after)',
  fills: 'facts',
  printedBy: 'https://github.com/intel/lkp-tests/blob/master/lib/compare.rb',
  example: '     21050 ±  1%     -12.4%      18440 ±  2%  netperf.Throughput_Mbps',
  detect(head: DetectionHead) {
    let score = 0;
    let rows = 0;
    for (const line of head.lines) {
      if (line.length > 1000) continue;
      if (TITLE.test(line)) score += 50;
      else if (/[+-]\d/.test(line) && readRow(line) !== null) rows++;
    }
    return { score: rows > 0 ? score + rows * 10 : 0, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'robot', new RobotParser(context.fileName)),
};
