import { isAtLeast } from '../../../model/kernel/era.ts';
import { citeCall } from '../../evidence.ts';
import { makeFinding } from '../../make-finding.ts';
import { writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Where early copies ran: in the NIC softirq while the reader slept (2.6.18 – 3.5) or in the reader itself (3.6 on). */
export const earlyCopyNeverInSoftirq: FindingRule = {
  id: 'early-copy-context',
  judge(context) {
    const { earlyInSoftirq, earlyInReader } = context.evidence;
    const total = earlyInSoftirq + earlyInReader;
    const { offloaded } = context;
    if (offloaded.size === 0) return null;
    const late = context.settings.some((s) => isAtLeast(s.era, 3, 6) === true);
    const early = context.settings.some((s) => isAtLeast(s.era, 3, 4) === false);
    if (total === 0 && !late) return null;
    const example = Array.from({ length: offloaded.size }, (_, i) => i).filter(
      (i) => offloaded.column('earlyCopies')[i] > 0,
    );
    const evidence = example.slice(0, 3).map((i) => citeCall(offloaded, i));
    if (earlyInSoftirq > 0)
      return makeFinding({
        id: this.id,
        role: 'note',
        outcome: 'cannotTell',
        title: 'Early copies run while the reader sleeps',
        sentence: `${earlyInSoftirq} of ${total} early copies (${writePct((100 * earlyInSoftirq) / total)}) were submitted in softirq, while the reader slept: the overlap that offload was made for exists in this kernel.`,
        n: total,
        unitOfN: 'early copies',
        reasons: early ? ['this kernel is older than 3.6'] : ['the receive condition of kernels before 3.6'],
        evidence,
      });
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'Early copies never run from softirq in this kernel',
      sentence: `${total === 0 ? 'No early copy was seen' : `All ${total} early copies ran in the reader’s own thread, out of its backlog`}: none was submitted while the reader slept. ${
        late
          ? 'From 3.6 on (and 3.4.y) an early copy requires the reader to own the socket'
          : 'That is how kernels from 3.6 on (and 3.4.y) behave'
      }, so the claimed overlap is limited to successive segments of one wake-up.`,
      n: total,
      unitOfN: 'early copies',
      reasons: ['condition ucopy.task == current && sock_owned_by_user(sk) before tcp_dma_try_early_copy'],
      evidence,
      nextStep: 'No setting brings the overlap back; compare with a kernel up to 3.5 if it matters.',
    });
  },
};
