import type { BalanceSheet } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { bytesOf, type CallView, isPlainCopy, selectCalls } from '../call-view.ts';
import { type Interval, replicateSums, sumBlocks, summarizeReplicates } from '../intervals.ts';
import { MIN_CALLS } from '../options.ts';
import { writeCount } from '../words.ts';

export type CopyRateSource = BalanceSheet['copyRate']['source'];

/** Cost of a CPU copy per byte and where it comes from. One source is used, the best one there is; never a mix. */
export interface CopyRate {
  interval: Interval | null;
  source: CopyRateSource;
  n: number;
  /** Bootstrap replicates of the rate, to carry its uncertainty into what is computed from it. Empty: taken as exact. */
  replicates: Float64Array;
  /** CPU copy events behind the rate, bytes behind it: needed to take the probes' own cost out. */
  copies: number;
  bytes: number;
  words: string;
  /** The next best source, when there is one: a doubt if it says something else. */
  other: { nsPerByte: number; source: CopyRateSource; words: string } | null;
}

/** A run that moved at most this share of its bytes by an engine is a capture without offload. */
const OFFLOAD_FREE_SHARE = 0.01;

export function isOffloadFree(run: Run): boolean {
  let dma = 0;
  let bytes = 0;
  let pinned = 0;
  for (let row = 0; row < run.calls.length; row++) {
    const moved = run.calls.get('dmaBytes', row);
    const returned = run.calls.get('returnedBytes', row);
    if (moved > 0) dma += moved;
    if (returned > 0) bytes += returned;
    if (run.calls.get('pinned', row) === 1) pinned++;
  }
  return run.calls.length > 0 && pinned === 0 && dma <= OFFLOAD_FREE_SHARE * bytes;
}

/**
 * All CPU-copied bytes of the capture count, also those of calls that used the engine too: calls without offload found
 * their data queued and copy them in one go, so they alone would make a copy look cheaper than it is for bytes that
 * arrive while the reader waits. Order of trust: a paired capture without offload, CPU-copied calls of the same capture, the user's figure. The rate is
 * a ratio of sums, as the costs it is weighed against are sums: both contain the same rare hiccups.
 */
export function measureCopyRate(
  fit: CallView,
  baseline: readonly Run[],
  givenNsPerByte: number | undefined,
  seed: number,
): CopyRate {
  const paired = baseline.filter(isOffloadFree);
  if (paired.length > 0) {
    const calls = selectCopying(selectCalls(paired).fit, true);
    if (calls.size >= MIN_CALLS) {
      const words = `${calls.size} CPU-copied calls of the paired capture without offload`;
      return { ...rateOf(calls, 'paired capture', seed, words), other: rateInCapture(fit, seed) };
    }
  }
  const own = rateInCapture(fit, seed);
  if (own !== null) return own;
  if (givenNsPerByte !== undefined && givenNsPerByte > 0)
    return {
      interval: { estimate: givenNsPerByte, low: givenNsPerByte, high: givenNsPerByte, n: 0, method: 'given by user' },
      source: 'given by user',
      n: 0,
      replicates: new Float64Array(0),
      copies: 0,
      bytes: 0,
      words: '--copy-rate as given',
      other: null,
    };
  const { size } = selectCopying(fit, false);
  const few =
    size === 0
      ? 'no CPU-copied calls with known bytes and copy time'
      : `only ${writeCount(size, 'CPU-copied call')} with known bytes and copy time, ${MIN_CALLS} are needed`;
  return {
    interval: null,
    source: 'unknown',
    n: 0,
    replicates: new Float64Array(0),
    copies: 0,
    bytes: 0,
    words: `${few}, and no --copy-rate`,
    other: null,
  };
}

function rateInCapture(fit: CallView, seed: number): (CopyRate & { nsPerByte: number }) | null {
  const own = selectCopying(fit, false);
  if (own.size < MIN_CALLS) return null;
  const plain = own.where((i) => isPlainCopy(own, i)).size;
  const mixed = own.size - plain;
  const which =
    mixed === 0
      ? `${plain} CPU-copied calls`
      : `the CPU-copied bytes of ${own.size} calls (${mixed} of them also used the engine)`;
  const rate = rateOf(own, 'same capture', seed, `${which} of the same capture`);
  return { ...rate, nsPerByte: rate.interval?.estimate ?? Number.NaN };
}

export function cpuCopiedBytesOf(view: CallView, i: number): number {
  const counted = view.column('cpuCopyBytes')[i];
  if (counted > 0) return counted;
  return isPlainCopy(view, i) ? bytesOf(view, i) : 0;
}

function selectCopying(view: CallView, plainOnly: boolean): CallView {
  return view.where(
    (i) => view.column('copyNs')[i] > 0 && cpuCopiedBytesOf(view, i) > 0 && (plainOnly ? isPlainCopy(view, i) : true),
  );
}

function rateOf(calls: CallView, source: CopyRateSource, seed: number, words: string): CopyRate {
  const ns = calls.column('copyNs');
  const bytes = new Float64Array(calls.size);
  for (let i = 0; i < calls.size; i++) bytes[i] = cpuCopiedBytesOf(calls, i);
  const blocks = sumBlocks(calls, [ns, bytes]);
  const drawn = replicateSums(blocks, (sums) => sums[0] / sums[1], seed, `copy-rate ${source}`);
  const copies = calls.sum('cpuCopies');
  return {
    interval: summarizeReplicates(drawn, calls.size, 'block bootstrap of calls'),
    source,
    n: calls.size,
    replicates: drawn.values,
    copies: copies > 0 ? copies : calls.size,
    bytes: bytes.reduce((a, b) => a + b, 0),
    words,
    other: null,
  };
}
