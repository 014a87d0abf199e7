import type { SettingRow } from '../../../model/analysis/index.ts';
import { pinnedPages } from '../../../model/kernel/pinned-pages.ts';
import { seeOffload } from '../../context/offload-visibility.ts';
import { writeCopyRate } from '../../cost/bound.ts';
import { type Weighing, weighOffload } from '../../cost/weigh.ts';
import { medianOf } from '../../derived.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { NET_DMA_WARNING } from '../../net-dma-warning.ts';
import { AS_SET, OFFLOAD_OFF, rankSettings } from '../../whatif/rank.ts';
import { writeBracket, writeBytes, writeNs, writeNumber } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Question 2: which window, buffer, SO_RCVLOWAT and copybreak would help? Always a table; its best row in one sentence. */
export const answerSettings: FindingRule = {
  id: 'answer-settings',
  judge(context) {
    const { fit, paying } = context;
    if (fit.size === 0) return null;
    // A kernel without NET_DMA cannot be recorded with offload on: receive-path-cost speaks about what it has instead.
    if (seeOffload(context) === 'no-such-kernel') return null;
    const rows = rankSettings(context);
    const w = paying.size > 0 ? weighOffload(context, paying, 'cpu') : null;
    const { sentence, told } = w === null ? tellUnused(rows) : tellUsed(rows, w, context.copyRate.interval);
    const shares = rows.map((r) => ({
      label: `share offloaded, ${r.setting}`,
      value: finite(r.offloadSharePct?.estimate ?? Number.NaN),
      unit: '%',
    }));
    const costs = rows.map((r) => ({
      label: `CPU time per MiB, ${r.setting} (${r.basis})`,
      value: finite(r.cpuNsPerMiB?.estimate ?? Number.NaN),
      unit: 'ns',
    }));
    const asked = medianOf(fit.column('requestedBytes'));
    return makeFinding({
      id: this.id,
      role: 'answer',
      title: 'Which settings would help?',
      outcome: 'cannotTell',
      told,
      n: fit.size,
      sentence,
      reasons: [
        ...(asked > 0
          ? [
              `a read of ${writeBytes(asked)} pins ${pinnedPages(asked).least} to ${pinnedPages(asked).most} pages before a byte has arrived, whatever it returns`,
            ]
          : []),
        'tcp_dma_copybreak compares the length of the read, not of a packet',
        ...rows.flatMap((r) => (r.note === '' ? [] : [`${r.setting}: ${r.note}`])),
      ],
      numbers: [...costs, ...shares].filter((x) => x.value !== null),
      warnings: [
        NET_DMA_WARNING,
        'predictions from a replay of this capture; how the sender reacts to another window is not in it',
      ],
      nextStep: 'recvscope whatif CAPTURE --rcvlowat N --buffer N --copybreak N --window N --mtu N',
    });
  },
};

type Told = { sentence: string; told: 'answered' | 'bounded' };

function writeCost({ cpuNsPerMiB }: SettingRow): string {
  if (cpuNsPerMiB?.estimate == null) return 'unknown';
  const { estimate, low, high } = cpuNsPerMiB;
  return `${writeNs(estimate)}${writeBracket(low ?? Number.NaN, high ?? Number.NaN, writeNs)}`;
}

/** No read paid for offload: what keeps it away, and what a target would let through at most. */
function tellUnused(rows: readonly SettingRow[]): Told {
  const [now] = rows.filter((r) => r.setting.startsWith(AS_SET));
  const cost = now.cpuNsPerMiB === null ? '' : `: receiving costs ${writeCost(now)} of CPU time per MiB as recorded`;
  const shares = rows.filter((r) => r !== now && (r.offloadSharePct?.high ?? 0) > 0);
  const most = shares.map((r) => `${r.setting} at most ${writeNumber(r.offloadSharePct?.high ?? 0)} %`).join(', ');
  const could = most === '' ? '' : `; by the predicate these would let bytes be offloaded: ${most}`;
  return {
    sentence: `No read was offloaded${cost}${could}; what an offloaded read would cost here is not in the capture.`,
    told: 'bounded',
  };
}

/** What no buffer, target or window takes away: handing the bytes to the engine. */
function submissionNsPerByte({ view, dmaBytes }: Weighing): number {
  return (view.sum('submitNs') + view.sum('earlyCopyNs')) / dmaBytes;
}

function tellUsed(rows: readonly SettingRow[], w: Weighing, copyNsPerByte: { high: number } | null): Told {
  const find = (name: string): SettingRow | undefined => rows.find((r) => r.setting === name);
  const off = find(OFFLOAD_OFF);
  const now = find(AS_SET);
  const priced = (r: SettingRow | undefined): r is SettingRow => r?.cpuNsPerMiB?.estimate != null;
  const figures = priced(now) ? `${writeCost(now)} of CPU time per MiB as recorded` : '';
  const against = priced(off)
    ? `${figures === '' ? '' : `${figures}, `}${writeCost(off)} with offload off (${off.basis})`
    : figures;
  const others = rows.filter((r) => r !== off && r !== now && priced(r));
  const helps = priced(off)
    ? others.filter((r) => (r.cpuNsPerMiB?.high ?? Number.POSITIVE_INFINITY) < (off.cpuNsPerMiB?.low ?? 0))
    : [];
  const cheapest = [...others].sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))[0];
  const best =
    cheapest === undefined
      ? ''
      : `; with offload on the cheapest is ${cheapest.setting}, ${writeCost(cheapest)} (${cheapest.basis})`;
  const brackets = against === '' ? '' : ` (${against})`;
  if (helps.length > 0)
    return {
      sentence: `${helps[0].setting} helps: ${writeCost(helps[0])} of CPU time per MiB${brackets}.`,
      told: 'answered',
    };
  const submission = submissionNsPerByte(w);
  if (w.outcome === 'loses' && submission > (copyNsPerByte?.high ?? Number.POSITIVE_INFINITY))
    return {
      sentence: `No value helps: submitting a byte to the engine alone costs ${writeNumber(submission)} ns, copying it at most ${writeNumber(copyNsPerByte!.high)} ns${brackets}${best}.`,
      told: 'answered',
    };
  if (w.outcome === 'loses')
    return {
      sentence:
        `None of the values is known to help: offload off is cheaper than the recorded settings by ${w.engineBytesAreBound ? 'at least ' : ''}${writeNs(-w.netNs.estimate / w.calls)} a pinned call${brackets}${best}.`
          .replace(' by at least unknown a pinned call', '')
          .replace(' by unknown a pinned call', ''),
      told: 'answered',
    };
  if (w.outcome === 'wins')
    return {
      sentence: `Offload pays as it is set${brackets}; none of the other values is surely cheaper${best}.`,
      told: 'answered',
    };
  const limit =
    w.bound !== null && w.bound.payingRate.estimate > 0
      ? `: offload pays only if a CPU copy costs more than ${writeCopyRate(w.bound.payingRate.estimate)}`
      : '';
  return {
    sentence: `No value is proven to help${limit}${brackets}${best}.`,
    told: 'bounded',
  };
}
