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

/** The first and the second half of a recording: warm-up and drift are in the first or in the second. */
export function halvesByTime(calls: readonly PlainCall[]): [PlainCall[], PlainCall[]] {
  const middle = calls.length >> 1;
  return [calls.slice(0, middle), calls.slice(middle)];
}

/** Phases in which the call waits or others have the CPU: the machine's speed does not change them. */
const WAITING: ReadonlySet<Phase> = new Set(['sleep', 'wakeLatency', 'interrupt']);

/** The CPU time of call i takes `factorOf(i)` times as long, phase by phase; what follows moves along. */
export function slowDown(calls: readonly PlainCall[], factorOf: (i: number) => number): PlainCall[] {
  let delay = 0;
  return calls.map((call, i) => {
    const factor = factorOf(i);
    const moved = { ...call, startNs: call.startNs + delay };
    for (const phase of PHASES) {
      const column = `${phase}Ns` as const;
      if (WAITING.has(phase) || Number.isNaN(call[column])) continue;
      const extra = Math.round(call[column] * (factor - 1));
      moved[column] = call[column] + extra;
      delay += extra;
    }
    moved.endNs = call.endNs + delay;
    return moved;
  });
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
