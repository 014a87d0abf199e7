import type { OverviewTrack } from '../../../model/analysis/index.ts';
import type { Run } from '../../../model/capture.ts';
import { isDropped } from '../../arrivals/drop-reasons.ts';

/** Packets that the machine dropped in each bucket of a file's strip; null: none fell between its first and its last call. */
export function countDrops(
  run: Run,
  file: number,
  grid: { startNs: number; bucketNs: number; buckets: number },
): OverviewTrack | null {
  const values = new Array<number>(grid.buckets).fill(0);
  let any = false;
  for (const drop of run.timeline.arrivals?.drops ?? []) {
    const { over } = drop;
    if (over === undefined || over.callFile !== file || drop.isFree || drop.isUnnamed === true || !isDropped(drop))
      continue;
    for (const { bin, count } of over.bins) {
      // A bin is narrower than a bucket of a strip of its length; it counts where its middle lies.
      const bucket = Math.floor(((bin + 0.5) * over.binNs - grid.startNs) / grid.bucketNs);
      if (bucket < 0 || bucket >= grid.buckets) continue;
      values[bucket] += count;
      any = true;
    }
  }
  return any ? { id: 'drops', title: 'packets dropped on the machine', unit: 'count', values } : null;
}
