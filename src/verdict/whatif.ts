import type { WhatIfRow } from '../model/analysis.ts';
import type { Context } from './context.ts';
import { type Interval, replicateSums, sumBlocks, summarizeReplicates, toEffect } from './intervals.ts';
import { MIN_CALLS, type WhatIfSettings } from './options.ts';
import { type CostModel, fitCostModel, pinPages } from './predict-model.ts';
import { type ReplayedCall, replayCalls, type Setting } from './replay.ts';
import { expectedTransferBytes, payloadOfMtu } from './transfers.ts';
import { writeBytes, writeNumber } from './words.ts';

const AS_RECORDED: Setting = {
  rcvlowat: Number.NaN,
  copybreak: Number.NaN,
  buffer: Number.NaN,
  window: Number.NaN,
  mtu: Number.NaN,
};
const OFFLOAD_OFF = 2_147_483_647;
const MIB = 1048576;
const MAX_ROWS = 200;

export interface Prediction {
  name: string;
  setting: Setting;
  share: Interval;
  cpu: Interval;
  latency: Interval;
  sleepsPerMiB: number;
  calls: number;
  assumptions: string[];
}

/**
 * Predicts every combination of the values asked for, the recorded settings and offload switched off beside them, and
 * recommends the cheapest set when its CPU time is surely below that of the recorded settings in the same model.
 */
export function predict(
  context: Context,
  asked: WhatIfSettings,
): { rows: WhatIfRow[]; sentence: string; best: Prediction | null } {
  if (context.fit.size < MIN_CALLS)
    return {
      rows: [],
      sentence: `No prediction: ${context.fit.size} whole calls, at least ${MIN_CALLS} are needed.`,
      best: null,
    };
  const model = fitCostModel(context);
  const now = predictSetting(context, model, 'as recorded', AS_RECORDED);
  const off = predictSetting(context, model, 'offload off', { ...AS_RECORDED, copybreak: OFFLOAD_OFF });
  const predictions = [
    now,
    off,
    ...combine(asked).map((setting) => predictSetting(context, model, nameSetting(setting), setting)),
  ];
  const best = recommend(now, predictions);
  const rows = predictions.map((p) => toRow(p, p === best));
  return { rows, sentence: writeRecommendation(now, best, model), best };
}

function combine(asked: WhatIfSettings): Setting[] {
  const axis = (values: readonly number[]): number[] => (values.length === 0 ? [Number.NaN] : [...values]);
  const out: Setting[] = [];
  for (const rcvlowat of axis(asked.rcvlowat))
    for (const copybreak of axis(asked.copybreak))
      for (const buffer of axis(asked.buffer))
        for (const window of axis(asked.window))
          for (const mtu of axis(asked.mtu)) out.push({ rcvlowat, copybreak, buffer, window, mtu });
  return out.filter((s) => Object.values(s).some((v) => !Number.isNaN(v))).slice(0, MAX_ROWS);
}

function nameSetting(setting: Setting): string {
  const parts = Object.entries(setting).filter(([, value]) => !Number.isNaN(value));
  return parts.map(([name, value]) => `${name} ${value}`).join(', ');
}

export function predictSetting(context: Context, model: CostModel, name: string, setting: Setting): Prediction {
  const calls = replayCalls(context.fit, setting, model.copybreak);
  const assumptions: string[] = [];
  const scale = mtuScale(context, model, setting, assumptions);
  describeAssumptions(context, model, setting, assumptions);
  const figures = calls.map((call) => costOf(call, model, scale));
  const column = (pick: (k: number) => number): Float64Array =>
    Float64Array.from({ length: calls.length }, (_, k) => pick(k));
  const stream = { run: Int32Array.from(calls, (c) => c.run), size: calls.length };
  const bytes = column((k) => calls[k].bytes);
  const ratio = (top: Float64Array, factor: number, label: string): Interval => {
    const drawn = replicateSums(
      sumBlocks(stream, [top, bytes]),
      (s) => (factor * s[0]) / s[1],
      context.seed,
      `${name} ${label}`,
    );
    return summarizeReplicates(
      drawn,
      calls.length,
      'replay of the calls, block bootstrap; the model’s own error is not in it',
    );
  };
  const stalls = setting.window > 0 && setting.rcvlowat > setting.window;
  if (stalls)
    assumptions.push(
      `SO_RCVLOWAT ${writeBytes(setting.rcvlowat)} is more than a window of ${writeBytes(setting.window)} lets in: the socket would stall; no cost is predicted`,
    );
  const unknown: Interval = {
    estimate: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    n: calls.length,
    method: 'not predicted',
  };
  const canPrice = model.unknown.length === 0 || calls.every((c) => !c.offloaded);
  return {
    name,
    setting,
    share:
      Number.isNaN(model.engineShare) && calls.some((c) => c.offloaded)
        ? boundShare(ratio, calls, assumptions)
        : ratio(
            column((k) => figures[k].dmaBytes),
            100,
            'share',
          ),
    cpu:
      stalls || !canPrice
        ? unknown
        : ratio(
            column((k) => figures[k].cpuNs),
            MIB,
            'cpu',
          ),
    latency: stalls || !canPrice ? unknown : predictLatency(context, calls, figures, model, name, stream),
    sleepsPerMiB: (MIB * calls.reduce((a, c) => a + c.sleeps, 0)) / bytes.reduce((a, b) => a + b, 0),
    calls: calls.length,
    assumptions,
  };
}

interface Figures {
  dmaBytes: number;
  cpuNs: number;
}

function costOf(call: ReplayedCall, model: CostModel, scale: { transferBytes: number; segments: number }): Figures {
  const share = call.offloaded ? model.engineShare : 0;
  const dmaBytes = call.bytes * (Number.isNaN(share) ? 0 : share);
  const pages = pinPages(call.bufferBytes);
  const offload = call.offloaded
    ? (model.pinNsPerPage + model.unpinNsPerPage) * pages +
      (dmaBytes / scale.transferBytes) * model.submitNsPerTransfer +
      model.waitNsPerCall
    : 0;
  const other = model.otherNsPerCall + model.otherNsPerByte * call.bytes * scale.segments;
  return { dmaBytes, cpuNs: other + (call.bytes - dmaBytes) * model.copyNsPerByte + offload };
}

/** Elapsed time: what was recorded, shifted by what the model says the CPU work of the call changes. */
function predictLatency(
  context: Context,
  calls: ReplayedCall[],
  figures: Figures[],
  model: CostModel,
  name: string,
  stream: { run: Int32Array; size: number },
): Interval {
  const before = replayCalls(context.fit, AS_RECORDED, model.copybreak);
  const perByteBefore =
    before
      .map((c) => costOf(c, model, { transferBytes: model.transferBytes, segments: 1 }).cpuNs)
      .reduce((a, b) => a + b, 0) / before.reduce((a, c) => a + c.bytes, 0);
  const latencies = Float64Array.from(calls, (call, k) =>
    Math.max(0, call.elapsedNs + figures[k].cpuNs - perByteBefore * call.bytes),
  );
  const drawn = replicateSums(
    sumBlocks(stream, [latencies, new Float64Array(calls.length).fill(1)]),
    (s) => s[0] / s[1],
    context.seed,
    `${name} latency`,
  );
  return summarizeReplicates(
    drawn,
    calls.length,
    'mean duration of a replayed call, block bootstrap; the model’s own error is not in it',
  );
}

function boundShare(
  ratio: (top: Float64Array, factor: number, label: string) => Interval,
  calls: ReplayedCall[],
  assumptions: string[],
): Interval {
  assumptions.push(
    'no call of this capture was offloaded: the share is that of eligible calls, an upper bound of the engine’s share',
  );
  return ratio(
    Float64Array.from(calls, (c) => (c.offloaded ? c.bytes : 0)),
    100,
    'eligible share',
  );
}

function mtuScale(
  context: Context,
  model: CostModel,
  setting: Setting,
  assumptions: string[],
): { transferBytes: number; segments: number } {
  if (Number.isNaN(setting.mtu)) return { transferBytes: model.transferBytes, segments: 1 };
  const payload = payloadOfMtu(setting.mtu, context);
  assumptions.push(
    `segments of ${payload} bytes, transfers of ${writeNumber(expectedTransferBytes(payload))} bytes on average; the rest of a call’s CPU time per byte falls with the number of segments`,
  );
  const segments = model.payloadBytes > 0 ? model.payloadBytes / payload : 1;
  return { transferBytes: expectedTransferBytes(payload), segments };
}

function describeAssumptions(context: Context, model: CostModel, setting: Setting, out: string[]): void {
  const predicts = Object.values(setting).some((v) => !Number.isNaN(v));
  if (!predicts) return;
  out.push('the sender would send the same bytes at the same times');
  if (model.engineShare > 0)
    out.push(
      `in a pinned call the engine takes ${writeNumber(100 * model.engineShare)} % of the bytes, as in this capture`,
    );
  if (!Number.isNaN(setting.rcvlowat))
    out.push('successive calls merge until the target is reached; sleeps inside them stay as recorded');
  if (!Number.isNaN(setting.buffer))
    out.push('pin and unpin cost grow with the pages of the buffer; a larger buffer does not make a call return more');
  if (!Number.isNaN(setting.copybreak) && Number.isNaN(model.copybreak))
    out.push('the recorded copybreak is not known');
  if (!Number.isNaN(setting.window)) out.push('the window changes nothing as long as the target fits into it');
  if (model.unknown.length > 0)
    out.push(`not in this capture: ${model.unknown.join(', ')}; costs of offloaded calls are not predicted`);
  if (context.emulation.length > 0) out.push('times of an emulated CPU: only shares carry over to hardware');
}

function recommend(now: Prediction, predictions: Prediction[]): Prediction | null {
  let best: Prediction | null = null;
  for (const p of predictions) {
    if (p === now || !Number.isFinite(p.cpu.high) || !Number.isFinite(now.cpu.low)) continue;
    const surelyCheaper = p.cpu.high < now.cpu.low;
    if (surelyCheaper && (best === null || p.cpu.estimate < best.cpu.estimate)) best = p;
  }
  return best;
}

function writeRecommendation(now: Prediction, best: Prediction | null, model: CostModel): string {
  if (!Number.isFinite(now.cpu.estimate)) return `No recommendation: not in this capture: ${model.unknown.join(', ')}.`;
  const perMiB = (p: Prediction): string =>
    `${writeNumber(p.cpu.estimate / 1000)} µs [${writeNumber(p.cpu.low / 1000)}, ${writeNumber(p.cpu.high / 1000)}] CPU per MiB`;
  if (best === null)
    return `No setting helps: none of the predicted settings is surely cheaper than the recorded ones (${perMiB(now)}).`;
  const share =
    best.share.estimate > 0 ? `, ${writeNumber(best.share.estimate)} % of the bytes offloaded` : ', nothing offloaded';
  return `Recommended: ${best.name}: predicted ${perMiB(best)}${share}, against ${perMiB(now)} as recorded.`;
}

function toRow(p: Prediction, recommended: boolean): WhatIfRow {
  const known = (interval: Interval): boolean => Number.isFinite(interval.estimate);
  return {
    setting: p.name,
    offloadSharePct: known(p.share) ? toEffect(p.share, '%') : null,
    cpuNsPerMiB: known(p.cpu) ? toEffect(p.cpu, 'ns/MiB') : null,
    latencyNs: known(p.latency) ? toEffect(p.latency, 'ns') : null,
    sleepsPerMiB: Number.isFinite(p.sleepsPerMiB) ? p.sleepsPerMiB : null,
    recommended,
    assumptions: p.assumptions,
  };
}
