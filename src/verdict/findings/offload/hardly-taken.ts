import { refusesAll } from '../../../model/kernel/copybreak.ts';
import { DECLINE_TITLES, type DeclineReason } from '../../../model/mechanism.ts';
import { bytesOf, isPinned } from '../../call-view.ts';
import { seeOffload } from '../../context/offload-visibility.ts';
import { dmaBytesOf, mapCalls, sumOf } from '../../derived.ts';
import { citeCall } from '../../evidence.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { NET_DMA_WARNING } from '../../net-dma-warning.ts';
import { bracket, meanPerCall, percentEffect, ratioOverCalls } from '../../ratios.ts';
import { countDeclines } from '../../summaries/declines.ts';
import { writeCount, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Below this share of the bytes offload is "hardly" taken; up to half it is worth a word. */
const HARDLY_PCT = 25;
const PARTLY_PCT = 50;

const NEXT: Partial<Record<DeclineReason, string>> = {
  'enough-data-queued':
    'Only calls that would have to wait are offloaded: raise SO_RCVLOWAT above what is usually queued, or accept that this reader is served from the queue.',
  'below-copybreak':
    'Read with a buffer larger than tcp_dma_copybreak, or lower net.ipv4.tcp_dma_copybreak (ioatdma sets it: 4096, 2048 or 262144 by hardware version).',
  'low-latency': 'sysctl -w net.ipv4.tcp_low_latency=0',
  'no-channel': 'Load the engine driver and look at /sys/class/dma/*/in_use.',
  'alignment-refused': 'This engine needs aligned copies; from 3.4 on NET_DMA refuses it.',
  'no-offload-in-kernel': 'NET_DMA exists in 2.6.18 – 3.17 (marked BROKEN from 3.13).',
  'not-visible': 'Record arguments and sysctls: see “record next”.',
};

const ADVISES_OFFLOAD: ReadonlySet<string> = new Set([
  'enough-data-queued',
  'below-copybreak',
  'low-latency',
  'no-channel',
]);

/** Offload is hardly ever taken, and the clause that refuses it. */
export const offloadHardlyTaken: FindingRule = {
  id: 'offload-hardly-taken',
  judge(context) {
    const { offloaded } = context;
    const fit = context.selection.decided;
    if (fit.size === 0) return null;
    const declines = countDeclines(fit);
    const top = declines[0];
    if (top === undefined) return null;
    const bytes = mapCalls(fit, bytesOf);
    const dma = mapCalls(fit, dmaBytesOf);
    const sizesKnown = sumOf(bytes) > 0;
    const engineBytesUnknown = offloaded.size > 0 && sumOf(dma) === 0;
    const inPinned = (figure: (i: number) => number): Float64Array =>
      Float64Array.from({ length: fit.size }, (_, i) => (isPinned(fit, i) ? 100 * figure(i) : 0));
    const share = sizesKnown
      ? ratioOverCalls(
          context,
          fit,
          engineBytesUnknown ? inPinned((i) => bytes[i]) : dma.map((v) => 100 * v),
          bytes,
          'dma share',
        )
      : meanPerCall(
          context,
          fit,
          inPinned(() => 1),
          'pinned share',
        );
    if (share.estimate >= PARTLY_PCT || seeOffload(context) === 'no-such-kernel') return null;
    const isOff = context.settings.length > 0 && context.settings.every((s) => refusesAll(s.copybreak));
    const blind = ['blind', 'used-unseen'].includes(seeOffload(context));
    const hardly = share.estimate < HARDLY_PCT;
    const declined = declines.reduce((sum, d) => sum + d.calls, 0);
    const taken = fit.size - declined;
    const reason = top.reason as DeclineReason;
    const example = Array.from({ length: fit.size }, (_, i) => i).filter(
      (i) => fit.text('declineReason', i) === top.reason,
    );
    const what = !sizesKnown
      ? ''
      : engineBytesUnknown
        ? 'of the bytes were in offloaded calls'
        : 'of the bytes went by the engine';
    const moved = sizesKnown ? ` and ${writePct(share.estimate)}${bracket(share, writePct)} ${what}` : '';
    const ofBytes = top.sharePct === null ? '' : `, ${writePct(top.sharePct)} of the bytes`;
    return makeFinding({
      id: this.id,
      role: hardly && !blind && !isOff ? 'problem' : 'note',
      outcome: 'cannotTell',
      title: blind
        ? 'Why calls were not seen to be offloaded'
        : isOff
          ? 'Offload was switched off'
          : hardly
            ? 'Offload is hardly ever taken'
            : 'Offload is taken for less than half of the bytes',
      sentence: `${blind ? `No offload was seen in ${fit.size} calls, but the capture may not have been able to show it` : `Offload was chosen for ${taken} of ${fit.size} calls${moved}`}; ${writeCount(top.calls, 'call')} (${writePct((100 * top.calls) / fit.size)}${ofBytes}${top.calls === 1 ? ') was' : ') were'} ${reason === 'not-visible' ? 'refused, why is not visible in this capture' : `refused by: ${isOff && reason === 'below-copybreak' ? `the setting tcp_dma_copybreak = ${context.settings[0].copybreak}, which refuses every length` : (DECLINE_TITLES[reason] ?? reason)}`}.`,
      effect: percentEffect(share),
      n: fit.size,
      reasons: [
        `known by: ${top.knownBy}`,
        ...declines.slice(1, 5).map((d) => `${d.calls} calls: ${d.title} (known by ${d.knownBy})`),
      ],
      numbers: [
        { label: 'calls offloaded', value: taken, unit: 'count' },
        { label: 'calls refused', value: declined, unit: 'count' },
        { label: sizesKnown ? 'share of bytes' : 'share of calls', value: finite(share.estimate), unit: '%' },
      ],
      evidence: example.slice(0, 3).map((i) => citeCall(fit, i)),
      // Where the next step would bring offload in.
      warnings: ADVISES_OFFLOAD.has(reason) || isOff ? [NET_DMA_WARNING] : [],
      nextStep: isOff
        ? 'Record the same traffic with net.ipv4.tcp_dma_copybreak=4096 and compare the two: recvscope compare OFF ON'
        : (NEXT[reason] ?? ''),
    });
  },
};
