import type { Analysis, Answer } from '../../model/analysis/index.ts';
import { OFFLOAD_OFF } from '../whatif/rank.ts';

/** A copybreak that no length passes. */
const TURN_OFF = 'sysctl -w net.ipv4.tcp_dma_copybreak=2147483647';

/**
 * Offload off as the first thing to do: where it was measured beside offload on, offload is proven to cost CPU time, and no
 * setting with offload on is cheaper, measured or predicted.
 */
export function adviseOffloadOff({ verdicts, settings = [] }: Analysis): Answer['actions'] {
  const [cheapest] = settings;
  const isProven = verdicts.some((v) => v.id === 'verdict-cpu' && v.outcome === 'loses');
  if (!isProven || cheapest?.setting !== OFFLOAD_OFF || cheapest.basis !== 'measured') return [];
  return [{ text: 'Leave offload off, the cheapest of what was measured', command: TURN_OFF }];
}
