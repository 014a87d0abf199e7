import type { BreakEven } from '../../model/analysis/index.ts';
import type { CallView } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { orZero } from '../derived.ts';
import { replicateSums, sumBlocks, summarizeReplicates, toEffect } from '../intervals.ts';
import { MIN_CALLS } from '../options.ts';
import { writeBytes, writeNs } from '../words.ts';
import { type CrossingOptions, findCrossing } from './crossing.ts';
import { crossingEffect, describeFits, type Points } from './points.ts';

/** Mean transfer sizes must differ by this factor (10th to 90th percentile of calls) before a line is fitted to them. */
const MIN_SPREAD = 1.5;

/**
 * Break-even of one engine transfer (descriptor). Times of single transfers are not in the calls, so each call gives one
 * point: mean transfer size, (submit + wait) per transfer. With a single MTU all means are alike and slope and intercept
 * cannot be told apart; then the cost c of a transfer of mean size s gives a bound: as a transfer's cost cannot fall with
 * its size, c ÷ (cost of a CPU copy per byte) is the least break-even size when c exceeds the copy of s bytes, and the
 * largest when it does not.
 */
export function findTransferBreakEven(
  context: Context,
  copy: Points,
  offload: Points,
  options: CrossingOptions,
): BreakEven {
  const { view, indexes } = offload;
  const withTransfers = indexes.filter((i) => view.column('descriptors')[i] > 0);
  const sizes = Float64Array.from(withTransfers, (i) => view.column('dmaBytes')[i] / view.column('descriptors')[i]);
  const costs = Float64Array.from(withTransfers, (i) => transferCostNs(context, i) / view.column('descriptors')[i]);
  const out: BreakEven = {
    of: 'transfer',
    status: 'cannot tell',
    bytes: null,
    reasons: [],
    points: [],
    fits: [],
    references: [],
  };
  if (withTransfers.length < MIN_CALLS) {
    out.reasons.push(
      `${withTransfers.length} calls with a known number of engine transfers; at least ${MIN_CALLS} are needed (record dma_async_memcpy_* or the engine counters)`,
    );
    return out;
  }
  out.points = withTransfers.slice(0, 600).map((i, k) => ({
    sizeBytes: sizes[k],
    costNs: costs[k],
    mechanism: view.mechanism(i),
    call: view.callNumber(i),
  }));
  const copies = copy.indexes.filter((i) => copy.view.column('cpuCopies')[i] > 0);
  const copySizes = Float64Array.from(
    copies,
    (i) => copy.view.column('cpuCopyBytes')[i] / copy.view.column('cpuCopies')[i],
  );
  const copyCosts = Float64Array.from(copies, (i) => copy.view.column('copyNs')[i] / copy.view.column('cpuCopies')[i]);
  if (spreadOf(sizes) >= MIN_SPREAD && spreadOf(copySizes) >= MIN_SPREAD) {
    const crossing = findCrossing(
      { bytes: copySizes, ns: copyCosts, run: runsOf(copy.view, copies) },
      { bytes: sizes, ns: costs, run: runsOf(view, withTransfers) },
      options,
    );
    if (crossing.status !== 'cannot tell') {
      out.status = crossing.status;
      out.reasons.push('mean transfer size of each call against submit + wait per transfer', ...crossing.reasons);
      if (Number.isFinite(crossing.bytes)) out.bytes = crossingEffect(crossing);
      out.fits = describeFits(
        crossing,
        { ...copy, series: { bytes: copySizes, ns: copyCosts } },
        { ...offload, series: { bytes: sizes, ns: costs } },
      );
      return out;
    }
  }
  boundBreakEven(context, out, withTransfers);
  return out;
}

function runsOf(view: CallView, indexes: readonly number[]): Int32Array {
  return Int32Array.from(indexes, (i) => view.run[i]);
}

function boundBreakEven(context: Context, out: BreakEven, indexes: number[]): void {
  const { interval: rate, replicates } = context.copyRate;
  if (rate === null) {
    out.reasons.push(`transfers are all of about the same size, and ${context.copyRate.words}`);
    return;
  }
  const calls = context.offloaded.pick(indexes);
  const cost = Float64Array.from({ length: calls.size }, (_, i) => transferCostNs({ ...context, offloaded: calls }, i));
  const blocks = sumBlocks(calls, [cost, calls.column('descriptors'), calls.column('dmaBytes')]);
  const drawn = replicateSums(
    blocks,
    (sums, r) => sums[0] / sums[1] / (r < 0 || replicates.length === 0 ? rate.estimate : replicates[r]),
    context.seed,
    'transfer bound',
  );
  const bound = summarizeReplicates(
    drawn,
    calls.size,
    'submit + wait per transfer ÷ cost of a CPU copy per byte, block bootstrap',
  );
  const meanSize = calls.sum('dmaBytes') / calls.sum('descriptors');
  const perTransfer = blocks.figures[0].reduce((a, b) => a + b, 0) / calls.sum('descriptors');
  const copyOfMean = rate.estimate * meanSize;
  const isTooSmall = perTransfer > copyOfMean;
  out.bytes = toEffect(bound, 'bytes');
  out.reasons.push(
    `all transfers are of about the same size (mean ${writeBytes(meanSize)}): no line can be fitted`,
    `a transfer costs the CPU ${writeNs(perTransfer)}, a CPU copy of ${writeBytes(meanSize)} ${writeNs(copyOfMean)}; the size given is ${
      isTooSmall ? 'the least a transfer must have to break even' : 'the largest the break-even size can be'
    }`,
  );
}

function transferCostNs(context: Pick<Context, 'offloaded'>, i: number): number {
  const at = (name: 'submitNs' | 'waitNs' | 'earlyCopyNs'): number => orZero(context.offloaded.column(name)[i]);
  return at('submitNs') + at('waitNs') + at('earlyCopyNs');
}

/** 90th over 10th percentile. */
function spreadOf(values: Float64Array): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.slice().sort();
  return sorted[Math.floor(0.9 * (sorted.length - 1))] / sorted[Math.floor(0.1 * (sorted.length - 1))];
}
