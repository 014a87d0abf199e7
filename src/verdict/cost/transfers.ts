import { findFact } from '../../model/environment.ts';
import { sumCounterDelta } from '../../model/kernel/counters.ts';
import type { Context } from '../context/context.ts';
import { dmaBytesOf, mapCalls, sumOf } from '../derived.ts';

/** Size of one engine transfer: exact from the calls, else from the engine's own counters over the whole run. */
export interface TransferSize {
  meanBytes: number;
  count: number;
  from: 'descriptors of the calls' | 'engine counters' | '';
}

export function measureTransfers(context: Context): TransferSize {
  const { offloaded, runs } = context;
  const withCount = offloaded.where(
    (i) => offloaded.column('descriptors')[i] > 0 && offloaded.column('dmaBytes')[i] > 0,
  );
  const descriptors = withCount.sum('descriptors');
  if (descriptors > 0)
    return {
      meanBytes: sumOf(mapCalls(withCount, dmaBytesOf)) / descriptors,
      count: descriptors,
      from: 'descriptors of the calls',
    };
  let counterBytes = 0;
  let counterCopies = 0;
  for (const run of runs) {
    const dBytes = sumCounterDelta(run.facts, 'dma', '.bytes_transferred');
    const dCopies = sumCounterDelta(run.facts, 'dma', '.memcpy_count');
    if (dBytes > 0 && dCopies > 0) {
      counterBytes += dBytes;
      counterCopies += dCopies;
    }
  }
  if (counterCopies > 0)
    return { meanBytes: counterBytes / counterCopies, count: counterCopies, from: 'engine counters' };
  return { meanBytes: Number.NaN, count: 0, from: '' };
}

const PAGE_BYTES = 4096;

/**
 * Mean transfer of segments with `payload` bytes into arbitrarily aligned pages: a transfer is cut at every page border of
 * the destination, 1 + (L − 1)/4096 pieces on average. 1448 bytes → 1070 (receive path reference, 1.10).
 */
export function expectedTransferBytes(payload: number): number {
  return payload / (1 + (payload - 1) / PAGE_BYTES);
}

/** Payload of a full segment at an MTU: IPv4 and TCP headers, 12 bytes of timestamps unless the capture says they are off. */
export function payloadOfMtu(mtu: number, context: Context): number {
  const timestamps = context.runs.some((run) => findFact(run.facts, 'sysctl', 'net.ipv4.tcp_timestamps')?.value === 0)
    ? 0
    : 12;
  return mtu - 40 - timestamps;
}
