import type { Segment } from '../../model/calls.ts';
import { PHASES } from '../../model/phases.ts';
import { phaseOfBucket, type WaitRule } from '../state/buckets.ts';
import { PIECE } from '../state/pieces.ts';

/** What the segments of a finished call are made from, should its row keep them. */
export interface CallPieces {
  readonly data: Float64Array;
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Segment[];
  /** Lanes at the end of the call; work for it elsewhere may be noted later. */
  readonly laneCount: number;
  readonly endNs: number;
  readonly rule: WaitRule;
}

/** How many `makeSegments` makes. */
export function countSegments(call: CallPieces): number {
  const { data: p, from, to, endNs, rule } = call;
  let count = 0;
  for (let i = from; i < to && p[i + 1] < endNs; i += PIECE) if (i === from || !goesOn(p, i, rule)) count++;
  for (let k = 0; k < call.laneCount; k++) if (call.lanes[k].startNs < endNs) count++;
  return count;
}

/** The piece continues the segment of the one before it: same phase, same CPU, no gap. */
function goesOn(p: Float64Array, i: number, rule: WaitRule): boolean {
  const before = i - PIECE;
  return (
    p[before + 2] === p[i + 1] &&
    p[before + 3] === p[i + 3] &&
    phaseOfBucket(p[before], rule) === phaseOfBucket(p[i], rule)
  );
}

/** Pieces of the sweep as segments of the process lane, phases decided; ends where the call ends. */
export function makeSegments(call: CallPieces): Segment[] {
  const out: Segment[] = [];
  const { data: p, from, to, endNs, rule } = call;
  for (let i = from; i < to && p[i + 1] < endNs; i += PIECE) {
    const end = Math.min(p[i + 2], endNs);
    if (i > from && goesOn(p, i, rule)) out[out.length - 1].endNs = end;
    else {
      const phase = PHASES[phaseOfBucket(p[i], rule)];
      out.push({ lane: 'process', phase, startNs: p[i + 1], endNs: end, cpu: p[i + 3], line: p[i + 4], label: '' });
    }
  }
  for (let k = 0; k < call.laneCount; k++) if (call.lanes[k].startNs < endNs) out.push(call.lanes[k]);
  return out;
}
