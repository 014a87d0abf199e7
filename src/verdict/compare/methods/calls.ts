import {
  dispersedRateRatio,
  medianWithError,
  proportionDifference,
  safeBlockLength,
  serialMean,
  studentTwoSidedP,
} from '../../../stats/index.ts';
import { addDrift, driftOf, shareDriftOf } from '../../context/drift.ts';
import { MIN_CALLS } from '../../options.ts';
import type { MetricSpec } from '../metrics.ts';
import type { RunSeries } from '../series.ts';
import { NO_INTERVAL, type RowTest, testByStudent, toPct, untested } from '../test.ts';

const RATIO_METHOD = 'quotient of sums, block-bootstrap error of calls';

/**
 * One run a side: the calls are the unit, and their autocorrelation is in the error: every error is the one of a circular
 * block bootstrap with Politis & White's block length, taken in closed form (stats/blocks/variance.ts), so that the result
 * needs no seed and swapping the sides mirrors it exactly. Drift between the two recordings is added (drift.ts).
 */
export function testByCalls(before: RunSeries, after: RunSeries, spec: MetricSpec, driftPct?: number): RowTest {
  if (Math.min(before.n, after.n) < MIN_CALLS)
    return untested(before.value, after.value, before.n, after.n, `fewer than ${MIN_CALLS} calls on a side`);
  // A quotient whose denominators are all 0 (bytes per engine transfer where the engine did nothing).
  if (Number.isNaN(before.value) || Number.isNaN(after.value))
    return untested(before.value, after.value, before.n, after.n, 'the value is not known on a side');
  if (spec.isOthersWork && driftPct === undefined)
    return untested(
      before.value,
      after.value,
      before.n,
      after.n,
      'made by other work of the machine: needs several runs a side',
    );
  const drift = driftOf(spec.drift, driftPct);
  const test = testOfKind(errorOf(before, spec), errorOf(after, spec), spec, drift);
  return drift > 0 ? { ...test, method: `${test.method}, drift allowed for` } : test;
}

function testOfKind(before: ValueError, after: ValueError, spec: MetricSpec, drift: number): RowTest {
  if (spec.kind === 'share') return testShares(before, after, drift);
  if (spec.kind === 'count') return testCounts(before, after, spec, drift);
  return testRatios(before, after, spec, drift);
}

export interface ValueError {
  value: number;
  n: number;
  /** Standard error of the value, autocorrelation included; no drift. */
  standardError: number;
  df: number;
  /** Variance of the numerator's sum around ratio · denominator. */
  sumVariance: number;
  count: number;
  exposure: number;
}

/** Error of one run's value by its calls alone. */
export function errorOf(series: RunSeries, spec: MetricSpec): ValueError {
  return spec.kind === 'median' ? medianError(series) : ratioError(series, spec);
}

/** On the logarithm; 0 for a figure without calls behind it. */
export function relativeError(series: RunSeries, spec: MetricSpec): number {
  return series.numerator.length < 2 || !(series.value > 0) ? 0 : errorOf(series, spec).standardError / series.value;
}

function medianError({ numerator, value, n }: RunSeries): ValueError {
  const { standardError, degreesOfFreedom } = medianWithError(numerator);
  return { value, n, standardError, df: degreesOfFreedom, sumVariance: Number.NaN, count: Number.NaN, exposure: n };
}

/** Linearised error of Σa/Σb: the mean of a − R b over the mean of b (Cochran 1977 §6.4), in blocks. */
function ratioError(series: RunSeries, spec: MetricSpec): ValueError {
  const { numerator, denominator, n, value } = series;
  const ratio = value / spec.scale;
  let count = 0;
  let exposure = 0;
  for (let i = 0; i < n; i++) {
    count += numerator[i];
    exposure += denominator[i];
  }
  const residuals = numerator.map((top, i) => top - ratio * denominator[i]);
  const sampling = serialMean(residuals, safeBlockLength(residuals));
  const standardError = sampling.standardError * ((spec.scale * n) / exposure);
  const sumVariance = ((standardError * exposure) / spec.scale) ** 2;
  return { value, n, standardError, df: sampling.degreesOfFreedom, sumVariance, count, exposure };
}

/** Welch & Satterthwaite. */
function combine(a: number, dfA: number, b: number, dfB: number): { error: number; df: number } {
  const va = a * a;
  const vb = b * b;
  if (!(va + vb > 0)) return { error: 0, df: dfA + dfB };
  return { error: Math.sqrt(va + vb), df: (va + vb) ** 2 / ((va * va) / dfA + (vb * vb) / dfB) };
}

/** On the logarithms where both values are positive; a value of 0 has no ratio, its difference is compared as it stands. */
function testRatios(before: ValueError, after: ValueError, spec: MetricSpec, drift: number): RowTest {
  const onLogs = before.value > 0 && after.value > 0;
  const scaled = ({ value, standardError, df }: ValueError): { standardError: number; df: number } =>
    onLogs ? addDrift(standardError / value, df, drift) : addDrift(standardError, df, Math.abs(value) * drift);
  const [b, a] = [scaled(before), scaled(after)];
  return testByStudent({
    before: before.value,
    after: after.value,
    ...combine(b.standardError, b.df, a.standardError, a.df),
    onLogs,
    nBefore: before.n,
    nAfter: after.n,
    method: spec.kind === 'median' ? 'ratio of medians, block-bootstrap error of calls' : RATIO_METHOD,
  });
}

/** Counts: Poisson, with the dispersion of both sides together when events come in bursts; drift scatters them further. */
function testCounts(before: ValueError, after: ValueError, spec: MetricSpec, drift: number): RowTest {
  const total = before.count + after.count;
  const drifted = ({ sumVariance, count }: ValueError): number => sumVariance + (count * drift) ** 2;
  const dispersion = total > 0 ? (drifted(before) + drifted(after)) / total : 1;
  const exact = (level: number) => dispersedRateRatio(before, after, dispersion, level);
  const poisson = (side: ValueError): ValueError => ({
    ...side,
    standardError: (spec.scale * Math.sqrt(Math.max(1, dispersion) * side.count)) / side.exposure,
  });
  const student = testRatios(poisson(before), poisson(after), spec, 0);
  return {
    ...student,
    // The exact test takes the dispersion as known; Student's t knows how few blocks it comes from.
    pValue: Math.max(exact(0.95).pValue, student.pValue),
    at: (level) => {
      const ratio = exact(level);
      const change = student.at(level);
      return { ...change, differencePct: Number.isFinite(ratio.estimate) ? toPct(ratio) : NO_INTERVAL };
    },
    method: exact(0.95).method,
  };
}

/** Shares: Newcombe's interval on the effective number of independent units, p from the pooled score. */
function testShares(before: ValueError, after: ValueError, drift: number): RowTest {
  const p1 = before.value / 100;
  const p2 = after.value / 100;
  const n1 = effectiveSize(p1, before, drift);
  const n2 = effectiveSize(p2, after, drift);
  const difference = (level: number) => proportionDifference(p1 * n1, n1, p2 * n2, n2, level);
  const pooled = (p1 * n1 + p2 * n2) / (n1 + n2);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  const student = testByStudent({
    before: before.value,
    after: after.value,
    error: 100 * error,
    df: before.df + after.df,
    onLogs: false,
    isShare: true,
    nBefore: before.n,
    nAfter: after.n,
    method: `${difference(0.95).method}, effective n from the block-bootstrap error`,
  });
  return {
    ...student,
    pValue: error > 0 ? studentTwoSidedP((p2 - p1) / error, before.df + after.df) : 1,
    at: (level) => {
      const { estimate, low, high } = difference(level);
      return {
        difference: { estimate: 100 * estimate, low: 100 * low, high: 100 * high },
        differencePct: NO_INTERVAL,
      };
    },
  };
}

/** n at which independent units would give the error seen; a share of exactly 0 or 1 has none: the calls' blocks then. */
function effectiveSize(p: number, { standardError, df, n }: ValueError, drift: number): number {
  const error = Math.hypot(standardError / 100, shareDriftOf(p, drift));
  const fromError = (p * (1 - p)) / error ** 2;
  return error > 0 && fromError > 0 ? Math.min(n, Math.max(1, fromError)) : Math.min(n, df + 1);
}
