import { isZeroCopy } from '../../call-view.ts';
import { seeOffload } from '../../context/offload-visibility.ts';
import { medianOf } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { bracket, percentEffect, shareOfCalls } from '../../ratios.ts';
import { writeBytes, writeCount, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

const MIN_FULL_PCT = 50;

/** Most calls fill the user's buffer to the last byte: the buffer, not the network, decides how much a call moves. */
export const smallReceiveBuffer: FindingRule = {
  id: 'small-receive-buffer',
  judge(context) {
    const { fit } = context;
    // A window of zero-copy receive is no buffer to fill: whole pages only, the rest is read otherwise.
    const known = fit.where(
      (i) => fit.column('requestedBytes')[i] > 0 && fit.column('returnedBytes')[i] > 0 && !isZeroCopy(fit, i),
    );
    if (known.size < MIN_CALLS) return null;
    const isFull = (i: number): boolean => known.column('returnedBytes')[i] >= known.column('requestedBytes')[i];
    const share = shareOfCalls(context, known, isFull, this.id);
    if (!(share.estimate >= MIN_FULL_PCT)) return null;
    const asked = medianOf(known.column('requestedBytes'));
    const copybreak = medianOf(context.settings.map((s) => s.copybreak));
    const near =
      Number.isFinite(copybreak) && asked <= copybreak
        ? ` It does not exceed tcp_dma_copybreak (${writeBytes(copybreak)}), so offload refuses it.`
        : '';
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'The read buffer limits the calls',
      sentence: `${writePct(share.estimate)}${bracket(share, writePct)} of ${writeCount(known.size, 'call')} filled their buffer (${writeBytes(asked)}) to the last byte: every fixed cost of a call is paid per ${writeBytes(asked)}.${near}`,
      effect: percentEffect(share),
      n: known.size,
      evidence: citeLargest(
        known,
        (i) => (isFull(i) ? 1 : 0),
        3,
        () => 'buffer filled',
      ),
      nextStep:
        seeOffload(context) === 'no-such-kernel'
          ? 'Read with a larger buffer.'
          : 'Read with a larger buffer; pinning grows with the buffer though, so not beyond what one wake-up brings.',
    });
  },
};
