import {
  dispersedRateRatio,
  minimumDetectableEffect,
  proportionDifference,
  safeBlockLength,
  serialMean,
  serialShift,
  studentQuantile,
  studentTwoSidedP,
} from '../../../stats/index.ts';
import { CONFIDENCE_LEVEL, MIN_CALLS } from '../../options.ts';
import { addDrift, driftOf, shareDriftOf } from '../drift.ts';
import type { MetricSpec } from '../metrics.ts';
import type { RunSeries } from '../series.ts';
import { type Interval, NO_INTERVAL, pointOnly, type RowTest, toPct, untested } from '../test.ts';

/**
 * One run a side: the calls are the unit, and their autocorrelation is in the error: every error is the one of a circular
 * block bootstrap with Politis & White's block length, taken in closed form (stats/blocks/variance.ts), so that the result
 * needs no seed and swapping the sides mirrors it exactly.
 */
export function testByCalls(before: RunSeries, after: RunSeries, spec: MetricSpec, driftPct: number): RowTest {
  const fewest = Math.min(before.n, after.n);
  if (fewest < MIN_CALLS)
    return untested(before.value, after.value, before.n, after.n, `fewer than ${MIN_CALLS} calls on a side`);
  // A quotient whose denominators are all 0 (bytes per engine transfer where the engine did nothing).
  if (Number.isNaN(before.value) || Number.isNaN(after.value))
    return untested(before.value, after.value, before.n, after.n, 'the value is not known on a side');
  if (spec.kind === 'median') return testMedians(before, after, driftPct);
  const test = testSums(before, after, spec, driftPct);
  return driftPct > 0 ? { ...test, method: `${test.method}, ${driftPct} % drift allowed for` } : test;
}

function testSums(before: RunSeries, after: RunSeries, spec: MetricSpec, driftPct: number): RowTest {
  const errorBefore = ratioError(before, spec, driftPct);
  const errorAfter = ratioError(after, spec, driftPct);
  if (spec.kind === 'share') return testShares(before, after, errorBefore, errorAfter);
  if (spec.kind === 'count') return testCounts(before, after, errorBefore, errorAfter, spec);
  return testRatios(before, after, errorBefore, errorAfter);
}

interface RatioError {
  /** Standard error of the value, autocorrelation included. */
  standardError: number;
  df: number;
  /** Variance of the numerator's sum around ratio · denominator. */
  sumVariance: number;
  count: number;
  exposure: number;
}

/** Standard error of one run's value by its calls alone; 0 for a figure without calls behind it. */
export function samplingError(series: RunSeries, spec: MetricSpec): number {
  return series.numerator.length < 2 ? 0 : ratioError(series, spec, 0).standardError;
}

/** Linearised error of Σa/Σb: the mean of a − R b over the mean of b (Cochran 1977 §6.4), in blocks. */
function ratioError(series: RunSeries, spec: MetricSpec, driftPct: number): RatioError {
  const { numerator, denominator, n } = series;
  const ratio = series.value / spec.scale;
  let count = 0;
  let exposure = 0;
  for (let i = 0; i < n; i++) {
    count += numerator[i];
    exposure += denominator[i];
  }
  const residuals = numerator.map((value, i) => value - ratio * denominator[i]);
  const sampling = serialMean(residuals, safeBlockLength(residuals));
  const drift =
    spec.kind === 'share' ? 100 * shareDriftOf(series.value / 100, driftPct) : driftOf(series.value, driftPct);
  const perUnit = (spec.scale * n) / exposure;
  const { standardError, df } = addDrift(sampling.standardError * perUnit, sampling.degreesOfFreedom, drift);
  return { standardError, df, sumVariance: ((standardError * exposure) / spec.scale) ** 2, count, exposure };
}

/**
 * Rank test and Hodges–Lehmann shift; drift widens both. The error of the shift on the log scale is read off its interval,
 * and the test statistic shrinks as that error grows.
 */
function testMedians(before: RunSeries, after: RunSeries, driftPct: number): RowTest {
  const shift = serialShift(before.numerator, after.numerator);
  const rest = { before: before.value, after: after.value, nBefore: before.n, nAfter: after.n, method: shift.method };
  const positive = before.numerator.every((v) => v > 0) && after.numerator.every((v) => v > 0);
  const sampled = Math.max(1, shift.degreesOfFreedom);
  const logs = positive
    ? serialShift(before.numerator.map(Math.log), after.numerator.map(Math.log))
    : { estimate: Number.NaN, low: Number.NaN, high: Number.NaN };
  const t = studentQuantile((1 + CONFIDENCE_LEVEL) / 2, sampled);
  const own = (logs.high - logs.low) / (2 * t);
  const drift = Math.SQRT2 * driftOf(1, driftPct);
  const { standardError, df } = addDrift(own, sampled, drift);
  if (!(standardError > 0) || driftPct === 0) {
    const detectablePct = 100 * Math.expm1(minimumDetectableEffect(own, sampled));
    return {
      ...rest,
      difference: shift,
      differencePct: toPct(exponentiate(logs)),
      pValue: shift.pValue,
      detectablePct,
    };
  }
  const half = studentQuantile((1 + CONFIDENCE_LEVEL) / 2, df) * drift;
  const halfNs = half * Math.hypot(before.value, after.value) * Math.SQRT1_2;
  const statistic = own > 0 ? (shift.statistic * own) / standardError : logs.estimate / standardError;
  return {
    ...rest,
    difference: widen(shift, halfNs),
    differencePct: toPct(exponentiate(widen(logs, half))),
    pValue: Math.max(shift.pValue, studentTwoSidedP(statistic, df)),
    detectablePct: 100 * Math.expm1(minimumDetectableEffect(standardError, df)),
    method: `${shift.method}, ${driftPct} % drift allowed for`,
  };
}

function widen({ estimate, low, high }: Interval, half: number): Interval {
  return {
    estimate,
    low: estimate - Math.hypot(estimate - low, half),
    high: estimate + Math.hypot(high - estimate, half),
  };
}

function exponentiate({ estimate, low, high }: Interval): Interval {
  return { estimate: Math.exp(estimate), low: Math.exp(low), high: Math.exp(high) };
}

/** Welch & Satterthwaite. */
function combine(a: number, dfA: number, b: number, dfB: number): { error: number; df: number } {
  const va = a * a;
  const vb = b * b;
  if (!(va + vb > 0)) return { error: 0, df: dfA + dfB };
  return { error: Math.sqrt(va + vb), df: (va + vb) ** 2 / ((va * va) / dfA + (vb * vb) / dfB) };
}

const RATIO_METHOD = 'quotient of sums, block-bootstrap error of calls';

/**
 * Difference of two quotients of sums by Student, its ratio by Fieller (1954), which agree with each other: the ratio's
 * interval leaves out 1 exactly when p < 1 − level. Not on the log scale: a side that happened to miss the slow calls has a
 * small relative error, and would claim too much.
 */
function testRatios(before: RunSeries, after: RunSeries, eb: RatioError, ea: RatioError): RowTest {
  const b = before.value;
  const a = after.value;
  const { error, df } = combine(eb.standardError, eb.df, ea.standardError, ea.df);
  const t = studentQuantile((1 + CONFIDENCE_LEVEL) / 2, df);
  const detectable = minimumDetectableEffect(error, df);
  return {
    before: b,
    after: a,
    difference: { estimate: a - b, low: a - b - t * error, high: a - b + t * error },
    differencePct: b > 0 ? toPct(fieller(b, eb.standardError, a, ea.standardError, t)) : NO_INTERVAL,
    pValue: error > 0 ? studentTwoSidedP((a - b) / error, df) : a === b ? 1 : 0,
    detectablePct: b > 0 ? (100 * detectable) / b : Number.NaN,
    nBefore: before.n,
    nAfter: after.n,
    method: RATIO_METHOD,
  };
}

/** All r with |a − r b| ≤ t √(sa² + r² sb²). No finite interval when b is not safely above 0. */
function fieller(b: number, sb: number, a: number, sa: number, t: number): Interval {
  const estimate = a / b;
  const g = ((t * sb) / b) ** 2;
  if (g >= 1) return pointOnly(estimate);
  const half = (t / b) * Math.sqrt(sa * sa * (1 - g) + estimate * estimate * sb * sb);
  return { estimate, low: (estimate - half) / (1 - g), high: (estimate + half) / (1 - g) };
}

/** Counts: Poisson, with the dispersion of both sides together when events come in bursts. */
function testCounts(before: RunSeries, after: RunSeries, eb: RatioError, ea: RatioError, spec: MetricSpec): RowTest {
  const total = eb.count + ea.count;
  const dispersion = total > 0 ? (eb.sumVariance + ea.sumVariance) / total : 1;
  const ratio = dispersedRateRatio(eb, ea, dispersion);
  const ends = testRatios(before, after, poissonError(eb, dispersion, spec), poissonError(ea, dispersion, spec));
  return {
    ...ends,
    differencePct: Number.isFinite(ratio.estimate) ? toPct(ratio) : NO_INTERVAL,
    // The exact test takes the dispersion as known; Student's t knows how few blocks it comes from.
    pValue: Math.max(ratio.pValue, ends.pValue),
    method: ratio.method,
  };
}

function poissonError(error: RatioError, dispersion: number, spec: MetricSpec): RatioError {
  const variance = Math.max(1, dispersion) * error.count;
  return { ...error, standardError: (spec.scale * Math.sqrt(variance)) / error.exposure };
}

/** Shares: Newcombe's interval on the effective number of independent units, p from the pooled score. */
function testShares(before: RunSeries, after: RunSeries, eb: RatioError, ea: RatioError): RowTest {
  const p1 = before.value / 100;
  const p2 = after.value / 100;
  const n1 = effectiveSize(p1, eb, before.n);
  const n2 = effectiveSize(p2, ea, after.n);
  const difference = proportionDifference(p1 * n1, n1, p2 * n2, n2);
  const pooled = (p1 * n1 + p2 * n2) / (n1 + n2);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  const df = eb.df + ea.df;
  const points = 100 * difference.estimate;
  return {
    before: before.value,
    after: after.value,
    difference: { estimate: points, low: 100 * difference.low, high: 100 * difference.high },
    differencePct: NO_INTERVAL,
    pValue: error > 0 ? studentTwoSidedP(difference.estimate / error, df) : 1,
    detectablePct: 100 * minimumDetectableEffect(error, df),
    nBefore: before.n,
    nAfter: after.n,
    method: `${difference.method}, effective n from the block-bootstrap error`,
  };
}

/** n at which independent units would give the error seen; a share of exactly 0 or 1 has none: the calls' blocks then. */
function effectiveSize(p: number, error: RatioError, n: number): number {
  const standardError = error.standardError / 100;
  const fromError = (p * (1 - p)) / standardError ** 2;
  return standardError > 0 && fromError > 0 ? Math.min(n, Math.max(1, fromError)) : Math.min(n, error.df + 1);
}
