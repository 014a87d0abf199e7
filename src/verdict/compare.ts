import type { CompareRow, Comparison } from '../model/analysis.ts';
import type { Run } from '../model/capture.ts';
import { adjustHolm } from '../stats/index.ts';
import { type CallView, MSG_PEEK, type Selection, selectCalls } from './call-view.ts';
import { testByCalls } from './compare-calls.ts';
import { DRIFT_PCT } from './compare-drift.ts';
import { listDeclineReasons, type MetricSpec, STRATUM_METRICS, throughput, wholeMetrics } from './compare-metrics.ts';
import { matchTraffic, SAME_MIX_OVERLAP } from './compare-mix.ts';
import { isZeroOnBothSides, makeRow, toEffect } from './compare-outcome.ts';
import { compareProfiles, iperfBytes, type ProfileLine, SHARE_SPEC } from './compare-profile.ts';
import { canPermute, judgeRunFamily, MIN_CALLS_A_RUN, smallestPermutationP, testByRuns } from './compare-runs.ts';
import { areIdentical, gatherSeries, type RunSeries } from './compare-series.ts';
import { identical, type RowTest, untested } from './compare-test.ts';
import { findUnlikeness } from './compare-unlike.ts';
import { CONFIDENCE_LEVEL, EQUIVALENCE_PCT, MIN_CALLS } from './options.ts';
import { readIperf } from './run-summary.ts';
import { classOfExponent, splitBySize } from './strata.ts';

export interface CompareOptions {
  seed: number;
  /** Profile category of a symbol; without it every symbol is 'other'. */
  categoryOf?: (symbol: string) => string;
  /** One run a side: drift between recordings that is allowed for, in % (one standard deviation); 0 = none. */
  driftPct?: number;
}

interface Context {
  unit: 'runs' | 'calls';
  driftPct: number;
  /** Why times are not compared; '' = they are. */
  withholdTimes: string;
}

interface Candidate {
  stratum: string;
  spec: MetricSpec;
  before: RunSeries[];
  after: RunSeries[];
  test: RowTest;
}

/**
 * BEFORE against AFTER. Several runs on a side: the run is the unit. One run a side: its calls are, in blocks. Every row of
 * the table and of the profile is one family: the chance of a single false claim in it is at most 5 %.
 */
export function compareSides(before: readonly Run[], after: readonly Run[], options: CompareOptions): Comparison {
  const unit = before.length > 1 || after.length > 1 ? 'runs' : 'calls';
  const selections = { before: selectCalls(before), after: selectCalls(after) };
  const likeness = findUnlikeness(before, after, selections);
  const warnings = [...likeness.warnings];
  const mix = matchTraffic(selections.before.fit, selections.after.fit);
  const driftPct = options.driftPct ?? DRIFT_PCT;
  const context: Context = { unit, driftPct, withholdTimes: likeness.withholdTimes };
  const candidates = listCandidates(before, after, selections, mix, context);
  if (selections.before.fit.size > 0 && selections.after.fit.size > 0 && mix.overlap < SAME_MIX_OVERLAP)
    warnings.push(
      `other traffic mix: the call sizes of the two sides overlap by ${Math.round(100 * mix.overlap)} %; rows of "${COMMON_MIX}" compare ${mix.common.length === 0 ? 'nothing, no size class has enough calls on both sides' : `sizes ${mix.common.map((e) => classOfExponent(e).label).join(', ')} in the same proportions`}`,
    );
  const profile = compareProfiles(before, after, options.categoryOf ?? (() => 'other'), driftPct);
  warnings.push(...profile.warnings);
  candidates.push(...listProfileRates(before, after, profile.lines, likeness.refusals));
  const adjusted = adjustFamily(candidates, profile.lines, before.length, after.length, unit, options.seed);
  warnings.unshift(...describeMethod(before.length, after.length, unit, driftPct));
  return {
    unit,
    rows: candidates.map((c, i): CompareRow => makeRow(c.stratum, c.spec, c.test, adjusted[i], unit)),
    profile: profile.lines.map((line, i) => {
      const row = makeRow('profile', SHARE_SPEC, line.test, adjusted[candidates.length + i], unit);
      return {
        symbol: line.symbol,
        category: line.category,
        beforePct: row.before,
        afterPct: row.after,
        difference: toEffect(line.test.difference, 'points', line.test.method),
        significant: row.significant,
      };
    }),
    refusals: likeness.refusals,
    warnings,
  };
}

const WHOLE = 'all calls';
const COMMON_MIX = 'all calls, common traffic mix';

function listCandidates(
  before: readonly Run[],
  after: readonly Run[],
  { before: b, after: a }: { before: Selection; after: Selection },
  mix: ReturnType<typeof matchTraffic>,
  context: Context,
): Candidate[] {
  const out: Candidate[] = [];
  const add = (stratum: string, spec: MetricSpec, x: RunSeries[], y: RunSeries[]): void => {
    if (x.every((s) => s.n === 0) && y.every((s) => s.n === 0)) return;
    out.push({ stratum, spec, before: x, after: y, test: testSeries(x, y, spec, context) });
  };
  const testable = (series: RunSeries[]): boolean =>
    series.every(({ n }) => n >= (context.unit === 'runs' ? MIN_CALLS_A_RUN : MIN_CALLS));
  const addViews = (stratum: string, specs: readonly MetricSpec[], x: CallView, y: CallView): void => {
    for (const spec of specs) {
      const before = gatherSeries(x, spec);
      const after = gatherSeries(y, spec);
      if (stratum === WHOLE || (testable(before) && testable(after))) add(stratum, spec, before, after);
    }
  };
  addRates(before, after, b, a, add);
  addViews(WHOLE, wholeMetrics(listDeclineReasons([b.fit, a.fit])), b.fit, a.fit);
  if (mix.overlap < SAME_MIX_OVERLAP && mix.common.length > 0)
    for (const spec of STRATUM_METRICS) {
      // Ranks have no weights here: the weighted mean stands in for the median.
      const mean = spec.kind === 'median' ? { ...spec, kind: 'ratio' as const, metric: `mean ${spec.metric}` } : spec;
      add(COMMON_MIX, mean, gatherSeries(b.fit, mean, mix.weightsBefore), gatherSeries(a.fit, mean, mix.weightsAfter));
    }
  const sizesAfter = new Map(splitBySize(a.fit).map(({ sizeClass, indexes }) => [sizeClass.exponent, indexes]));
  for (const { sizeClass, indexes } of splitBySize(b.fit)) {
    if (!mix.common.includes(sizeClass.exponent)) continue;
    addViews(
      sizeClass.label,
      STRATUM_METRICS,
      b.fit.pick(indexes),
      a.fit.pick(sizesAfter.get(sizeClass.exponent) ?? []),
    );
  }
  const mechanismsOf = (view: CallView): Set<string> =>
    new Set(Array.from({ length: view.size }, (_, i) => view.mechanism(i)));
  const onAfter = mechanismsOf(a.fit);
  const both = [...mechanismsOf(b.fit)].filter((mechanism) => onAfter.has(mechanism)).sort();
  // A single mechanism everywhere: the stratum would repeat the whole.
  if (mechanismsOf(b.fit).size > 1 || onAfter.size > 1)
    for (const mechanism of both) {
      const pick = (view: CallView): CallView => view.where((i) => view.mechanism(i) === mechanism);
      addViews(`mechanism ${mechanism}`, STRATUM_METRICS, pick(b.fit), pick(a.fit));
    }
  return out;
}

/** Throughput: as iperf says it where every run has it, else from the calls. */
function addRates(
  before: readonly Run[],
  after: readonly Run[],
  b: Selection,
  a: Selection,
  add: (stratum: string, spec: MetricSpec, x: RunSeries[], y: RunSeries[]) => void,
): void {
  const figure = (run: Run): RunSeries => {
    const value = readIperf(run.facts);
    const n = Number.isNaN(value) ? 0 : FIGURE_OF_RUN;
    return { numerator: Float64Array.of(value), denominator: Float64Array.of(1), n, value };
  };
  if ([...before, ...after].some((run) => !Number.isNaN(readIperf(run.facts))))
    add(
      'whole run',
      { ...throughput, metric: 'throughput (iperf)', isTime: false },
      before.map(figure),
      after.map(figure),
    );
  const moving = (selection: Selection): CallView => selection.all.where((i) => isMoving(selection.all, i));
  add('whole run', throughput, gatherSeries(moving(b), throughput), gatherSeries(moving(a), throughput));
}

/** Took bytes off the socket at a known time. */
function isMoving(view: CallView, i: number): boolean {
  const peeks = (view.column('flags')[i] & MSG_PEEK) !== 0;
  return view.column('returnedBytes')[i] > 0 && !peeks && view.column('endNs')[i] > 0;
}

/** `n` of a series that is one figure of a whole run, without calls behind it. */
const FIGURE_OF_RUN = Number.POSITIVE_INFINITY;

function testSeries(
  before: RunSeries[],
  after: RunSeries[],
  spec: MetricSpec,
  { unit, driftPct, withholdTimes }: Context,
): RowTest {
  const withheld = spec.isTime ? withholdTimes : '';
  if (withheld !== '') {
    const bare = untested(middleValue(before), middleValue(after), before[0]?.n ?? 0, after[0]?.n ?? 0, withheld);
    return { ...bare, difference: NOTHING, differencePct: NOTHING };
  }
  const [b] = before;
  const [a] = after;
  if (unit === 'runs')
    return areIdentical(before, after)
      ? identical(middleValue(before), before.length, after.length)
      : testByRuns(before, after, spec);
  if (b === undefined || a === undefined) return untested(Number.NaN, Number.NaN, 0, 0, 'a side has no run');
  if (b.n === FIGURE_OF_RUN || a.n === FIGURE_OF_RUN)
    return untested(b.value, a.value, 1, 1, 'one figure a side: no interval, no test');
  if (b.n > 0 && areIdentical(before, after)) return identical(b.value, b.n, a.n);
  return testByCalls(b, a, spec, driftPct);
}

const NOTHING = { estimate: Number.NaN, low: Number.NaN, high: Number.NaN };

function middleValue(series: RunSeries[]): number {
  const values = series.map((s) => s.value).filter((v) => !Number.isNaN(v));
  values.sort((x, y) => x - y);
  return values.length === 0 ? Number.NaN : (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
}

/** Samples per received MiB by category: only where counts, bytes and one sampling rate are known. */
function listProfileRates(
  before: readonly Run[],
  after: readonly Run[],
  lines: readonly ProfileLine[],
  refusals: readonly string[],
): Candidate[] {
  if (refusals.some((refusal) => refusal.startsWith('other sampling rate'))) return [];
  const bytes = { before: before.map(iperfBytes), after: after.map(iperfBytes) };
  if (![...bytes.before, ...bytes.after].every((value) => value > 0)) return [];
  return lines.flatMap((line): Candidate[] => {
    if (line.symbol !== '' || ![...line.before, ...line.after].every((s) => s.n > 0)) return [];
    const spec: MetricSpec = {
      ...SHARE_SPEC,
      kind: 'count',
      metric: `${line.category} samples per MiB`,
      unit: '1/MiB',
    };
    const perMiB = (series: RunSeries[], received: number[]): RunSeries[] =>
      series.map((s, run) => ({ ...s, value: ((s.value / 100) * s.n * 1048576) / received[run] }));
    const x = perMiB(line.before, bytes.before);
    const y = perMiB(line.after, bytes.after);
    const several = x.length > 1 || y.length > 1;
    const test = several
      ? testByRuns(x, y, spec)
      : untested(
          x[0].value,
          y[0].value,
          x[0].n,
          y[0].n,
          'one profile a side, which may cover a part of the transfer only',
        );
    return [{ stratum: 'profile', spec, before: x, after: y, test }];
  });
}

/** Family-wise p of every row, then of every profile line. */
function adjustFamily(
  candidates: Candidate[],
  lines: ProfileLine[],
  nBefore: number,
  nAfter: number,
  unit: 'runs' | 'calls',
  seed: number,
): Float64Array {
  const rows = [...candidates, ...lines.map((line) => ({ ...line, spec: SHARE_SPEC }))];
  if (unit === 'calls') return adjustHolm(rows.map(({ test }) => (isZeroOnBothSides(test) ? Number.NaN : test.pValue)));
  const family = judgeRunFamily(rows, nBefore, nAfter, seed);
  rows.forEach((row, i) => {
    row.test.pValue = family.pValues[i];
  });
  return canPermute(nBefore, nAfter) ? family.adjusted : adjustHolm(family.pValues);
}

function describeMethod(nBefore: number, nAfter: number, unit: 'runs' | 'calls', driftPct: number): string[] {
  const bound = `"no difference" means: the whole interval lies within ±${EQUIVALENCE_PCT} % (shares: points) of the BEFORE value`;
  if (unit === 'calls')
    return [
      `one run a side: a change cannot be told apart from drift of the machine between the two recordings; ${driftPct} % of drift (one standard deviation) are allowed for, so that only larger changes are claimed; record at least 4 runs of each, in changing order`,
      bound,
    ];
  if (canPermute(nBefore, nAfter)) return [bound];
  return [
    `${nBefore} against ${nAfter} runs: permuting runs could not go below p = ${smallestPermutationP(nBefore, nAfter).toFixed(2)} (5 % is needed: level ${CONFIDENCE_LEVEL}), so Student's t is used, which assumes that runs scatter normally; record at least 4 runs of each`,
    bound,
  ];
}
