import {
  dispersedRateRatio,
  minimumDetectableEffect,
  proportionDifference,
  serialMean,
  serialShift,
  studentQuantile,
  studentTwoSidedP,
} from '../stats/index.ts';
import { addDrift, driftOf, shareDriftOf } from './compare-drift.ts';
import type { MetricSpec } from './compare-metrics.ts';
import type { RunSeries } from './compare-series.ts';
import { type Interval, NO_INTERVAL, pointOnly, type RowTest, toPct, untested } from './compare-test.ts';
import { CONFIDENCE_LEVEL, MIN_CALLS } from './options.ts';

/**
 * One run a side: the calls are the unit, and their autocorrelation is in the error: every error is the one of a circular
 * block bootstrap with Politis & White's block length, taken in closed form (stats/block-variance.ts), so that the result
 * needs no seed and swapping the sides mirrors it exactly.
 */
export function testByCalls(before: RunSeries, after: RunSeries, spec: MetricSpec, driftPct: number): RowTest {
  const fewest = Math.min(before.n, after.n);
  if (fewest < MIN_CALLS)
    return untested(before.value, after.value, before.n, after.n, `fewer than ${MIN_CALLS} calls on a side`);
  if (spec.kind === 'median') return testMedians(before, after, driftPct);
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
  const sampling = serialMean(residuals);
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

function testRatios(before: RunSeries, after: RunSeries, eb: RatioError, ea: RatioError): RowTest {
  const b = before.value;
  const a = after.value;
  const plain = combine(eb.standardError, eb.df, ea.standardError, ea.df);
  const rest = { before: b, after: a, nBefore: before.n, nAfter: after.n };
  const t = studentQuantile((1 + CONFIDENCE_LEVEL) / 2, plain.df);
  const wald = { estimate: a - b, low: a - b - t * plain.error, high: a - b + t * plain.error };
  if (!(b > 0 && a > 0)) {
    const pValue = plain.error > 0 ? studentTwoSidedP((a - b) / plain.error, plain.df) : a === b ? 1 : 0;
    const pct = b > 0 ? pointOnly(-100) : NO_INTERVAL;
    return { ...rest, difference: wald, differencePct: pct, pValue, detectablePct: Number.NaN, method: RATIO_METHOD };
  }
  const log = combine(eb.standardError / b, eb.df, ea.standardError / a, ea.df);
  const shift = Math.log(a) - Math.log(b);
  const half = studentQuantile((1 + CONFIDENCE_LEVEL) / 2, log.df) * log.error;
  return {
    ...rest,
    difference: differenceOfLogIntervals(b, eb, a, ea),
    differencePct: toPct(exponentiate({ estimate: shift, low: shift - half, high: shift + half })),
    pValue: log.error > 0 ? studentTwoSidedP(shift / log.error, log.df) : shift === 0 ? 1 : 0,
    detectablePct: 100 * Math.expm1(minimumDetectableEffect(log.error, log.df)),
    method: RATIO_METHOD,
  };
}

/** Interval of a − b from the two sides' own intervals on the log scale (MOVER: Donner & Zou 2012). */
function differenceOfLogIntervals(b: number, eb: RatioError, a: number, ea: RatioError): Interval {
  const { df } = combine(eb.standardError, eb.df, ea.standardError, ea.df);
  const t = studentQuantile((1 + CONFIDENCE_LEVEL) / 2, df);
  const ends = (value: number, error: RatioError): Interval => {
    const factor = Math.exp((t * error.standardError) / value);
    return { estimate: value, low: value / factor, high: value * factor };
  };
  const x = ends(b, eb);
  const y = ends(a, ea);
  return {
    estimate: a - b,
    low: a - b - Math.hypot(a - y.low, x.high - b),
    high: a - b + Math.hypot(y.high - a, b - x.low),
  };
}

/** Counts: Poisson, with the dispersion of both sides together when events come in bursts. */
function testCounts(before: RunSeries, after: RunSeries, eb: RatioError, ea: RatioError, spec: MetricSpec): RowTest {
  const total = eb.count + ea.count;
  const dispersion = total > 0 ? (eb.sumVariance + ea.sumVariance) / total : 1;
  const ratio = dispersedRateRatio(eb.count, eb.exposure, ea.count, ea.exposure, dispersion);
  const ends = testRatios(before, after, poissonError(eb, dispersion, spec), poissonError(ea, dispersion, spec));
  return {
    ...ends,
    differencePct: Number.isFinite(ratio.estimate) ? toPct(ratio) : NO_INTERVAL,
    pValue: ratio.pValue,
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
