import { seeOffload } from '../../context/offload-visibility.ts';
import { medianOf } from '../../derived.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { predict } from '../../whatif/predict.ts';
import { combineSettings } from '../../whatif/settings.ts';
import type { FindingRule } from '../rule.ts';

/** Values tried when nobody asks: around what the field used, cut to what the capture's buffers allow. */
const RCVLOWAT = [32_768, 65_536, 131_072, 200_000];
const COPYBREAK = [4096, 262_144];

/** Question 2: which window, buffer, SO_RCVLOWAT and copybreak would help? */
export const answerSettings: FindingRule = {
  id: 'answer-settings',
  judge(context) {
    const { fit, offloaded } = context;
    if (fit.size === 0) return null;
    // A kernel without NET_DMA cannot be recorded with offload on: receive-path-cost speaks about what it has instead.
    if (seeOffload(context) === 'no-such-kernel') return null;
    const base = {
      id: this.id,
      role: 'answer' as const,
      title: 'Which settings would help?',
      outcome: 'cannotTell' as const,
      n: fit.size,
    };
    if (offloaded.size < MIN_CALLS)
      return makeFinding({
        ...base,
        sentence: `Cannot tell: ${offloaded.size} offloaded calls in this capture, too few to know what offload costs here.`,
        nextStep: `Record ${offloaded.size > 0 ? `at least ${MIN_CALLS} offloaded calls` : 'with offload on (tcp_dma_copybreak 4096)'}, then: recvscope whatif CAPTURE --rcvlowat 65536,200000`,
      });
    const asked = medianOf(fit.column('requestedBytes'));
    const buffers = [65_536, 262_144].filter((b) => b < asked);
    const none = { rcvlowat: [], copybreak: [], buffer: [], window: [], mtu: [] };
    const { rows, sentence } = predict(context, [
      ...combineSettings({ ...none, rcvlowat: RCVLOWAT }),
      ...combineSettings({ ...none, copybreak: COPYBREAK }),
      ...combineSettings({ ...none, buffer: buffers }),
    ]);
    const shares = rows
      .filter((r) => r.offloadSharePct !== null)
      .map((r) => ({
        label: `share offloaded, ${r.setting}`,
        value: finite(r.offloadSharePct?.estimate ?? Number.NaN),
        unit: '%',
      }));
    return makeFinding({
      ...base,
      sentence,
      reasons: [...new Set(rows.flatMap((r) => r.assumptions))],
      numbers: shares.filter((s, k) => shares.findIndex((t) => t.label === s.label) === k),
      warnings: ['prediction from a replay of this capture; the window size itself is not predicted'],
      nextStep: 'recvscope whatif CAPTURE --rcvlowat N --buffer N --copybreak N --window N --mtu N',
    });
  },
};
