import type { Run } from '../../model/capture.ts';
import { type Fact, findSysctl } from '../../model/environment.ts';
import type { ProfileTable } from '../../model/profile.ts';
import { refusesAll } from '../context/settings.ts';
import { isBenchmark, readBenchmarkRate, readReceiverCpu } from '../summaries/benchmark.ts';
import { isCompletionWait, isCopySymbol, splitProfile, sumWhere, usableTables } from '../summaries/profile.ts';
import { type CopyDirection, tellCopyDirection } from './copy-direction.ts';

/** One case of an experiment known only by figures: a throughput and a profile. */
export interface FigureCase {
  name: string;
  run: string;
  bytesPerSecond: number;
  /** CPU time of the receiving machine per byte, as netperf -c -C says it; NaN: not said. */
  receiverNsPerByte: number;
  table: ProfileTable | null;
  /** Share of the copy routines in percent: of all samples as listed, and of busy samples (idle and engine set apart). */
  copyPct: number;
  copyBusyPct: number;
  idlePct: number;
  enginePct: number;
  waitBusyPct: number;
  /** The largest copy routine and its own share of all samples, in percent. */
  copySymbol: string;
  copySymbolPct: number;
  /** How many routines make up `copyPct`. */
  copyRoutines: number;
  /** Share of all samples that the table lists, in percent: below `WHOLE_PCT` no upper bound follows. */
  listedPct: number;
  direction: CopyDirection;
  /** Line of the copy row and of the throughput figure, for citation. */
  copyLine: number;
  throughputFile: string;
  throughputLine: number;
  isReference: boolean;
  referenceBecause: string;
}

const OFF_WORDS = /(^|[^a-z])(off|without|disabled?|baseline|no[-_ ]?(net[-_ ]?)?dma)([^a-z]|$)/i;

/**
 * A run is a case; a single folder that holds the figures of several cases is split by file names that differ only in the
 * case (off-iperf.csv, off-opreport.txt, on-iperf.csv …). The reference is the case without offload: said by its sysctl,
 * else by a word in its name, else the first.
 */
export function collectCases(runs: readonly Run[], categoryOf: (symbol: string) => string): FigureCase[] {
  const cases = runs.flatMap((run) => {
    // A folder with receive calls is one case, whatever phases its side files come from.
    const stems = run.calls.length === 0 ? splitByStem(run) : [];
    if (stems.length > 1) return stems.map((s) => describeCase(run, s.stem, s.facts, s.tables, categoryOf));
    return [describeCase(run, run.name, run.facts, usableTables(run), categoryOf)];
  });
  const known = cases.filter((c) => Number.isFinite(c.bytesPerSecond) || c.table !== null);
  markReference(known, runs);
  return known;
}

function markReference(cases: FigureCase[], runs: readonly Run[]): void {
  if (cases.length === 0) return;
  const bySysctl = cases.find((c) => {
    const copybreak = findSysctl(runs.find((run) => run.name === c.run)?.facts ?? [], 'net.ipv4.tcp_dma_copybreak');
    return refusesAll(copybreak);
  });
  const byName = cases.find((c) => OFF_WORDS.test(c.name));
  const reference = bySysctl ?? byName ?? cases[0];
  reference.isReference = true;
  reference.referenceBecause =
    reference === bySysctl
      ? 'its tcp_dma_copybreak switches offload off'
      : reference === byName
        ? 'its name says so'
        : 'it comes first';
}

function splitByStem(run: Run): { stem: string; facts: Fact[]; tables: ProfileTable[] }[] {
  const stems = new Map<string, { stem: string; facts: Fact[]; tables: ProfileTable[] }>();
  const at = (file: string) => {
    const stem = stemOf(file);
    let group = stems.get(stem);
    if (group === undefined) {
      group = { stem, facts: [], tables: [] };
      stems.set(stem, group);
    }
    return group;
  };
  for (const fact of run.facts) if (isBenchmark(fact)) at(fact.file).facts.push(fact);
  for (const table of usableTables(run)) at(table.file).tables.push(table);
  const paired = [...stems.values()].filter((s) => s.stem !== '' && s.facts.length > 0 && s.tables.length > 0);
  return paired.sort((a, b) => (a.stem < b.stem ? -1 : 1));
}

/** 'off-iperf.csv' and 'off.opreport.txt' are both 'off'. */
function stemOf(file: string): string {
  const base = file.slice(file.lastIndexOf('/') + 1);
  return base
    .replace(/\.(txt|csv|gz|zst|out|log|dat|opreport|iperf|oprofile|prof)\b/gi, '')
    .replace(/(^|[-_. ])(iperf3?|netperf|kperf|opreport|oprofile|profile|perf|report|symbols|l)(?=$|[-_. ])/gi, '')
    .replace(/^[-_. ]+|[-_. ]+$/g, '');
}

function describeCase(
  run: Run,
  name: string,
  facts: readonly Fact[],
  tables: readonly ProfileTable[],
  categoryOf: (symbol: string) => string,
): FigureCase {
  const throughput = facts.find((f) => isBenchmark(f) && f.key === 'bits_per_second');
  const table = tables[0] ?? null;
  const out: FigureCase = {
    name,
    run: run.name,
    bytesPerSecond: readBenchmarkRate(facts),
    receiverNsPerByte: readReceiverCpu(facts),
    table,
    copyPct: Number.NaN,
    copyBusyPct: Number.NaN,
    idlePct: Number.NaN,
    enginePct: Number.NaN,
    waitBusyPct: Number.NaN,
    copySymbol: '',
    copySymbolPct: Number.NaN,
    copyRoutines: 0,
    listedPct: Number.NaN,
    direction: 'unknown',
    copyLine: 0,
    throughputFile: throughput?.file ?? '',
    throughputLine: throughput?.line ?? 0,
    isReference: false,
    referenceBecause: '',
  };
  if (table === null) return out;
  const split = splitProfile(table, categoryOf);
  const copy = sumWhere(split, isCopySymbol);
  const busy = split.total - split.idle - split.engine;
  const copyRows = split.rows.filter((r) => r.kind === 'busy' && isCopySymbol(r.row.symbol, r.category));
  copyRows.sort((a, b) => b.weight - a.weight);
  // A single row is quoted with the percentage its tool printed, not one recomputed from rounded figures.
  const printed = copyRows.length === 1 ? copyRows[0].row.percent : Number.NaN;
  out.copyPct = Number.isNaN(printed) ? (100 * copy) / split.total : printed;
  out.copyBusyPct = busy > 0 ? (100 * copy) / busy : Number.NaN;
  out.idlePct = (100 * split.idle) / split.total;
  out.enginePct = (100 * split.engine) / split.total;
  out.waitBusyPct = busy > 0 ? (100 * sumWhere(split, isCompletionWait)) / busy : Number.NaN;
  out.copySymbol = copyRows[0]?.row.symbol ?? '';
  out.copyRoutines = new Set(copyRows.map((r) => r.row.symbol)).size;
  const ofSymbol = copyRows.filter((r) => r.row.symbol === out.copySymbol);
  const own = ofSymbol.reduce((sum, r) => sum + r.weight, 0);
  out.copySymbolPct = out.copyRoutines === 1 ? out.copyPct : (100 * own) / split.total;
  out.listedPct = split.coveredPct;
  out.direction = tellCopyDirection(split, isCopySymbol, table.chains);
  out.copyLine = copyRows[0]?.row.line ?? 0;
  return out;
}
