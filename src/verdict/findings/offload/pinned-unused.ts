import { bytesOf } from '../../call-view.ts';
import { pagesOf } from '../../cost/pinning.ts';
import { medianOf, orZero } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { toEffect } from '../../intervals.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { bracket, meanPerCall } from '../../ratios.ts';
import { writeBytes, writeNs, writeNumber, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

const MIN_UNUSED_PCT = 50;

/** A 2 MB buffer pins 513 pages and the call moves one wake-up's worth of data: most pages are pinned for nothing. */
export const pinnedUnused: FindingRule = {
  id: 'pinned-but-unused',
  judge(context) {
    const { paying } = context;
    const calls = paying.where((i) => paying.column('requestedBytes')[i] > 0 && paying.column('pinned')[i] === 1);
    if (calls.size < MIN_CALLS) return null;
    const pinned = medianOf(
      Float64Array.from({ length: calls.size }, (_, i) => pagesOf(calls.column('requestedBytes')[i])),
    );
    const used = medianOf(Float64Array.from({ length: calls.size }, (_, i) => pagesOf(bytesOf(calls, i))));
    const unusedOf = (i: number): number =>
      Math.max(0, pagesOf(calls.column('requestedBytes')[i]) - pagesOf(bytesOf(calls, i)));
    let unused = 0;
    let all = 0;
    for (let i = 0; i < calls.size; i++) {
      unused += unusedOf(i);
      all += pagesOf(calls.column('requestedBytes')[i]);
    }
    const pct = (100 * unused) / all;
    if (!(pct >= MIN_UNUSED_PCT)) return null;
    // Cost per page is taken as even over the buffer.
    const wasted = Float64Array.from({ length: calls.size }, (_, i) => {
      const cost = orZero(calls.column('pinNs')[i]) + orZero(calls.column('unpinNs')[i]);
      return (cost * unusedOf(i)) / pagesOf(calls.column('requestedBytes')[i]);
    });
    const mean = meanPerCall(context, calls, wasted, this.id);
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: mean.low > 0 ? 'loses' : 'cannotTell',
      title: 'Most pinned pages are not used',
      sentence: `A call pins about ${writeNumber(pinned)} pages (buffer ${writeBytes(medianOf(calls.column('requestedBytes')))}) and uses ${writeNumber(used)}: ${writePct(pct)} of the pinned pages get no data, which costs about ${writeNs(mean.estimate)}${bracket(mean, writeNs)} per call in pin and unpin.`,
      effect: toEffect(mean, 'ns'),
      n: calls.size,
      reasons: [
        'with the default SO_RCVLOWAT a call returns as soon as one batch is copied: a large buffer does not make it move more',
        'cost per page taken as even over the buffer; alignment of the buffer unknown, one page more or less',
      ],
      numbers: [
        { label: 'pages pinned, median', value: finite(pinned), unit: 'pages' },
        { label: 'pages used, median', value: finite(used), unit: 'pages' },
        { label: 'pinned for nothing', value: finite(pct), unit: '%' },
      ],
      evidence: citeLargest(calls, unusedOf, 3, (i) => `${writeNumber(unusedOf(i))} pages pinned for nothing`),
      nextStep:
        'Shrink the read buffer to what calls really return (but keep it above tcp_dma_copybreak), or raise SO_RCVLOWAT.',
    });
  },
};
