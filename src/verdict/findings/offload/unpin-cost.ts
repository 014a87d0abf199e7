import { describePinning, measurePinning } from '../../cost/pinning.ts';
import { orZero } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { toEffect } from '../../intervals.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { bracket, meanPerCall } from '../../ratios.ts';
import { writeNs, writeNumber, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Unpinning marks every page dirty, used or not. */
export const unpinCost: FindingRule = {
  id: 'unpin-cost',
  judge(context) {
    const { paying } = context;
    const calls = paying.where((i) => paying.column('unpinNs')[i] > 0);
    if (calls.size < MIN_CALLS) return null;
    const unpin = calls.column('unpinNs');
    const mean = meanPerCall(context, calls, unpin, this.id);
    const pin = meanPerCall(context, calls, calls.column('pinNs').map(orZero), 'pin cost');
    const pinning = measurePinning(context, calls);
    const perPage = pinning.unpinNsPerPage;
    const elapsed = calls.sum('durationNs') - calls.sum('sleepNs');
    const share = (100 * (calls.sum('unpinNs') + calls.sum('pinNs'))) / elapsed;
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: mean.low > 0 ? 'loses' : 'cannotTell',
      title: 'Pinning, unpinning and dirtying pages',
      sentence: `Each of ${calls.size} calls paid ${writeNs(pin.estimate)}${bracket(pin, writeNs)} to pin its buffer and ${writeNs(mean.estimate)}${bracket(mean, writeNs)} to unpin it and mark every page dirty${Number.isFinite(perPage) ? ` (${writeNumber(perPage)} ns a page to unpin)` : ''}, ${writePct(share)} of the time outside sleep.`,
      effect: toEffect(mean, 'ns'),
      n: calls.size,
      reasons: [
        'all pages of the buffer argument are pinned, marked dirty and released, used or not',
        ...describePinning(pinning),
      ],
      numbers: [
        { label: 'pin per call', value: finite(pin.estimate), unit: 'ns' },
        { label: 'unpin per call', value: finite(mean.estimate), unit: 'ns' },
        { label: 'pin per page', value: finite(pinning.pinNsPerPage), unit: 'ns' },
        { label: 'pin per call, cycles', value: finite(pinning.pinCycles), unit: 'cycles' },
        { label: 'unpin per call, cycles', value: finite(pinning.unpinCycles), unit: 'cycles' },
        { label: 'unpin per page', value: finite(perPage), unit: 'ns' },
        { label: 'pin + unpin, share of time outside sleep', value: finite(share), unit: '%' },
      ],
      evidence: citeLargest(
        calls,
        (i) => unpin[i],
        3,
        (i) => `unpin took ${writeNs(unpin[i])}`,
      ),
      nextStep: 'Use a read buffer not larger than what a call really returns.',
    });
  },
};
