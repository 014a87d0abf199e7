import type { Run } from '../../model/capture.ts';
import { findFact } from '../../model/environment.ts';
import { findSymbolFamily } from '../../model/kernel/renamed-symbols.ts';
import type { ProfileTable } from '../../model/profile.ts';
import { proportionDifference } from '../../stats/index.ts';
import { driftOf, shareDriftOf } from '../context/drift.ts';
import { splitProfile, usableTables } from '../summaries/profile.ts';
import { type RunDesign, testByRuns } from './methods/runs.ts';
import type { MetricSpec } from './metrics.ts';
import type { RunSeries } from './series.ts';
import { NO_INTERVAL, type RowTest, testByStudent, untested } from './test.ts';

/** Symbols below this share of busy samples on both sides are not listed. */
const SMALLEST_PCT = 1;
/**
 * Samples are not independent (a stretch of work gives several): each counts for a quarter. An assumption, not an
 * estimate: a table of samples does not hold their order.
 */
const SAMPLE_DISPERSION = 4;

export interface ProfileLine {
  /** '' for a category line; '(idle)' and '(engine)' are shares of all samples, every other line of busy samples. */
  symbol: string;
  category: string;
  /** A family of renamed functions: `receive loop of TCP`. */
  family?: string;
  before: RunSeries[];
  after: RunSeries[];
  test: RowTest;
}

export const SHARE_SPEC: MetricSpec = {
  metric: 'share of busy samples',
  unit: '%',
  kind: 'share',
  drift: 'share',
  scale: 100,
  better: '',
  isTime: false,
  numerator: () => Number.NaN,
  denominator: () => Number.NaN,
};

interface Shares {
  categories: Map<string, number>;
  symbols: Map<string, { category: string; weight: number }>;
  busy: number;
  total: number;
  idle: number;
  engine: number;
  /** Busy samples as counts; 0 when the text has percents only. */
  samples: number;
}

/** Shares of busy samples by category and by symbol; idle and the engine's CPU are set apart before. */
export function compareProfiles(
  before: readonly Run[],
  after: readonly Run[],
  categoryOf: (symbol: string) => string,
  design: RunDesign,
): { lines: ProfileLine[]; warnings: string[] } {
  const kind = commonKind([...before, ...after]);
  if (kind === null) return { lines: [], warnings: warnAboutKinds(before, after) };
  const sharesOf = (runs: readonly Run[]): Shares[] =>
    runs.map((run) => readShares(usableTables(run).find((table) => kindsOf(table).includes(kind))!, categoryOf));
  const b = sharesOf(before);
  const a = sharesOf(after);
  const lines: ProfileLine[] = [];
  const add = (symbol: string, category: string, read: (s: Shares) => number, of: (s: Shares) => number): void => {
    const series = (sides: Shares[]): RunSeries[] =>
      sides.map((s) => ({
        numerator: new Float64Array(0),
        denominator: new Float64Array(0),
        n: s.samples > 0 ? Math.round((s.samples * of(s)) / s.busy) : 0,
        value: of(s) > 0 ? (100 * read(s)) / of(s) : Number.NaN,
      }));
    const before = series(b);
    const after = series(a);
    lines.push({ symbol, category, before, after, test: testShares(before, after, design) });
  };
  const all = [...b, ...a];
  add(
    '(idle)',
    'idle',
    (s) => s.idle,
    (s) => s.total - s.engine,
  );
  if (all.some((s) => s.engine > 0))
    add(
      '(engine)',
      'dma',
      (s) => s.engine,
      (s) => s.total,
    );
  const largest = (read: (s: Shares) => number): number => Math.max(...all.map((s) => (100 * read(s)) / s.busy));
  for (const category of sortedKeys(all.map((s) => s.categories)))
    add(
      '',
      category,
      (s) => s.categories.get(category) ?? 0,
      (s) => s.busy,
    );
  for (const { symbol, family, members } of pairSymbols(b, a)) {
    const read = (s: Shares): number => members.reduce((sum, name) => sum + (s.symbols.get(name)?.weight ?? 0), 0);
    const category =
      all.flatMap((s) => members.map((name) => s.symbols.get(name)?.category)).find((c) => c !== undefined) ?? 'other';
    if (largest(read) < SMALLEST_PCT) continue;
    add(symbol, category, read, (s) => s.busy);
    if (family !== '') lines[lines.length - 1].family = family;
  }
  return { lines, warnings: [] };
}

/**
 * Symbols by name; where the two sides have different names of one family (another kernel release), the family is one row:
 * `copy_user_enhanced_fast_string → rep_movs_alternative`.
 */
function pairSymbols(
  b: readonly Shares[],
  a: readonly Shares[],
): { symbol: string; family: string; members: string[] }[] {
  const names = {
    before: new Set(sortedKeys(b.map((s) => s.symbols))),
    after: new Set(sortedKeys(a.map((s) => s.symbols))),
  };
  const out: { symbol: string; family: string; members: string[] }[] = [];
  const paired = new Set<string>();
  for (const symbol of sortedKeys([...b, ...a].map((s) => s.symbols))) {
    if (paired.has(symbol)) continue;
    const family = findSymbolFamily(symbol);
    const members = [...new Set([...names.before, ...names.after])]
      .filter((name) => family !== undefined && findSymbolFamily(name) === family)
      .sort();
    const was = members.filter((name) => names.before.has(name));
    const is = members.filter((name) => names.after.has(name));
    if (family === undefined || was.length === 0 || is.length === 0 || was.join() === is.join()) {
      out.push({ symbol, family: '', members: [symbol] });
      continue;
    }
    for (const name of members) paired.add(name);
    out.push({ symbol: `${was.join(' + ')} → ${is.join(' + ')}`, family: family.title, members });
  }
  return out;
}

/** Same file name, format and event on every run if there is such a table; else the same format and event; else the event. */
function commonKind(runs: readonly Run[]): string | null {
  if (runs.length === 0) return null;
  const tables = usableTables(runs[0]);
  for (let level = 0; level < 2; level++)
    for (const table of tables) {
      const kind = kindsOf(table)[level];
      if (runs.every((run) => usableTables(run).some((other) => kindsOf(other).includes(kind)))) return kind;
    }
  return null;
}

function kindsOf(table: ProfileTable): string[] {
  const name = table.file.split('/').at(-1) ?? '';
  return [`${table.format}|${table.event}|${name}`, `${table.format}|${table.event}`];
}

function warnAboutKinds(before: readonly Run[], after: readonly Run[]): string[] {
  const has = (runs: readonly Run[]): boolean => runs.some((run) => usableTables(run).length > 0);
  if (!has(before) && !has(after)) return [];
  if (has(before) !== has(after))
    return [`only ${has(before) ? 'BEFORE' : 'AFTER'} has a profile: profiles are not compared`];
  return ['the profiles of the two sides are of different formats or events: they are not compared'];
}

function readShares(table: ProfileTable, categoryOf: (symbol: string) => string): Shares {
  const split = splitProfile(table, categoryOf);
  const symbols = new Map<string, { category: string; weight: number }>();
  const categories = new Map<string, number>();
  for (const { row, category, weight, kind } of split.rows) {
    if (kind !== 'busy') continue;
    categories.set(category, (categories.get(category) ?? 0) + weight);
    const known = symbols.get(row.symbol);
    if (known === undefined) symbols.set(row.symbol, { category, weight });
    else known.weight += weight;
  }
  const notListed = Math.max(0, split.total - split.idle - split.engine - split.busy);
  const busy = split.busy + notListed;
  const counted = table.totalSamples || 0;
  return {
    categories,
    symbols,
    busy,
    total: split.total,
    idle: split.idle,
    engine: split.engine,
    samples: split.total > 0 ? (counted * busy) / split.total : 0,
  };
}

function sortedKeys(maps: readonly Map<string, unknown>[]): string[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))].sort();
}

function testShares(before: RunSeries[], after: RunSeries[], design: RunDesign): RowTest {
  if (before.length > 1 || after.length > 1) return testByRuns(before, after, SHARE_SPEC, design);
  const [b] = before;
  const [a] = after;
  if (Number.isNaN(b.value) || Number.isNaN(a.value) || b.n === 0 || a.n === 0) {
    const bare = untested(b.value, a.value, b.n, a.n, 'percents without sample counts: no interval');
    return { ...bare, at: (level) => ({ ...bare.at(level), differencePct: NO_INTERVAL }) };
  }
  const drift = driftOf(SHARE_SPEC.drift, design.driftPct);
  const n1 = effectiveSize(b, drift);
  const n2 = effectiveSize(a, drift);
  const difference = (level: number) => proportionDifference((b.value / 100) * n1, n1, (a.value / 100) * n2, n2, level);
  const pooled = (b.value * n1 + a.value * n2) / (n1 + n2) / 100;
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  const student = testByStudent({
    before: b.value,
    after: a.value,
    error: 100 * error,
    df: n1 + n2,
    onLogs: false,
    isShare: true,
    nBefore: b.n,
    nAfter: a.n,
    method: `${difference(0.95).method}, each sample counted as 1/${SAMPLE_DISPERSION}`,
  });
  return {
    ...student,
    pValue: error > 0 ? student.pValue : 1,
    at: (level) => {
      const { estimate, low, high } = difference(level);
      return {
        difference: { estimate: 100 * estimate, low: 100 * low, high: 100 * high },
        differencePct: NO_INTERVAL,
      };
    },
  };
}

/** n at which independent samples would have the error of dispersed samples plus drift. */
function effectiveSize({ value, n }: RunSeries, drift: number): number {
  const share = value / 100;
  const scatter = share * (1 - share);
  const samples = n / SAMPLE_DISPERSION;
  return scatter > 0 ? scatter / (scatter / samples + shareDriftOf(share, drift) ** 2) : samples;
}

/** Bytes received by a run as iperf or the like tells them; NaN unknown. */
export function iperfBytes(run: Run): number {
  return findFact(run.facts, 'iperf', 'bytes')?.value ?? Number.NaN;
}
