import { totalBytesOf } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { writeNs, writeNumber, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

const MIN_USELESS_PCT = 20;
const MIN_WAKEUPS = 10;

/** Wakeups that came too early (the reader still ran) or brought too little (it went back to sleep). */
export const wakeups: FindingRule = {
  id: 'wakeups-early-or-useless',
  judge(context) {
    const { fit, timeline } = context;
    const total = timeline.wakeReasons.reduce((sum, r) => sum + r.count, 0);
    if (total < MIN_WAKEUPS) return null;
    const useless = timeline.wakeReasons.reduce((sum, r) => sum + r.useless, 0);
    const early = timeline.wakeReasons.reduce((sum, r) => sum + r.early, 0);
    const pct = (100 * (useless + early)) / total;
    if (pct < MIN_USELESS_PCT) return null;
    const top = timeline.wakeReasons[0];
    const mib = totalBytesOf(fit) / 1048576;
    const latency = fit.sum('wakeLatencyNs') / Math.max(1, fit.sum('sleeps'));
    const wasted = (i: number): number => fit.column('wakeups')[i] - fit.column('usefulWakeups')[i];
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'Wakeups come too early or for nothing',
      sentence: `${early} of ${total} wakeups came before the reader slept or while it still ran and ${useless} sent it back to sleep for want of data (${writePct(pct)} together)${mib > 0 ? `, ${writeNumber(total / mib)} wakeups per MiB` : ''}${top.reason === 'unknown' ? '' : `; most frequent reason: ${top.reason} (${top.count})`}.`,
      n: total,
      unitOfN: 'wakeups',
      reasons: [
        'up to 4.17 every in-order segment that is not eaten wakes the reader, whatever SO_RCVLOWAT says; it only sends the reader back to sleep',
        `a sleep was followed by ${writeNs(latency)} of wake latency on average`,
      ],
      numbers: [
        { label: 'wakeups', value: total, unit: 'count' },
        { label: 'early', value: early, unit: 'count' },
        { label: 'useless', value: useless, unit: 'count' },
        { label: 'wakeups per MiB', value: mib > 0 ? finite(total / mib) : null, unit: '1/MiB' },
      ],
      evidence: citeLargest(
        fit,
        wasted,
        3,
        (i) => `${wasted(i)} of ${fit.column('wakeups')[i]} wakeups were not useful`,
      ),
      nextStep: 'SO_RCVLOWAT reduces wakeups only from 4.18 on; before, use larger segments or interrupt moderation.',
    });
  },
};
