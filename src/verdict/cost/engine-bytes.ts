import type { Run } from '../../model/capture.ts';
import { sumCounterDelta } from '../../model/kernel/counters.ts';
import { bytesOf, type CallView, isOffloaded } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { orZero } from '../derived.ts';

/** A transfer (descriptor) never crosses a page border of the destination (receive path reference 1.10). */
const PAGE_BYTES = 4096;

/** Engine bytes of calls, exact where a line tells them, else at most. */
export interface EngineBytes {
  /** Bytes the engine moved in each call, or the most it can have moved; NaN where nothing bounds them. */
  dmaBytes: Float64Array;
  /** Bytes of each call, or the most they can be; NaN where nothing bounds them. */
  bytes: Float64Array;
  /** 1: a line tells the engine bytes of the call and the bytes it returned. */
  isExact: Uint8Array;
  /** Calls whose engine bytes are a bound, and what bounds them, most frequent first. */
  bounded: number;
  by: string[];
  /** Calls that nothing bounds. */
  unbounded: number;
}

/**
 * What a text does not print is bounded by what it does: bytes returned less those the CPU copied; the length of the read;
 * 4096 bytes a transfer; the largest read of the same program in the same run; for all calls of a file together, the engine
 * counters read before and after it.
 */
export function boundEngineBytes(context: Context, calls: CallView): EngineBytes {
  const dmaBytes = new Float64Array(calls.size);
  const bytes = new Float64Array(calls.size);
  const isExact = new Uint8Array(calls.size);
  const by = new Map<string, number>();
  let unbounded = 0;
  for (let i = 0; i < calls.size; i++) {
    const returned = bytesOf(calls, i);
    const dma = calls.column('dmaBytes')[i];
    const mayHideCopies = isOffloaded(calls, i) || calls.mechanism(i) === 'unknown';
    if (Number.isFinite(dma) && !(dma === 0 && calls.column('dmaCopies')[i] > 0)) {
      isExact[i] = mayHideCopies && dma === 0 ? 0 : 1;
      dmaBytes[i] = dma;
    } else if (!mayHideCopies) isExact[i] = 1;
    if (isExact[i] === 1 && Number.isNaN(returned) && dmaBytes[i] === 0) isExact[i] = 0;
    if (isExact[i] === 1) {
      bytes[i] = Number.isNaN(returned) ? dmaBytes[i] : returned;
      continue;
    }
    const { limit, reason, read } = boundOfCall(context, calls, i);
    dmaBytes[i] = limit;
    bytes[i] = calls.column('returnedBytes')[i] > 0 ? calls.column('returnedBytes')[i] : read;
    if (Number.isNaN(limit)) unbounded++;
    else by.set(reason, (by.get(reason) ?? 0) + 1);
  }
  const counters = capByCounters(context.runs, calls, dmaBytes, bytes, isExact);
  if (counters > 0) by.set('the engine counters beside the trace', counters);
  return {
    dmaBytes,
    bytes,
    isExact,
    bounded: isExact.reduce((n, exact) => n + (exact === 0 ? 1 : 0), 0) - unbounded,
    by: [...by].sort((a, b) => b[1] - a[1]).map(([reason]) => reason),
    unbounded,
  };
}

function boundOfCall(context: Context, calls: CallView, i: number): { limit: number; reason: string; read: number } {
  const at = (name: 'requestedBytes' | 'returnedBytes' | 'cpuCopyBytes' | 'descriptors'): number =>
    calls.column(name)[i];
  const largest = largestReadOf(context, calls, i);
  const read = at('requestedBytes') > 0 ? at('requestedBytes') : largest;
  const candidates: [number, string][] = [
    [at('returnedBytes') > 0 ? at('returnedBytes') - orZero(at('cpuCopyBytes')) : Number.NaN, 'the bytes returned'],
    [at('descriptors') > 0 ? at('descriptors') * PAGE_BYTES : Number.NaN, 'a page a transfer'],
    [at('requestedBytes') > 0 ? at('requestedBytes') : Number.NaN, 'the length of the read'],
    [largest, 'the largest read of the same program'],
  ];
  let limit = Number.NaN;
  let reason = '';
  for (const [value, words] of candidates)
    if (!Number.isNaN(value) && !(value >= limit)) {
      limit = Math.max(0, value);
      reason = words;
    }
  return { limit, reason, read };
}

const largestReads = new WeakMap<Context, Map<string, number>>();

function largestReadOf(context: Context, calls: CallView, i: number): number {
  let known = largestReads.get(context);
  if (known === undefined) {
    known = new Map();
    const { all } = context.selection;
    for (let k = 0; k < all.size; k++) {
      const asked = all.column('requestedBytes')[k];
      if (!(asked > 0)) continue;
      const key = `${all.run[k]} ${all.text('comm', k)}`;
      known.set(key, Math.max(asked, known.get(key) ?? 0));
    }
    largestReads.set(context, known);
  }
  return known.get(`${calls.run[i]} ${calls.text('comm', i)}`) ?? Number.NaN;
}

/** `fn_long.side-before.txt` and `fn_long.txt` share what stands before the first dot. */
function stemOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).split('.')[0];
}

/** Scales the bounds of a file's calls down to what the engine moved while the file was recorded; returns the calls scaled. */
function capByCounters(
  runs: readonly Run[],
  calls: CallView,
  dmaBytes: Float64Array,
  bytes: Float64Array,
  isExact: Uint8Array,
): number {
  const groups = new Map<string, number[]>();
  for (let i = 0; i < calls.size; i++) {
    const name = runs[calls.run[i]].calls.files[calls.column('file')[i]]?.name ?? '';
    const key = `${calls.run[i]} ${stemOf(name)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  }
  let scaled = 0;
  for (const [key, group] of groups) {
    const run = runs[Number(key.slice(0, key.indexOf(' ')))];
    const stem = key.slice(key.indexOf(' ') + 1);
    const own = run.facts.filter((fact) => fact.domain === 'dma' && stemOf(fact.file) === stem);
    const moved = sumCounterDelta(own, 'dma', '.bytes_transferred');
    if (!(moved >= 0)) continue;
    const sumWhere = (exact: number): number =>
      group.reduce((sum, i) => sum + (isExact[i] === exact ? orZero(dmaBytes[i]) : 0), 0);
    const left = Math.max(0, moved - sumWhere(1));
    const open = group.filter((i) => isExact[i] === 0);
    const sum = sumWhere(0);
    const isUnbounded = open.some((i) => Number.isNaN(dmaBytes[i]));
    if (open.length === 0 || (!isUnbounded && sum <= left)) continue;
    for (const i of open) {
      dmaBytes[i] = isUnbounded ? left / open.length : (dmaBytes[i] * left) / sum;
      if (Number.isNaN(bytes[i])) bytes[i] = dmaBytes[i];
      scaled++;
    }
  }
  return scaled;
}
