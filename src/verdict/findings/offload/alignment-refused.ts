import { isAtLeast } from '../../../model/kernel/era.ts';
import { citeCall } from '../../evidence.ts';
import { makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import type { FindingRule } from '../rule.ts';

/** From 3.4 on net_dma_find_channel returns nothing for an engine that needs aligned copies: offload is silently off. */
export const alignmentRefused: FindingRule = {
  id: 'alignment-refused',
  judge(context) {
    const { fit, offloaded } = context;
    const refused = Array.from({ length: fit.size }, (_, i) => i).filter((i) =>
      ['alignment-refused', 'no-channel'].includes(fit.text('declineReason', i)),
    );
    if (refused.length < MIN_CALLS || offloaded.size > 0) return null;
    const hasEngine = context.runs.some((run) => run.facts.some((f) => f.domain === 'dma'));
    const canBe = context.settings.some((s) => isAtLeast(s.era, 3, 4) !== false);
    if (!hasEngine && !refused.some((i) => fit.text('declineReason', i) === 'alignment-refused')) return null;
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'The channel look-up finds no engine',
      sentence: `${refused.length} of ${fit.size} calls reached the last clause, the channel look-up, and were not pinned, although a DMA engine is registered${canBe ? ': an engine that needs aligned copies is refused from 3.4 on (ioatdma says so for some platforms from 3.5 and 3.10)' : ''}.`,
      n: fit.size,
      evidence: refused.slice(0, 3).map((i) => citeCall(fit, i)),
      nextStep:
        'Look at copy_align of the driver, at /sys/class/dma/*/in_use and at the return value of net_dma_find_channel.',
    });
  },
};
