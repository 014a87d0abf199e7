import type { Finding } from '../../../model/analysis/index.ts';
import { sumCounterDelta } from '../../../model/kernel/counters.ts';
import { isAtLeast } from '../../../model/kernel/era.ts';
import type { TimelineNotes } from '../../../model/timeline-notes.ts';
import type { Context } from '../../context/context.ts';
import { orZero } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { makeFinding } from '../../make-finding.ts';
import { measureLateAcks } from '../../summaries/late-acks.ts';
import { writeCount, writeNs, writeNumber } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Delayed ACKs (and segments waiting on the prequeue for the reader) that hold the sender back. */
export const delayedAck: FindingRule = {
  id: 'delayed-ack',
  judge(context) {
    const { delack } = context.timeline;
    if (delack.episodes === 0) return judgeCounter(context);
    const { all } = context.selection;
    const late = measureLateAcks(all);
    const prequeued = sumDeltas(context, 'TCPPrequeued');
    const counted = sumDeltas(context, 'DelayedACKs');
    const mayHavePrequeue = prequeued > 0 || isBefore414(context);
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: mayHavePrequeue ? 'Delayed ACKs or prequeue add latency' : 'Delayed ACKs add latency',
      sentence: `${countAcks(delack, context.runs.length)}: the sender may have waited for ${delack.episodes === 1 ? 'it' : 'them'}.${counted > 0 ? ` Between the two snapshots DelayedACKs rose by ${writeNumber(counted)}.` : ''}`,
      n: delack.episodes,
      unitOfN: 'timer runs',
      reasons: [
        ...(late.calls > 0
          ? [`${writeCount(late.calls, 'call')} waited for data until then, ${writeNs(late.medianNs)} each (median)`]
          : []),
        ...(mayHavePrequeue
          ? [
              'a segment on the prequeue is not acknowledged before the reader runs; the timer (40 ms to 200 ms) is the only guard',
            ]
          : ['a sender with Nagle’s algorithm on holds a second small write back until the first is acknowledged']),
        ...(prequeued > 0 ? [`the reader drained its prequeue ${prequeued} times during the run (TCPPrequeued)`] : []),
      ],
      evidence: citeLargest(
        all,
        (i) => orZero(all.column('delackNs')[i]),
        3,
        (i) => `ACK ${writeNs(all.column('delackNs')[i])} late`,
      ),
      nextStep: adviseWithoutPrequeue(
        context,
        'One write per message or TCP_NODELAY on the sender; TCP_QUICKACK on the receiver.',
      ),
    });
  },
};

/** By how much a counter of TCP rose in all runs; 0 where no snapshots tell. */
export function sumDeltas({ runs }: Pick<Context, 'runs'>, name: string): number {
  return runs
    .map((run) => sumCounterDelta(run.facts, 'netstat', `TcpExt.${name}`))
    .filter((delta) => delta > 0)
    .reduce((a, b) => a + b, 0);
}

/** The counter of the timer alone: the whole namespace’s, and nobody can say which calls it held back. */
function judgeCounter(context: Context): Finding | null {
  const counted = sumDeltas(context, 'DelayedACKs');
  if (counted === 0) return null;
  return makeFinding({
    id: 'delayed-ack',
    role: 'note',
    outcome: 'cannotTell',
    title: 'The delayed-ACK timer sent ACKs',
    sentence: `Between the two snapshots DelayedACKs rose by ${writeNumber(counted)}: so many ACKs waited for the timer, of whichever socket.`,
    n: counted,
    unitOfN: 'ACKs',
    reasons: ['the timer’s runs are not in the text, so no call is charged with one'],
    nextStep: 'Record the timer (timer:timer_expire_entry and tcp:tcp_probe) to see which calls waited for it.',
  });
}

/** The prequeue went in 4.14. */
const isBefore414 = ({ settings }: Context): boolean =>
  settings.length > 0 && settings.every(({ era }) => isAtLeast(era, 4, 14) === false);

/** tcp_low_latency has no effect from 4.14 on: advised only where the kernel is known to be older. */
export function adviseWithoutPrequeue(context: Context, other: string): string {
  if (!isBefore414(context)) return other;
  return 'Record again with net.ipv4.tcp_low_latency=1, which switches the prequeue off (offload too), and compare the two: recvscope compare BEFORE AFTER.';
}

/**
 * An episode is a run of the timer that sent an ACK; a text that shows no ACK counts every run. Time is added only where an
 * ACK was seen, but with several captures one may have shown it and another not.
 */
function countAcks({ episodes, addedNs }: TimelineNotes['delack'], runs: number): string {
  const isExact = addedNs > 0 && runs === 1;
  const after = addedNs > 0 ? `, held back for ${writeNs(addedNs)} in all` : '';
  return `The delayed-ACK timer sent ${isExact ? '' : 'at most '}${writeCount(episodes, 'ACK')}${after}`;
}
