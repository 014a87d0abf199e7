import type { WhatIfRow } from '../../model/analysis/index.ts';
import { percentileEnds, studentQuantile } from '../../stats/index.ts';
import { bytesOf, isOffloaded, isPinned } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { expectedTransferBytes, payloadOfMtu } from '../cost/transfers.ts';
import { type Interval, type Replicates, replicateSums, sumBlocks, summarizeReplicates } from '../intervals.ts';
import { CONFIDENCE_LEVEL, MIN_CALLS } from '../options.ts';
import { writeNumber } from '../words.ts';
import { findLimits, isTooWide } from './limits.ts';
import { type ReplayedCall, replayCalls } from './replay.ts';
import { AS_RECORDED, nameSetting } from './settings.ts';
import type { CostModel, Prediction, Setting, UnitCosts } from './types.ts';
import { fitCostModel, pagesPinned } from './unit-costs.ts';
import { describeAssumptions, findObstacles, toRow, writeRecommendation } from './words.ts';

const OFFLOAD_OFF = 2_147_483_647;
const MIB = 1048576;
const MAX_ROWS = 200;
const MIN_RUNS = 3;
/** Settings within this of the cheapest count as equally cheap: the one that changes less is recommended. */
const SAME_COST = 1.005;
const METHOD = 'replay of the calls, block bootstrap; the error of the model itself is not in it';

export interface PredictionTable {
  rows: WhatIfRow[];
  predictions: Prediction[];
  sentence: string;
  best: Prediction | null;
}

/**
 * Predicts every setting, the recorded settings and offload switched off beside them, and recommends the cheapest when its
 * CPU time is surely below that of the recorded settings in the same model.
 */
export function predict(context: Context, settings: readonly Setting[]): PredictionTable {
  const sized = context.fit.where((i) => !Number.isNaN(bytesOf(context.fit, i)));
  if (sized.size < MIN_CALLS || sized.size < context.fit.size / 2) {
    const sentence = `No prediction: ${sized.size} whole calls with known bytes, at least ${MIN_CALLS} are needed.`;
    return { rows: [], predictions: [], sentence, best: null };
  }
  const model = fitCostModel(context);
  const perRun = splitByRun(context);
  const predictOne = (name: string, setting: Setting): Prediction =>
    widenByRuns(
      predictSetting(context, model, name, setting),
      perRun.map((run) => predictSetting(run.context, run.model, name, setting)),
    );
  const now = predictOne('as recorded', AS_RECORDED);
  const off = predictOne('offload off', { ...AS_RECORDED, copybreak: OFFLOAD_OFF });
  const predictions = [now, off, ...settings.slice(0, MAX_ROWS).map((s) => predictOne(nameSetting(s), s))];
  const best = recommend(now, predictions);
  return {
    rows: predictions.map((p) => toRow(p, p === best)),
    predictions,
    sentence: writeRecommendation(now, best, model),
    best,
  };
}

/** Each run by itself, when there are enough of them to say how far a new run may be off. */
function splitByRun(context: Context): { context: Context; model: CostModel }[] {
  const { fit } = context;
  if (context.runs.length < MIN_RUNS) return [];
  const parts = context.runs.map((_, index) => {
    const ownFit = fit.where((i) => fit.run[i] === index);
    const own = {
      ...context,
      fit: ownFit,
      paying: ownFit.where((i) => isPinned(ownFit, i)),
      offloaded: ownFit.where((i) => isOffloaded(ownFit, i)),
    };
    return { context: own, model: fitCostModel(own) };
  });
  return parts.every((part) => part.context.fit.size >= MIN_CALLS) ? parts : [];
}

/** Interval for a new run: Student's prediction interval over the predictions from single runs, where it is the wider one. */
function widenByRuns(pooled: Prediction, single: Prediction[]): Prediction {
  if (single.length < MIN_RUNS) return pooled;
  const widen = (pick: (p: Prediction) => Interval): Interval => {
    const interval = pick(pooled);
    const values = single.map((p) => pick(p).estimate);
    if (!Number.isFinite(interval.estimate) || values.some((v) => !Number.isFinite(v))) return interval;
    const n = values.length;
    const mean = values.reduce((a, b) => a + b, 0) / n;
    const variance = values.reduce((a, v) => a + (v - mean) ** 2, 0) / (n - 1);
    const half = studentQuantile(1 - (1 - CONFIDENCE_LEVEL) / 2, n - 1) * Math.sqrt(variance * (1 + 1 / n));
    if (!(half > (interval.high - interval.low) / 2)) return interval;
    const method = `prediction for a new run, Student t over ${n} runs; the error of the model itself is not in it`;
    return { ...interval, low: Math.max(0, interval.estimate - half), high: interval.estimate + half, method };
  };
  const share = widen((p) => p.share);
  return {
    ...pooled,
    share: { ...share, high: Math.min(100, share.high) },
    cpu: widen((p) => p.cpu),
    latency: widen((p) => p.latency),
  };
}

function predictSetting(context: Context, model: CostModel, name: string, setting: Setting): Prediction {
  const assumptions: string[] = [];
  const calls = replayCalls(context.fit, setting, model);
  const shape = mtuShape(context, model, setting, assumptions);
  describeAssumptions(context, model, setting, assumptions);
  const stops = findObstacles(context, model, setting);
  assumptions.push(...stops);
  const stream = { run: Int32Array.from(calls, (c) => c.run), size: calls.length };
  const column = (pick: (call: ReplayedCall) => number): Float64Array => Float64Array.from(calls, pick);
  const blocks = sumBlocks(stream, [
    column(() => 1),
    column((c) => c.bytes),
    column((c) => (c.offloaded ? c.bytes : 0)),
    column((c) => (c.offloaded ? pagesPinned(c.bufferBytes) : 0)),
    column((c) => (c.offloaded ? 1 : 0)),
    column((c) => c.elapsedNs),
  ]);
  const draw = (label: string, combine: (s: Float64Array, costs: UnitCosts) => number): Replicates =>
    replicateSums(
      blocks,
      (s, r) => combine(s, r < 0 ? model.costs : model.replicates[r % model.replicates.length]),
      context.seed,
      `what-if ${label}`,
    );
  const summarize = (drawn: Replicates, method: string): Interval => summarizeReplicates(drawn, calls.length, method);
  const nobody = calls.every((c) => !c.offloaded);
  const blind = Number.isNaN(model.costs.engineShare) && !nobody;
  if (blind)
    assumptions.push(
      'no call of this capture was offloaded: the share is that of eligible calls, an upper bound of the engine’s share',
    );
  const share = draw('share', (s, costs) => (100 * s[2] * (blind ? 1 : orNothing(costs.engineShare))) / s[1]);
  const cpu = draw('cpu', (s, costs) => (MIB * cpuNsOf(s, costs, shape)) / s[1]);
  const recorded = sumRecorded(context, model);
  const latency = draw('latency', (s, costs) => {
    const before = (cpuNsOf(recorded, costs, { transferBytes: model.transferBytes, segments: 1 }) / recorded[1]) * s[1];
    return Math.max(0, s[5] + cpuNsOf(s, costs, shape) - before) / s[0];
  });
  const canPrice = stops.length === 0 && (model.unknown.length === 0 || (nobody && canPriceCopies(model)));
  const unknown: Interval = {
    estimate: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    n: calls.length,
    method: 'not predicted',
  };
  const total = (pick: (call: ReplayedCall) => number): number => calls.reduce((sum, call) => sum + pick(call), 0);
  const byEngine = total((c) => (c.offloaded ? c.bytes : 0)) / total((c) => c.bytes);
  const limits = findLimits(context, setting, recorded[2] / recorded[1] > byEngine);
  const withhold = (words: string): void => {
    if (words !== '' && !assumptions.includes(`not predicted: ${words}`)) assumptions.push(`not predicted: ${words}`);
  };
  for (const words of Object.values(limits)) withhold(words);
  const price = (drawn: Replicates, limit: string, method: string): Interval => {
    if (!canPrice || limit !== '') return unknown;
    const interval = summarize(drawn, method);
    if (!isTooWide(interval)) return interval;
    withhold('the interval spans more than a factor of 4');
    return unknown;
  };
  const engineShare = summarize(share, METHOD);
  return {
    name,
    setting,
    // Eligible calls bound the engine's share from above; nothing bounds it from below.
    share:
      stops.length > 0 || limits.share !== ''
        ? unknown
        : blind
          ? { ...engineShare, estimate: Number.NaN, low: 0 }
          : engineShare,
    cpu: price(cpu, limits.cpu, METHOD),
    cpuReplicates: cpu.values,
    blocks: cpu.blocks,
    latency: price(latency, limits.latency, `mean duration of a replayed call; ${METHOD}`),
    sleepsPerMiB: limits.sleeps !== '' ? Number.NaN : (MIB * total((c) => c.sleeps)) / total((c) => c.bytes),
    calls: calls.length,
    assumptions,
  };
}

/** Sums: calls, bytes, bytes in offloaded calls, their pages, their number, elapsed. */
function cpuNsOf(s: Float64Array, costs: UnitCosts, shape: { transferBytes: number; segments: number }): number {
  const [calls, bytes, offloadedBytes, pages, offloadedCalls] = s;
  const dma = offloadedBytes * orNothing(costs.engineShare);
  const offload =
    offloadedCalls === 0
      ? 0
      : pages * (costs.pinNsPerPage + costs.unpinNsPerPage) +
        (dma / shape.transferBytes) * costs.submitNsPerTransfer +
        offloadedCalls * costs.waitNsPerCall;
  const other = calls * costs.otherNsPerCall + bytes * costs.otherNsPerByte * shape.segments;
  return other + (bytes - dma) * costs.copyNsPerByte + offload;
}

function orNothing(share: number): number {
  return Number.isNaN(share) ? 0 : share;
}

function canPriceCopies(model: CostModel): boolean {
  return Number.isFinite(model.costs.copyNsPerByte) && Number.isFinite(model.costs.otherNsPerCall);
}

function sumRecorded(context: Context, model: CostModel): Float64Array {
  const sums = new Float64Array(6);
  for (const c of replayCalls(context.fit, AS_RECORDED, model)) {
    sums[0]++;
    sums[1] += c.bytes;
    if (c.offloaded) {
      sums[2] += c.bytes;
      sums[3] += pagesPinned(c.bufferBytes);
      sums[4]++;
    }
  }
  return sums;
}

function mtuShape(
  context: Context,
  model: CostModel,
  setting: Setting,
  assumptions: string[],
): { transferBytes: number; segments: number } {
  if (Number.isNaN(setting.mtu)) return { transferBytes: model.transferBytes, segments: 1 };
  const payload = payloadOfMtu(setting.mtu, context);
  const transferBytes = expectedTransferBytes(payload);
  assumptions.push(
    `segments of ${payload} bytes, transfers of ${writeNumber(transferBytes)} bytes on average; the rest of a call’s CPU time per byte falls with the number of segments`,
  );
  return { transferBytes, segments: model.payloadBytes > 0 ? model.payloadBytes / payload : 1 };
}

function recommend(now: Prediction, predictions: Prediction[]): Prediction | null {
  const surelyCheaper = predictions.filter((p) => {
    if (p === now || !Number.isFinite(p.cpu.estimate) || !Number.isFinite(now.cpu.estimate)) return false;
    const differences = p.cpuReplicates.map((v, r) => v - now.cpuReplicates[r]).sort();
    return percentileEnds(differences, CONFIDENCE_LEVEL, Math.min(p.blocks, now.blocks)).high < 0;
  });
  const lowest = Math.min(...surelyCheaper.map((p) => p.cpu.estimate));
  return surelyCheaper.find((p) => p.cpu.estimate <= lowest * SAME_COST) ?? null;
}
