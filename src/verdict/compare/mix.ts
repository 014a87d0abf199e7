import { bytesOf, type CallView } from '../call-view.ts';
import { MIN_CALLS } from '../options.ts';
import { classOfBytes } from '../size-class.ts';

/** Below this overlap of the size classes the two sides did not carry the same traffic. */
export const SAME_MIX_OVERLAP = 0.8;

export interface TrafficMix {
  /** Σ over size classes of the smaller share of calls: 1 = the same mix, 0 = nothing in common. */
  overlap: number;
  /** Size classes with enough calls on both sides. */
  common: number[];
  /** Weights that give both sides the common mix; 0 = class not in common. */
  weightsBefore: Float64Array;
  weightsAfter: Float64Array;
}

/**
 * Sizes of the calls' results as the traffic mix. Post-stratification (Holt & Smith 1979): a call of class c gets the
 * weight common(c)/share(c), common(c) ∝ min(shareBefore, shareAfter), so that weighted sums of both sides stand for the
 * same mix of sizes.
 */
export function matchTraffic(before: CallView, after: CallView): TrafficMix {
  const classesBefore = classesOf(before);
  const classesAfter = classesOf(after);
  const b = shareOf(classesBefore);
  const a = shareOf(classesAfter);
  let overlap = 0;
  const common: number[] = [];
  for (const [exponent, share] of b) {
    const other = a.get(exponent);
    if (other === undefined) continue;
    overlap += Math.min(share, other);
    // Sizes that are not known share a class of their own, which no stratum can stand on.
    if (exponent >= 0 && share * before.size >= MIN_CALLS && other * after.size >= MIN_CALLS) common.push(exponent);
  }
  common.sort((x, y) => x - y);
  const weigh = (classes: Int32Array, shares: Map<number, number>): Float64Array =>
    Float64Array.from(classes, (exponent) =>
      common.includes(exponent) ? Math.min(b.get(exponent)!, a.get(exponent)!) / shares.get(exponent)! : 0,
    );
  return { overlap, common, weightsBefore: weigh(classesBefore, b), weightsAfter: weigh(classesAfter, a) };
}

function classesOf(view: CallView): Int32Array {
  return Int32Array.from({ length: view.size }, (_, i) => classOfBytes(bytesOf(view, i)).exponent);
}

function shareOf(classes: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const exponent of classes) counts.set(exponent, (counts.get(exponent) ?? 0) + 1 / classes.length);
  return counts;
}
