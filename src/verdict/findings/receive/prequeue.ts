import { makeFinding } from '../../make-finding.ts';
import { writeBytes, writeCount } from '../../words.ts';
import type { FindingRule } from '../rule.ts';
import { adviseWithoutPrequeue, sumDeltas } from './delayed-ack.ts';

/**
 * The prequeue by its counters (up to 4.13). TCPPrequeued counts drains, not segments: tcp_prequeue_process raises it once;
 * TCPDirectCopyFromPrequeue counts bytes; TCPPrequeueDropped segments that softirq took back, as the prequeue was full.
 */
export const prequeueUse: FindingRule = {
  id: 'prequeue',
  judge(context) {
    const delta = (name: string): number => sumDeltas(context, name);
    const drains = delta('TCPPrequeued');
    const dropped = delta('TCPPrequeueDropped');
    if (drains === 0 && dropped === 0) return null;
    const bytes = delta('TCPDirectCopyFromPrequeue');
    const acks = delta('DelayedACKs');
    return makeFinding({
      id: this.id,
      role: 'note',
      outcome: 'cannotTell',
      title: 'Segments waited on the prequeue for the reader',
      sentence: `The reader drained its prequeue ${writeCount(drains, 'time')} (${writeBytes(bytes)} copied from it at once), softirq took ${writeCount(dropped, 'segment')} back; ${writeCount(acks, 'delayed ACK')} were sent in the run.`,
      n: drains,
      unitOfN: 'drains',
      reasons: [
        'a segment on the prequeue is acknowledged when the reader runs, at the latest when the timer fires (3/4 of the least RTO: 150 ms)',
        'a pinned call bypasses the prequeue: its segments are processed in softirq',
      ],
      numbers: [
        { label: 'TCPPrequeued', value: drains, unit: 'drains' },
        { label: 'TCPPrequeueDropped', value: dropped, unit: 'segments' },
        { label: 'TCPDirectCopyFromPrequeue', value: bytes, unit: 'bytes' },
        { label: 'DelayedACKs', value: acks, unit: 'ACKs' },
      ],
      nextStep: adviseWithoutPrequeue(context, ''),
    });
  },
};
