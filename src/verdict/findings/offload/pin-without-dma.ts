import { orZero } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { toEffect } from '../../intervals.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { bracket, meanPerCall } from '../../ratios.ts';
import { writeNs, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Calls that pinned and unpinned the buffer and then copied every byte by CPU: pure loss. */
export const pinWithoutDma: FindingRule = {
  id: 'pin-without-dma',
  judge(context) {
    const { paying, evidence } = context;
    if (paying.size === 0 || !(evidence.hasSubmitProbes || evidence.hasDescriptors)) return null;
    const wasted = paying.where(
      (i) =>
        paying.column('pinned')[i] === 1 &&
        !(paying.column('dmaBytes')[i] > 0) &&
        !(paying.column('dmaCopies')[i] > 0) &&
        !(paying.column('earlyCopies')[i] > 0),
    );
    if (wasted.size === 0) return null;
    const paid = Float64Array.from(
      { length: wasted.size },
      (_, i) => orZero(wasted.column('pinNs')[i]) + orZero(wasted.column('unpinNs')[i]),
    );
    const mean = meanPerCall(context, wasted, paid, this.id);
    const share = (100 * wasted.size) / paying.size;
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: wasted.size >= MIN_CALLS && mean.low > 0 ? 'loses' : 'cannotTell',
      title: 'Pinning paid without a DMA',
      sentence: `${wasted.size} of ${paying.size} calls that pinned their buffer (${writePct(share)}) moved no byte by the engine: each paid ${writeNs(mean.estimate)}${bracket(mean, writeNs)} for pin and unpin and then copied by CPU.`,
      effect: toEffect(mean, 'ns'),
      n: wasted.size,
      reasons: [
        'a channel was missing on the copying CPU, or only segments that cannot go by DMA arrived (slow path, checksum not verified, wake latch set)',
      ],
      numbers: [{ label: 'share of pinned calls', value: finite(share), unit: '%' }],
      evidence: citeLargest(
        wasted,
        (i) => paid[i],
        3,
        (i) => `pin + unpin ${writeNs(paid[i])}, no engine transfer`,
      ),
      nextStep:
        'Check /sys/class/dma/*/in_use, rx checksum offload (ethtool -k) and how many segments arrive after the wake-up.',
    });
  },
};
