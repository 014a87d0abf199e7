import type { Comparison } from '../../model/analysis/index.ts';
import { LINK_KINDS } from '../../model/calls.ts';
import type { Run } from '../../model/capture.ts';
import type { TimelineNotes } from '../../model/timeline-notes.ts';
import { type CallView, isOffloaded, isPinned, type Selection, selectCalls } from '../call-view.ts';
import { DEFAULT_SEED, type JudgeOptions } from '../options.ts';
import { type CopyRate, measureCopyRate } from './copy-rate.ts';
import { mergeNotes } from './merge-notes.ts';
import { estimateProbeCost, type ProbeCost } from './probe-cost.ts';
import { findEmulationSigns, readSettings, type Settings } from './settings.ts';
import { boundWakeReasons } from './wake-reasons.ts';

/** Everything the verdicts and findings look at, computed once. */
export interface Context {
  runs: readonly Run[];
  options: JudgeOptions;
  seed: number;
  selection: Selection;
  /** TCP calls that returned bytes and are whole. */
  fit: CallView;
  /** Of those: used an engine. */
  offloaded: CallView;
  /** Of those: paid for offload (pinned), also when no byte went by the engine. */
  paying: CallView;
  baseline: readonly Run[];
  baselineFit: CallView | null;
  /** Baseline against the runs; null without a baseline. */
  comparison: Comparison | null;
  copyRate: CopyRate;
  evidence: TimelineNotes['evidence'];
  timeline: TimelineNotes;
  settings: Settings[];
  emulation: string[];
  probeCost: ProbeCost;
  categoryOf: (symbol: string) => string;
}

export function makeContext(
  runs: readonly Run[],
  options: JudgeOptions,
  comparison: Comparison | null = null,
): Context {
  const seed = options.seed ?? DEFAULT_SEED;
  const selection = selectCalls(runs);
  const { fit } = selection;
  const baseline = options.baseline ?? [];
  const settings = runs.map(readSettings);
  const merged = mergeTimelines(runs.map((run) => run.timeline));
  const timeline = { ...merged, wakeReasons: boundWakeReasons(merged.wakeReasons, settings) };
  return {
    runs,
    options,
    seed,
    selection,
    fit,
    offloaded: fit.where((i) => isOffloaded(fit, i)),
    paying: fit.where((i) => isPinned(fit, i)),
    baseline,
    baselineFit: baseline.length > 0 ? selectCalls(baseline).fit : null,
    comparison,
    copyRate: measureCopyRate(fit, baseline, options.copyRateNsPerByte, seed),
    evidence: timeline.evidence,
    timeline,
    settings,
    emulation: [...new Set([...runs, ...baseline].flatMap(findEmulationSigns))],
    probeCost: estimateProbeCost(fit),
    categoryOf: options.categoryOf ?? (() => 'other'),
  };
}

/** Counts add up, abilities hold if any run had them; "entries only" holds if it holds for all. */
function mergeTimelines(parts: readonly TimelineNotes[]): TimelineNotes {
  const wake = new Map<string, TimelineNotes['wakeReasons'][number]>();
  const sizes = new Map<number, number>();
  const any = (pick: (e: TimelineNotes['evidence']) => boolean): boolean => parts.some((p) => pick(p.evidence));
  const total = (pick: (p: TimelineNotes) => number): number =>
    parts.reduce((sum, p) => sum + (Number.isFinite(pick(p)) ? pick(p) : 0), 0);
  for (const part of parts) {
    for (const row of part.wakeReasons) {
      const known = wake.get(row.reason);
      if (known === undefined) wake.set(row.reason, { ...row });
      else {
        known.count += row.count;
        known.useful += row.useful;
        known.useless += row.useless;
        known.early += row.early;
      }
    }
    for (const { bytes, count } of part.descriptorSizes) sizes.set(bytes, (sizes.get(bytes) ?? 0) + count);
  }
  const entry = (kind: 'syscall' | 'function'): boolean => any((e) => e.callEntry === kind);
  return {
    notes: mergeNotes(parts.flatMap((p) => p.notes)),
    wakeReasons: [...wake.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    delack: { episodes: total((p) => p.delack.episodes), addedNs: total((p) => p.delack.addedNs) },
    leftOut: mergeLeftOut(parts),
    unlinkedEarlyCopies: total((p) => p.unlinkedEarlyCopies),
    links: Object.fromEntries(
      LINK_KINDS.map((kind) => [kind, total((p) => p.links[kind] ?? 0)]),
    ) as TimelineNotes['links'],
    evidence: {
      callEntry: entry('syscall') ? 'syscall' : entry('function') ? 'function' : 'none',
      hasReturns: any((e) => e.hasReturns),
      hasSwitches: any((e) => e.hasSwitches),
      hasWakeups: any((e) => e.hasWakeups),
      hasPinProbes: any((e) => e.hasPinProbes),
      hasSubmitProbes: any((e) => e.hasSubmitProbes),
      hasDescriptors: any((e) => e.hasDescriptors),
      hasWaitProbes: any((e) => e.hasWaitProbes),
      hasCopyLengths: any((e) => e.hasCopyLengths),
      hasCopyEnds: any((e) => e.hasCopyEnds),
      hasSoftirq: any((e) => e.hasSoftirq),
      hasClock: any((e) => e.hasClock),
      isGraph: any((e) => e.isGraph),
      entriesOnly: parts.length > 0 && parts.every((p) => p.evidence.entriesOnly),
      earlyInSoftirq: total((p) => p.evidence.earlyInSoftirq),
      earlyInReader: total((p) => p.evidence.earlyInReader),
      issuePendingInSoftirq: total((p) => p.evidence.issuePendingInSoftirq),
      netRxSoftirqs: total((p) => p.evidence.netRxSoftirqs),
      busyPollSeen: any((e) => e.busyPollSeen),
      selectPollSeen: any((e) => e.selectPollSeen),
    },
    descriptorSizes: [...sizes].sort(([a], [b]) => a - b).map(([bytes, count]) => ({ bytes, count })),
    totals: {
      softirqNetRxNs: total((p) => p.totals.softirqNetRxNs),
      spanNs: total((p) => p.totals.spanNs),
      readerOnCpuNs: total((p) => p.totals.readerOnCpuNs),
    },
  };
}

function mergeLeftOut(parts: readonly TimelineNotes[]): TimelineNotes['leftOut'] {
  const kinds = new Map<string, TimelineNotes['leftOut'][number]>();
  for (const { kind, calls, bytes } of parts.flatMap((part) => part.leftOut ?? [])) {
    const known = kinds.get(kind) ?? { kind, calls: 0, bytes: 0 };
    kinds.set(kind, { kind, calls: known.calls + calls, bytes: known.bytes + bytes });
  }
  return [...kinds.values()].sort((a, b) => b.calls - a.calls || (a.kind < b.kind ? -1 : 1));
}
