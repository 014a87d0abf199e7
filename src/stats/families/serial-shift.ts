import { safeBlockLength } from '../blocks/length.ts';
import { type SerialMean, serialMean } from '../blocks/variance.ts';
import { assertNoNaN, sortedCopy } from '../check.ts';
import { DEFAULT_LEVEL, type Estimate, type TestResult } from '../estimate.ts';
import { logChoose } from '../laws/log-gamma.ts';
import { studentQuantile, studentTwoSidedP } from '../laws/student-t.ts';
import { shiftOfSorted } from '../ranks/hodges-lehmann.ts';
import { placements } from '../ranks/ranks.ts';

const SOURCE = 'Hodges & Lehmann 1963; Brunner & Munzel 2000; Künsch 1989; Politis & White 2004';

const METHOD = 'Hodges–Lehmann shift of calls, block-bootstrap error of the rank statistic';

export interface SerialShift extends Estimate, TestResult {
  /** P(after > before) + ½ P(equal). */
  superiority: number;
  /** Standard error of `superiority`, autocorrelation included. */
  standardError: number;
  degreesOfFreedom: number;
  blockLengths: [number, number];
}

/**
 * Hodges–Lehmann shift of two series in time order whose values are not independent (calls of one run). The rank statistic
 * θ = P(after > before) + ½ P(=) is a mean of placements; its error on each side is the block-bootstrap error of that mean
 * (closed form, block length by Politis & White on the placements, at least n^⅓), which replaces the independence variance of
 * Mann–Whitney as Brunner & Munzel's does for unequal spread. The error is computed as the values stand and again with the
 * sides moved together by the shift (placements of sides that do not overlap have no scatter); the larger one counts.
 * p = Student(θ − ½), never below 2/C(a + b, a), what a permutation of the a and b independent blocks could give. The
 * interval inverts it: the pairwise differences at the ranks nm (½ ± t · error).
 * Fewer than 2 values on a side: NaN ends and p. All equal: 0 [0, 0], p = 1. Swapping mirrors exactly. NaN is rejected.
 */
export function serialShift(before: Float64Array, after: Float64Array, level: number = DEFAULT_LEVEL): SerialShift {
  assertNoNaN(before, 'before');
  assertNoNaN(after, 'after');
  const m = before.length;
  const n = after.length;
  const fixed = { level, n: m + n, method: METHOD, source: SOURCE };
  const unknown = { low: Number.NaN, high: Number.NaN, statistic: Number.NaN, pValue: Number.NaN };
  const noError = { standardError: Number.NaN, degreesOfFreedom: 0, blockLengths: [1, 1] as [number, number] };
  if (m === 0 || n === 0) return { ...fixed, ...unknown, ...noError, estimate: Number.NaN, superiority: Number.NaN };
  const x = sortedCopy(before);
  const y = sortedCopy(after);
  const { estimate } = shiftOfSorted(x, y, 0);
  const asSeen = errorOfRanks(before, after);
  if (m < 2 || n < 2) return { ...fixed, ...unknown, ...noError, estimate, superiority: asSeen.deviation + 0.5 };
  if (x[0] === x[m - 1] && y[0] === y[n - 1] && x[0] === y[0])
    return { ...fixed, ...noError, estimate: 0, low: 0, high: 0, statistic: 0, pValue: 1, superiority: 0.5 };
  const aligned = errorOfRanks(
    before.map((value) => value + estimate / 2),
    after.map((value) => value - estimate / 2),
  );
  const worse = aligned.standardError > asSeen.standardError ? aligned : asSeen;
  const { standardError, degreesOfFreedom, blockLengths } = worse;
  const statistic = standardError > 0 ? asSeen.deviation / standardError : Math.sign(asSeen.deviation) * 1e9;
  const blocksBefore = Math.max(1, Math.round(m / blockLengths[0]));
  const blocksAfter = Math.max(1, Math.round(n / blockLengths[1]));
  const smallestP = 2 * Math.exp(-logChoose(blocksBefore + blocksAfter, blocksBefore));
  const pValue = Math.min(1, Math.max(smallestP, studentTwoSidedP(statistic, degreesOfFreedom)));
  const half = studentQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
  const ends = shiftOfSorted(x, y, Math.floor(m * n * (0.5 - half)));
  return {
    ...fixed,
    ...ends,
    statistic,
    pValue,
    superiority: asSeen.deviation + 0.5,
    standardError,
    degreesOfFreedom,
    blockLengths,
  };
}

/** θ − ½ and its error; degrees of freedom by Welch & Satterthwaite. Also Brunner & Munzel's W = deviation / error. */
export function errorOfRanks(
  before: Float64Array,
  after: Float64Array,
  blockLengths?: [number, number],
): { deviation: number; standardError: number; degreesOfFreedom: number; blockLengths: [number, number] } {
  const placedBefore = placements(before, after);
  const placedAfter = placements(after, before);
  const ofBefore = serialMean(placedBefore, blockLengths?.[0] ?? safeBlockLength(placedBefore));
  const ofAfter = serialMean(placedAfter, blockLengths?.[1] ?? safeBlockLength(placedAfter));
  const a = ofBefore.standardError ** 2;
  const b = ofAfter.standardError ** 2;
  const weight = (part: number, side: SerialMean): number => (part * part) / Math.max(1, side.degreesOfFreedom);
  const degreesOfFreedom =
    a + b > 0 ? (a + b) ** 2 / (weight(a, ofBefore) + weight(b, ofAfter)) : before.length + after.length - 2;
  return {
    // Half the difference of the two placement means: written so that swapping the sides flips the sign exactly.
    deviation: (ofAfter.mean - ofBefore.mean) / 2,
    standardError: Math.sqrt(a + b),
    degreesOfFreedom,
    blockLengths: [ofBefore.blockLength, ofAfter.blockLength],
  };
}
