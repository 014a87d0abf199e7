import { medianOf, orZero } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { writeNs, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** A submission this much slower than the median one, and slower than this, is no ordinary submission. */
const FACTOR = 30;
const FLOOR_NS = 200_000;
const MIN_CALLS_SLOW = 3;

/** Descriptors ran out: from 2.6.32 on the submitter spins until the engine frees one. */
export const engineRingFull: FindingRule = {
  id: 'engine-ring-full',
  judge(context) {
    const { offloaded } = context;
    const perTransfer = (i: number): number =>
      offloaded.column('submitNs')[i] / (offloaded.column('descriptors')[i] || offloaded.column('dmaCopies')[i]);
    const values = Float64Array.from({ length: offloaded.size }, (_, i) => perTransfer(i)).filter(
      (v) => Number.isFinite(v) && v > 0,
    );
    if (values.length < MIN_CALLS) return null;
    const middle = medianOf(values);
    const slow = offloaded.where(
      (i) => perTransfer(i) > FACTOR * middle && orZero(offloaded.column('submitNs')[i]) > FLOOR_NS,
    );
    if (slow.size < MIN_CALLS_SLOW) return null;
    const ns = slow.column('submitNs');
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'Submission stalls: the engine’s ring may be full',
      sentence: `In ${slow.size} of ${offloaded.size} offloaded calls (${writePct((100 * slow.size) / offloaded.size)}) a transfer took more than ${FACTOR} times the median ${writeNs(middle)} to submit; the slowest call spent ${writeNs(ns.reduce((a, b) => Math.max(a, b), 0))} submitting.`,
      n: offloaded.size,
      reasons: [
        'with all descriptors in use dma_memcpy_*_to_iovec rings the doorbell and tries again until one is free (2.6.32 and later)',
        'the same signature appears when the CPU is taken away without a trace (virtual machine): descriptor counts of the driver would decide',
      ],
      evidence: citeLargest(
        slow,
        (i) => ns[i],
        3,
        (i) => `submission took ${writeNs(ns[i])}`,
      ),
      nextStep: 'Enlarge the ring (ioatdma: ioat_ring_alloc_order) and record the driver’s prep_memcpy function.',
    });
  },
};
