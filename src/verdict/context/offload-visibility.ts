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
  const { bytes: moved, isWhole } = sumEngineBytes(context);
  if (isWhole && moved === 0) return 'not-used';
  const explained = reasons.filter((r) => r !== '' && r !== 'none' && r !== 'not-visible').length;
  const unknown = decided.where((i) => decided.mechanism(i) === 'unknown').size;
  if (evidence.hasPinProbes || evidence.hasSubmitProbes || evidence.hasDescriptors) return 'not-used';
  if (explained === decided.size && unknown === 0) return 'not-used';
  return moved > 0 ? 'used-unseen' : 'blind';
}

/** What the engine's counters rose by between the snapshots, of recorded calls and of others; whole: every run has both. */
export function sumEngineBytes({ runs }: Context): { bytes: number; isWhole: boolean } {
  const deltas = runs
    .map((run) => sumCounterDelta(run.facts, 'dma', '.bytes_transferred'))
    .filter((delta) => !Number.isNaN(delta));
  return {
    bytes: deltas.reduce((sum, delta) => sum + delta, 0),
    isWhole: runs.length > 0 && deltas.length === runs.length,
  };
}
