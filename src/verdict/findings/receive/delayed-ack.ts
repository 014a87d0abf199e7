import { sumCounterDelta } from '../../../model/environment.ts';
import type { TimelineNotes } from '../../../model/timeline-notes.ts';
import { orZero } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { makeFinding } from '../../make-finding.ts';
import { writeCount, writeNs } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Delayed ACKs (and segments waiting on the prequeue for the reader) that hold the sender back. */
export const delayedAck: FindingRule = {
  id: 'delayed-ack',
  judge(context) {
    const { delack } = context.timeline;
    if (delack.episodes === 0) return null;
    const { all } = context.selection;
    const prequeued = context.runs
      .map((run) => sumCounterDelta(run.facts, 'netstat', 'TcpExt.TCPPrequeued'))
      .filter((delta) => delta > 0)
      .reduce((a, b) => a + b, 0);
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'Delayed ACKs or prequeue add latency',
      sentence: `${countAcks(delack, context.runs.length)}: the sender may have waited for ${delack.episodes === 1 ? 'it' : 'them'}.`,
      n: delack.episodes,
      unitOfN: 'timer runs',
      reasons: [
        'a segment on the prequeue is not acknowledged before the reader runs; the timer (40 ms to 200 ms) is the only guard',
        ...(prequeued > 0 ? [`TCPPrequeued rose by ${prequeued} segments during the run`] : []),
      ],
      evidence: citeLargest(
        all,
        (i) => orZero(all.column('delackNs')[i]),
        3,
        (i) => `ACK ${writeNs(all.column('delackNs')[i])} late`,
      ),
      nextStep:
        'Set net.ipv4.tcp_low_latency=1 to switch the prequeue off (it switches offload off too), or TCP_QUICKACK.',
    });
  },
};

/**
 * An episode is a run of the timer that sent an ACK; a text that shows no ACK counts every run. Time is added only where an
 * ACK was seen, but with several captures one may have shown it and another not.
 */
function countAcks({ episodes, addedNs }: TimelineNotes['delack'], runs: number): string {
  const isExact = addedNs > 0 && runs === 1;
  const after = addedNs > 0 ? `, ${writeNs(addedNs)} after the last segment in all` : '';
  return `The delayed-ACK timer sent ${isExact ? '' : 'at most '}${writeCount(episodes, 'ACK')}${after}`;
}
