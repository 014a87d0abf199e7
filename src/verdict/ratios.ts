import type { Effect } from '../model/analysis/index.ts';
import type { CallView } from './call-view.ts';
import { type Interval, replicateSums, sumBlocks, summarizeReplicates, toEffect } from './intervals.ts';

interface Seeded {
  seed: number;
}

/** Mean of a figure over calls with a block-bootstrap interval. */
export function meanPerCall(context: Seeded, calls: CallView, values: ArrayLike<number>, label: string): Interval {
  const ones = new Float64Array(calls.size).fill(1);
  return ratioOverCalls(context, calls, values, ones, label);
}

/** Sum of one figure over the sum of another, over calls. */
export function ratioOverCalls(
  context: Seeded,
  calls: CallView,
  top: ArrayLike<number>,
  bottom: ArrayLike<number>,
  label: string,
): Interval {
  const drawn = replicateSums(sumBlocks(calls, [top, bottom]), (s) => s[0] / s[1], context.seed, label);
  return summarizeReplicates(drawn, calls.size, 'block bootstrap of calls');
}

/** Share of calls for which something holds, in percent. */
export function shareOfCalls(context: Seeded, calls: CallView, holds: (i: number) => boolean, label: string): Interval {
  const values = Float64Array.from({ length: calls.size }, (_, i) => (holds(i) ? 100 : 0));
  return meanPerCall(context, calls, values, label);
}

export function percentEffect(interval: Interval): Effect {
  return toEffect(interval, '%');
}

/** '12 % [9 %, 15 %]' is built by callers; this is the bracket alone. */
export function bracket(interval: Interval, write: (value: number) => string): string {
  if (!Number.isFinite(interval.low) || !Number.isFinite(interval.high)) return '';
  return ` [${write(interval.low)}, ${write(interval.high)}]`;
}
