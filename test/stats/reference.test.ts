import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as stats from '../../src/stats/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: one loosely typed table of cases for every function
type Case = any;
const reference = JSON.parse(
  readFileSync(new URL('../../fixtures/reference/reference.json', import.meta.url), 'utf8'),
) as {
  cases: Record<string, Case[]>;
};
const random = (): stats.Random => stats.makeRandom(7);
const floats = (values: number[]): Float64Array => Float64Array.from(values);

/** Relative 1e-9, or absolute below 1. */
function close(actual: number, expected: number | null, tolerance = 1e-9): void {
  if (expected === null) {
    expect(Number.isFinite(actual)).toBe(false);
    return;
  }
  const scale = Math.max(1e-300, Math.abs(expected));
  const error = Math.min(
    Math.abs(actual - expected) / scale,
    Math.abs(expected) < 1 ? Math.abs(actual - expected) : Infinity,
  );
  expect(error, `${actual} against ${expected}`).toBeLessThan(tolerance);
}

/** Tail probabilities count by their digits, not by their absolute error. */
function closeRelative(actual: number, expected: number, tolerance = 1e-9): void {
  if (expected === 0) expect(actual).toBe(0);
  else expect(Math.abs(actual / expected - 1), `${actual} against ${expected}`).toBeLessThan(tolerance);
}

const checks: Record<string, (c: Case) => void> = {
  normal: (c) => {
    if (c.z !== undefined) closeRelative(stats.normalCdf(c.z), c.cdf);
    else close(stats.normalQuantile(c.p), c.quantile);
  },
  student: (c) => {
    closeRelative(stats.studentTwoSidedP(c.t, c.df), c.twoSided);
    close(stats.studentQuantile(c.p, c.df), c.quantile);
  },
  beta: (c) => {
    closeRelative(stats.regularizedBeta(c.x, c.a, c.b), c.value);
    close(stats.betaQuantile(c.p, c.a, c.b), c.quantile);
  },
  binomial: (c) => {
    closeRelative(stats.binomialCdf(c.k, c.n, c.p), c.cdf);
    closeRelative(stats.binomialPmf(c.k, c.n, c.p), c.pmf);
    expect(stats.binomialQuantile(c.q, c.n, c.p)).toBe(c.quantile);
  },
  logGamma: (c) => close(stats.logGamma(c.x), c.value),
  quantile: (c) => close(stats.quantile(floats(c.values), c.p), c.value),
  quantileInterval: (c) => {
    const made = stats.quantileInterval(floats(c.values), c.p, c.level);
    close(made.low, c.low);
    close(made.high, c.high);
  },
  mannWhitney: (c) => {
    const made = stats.mannWhitney(floats(c.before), floats(c.after));
    close(made.statistic, c.u);
    closeRelative(made.pValue, c.p);
  },
  hodgesLehmann: (c) => {
    const shift = stats.hodgesLehmannShift(floats(c.before), floats(c.after));
    close(shift.estimate, c.shift);
    close(shift.low, c.low);
    close(shift.high, c.high);
    if (c.ratio === undefined) return;
    const ratio = stats.hodgesLehmannRatio(floats(c.before), floats(c.after));
    close(ratio.estimate, c.ratio);
    close(ratio.low, c.ratioLow);
    close(ratio.high, c.ratioHigh);
  },
  cliffsDelta: (c) => close(stats.cliffsDelta(floats(c.before), floats(c.after)), c.delta),
  midranks: (c) => expect([...stats.midranks(floats(c.values)).ranks]).toEqual(c.ranks),
  permutation: (c) => {
    const made = stats.permutationTest(floats(c.before), floats(c.after), { random: random(), maxSplits: 100_000 });
    close(made.statistic, c.statistic);
    close(made.pValue, c.p);
    expect(made.method).toContain(`all ${c.splits} splits`);
  },
  maxT: (c) => {
    const made = stats.permuteJointly(c.table.map(floats), c.nBefore, { random: random() });
    for (const [i, p] of c.p.entries()) close(made.pValues[i], p);
    for (const [i, p] of c.adjusted.entries()) close(made.adjusted[i], p);
  },
  theilSen: (c) => {
    const made = stats.fitTheilSen(floats(c.x), floats(c.y), { random: random() });
    close(made.slope.estimate, c.slope);
    close(made.intercept, c.intercept);
    close(made.slope.low, c.low);
    close(made.slope.high, c.high);
  },
  holm: (c) => {
    for (const [i, p] of stats.adjustHolm(c.p).entries()) close(p, c.adjusted[i]);
  },
  poisson: (c) => {
    const made = stats.poissonRateRatio(c.countBefore, c.exposureBefore, c.countAfter, c.exposureAfter);
    close(made.estimate, c.ratio);
    close(made.low, c.low);
    close(made.high, c.high);
    closeRelative(made.pValue, c.p);
  },
  wilson: (c) => {
    const made = stats.wilsonInterval(c.k, c.n);
    close(made.low, c.low);
    close(made.high, c.high);
  },
  newcombe: (c) => {
    const made = stats.proportionDifference(c.k1, c.n1, c.k2, c.n2);
    close(made.low, c.low);
    close(made.high, c.high);
  },
  tInterval: (c) => {
    const made = stats.tInterval(floats(c.values));
    close(made.estimate, c.mean);
    close(made.low, c.low);
    close(made.high, c.high);
  },
  pooledT: (c) => {
    const made = stats.pooledTDifference(floats(c.before), floats(c.after));
    close(made.estimate, c.difference);
    close(made.statistic, c.t);
    closeRelative(made.pValue, c.p);
    close(made.low, c.low);
    close(made.high, c.high);
  },
  blocks: (c) => {
    const values = floats(c.values);
    expect(stats.chooseBlockLength(values)).toBe(c.blockLength);
    close(stats.serialMean(values).standardError, c.standardError);
    close(stats.autocorrelation(values, 1), c.autocorrelation1);
  },
  bootstrapEnds: (c) => {
    const bca = stats.bcaEnds(floats(c.draws), c.estimate, floats(c.jackknife), 0.95);
    close(bca.low, c.bca[0]);
    close(bca.high, c.bca[1]);
    const percentile = stats.percentileEnds(floats(c.draws), 0.95, c.blocks);
    close(percentile.low, c.percentile[0]);
    close(percentile.high, c.percentile[1]);
  },
  mannKendall: (c) => {
    const made = stats.mannKendall(floats(c.values));
    close(made.statistic, c.s);
    closeRelative(made.pValue, c.p);
  },
  huber: (c) => close(stats.huberLocation(floats(c.values)), c.location),
  // With blocks of one the error of the rank statistic is exactly Brunner & Munzel's.
  brunnerMunzel: (c) => {
    const made = stats.errorOfRanks(floats(c.before), floats(c.after), [1, 1]);
    close(made.deviation / made.standardError, c.w);
    closeRelative(stats.studentTwoSidedP(c.w, made.degreesOfFreedom), c.p);
  },
};

describe('reference values (SciPy, numpy)', () => {
  it('has a check for every group of cases and cases for every check', () => {
    expect(Object.keys(checks).sort()).toEqual(Object.keys(reference.cases).sort());
  });
  for (const [name, check] of Object.entries(checks))
    for (const [i, c] of (reference.cases[name] ?? []).entries()) it(`${name} ${i + 1}`, () => check(c));
});
