import { bytesOf, type CallView, isPlainCopy, isZeroCopy } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { cpuCopiedBytesOf } from '../context/copy-rate.ts';
import { cpuNsOf, mapCalls, medianOf, orZero, sumOf } from '../derived.ts';
import type { Interval } from '../intervals.ts';
import { MIN_CALLS } from '../options.ts';
import { ratioOverCalls } from '../ratios.ts';
import { listTraces, tracerOf } from '../tracer.ts';

const IO_URING_ENTRY = /^(__x64_sys_|sys_enter_)?io_(uring|recv|issue|submit|read|req)/;

/** What the receive path costs where there is no DMA engine to weigh: kernels after 3.17, by the mechanism in use. */
export interface ReceivePath {
  /** Whole receive calls, and those of them by mechanism. */
  calls: number;
  copied: number;
  zeroCopy: number;
  ioUring: number;
  /** '' = one tracer only; else the times below are of the calls recorded with this one. */
  tracer: string;
  /** CPU time of the reader in CPU-copied calls whose bytes are known. */
  cpuPerByte: Interval | null;
  /** Median CPU time of a CPU-copied call; NaN unknown. */
  copiedCpuNs: number;
  /** Share of the CPU time of CPU-copied calls that is the copy, in %: what removing it could save at most. */
  copyPct: Interval | null;
  copiedBytes: number;
  rounds: ZeroCopyRounds;
}

export interface ZeroCopyRounds {
  /** Rounds (calls) whose cost is known, of the chosen tracer. */
  timed: number;
  medianCpuNs: number;
  /** Rounds whose mapping shows (bytes, or pages in files that show any), and those of them that mapped nothing. */
  mapVisible: number;
  mappedNothing: number;
  /** CPU copies inside rounds (the remainder of a round). */
  withCopy: number;
  /** Rounds whose mapped bytes are known, and their sum. */
  bytesKnown: number;
  bytes: number;
  /** CPU time of the rounds per byte they brought (a copied remainder too), rounds that brought nothing included. */
  cpuPerByte: Interval | null;
}

/** The headline, the answer and a finding tell of it; measured once. */
const measured = new WeakMap<Context, ReceivePath>();

export function measureReceivePath(context: Context): ReceivePath {
  const known = measured.get(context);
  if (known !== undefined) return known;
  const path = measureNow(context);
  measured.set(context, path);
  return path;
}

/** By name of the entry: there are a handful. */
const ioUringEntries = new Map<string, boolean>();

function isIoUring(entry: string): boolean {
  let known = ioUringEntries.get(entry);
  if (known === undefined) {
    known = IO_URING_ENTRY.test(entry);
    ioUringEntries.set(entry, known);
  }
  return known;
}

function measureNow(context: Context): ReceivePath {
  const { fit } = context;
  const { view, tracer } = keepCommonTracer(fit);
  const copied = view.where((i) => isPlainCopy(view, i));
  const known = copied.where((i) => !Number.isNaN(cpuNsOf(copied, i)) && cpuCopiedBytesOf(copied, i) > 0);
  const timed = copied.where((i) => cpuNsOf(copied, i) > 0 && copied.column('copyNs')[i] >= 0);
  return {
    calls: fit.size,
    copied: fit.where((i) => isPlainCopy(fit, i)).size,
    zeroCopy: fit.where((i) => isZeroCopy(fit, i)).size,
    ioUring: fit.where((i) => isIoUring(fit.text('entry', i)) || fit.mechanism(i) === 'io-uring-zcrx').size,
    tracer,
    cpuPerByte:
      known.size >= MIN_CALLS
        ? ratioOverCalls(context, known, mapCalls(known, cpuNsOf), mapCalls(known, cpuCopiedBytesOf), 'path cpu')
        : null,
    copiedCpuNs: copied.size >= MIN_CALLS ? medianOf(mapCalls(copied, cpuNsOf)) : Number.NaN,
    copyPct:
      timed.size >= MIN_CALLS
        ? ratioOverCalls(
            context,
            timed,
            timed.column('copyNs').map((ns) => 100 * ns),
            mapCalls(timed, cpuNsOf),
            'path copy share',
          )
        : null,
    copiedBytes: fit.where((i) => isPlainCopy(fit, i) && cpuCopiedBytesOf(fit, i) > 0).size
      ? mapCalls(fit, (v, i) => (isPlainCopy(v, i) ? cpuCopiedBytesOf(v, i) : 0)).reduce((a, b) => a + (b || 0), 0)
      : 0,
    rounds: measureRounds(context, fit, view),
  };
}

function measureRounds(context: Context, fit: CallView, chosen: CallView): ZeroCopyRounds {
  const rounds = fit.where((i) => isZeroCopy(fit, i));
  const timed = chosen.where((i) => isZeroCopy(chosen, i) && cpuNsOf(chosen, i) > 0);
  // A file that never shows a page being mapped may not have recorded it: its rounds say nothing about mapping.
  const key = (i: number): string => `${rounds.run[i]} ${rounds.column('file')[i]}`;
  const shows = new Set<string>();
  for (let i = 0; i < rounds.size; i++) if (rounds.column('mapNs')[i] > 0) shows.add(key(i));
  const bytes = mapCalls(rounds, handedOverBytesOf);
  const pagesShow = (i: number): boolean => shows.has(key(i)) && !Number.isNaN(rounds.column('mapNs')[i]);
  const nothing = (i: number): boolean => (Number.isNaN(bytes[i]) ? !(rounds.column('mapNs')[i] > 0) : bytes[i] === 0);
  const visible = Array.from(bytes.keys()).filter((i) => !Number.isNaN(bytes[i]) || pagesShow(i));
  const weighed = timed.where((i) => !Number.isNaN(bytesOf(timed, i)));
  return {
    timed: timed.size,
    medianCpuNs: timed.size >= MIN_CALLS ? medianOf(mapCalls(timed, cpuNsOf)) : Number.NaN,
    mapVisible: visible.length,
    mappedNothing: visible.filter(nothing).length,
    withCopy: rounds.where((i) => rounds.column('copyNs')[i] > 0 || rounds.column('cpuCopies')[i] > 0).size,
    bytesKnown: bytes.filter((b) => !Number.isNaN(b)).length,
    bytes: sumOf(bytes),
    // Only when the bytes of every round are known: else the dear ones might be the unknown ones.
    cpuPerByte:
      weighed.size >= MIN_CALLS && weighed.size === timed.size && sumOf(mapCalls(weighed, bytesOf)) > 0
        ? ratioOverCalls(context, weighed, mapCalls(weighed, cpuNsOf), mapCalls(weighed, bytesOf), 'path round cpu')
        : null,
  };
}

/** Bytes that reached the reader without a copy. */
function handedOverBytesOf(view: CallView, i: number): number {
  const mapped = view.column('mappedBytes')[i];
  if (view.mechanism(i) !== 'io-uring-zcrx' || !Number.isNaN(mapped)) return mapped;
  const returned = view.column('returnedBytes')[i];
  return returned >= 0 ? returned - orZero(view.column('cpuCopyBytes')[i]) : Number.NaN;
}

/** Tracers cost a call very different times: where a folder has several, only the one with the most calls is timed. */
function keepCommonTracer(fit: CallView): { view: CallView; tracer: string } {
  const traces = listTraces(fit.runs);
  const tracers = traces.map((files) => files.map((file) => (file === undefined ? '' : tracerOf(file))));
  const files = fit.column('file');
  const names = Array.from({ length: fit.size }, (_, i) => tracers[fit.run[i]][files[i]] ?? '');
  const counts = new Map<string, number>();
  for (const [i, name] of names.entries())
    if (!Number.isNaN(cpuNsOf(fit, i))) counts.set(name, (counts.get(name) ?? 0) + 1);
  const order = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (new Set(names).size < 2 || order.length === 0) return { view: fit, tracer: '' };
  return { view: fit.where((i) => names[i] === order[0][0]), tracer: order[0][0] };
}
