import { citeLargest } from '../../evidence.ts';
import { makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { bracket, percentEffect, shareOfCalls } from '../../ratios.ts';
import { writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

const MIN_PCT = 5;

/** Bytes copied or submitted by another CPU than the one the reader runs on: the data land in the wrong cache. */
export const copyOnOtherCpu: FindingRule = {
  id: 'copy-on-other-cpu',
  judge(context) {
    const { fit } = context;
    const known = fit.where((i) => fit.column('copyCpu')[i] >= 0 && fit.column('cpuEnd')[i] >= 0);
    if (known.size < MIN_CALLS) return null;
    const isOther = (i: number): boolean => {
      const cpu = known.column('copyCpu')[i];
      return cpu !== known.column('cpuStart')[i] && cpu !== known.column('cpuEnd')[i];
    };
    const share = shareOfCalls(context, known, isOther, this.id);
    if (!(share.estimate >= MIN_PCT)) return null;
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'Bytes are moved by another CPU than the reader’s',
      sentence: `In ${writePct(share.estimate)}${bracket(share, writePct)} of ${known.size} calls bytes were copied or submitted on another CPU than the reader’s.`,
      effect: percentEffect(share),
      n: known.size,
      reasons: [
        'a copy on another CPU leaves the data in that CPU’s cache; the channel of an engine belongs to the CPU that first touched it',
      ],
      evidence: citeLargest(
        known,
        (i) => (isOther(i) ? 1 : 0),
        3,
        (i) => `moved on CPU ${known.column('copyCpu')[i]}, reader on CPU ${known.column('cpuEnd')[i]}`,
      ),
      nextStep: 'Pin the interrupt and the reader to CPUs that share a cache (irqbalance off, taskset).',
    });
  },
};
