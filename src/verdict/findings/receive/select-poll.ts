import { citeCall } from '../../evidence.ts';
import { makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Readers that ask select/poll/epoll first always find data: available ≥ target, so offload refuses them. */
export const selectPollNoOverlap: FindingRule = {
  id: 'select-poll-no-overlap',
  judge(context) {
    const { fit, paying, evidence } = context;
    if (!evidence.selectPollSeen || fit.size < MIN_CALLS || paying.size > fit.size / 10) return null;
    const noOffload = Array.from({ length: fit.size }, (_, i) => fit.text('declineReason', i)).every(
      (r) => r === 'no-offload-in-kernel',
    );
    if (noOffload) return null;
    const queued = Array.from({ length: fit.size }, (_, i) => i).filter(
      (i) => fit.text('declineReason', i) === 'enough-data-queued' || !(fit.column('sleeps')[i] > 0),
    );
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'Readers behind select/poll/epoll get no offload',
      sentence: `The reader asks select, poll or epoll first: ${queued.length} of ${fit.size} receive calls (${writePct((100 * queued.length) / fit.size)}) found their data queued, and only ${paying.size} were offloaded, because offload is for calls that would have to wait.`,
      n: fit.size,
      evidence: queued.slice(0, 3).map((i) => citeCall(fit, i)),
      nextStep: 'A blocking read, or SO_RCVLOWAT above what is usually queued (before 4.18 poll does not wait for it).',
    });
  },
};
