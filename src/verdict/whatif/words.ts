import type { WhatIfRow } from '../../model/analysis/index.ts';
import type { Context } from '../context/context.ts';
import { type Interval, toEffect } from '../intervals.ts';
import { writeBytes, writeNumber } from '../words.ts';
import type { CostModel, Prediction, Setting } from './types.ts';

/** Reasons for which nothing is predicted. */
export function findObstacles(context: Context, model: CostModel, setting: Setting): string[] {
  const out: string[] = [];
  if (setting.window > 0 && setting.rcvlowat > setting.window)
    out.push(
      `not predicted: SO_RCVLOWAT ${writeBytes(setting.rcvlowat)} is more than a window of ${writeBytes(setting.window)} lets in, the socket would stall`,
    );
  if (setting.rcvlowat > 0 && model.target > 1 && setting.rcvlowat < model.target)
    out.push(
      `not predicted: the capture was recorded with a larger target (about ${writeBytes(model.target)}); when the data of a call arrived is not known`,
    );
  if (context.evidence.callEntry === 'none') out.push('not predicted: no calls');
  return out;
}

export function describeAssumptions(context: Context, model: CostModel, setting: Setting, out: string[]): void {
  if (Object.values(setting).every((v) => Number.isNaN(v))) return;
  out.push('the sender would send the same bytes at the same times');
  if (model.costs.engineShare > 0)
    out.push(
      `in a pinned call the engine takes ${writeNumber(100 * model.costs.engineShare)} % of the bytes, as in this capture`,
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
  if (context.evidence.selectPollSeen)
    out.push('the reader asks select, poll or epoll first, as recorded; reading in another way is not modelled');
  if (context.emulation.length > 0) out.push('times of an emulated CPU: only shares carry over to hardware');
}

export function writeRecommendation(now: Prediction, best: Prediction | null, model: CostModel): string {
  if (!Number.isFinite(now.cpu.estimate)) return `No recommendation: not in this capture: ${model.unknown.join(', ')}.`;
  const perMiB = (p: Prediction): string =>
    `${writeNumber(p.cpu.estimate / 1000)} µs [${writeNumber(p.cpu.low / 1000)}, ${writeNumber(p.cpu.high / 1000)}] of CPU time per MiB`;
  if (best === null)
    return `No setting helps: none of the predicted settings is surely cheaper than the recorded ones (${perMiB(now)} in the same model).`;
  const share =
    best.share.estimate > 0 ? `${writeNumber(best.share.estimate)} % of the bytes offloaded` : 'nothing offloaded';
  return `Cheapest in CPU time: ${best.name}, predicted ${perMiB(best)} with ${share}, against ${perMiB(now)} as recorded, in the same model.`;
}

export function toRow(p: Prediction, recommended: boolean): WhatIfRow {
  const known = ({ estimate, high }: Interval): boolean => Number.isFinite(estimate) || Number.isFinite(high);
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
