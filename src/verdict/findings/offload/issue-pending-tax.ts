import { makeFinding } from '../../make-finding.ts';
import { writeNumber, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** dma_issue_pending_all at the end of every NET_RX softirq of a CONFIG_NET_DMA kernel, offloaded traffic or not. */
export const issuePendingTax: FindingRule = {
  id: 'issue-pending-tax',
  judge(context) {
    const { issuePendingInSoftirq, netRxSoftirqs } = context.evidence;
    if (issuePendingInSoftirq === 0) return null;
    const per = netRxSoftirqs > 0 ? (100 * issuePendingInSoftirq) / netRxSoftirqs : Number.NaN;
    const idle = context.offloaded.size === 0;
    return makeFinding({
      id: this.id,
      role: idle ? 'problem' : 'note',
      outcome: 'cannotTell',
      title: 'Every receive softirq walks the DMA engines',
      sentence: `dma_issue_pending_all ran ${writeNumber(issuePendingInSoftirq)} times in receive softirqs${Number.isFinite(per) ? ` (${writePct(per)} of ${writeNumber(netRxSoftirqs)})` : ''}${idle ? ', although nothing was offloaded in this capture' : ''}: a constant tax of CONFIG_NET_DMA on all traffic.`,
      n: issuePendingInSoftirq,
      unitOfN: 'softirqs',
      reasons: ['its own duration is only visible in function_graph or by a pair of probes'],
      nextStep:
        'Record function_graph of net_rx_action with dma_issue_pending_all to price it; without CONFIG_NET_DMA it is gone.',
    });
  },
};
