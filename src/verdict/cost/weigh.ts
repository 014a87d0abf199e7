import type { Outcome } from '../../model/analysis/index.ts';
import type { CallView } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { cpuNsOf, mapCalls, offloadCostNsOf, offloadLatencyNsOf, orZero, sumOf } from '../derived.ts';
import {
  decide,
  type Interval,
  intervalOverRuns,
  neededN,
  replicateSums,
  sumBlocks,
  summarizeReplicates,
  widen,
} from '../intervals.ts';
import { EQUIVALENCE_PCT, MIN_CALLS } from '../options.ts';
import { writeCount, writeNs, writeNumber } from '../words.ts';
import { boundSaving, describeCeiling, type SavingBound } from './bound.ts';
import { boundEngineBytes, type EngineBytes } from './engine-bytes.ts';

export type Scale = 'cpu' | 'latency';

/** Offload of a set of calls on the scales: what it cost, what it saved, and how sure that is. */
export interface Weighing {
  scale: Scale;
  /** The calls weighed: of those given the ones whose engine bytes a line tells, where they are enough; else all. */
  view: CallView;
  /** Calls given but not weighed. */
  leftOut: number;
  calls: number;
  bytes: number;
  dmaBytes: number;
  costNs: number;
  savedNs: number;
  /** saved − cost per byte returned; positive = offload wins. */
  netPerByte: Interval;
  /** Same over all bytes of the set. */
  netNs: Interval;
  outcome: Outcome;
  reasons: string[];
  /** More of `unit` needed to tell; NaN not estimable. */
  needed: number;
  unit: 'runs' | 'calls';
  /** Net per byte with the probes' own cost (upper bound) taken out of both sides; NaN unknown. */
  netPerByteWithoutProbes: number;
  /** What can be said although engine bytes or the cost of a copy are not known; null: both are. */
  bound: SavingBound | null;
  /** Some engine bytes are the most they can be, not what they were. */
  engineBytesAreBound: boolean;
  /** Calls whose engine bytes nothing bounds. */
  unboundedCalls: number;
}

/** Weighs the calls that paid for offload: `calls` should be pinned calls, with or without engine bytes. */
export function weighOffload(context: Context, paying: CallView, scale: Scale): Weighing {
  const { copyRate } = context;
  const { calls, engine } = chooseWeighed(context, paying);
  const n = calls.size;
  const { bytes, dmaBytes: dmaKnown } = engine;
  const costOf = scale === 'cpu' ? offloadCostNsOf : offloadLatencyNsOf;
  const cost = mapCalls(calls, costOf);
  const rate = copyRate.interval?.estimate ?? Number.NaN;
  const hidden = listHiddenCosts(calls);
  const reference = scale === 'cpu' ? sumOf(mapCalls(calls, cpuNsOf)) : calls.sum('durationNs');
  const totalBytes = sumOf(bytes);
  const netPerByte = intervalOfNet(context, calls, [dmaKnown, cost, bytes], `${scale} net`);
  const bound = ((EQUIVALENCE_PCT / 100) * reference) / totalBytes;
  const withoutProbes = removeProbes(context, calls, dmaKnown, cost, totalBytes);
  const weighing: Weighing = {
    scale,
    view: calls,
    leftOut: paying.size - n,
    calls: n,
    bytes: totalBytes,
    dmaBytes: sumOf(dmaKnown),
    costNs: sumOf(cost),
    savedNs: sumOf(dmaKnown) * rate,
    netPerByte,
    netNs: { ...netPerByte, ...scaleEnds(netPerByte, totalBytes) },
    outcome: 'cannotTell',
    reasons: [],
    needed: neededN(netPerByte, bound),
    unit: netPerByte.method.includes('run = unit') ? 'runs' : 'calls',
    netPerByteWithoutProbes: withoutProbes,
    bound: null,
    engineBytesAreBound: engine.bounded > 0,
    unboundedCalls: engine.unbounded,
  };
  if (engine.bounded > 0 || copyRate.interval === null) weighing.bound = boundSaving(context, calls, engine, cost);
  settleOutcome(weighing, context, bound, hidden, engine);
  return weighing;
}

/** Enough calls with known engine bytes speak for themselves; which text shows lengths has nothing to do with what a call cost. */
function chooseWeighed(context: Context, paying: CallView): { calls: CallView; engine: EngineBytes } {
  const engine = boundEngineBytes(context, paying);
  const exact: number[] = [];
  for (let i = 0; i < paying.size; i++) if (engine.isExact[i] === 1) exact.push(i);
  if (exact.length === paying.size || exact.length < MIN_CALLS) return { calls: paying, engine };
  const calls = paying.pick(exact);
  return { calls, engine: boundEngineBytes(context, calls) };
}

function scaleEnds(interval: Interval, factor: number): Pick<Interval, 'estimate' | 'low' | 'high'> {
  return { estimate: interval.estimate * factor, low: interval.low * factor, high: interval.high * factor };
}

/** Three or more runs with enough calls each: the run is the unit; else blocks of calls. The rate's own noise is carried. */
function intervalOfNet(context: Context, calls: CallView, figures: Float64Array[], label: string): Interval {
  const rateInterval = context.copyRate.interval;
  const rate = rateInterval?.estimate ?? Number.NaN;
  const perRun = netOfEachRun(calls, figures, rate);
  if (perRun.length >= 3) {
    const dmaShare = sumOf(figures[0]) / sumOf(figures[2]);
    const half = rateInterval === null ? Number.NaN : ((rateInterval.high - rateInterval.low) / 2) * dmaShare;
    const pooled = (sumOf(figures[0]) * rate - sumOf(figures[1])) / sumOf(figures[2]);
    const overRuns = intervalOverRuns(perRun);
    const shift = pooled - overRuns.estimate;
    const centred = { ...overRuns, estimate: pooled, low: overRuns.low + shift, high: overRuns.high + shift };
    return widen({ ...centred, n: perRun.length }, half, ', widened by the uncertainty of the copy rate');
  }
  const blocks = sumBlocks(calls, figures);
  const rates = context.copyRate.replicates;
  const drawn = replicateSums(
    blocks,
    (sums, r) => (sums[0] * (r < 0 || rates.length === 0 ? rate : rates[r % rates.length]) - sums[1]) / sums[2],
    context.seed,
    label,
  );
  return summarizeReplicates(drawn, calls.size, 'block bootstrap of calls');
}

function netOfEachRun(calls: CallView, [dma, cost, bytes]: Float64Array[], rate: number): number[] {
  const sums = new Map<number, { dma: number; cost: number; bytes: number; n: number }>();
  for (let i = 0; i < calls.size; i++) {
    const sum = sums.get(calls.run[i]) ?? { dma: 0, cost: 0, bytes: 0, n: 0 };
    sum.dma += dma[i];
    sum.cost += cost[i];
    sum.bytes += orZero(bytes[i]);
    sum.n++;
    sums.set(calls.run[i], sum);
  }
  const usable = [...sums.values()].filter((sum) => sum.n >= MIN_CALLS && sum.bytes > 0);
  return usable.length === sums.size ? usable.map((s) => (s.dma * rate - s.cost) / s.bytes) : [];
}

const COST_COLUMNS = [
  ['pinNs', 'pinning'],
  ['submitNs', 'submission'],
  ['waitNs', 'completion wait'],
  ['unpinNs', 'unpinning'],
] as const;

/** Cost phases that the capture could not show for most of the calls: the cost is then a lower bound. */
export function listHiddenCosts(calls: CallView): string[] {
  return COST_COLUMNS.filter(([column]) => calls.known(column) < calls.size / 2).map(([, title]) => title);
}

/**
 * The same net with every probe line inside the cost phases and inside the CPU copies taken out at the upper bound of a
 * line's cost. Truth lies between this and the plain figure; if they disagree about the sign, nobody can tell.
 */
function removeProbes(context: Context, calls: CallView, dma: Float64Array, cost: Float64Array, bytes: number): number {
  const perEvent = context.probeCost.perEventNs;
  const { copyRate, evidence } = context;
  if (!Number.isFinite(perEvent) || copyRate.interval === null) return Number.NaN;
  const linesPerCopy = evidence.hasCopyEnds ? 2 : 1;
  const probesInRate = copyRate.bytes > 0 ? (perEvent * linesPerCopy * copyRate.copies) / copyRate.bytes : 0;
  const rate = Math.max(0, copyRate.interval.estimate - probesInRate);
  const lines = 4 * calls.size + 2 * calls.sum('dmaCopies') + (evidence.hasDescriptors ? calls.sum('descriptors') : 0);
  const trueCost = Math.max(0, sumOf(cost) - perEvent * lines);
  return (sumOf(dma) * rate - trueCost) / bytes;
}

function settleOutcome(w: Weighing, context: Context, bound: number, hidden: string[], engine: EngineBytes): void {
  const { copyRate } = context;
  if (w.calls === 0) {
    w.reasons.push('no call of this set paid for offload');
    return;
  }
  if (!(w.bytes > 0)) {
    w.reasons.push('the bytes of these calls are not in the capture: the cost is known, the saving is not');
    return;
  }
  if (w.leftOut > 0)
    w.reasons.push(
      `${writeCount(w.leftOut, 'pinned call')} whose engine bytes are not in the text are left out of the balance`,
    );
  if (engine.unbounded > 0) {
    w.reasons.push(
      `neither the bytes nor the length of the read of ${writeCount(engine.unbounded, 'call')} are in the capture`,
    );
    return;
  }
  if (engine.bounded > 0)
    w.reasons.push(
      `engine bytes of ${writeCount(engine.bounded, 'call')} are not in the text; taken as the most they can be (${engine.by.join(', ')}): the saving is an upper bound`,
    );
  if (copyRate.interval === null) {
    w.reasons.push(`the cost of a CPU copy is not known: ${copyRate.words}`, ...describeCeiling(w.bound));
    if (w.calls >= MIN_CALLS && w.bound !== null && w.bound.payingRate.low > w.bound.rateAtMost) w.outcome = 'loses';
    return;
  }
  w.reasons.push(`cost of a CPU copy from ${copyRate.words} (${copyRate.source})`);
  if (w.calls < MIN_CALLS) {
    w.reasons.push(`${writeCount(w.calls, 'call')} only, at least ${MIN_CALLS} are needed`);
    return;
  }
  w.outcome = decide(w.netPerByte, bound);
  if (hidden.length > 0) {
    w.reasons.push(`not visible in this capture: ${hidden.join(', ')}; the cost is a lower bound`);
    if (w.outcome !== 'loses') w.outcome = 'cannotTell';
  }
  if (engine.bounded > 0 && w.outcome !== 'loses') w.outcome = 'cannotTell';
  if (w.outcome === 'cannotTell' && Number.isFinite(w.needed) && w.needed > w.netPerByte.n && hidden.length === 0)
    w.reasons.push(
      `about ${writeCount(w.needed, w.unit === 'runs' ? 'run' : 'call')} would be needed, ${w.netPerByte.n} are there`,
    );
  const { other } = copyRate;
  if (other !== null && (w.outcome === 'wins' || w.outcome === 'loses')) {
    const netByOther = (w.dmaBytes * other.nsPerByte - w.costNs) / w.bytes;
    if (Math.sign(netByOther) !== Math.sign(w.netPerByte.estimate)) {
      w.reasons.push(
        `with the cost of a copy from ${other.words} (${writeNumber(other.nsPerByte)} ns/byte) the sign turns`,
      );
      w.outcome = 'cannotTell';
    }
  }
  const corrected = w.netPerByteWithoutProbes;
  const flips = Number.isFinite(corrected) && Math.sign(corrected) !== Math.sign(w.netPerByte.estimate);
  if (flips && (w.outcome === 'wins' || w.outcome === 'loses')) {
    w.reasons.push(
      `the probes may have decided it: with at most ${writeNs(context.probeCost.perEventNs)} per recorded line taken out the sign turns`,
    );
    w.outcome = 'cannotTell';
  }
}

export function overlapNsOf(calls: CallView): number {
  return calls.known('overlapNs') === 0 ? Number.NaN : calls.sum('overlapNs');
}
