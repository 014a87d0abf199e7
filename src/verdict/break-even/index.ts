import type { BreakEven } from '../../model/analysis/index.ts';
import type { Context } from '../context/context.ts';
import { DRIFT_SD } from '../context/drift.ts';
import { listHiddenCosts } from '../cost/weigh.ts';
import { CONFIDENCE_LEVEL } from '../options.ts';
import { writeBytes } from '../words.ts';
import { type CrossingOptions, findCrossing } from './crossing.ts';
import {
  collectCopyPoints,
  collectOffloadPoints,
  crossingEffect,
  describeFits,
  drawPoints,
  type Points,
} from './points.ts';
import { listReferences } from './references.ts';
import { findTransferBreakEven } from './transfer.ts';

const known = new WeakMap<Context, BreakEven[]>();

/** Of calls and of transfers; several findings ask, the bootstrap runs once per context. */
export function findBreakEvens(context: Context): BreakEven[] {
  if (context.offloaded.size === 0) return [];
  let found = known.get(context);
  if (found === undefined) {
    const copy = collectCopyPoints(context);
    const offload = collectOffloadPoints(context);
    found = [
      findCallBreakEven(context, copy, offload),
      findTransferBreakEven(context, copy, offload, crossingOptions(context)),
    ];
    known.set(context, found);
  }
  return found;
}

/** Copies of a paired capture come from other recordings than the offloaded calls: their drift does not cancel. */
export function crossingOptions(context: Context): CrossingOptions {
  const isPaired = context.copyRate.source !== 'paired capture';
  return { seed: context.seed, isPaired, driftSd: isPaired ? 0 : DRIFT_SD.copy };
}

function findCallBreakEven(context: Context, copy: Points, offload: Points): BreakEven {
  const crossing = findCrossing(copy.series, offload.series, crossingOptions(context));
  const reasons = [...crossing.reasons];
  const hidden = listHiddenCosts(context.offloaded);
  let status: BreakEven['status'] = crossing.status;
  if (hidden.length > 0) {
    reasons.push(`not visible in this capture: ${hidden.join(', ')}; the cost of offload is a lower bound`);
    if (!(status === 'no crossing in the range seen' && crossing.cheaper === 'copy')) status = 'cannot tell';
  }
  if (context.emulation.length > 0) reasons.push('times of an emulated CPU: the size does not carry over to hardware');
  if (status === 'crossing' && !crossing.offloadWinsAbove)
    reasons.push('offload is the cheaper way below this size, not above it');
  return {
    of: 'call',
    status,
    bytes: Number.isFinite(crossing.bytes) ? crossingEffect(crossing) : null,
    reasons,
    points: [...drawPoints(copy, 'plain-copy'), ...drawPoints(offload, 'net-dma')],
    fits: describeFits(crossing, copy, offload),
    references: listReferences(context),
  };
}

/** '41 KiB [35 KiB, 52 KiB]' or why not. */
export function describeBreakEven(result: BreakEven): string {
  if (result.bytes === null || result.bytes.estimate === null) return result.reasons[0] ?? result.status;
  const end = (value: number | null): string => (value === null ? '?' : writeBytes(value));
  return `${writeBytes(result.bytes.estimate)} [${end(result.bytes.low)}, ${end(result.bytes.high)}], ${CONFIDENCE_LEVEL * 100} % interval`;
}
