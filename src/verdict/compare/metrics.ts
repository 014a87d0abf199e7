import { DECLINE_REASONS, DECLINE_TITLES, type DeclineReason } from '../../model/mechanism.ts';
import { PHASE_TITLES, PHASES, type Phase } from '../../model/phases.ts';
import { bytesOf, type CallView } from '../call-view.ts';
import type { DriftKind } from '../context/drift.ts';
import { cpuNsOf } from '../derived.ts';

const MIB = 1048576;

/**
 * What a metric is made of, call by call: Σ numerator / Σ denominator is its value for a run.
 * median: values of single calls, compared by rank (denominator 1) · ratio: a quotient of sums ·
 * count: the numerator counts events · share: the numerator is a part of the denominator.
 */
export interface MetricSpec {
  metric: string;
  unit: string;
  kind: 'median' | 'ratio' | 'count' | 'share';
  /** Printed value = scale · Σ numerator / Σ denominator. */
  scale: number;
  better: 'lower' | 'higher' | '';
  /** Made of times: withheld when the clocks or the probes of the two sides cannot be compared. */
  isTime: boolean;
  /** Which drift between recordings is allowed for (drift.ts). */
  drift?: DriftKind;
  /** Work of offload: a side that shows none of it, though its probes were armed, had none. */
  isOffloadWork?: boolean;
  /** Made by whatever else the machine does: nothing can be told from one run a side, whose neighbours are its own. */
  isOthersWork?: boolean;
  phase?: Phase;
  numerator(view: CallView, i: number): number;
  denominator(view: CallView, i: number): number;
}

const one = (): number => 1;
export const latency: MetricSpec = {
  metric: 'latency per call',
  unit: 'ns',
  kind: 'median',
  drift: 'latency',
  scale: 1,
  better: 'lower',
  isTime: true,
  numerator: (view, i) => view.column('durationNs')[i],
  denominator: one,
};
/** Of the reader alone; the endpoint adds what the machine spent in NET_RX softirqs (endpoints/cpu.ts). */
export const readerCpuPerByte: MetricSpec = {
  metric: 'reader CPU time per byte',
  unit: 'ns/byte',
  kind: 'ratio',
  drift: 'cpu',
  scale: 1,
  better: 'lower',
  isTime: true,
  numerator: cpuNsOf,
  denominator: bytesOf,
};
const timePerByte: MetricSpec = {
  ...readerCpuPerByte,
  metric: 'time in calls per byte',
  drift: 'latency',
  better: '',
  numerator: (view, i) => view.column('durationNs')[i],
};

/** From one call's start to the next one's in the same file; the last call counts its own duration. */
export const throughput: MetricSpec = {
  metric: 'throughput',
  unit: 'bytes/s',
  kind: 'ratio',
  drift: 'throughput',
  scale: 1e9,
  better: 'higher',
  isTime: true,
  numerator: bytesOf,
  denominator: (view, i) => {
    const start = view.column('startNs');
    const file = view.column('file');
    const follows = i + 1 < view.size && view.run[i + 1] === view.run[i] && file[i + 1] === file[i];
    return follows ? start[i + 1] - start[i] : view.column('endNs')[i] - start[i];
  },
};

/** In every stratum: what the three verdicts are about, as far as a stratum can have it. */
export const STRATUM_METRICS: readonly MetricSpec[] = [latency, readerCpuPerByte];

export function wholeMetrics(reasons: readonly DeclineReason[]): MetricSpec[] {
  const phases = PHASES.flatMap((phase): MetricSpec[] => {
    const numerator = (view: CallView, i: number): number => view.column(`${phase}Ns`)[i];
    const isOffloadWork = phase === 'pin' || phase === 'submit' || phase === 'unpin';
    const isOthersWork = phase === 'wakeLatency' || phase === 'interrupt';
    const fixed = {
      kind: 'ratio',
      scale: 1,
      better: '',
      isTime: true,
      isOffloadWork,
      isOthersWork,
      phase,
      numerator,
      drift: phase === 'copy' ? 'copy' : 'other',
    } as const;
    return [
      { ...fixed, metric: `${PHASE_TITLES[phase]} per MiB`, unit: 'ns/MiB', scale: MIB, denominator: bytesOf },
      { ...fixed, metric: `${PHASE_TITLES[phase]} per call`, unit: 'ns/call', denominator: one },
    ];
  });
  const calls: MetricSpec = {
    metric: 'calls per MiB',
    drift: 'count',
    unit: '1/MiB',
    kind: 'count',
    scale: MIB,
    better: '',
    isTime: false,
    numerator: one,
    denominator: bytesOf,
  };
  const counts = (['sleeps', 'wakeups', 'segments', 'descriptors'] as const).map(
    (name): MetricSpec => ({
      metric: `${name} per MiB`,
      drift: 'count',
      unit: '1/MiB',
      kind: 'count',
      scale: MIB,
      better: '',
      isTime: false,
      isOffloadWork: name === 'descriptors',
      numerator: (view, i) => view.column(name)[i],
      denominator: bytesOf,
    }),
  );
  const share = { unit: '%', kind: 'share', drift: 'share', scale: 100, better: '', isTime: false } as const;
  return [
    latency,
    readerCpuPerByte,
    timePerByte,
    ...phases,
    calls,
    ...counts,
    {
      metric: 'bytes per call',
      drift: 'count',
      unit: 'bytes',
      kind: 'ratio',
      scale: 1,
      better: '',
      isTime: false,
      numerator: bytesOf,
      denominator: one,
    },
    {
      metric: 'bytes per engine transfer',
      drift: 'count',
      unit: 'bytes',
      kind: 'ratio',
      scale: 1,
      better: '',
      isTime: false,
      numerator: (view, i) => view.column('dmaBytes')[i],
      denominator: (view, i) => view.column('descriptors')[i],
    },
    {
      ...share,
      metric: 'bytes copied by the engine',
      numerator: (view, i) => view.column('dmaBytes')[i],
      denominator: bytesOf,
    },
    {
      ...share,
      metric: 'calls that pinned pages',
      isOffloadWork: true,
      numerator: (view, i) => {
        const pinned = view.column('pinned')[i];
        return pinned === 2 ? Number.NaN : pinned;
      },
      denominator: one,
    },
    ...reasons.map(
      (reason): MetricSpec => ({
        ...share,
        metric: `calls declined: ${DECLINE_TITLES[reason]}`,
        numerator: (view, i) => Number(DECLINE_REASONS[view.column('declineReason')[i]] === reason),
        denominator: one,
      }),
    ),
  ];
}

/** Decline reasons seen on either side, in a fixed order; what the capture cannot show is no reason. */
export function listDeclineReasons(views: readonly CallView[]): DeclineReason[] {
  const seen = new Set<number>();
  for (const view of views) for (const reason of view.column('declineReason')) seen.add(reason);
  return DECLINE_REASONS.filter((reason, i) => seen.has(i) && reason !== 'none' && reason !== 'not-visible');
}
