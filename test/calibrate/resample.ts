import { PHASES, type Phase } from '../../src/model/phases.ts';
import { fillCircularBlocks, type Random, randomBelow } from '../../src/stats/index.ts';
import type { PlainCall } from './call-csv.ts';

/**
 * A new recording of the same run: blocks of consecutive calls, drawn with replacement and wrapped, put on a new time axis
 * with each call's own time to the next call. Autocorrelation up to the block length is kept.
 */
export function rerecord(calls: readonly PlainCall[], n: number, blockLength: number, random: Random): PlainCall[] {
  const rows = drawRows(calls.length, n, blockLength, random);
  let at = 0;
  return rows.map((row) => {
    const call = calls[row];
    const cycle = row + 1 < calls.length ? calls[row + 1].startNs - call.startNs : call.endNs - call.startNs;
    const copy = { ...call, startNs: at, endNs: at + (call.endNs - call.startNs) };
    at += Math.max(cycle, call.endNs - call.startNs);
    return copy;
  });
}

/** n rows out of `length` in circular blocks; n may be larger than length. */
function drawRows(length: number, n: number, blockLength: number, random: Random): number[] {
  const rows: number[] = [];
  while (rows.length < n) {
    const part = new Int32Array(length);
    fillCircularBlocks(part, blockLength, random);
    for (const row of part) if (rows.length < n) rows.push(row);
  }
  return rows;
}

/** Long alternating stretches of one recording: both halves saw the same conditions. */
export function alternateHalves(calls: readonly PlainCall[], stretch: number): [PlainCall[], PlainCall[]] {
  const halves: [PlainCall[], PlainCall[]] = [[], []];
  calls.forEach((call, i) => {
    halves[Math.floor(i / stretch) % 2].push(call);
  });
  return halves;
}

/** `phase` of every call takes (1 + shift) times as long; the calls and what follows them move along. */
export function injectShift(calls: readonly PlainCall[], phase: Phase, shift: number): PlainCall[] {
  let delay = 0;
  return calls.map((call) => {
    const column = `${phase}Ns` as const;
    const extra = Math.round((Number.isNaN(call[column]) ? 0 : call[column]) * shift);
    const moved = { ...call, startNs: call.startNs + delay, [column]: call[column] + extra };
    delay += extra;
    moved.endNs = call.endNs + delay;
    return moved;
  });
}

/** The phase with the largest sum in a run: where a shift can be seen at all. */
export function largestPhase(calls: readonly PlainCall[], among: readonly Phase[] = PHASES): Phase {
  const total = (phase: Phase): number => calls.reduce((sum, call) => sum + (call[`${phase}Ns`] || 0), 0);
  return [...among].sort((a, b) => total(b) - total(a))[0];
}

export function pickOne<T>(items: readonly T[], random: Random): T {
  return items[randomBelow(random, items.length)];
}
