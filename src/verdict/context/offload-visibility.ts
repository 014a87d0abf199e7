import { sumCounterDelta } from '../../model/kernel/counters.ts';
import { isPinned } from '../call-view.ts';
import type { Context } from './context.ts';

/**
 * What may be concluded from the absence of offload in the calls. 'seen': some call was offloaded · 'not-used': the capture
 * would have shown it, or the engine's counters stood still · 'only-cut-calls': the offloaded ones are cut · 'used-unseen': the counters moved · 'no-such-kernel' · 'blind'.
 */
export type OffloadVisibility = 'seen' | 'not-used' | 'only-cut-calls' | 'used-unseen' | 'no-such-kernel' | 'blind';

export function seeOffload(context: Context): OffloadVisibility {
  if (context.paying.size > 0) return 'seen';
  const { evidence } = context;
  const { all } = context.selection;
  if (all.where((i) => isPinned(all, i)).size > 0) return 'only-cut-calls';
  const { decided } = context.selection;
  if (context.runs.length > 0 && context.runs.every((run) => run.era.netDma === 'impossible')) return 'no-such-kernel';
  const reasons = Array.from({ length: decided.size }, (_, i) => decided.text('declineReason', i));
  if (reasons.length > 0 && reasons.every((r) => r === 'no-offload-in-kernel')) return 'no-such-kernel';
  let moved = 0;
  let counted = 0;
  for (const run of context.runs) {
    const delta = sumCounterDelta(run.facts, 'dma', '.bytes_transferred');
    if (Number.isNaN(delta)) continue;
    counted++;
    moved += delta;
  }
  if (counted === context.runs.length && counted > 0 && moved === 0) return 'not-used';
  const explained = reasons.filter((r) => r !== '' && r !== 'none' && r !== 'not-visible').length;
  const unknown = decided.where((i) => decided.mechanism(i) === 'unknown').size;
  if (evidence.hasPinProbes || evidence.hasSubmitProbes || evidence.hasDescriptors) return 'not-used';
  if (explained === decided.size && unknown === 0) return 'not-used';
  return moved > 0 ? 'used-unseen' : 'blind';
}
