import type { Run } from '../model/capture.ts';
import { hodgesLehmannRatio, normalQuantile, pooledTDifference, serialShift } from '../stats/index.ts';
import { bytesOf, type CallView } from './call-view.ts';
import { DRIFT_PCT } from './compare-drift.ts';
import { cpuNsOf, mapCalls, medianOf } from './derived.ts';
import { type Interval, replicateSums, sumBlocks, summarizeReplicates } from './intervals.ts';
import { CONFIDENCE_LEVEL } from './options.ts';
import { measureTraffic, readIperf } from './run-summary.ts';
import { classOfBytes } from './strata.ts';

/** Change of a figure from one set of captures to another, in percent: after/before − 1. */
export interface PairedChange {
  percent: Interval;
  before: number;
  after: number;
  nBefore: number;
  nAfter: number;
  unit: 'runs' | 'calls';
  warnings: string[];
  /** Why there is no figure. */
  missing: string;
}

/** With this many runs on each side the run is the unit. */
const MIN_RUNS = 3;
const ONE_RUN_WARNING = `one run a side cannot tell machine drift from change; ${DRIFT_PCT} % of drift of each run is allowed for`;

/** Ratio of run figures: Hodges–Lehmann, for too few runs for its interval pooled t of the logarithms. */
export function compareRunFigures(before: readonly number[], after: readonly number[]): PairedChange {
  const b = Float64Array.from(before.filter((v) => v > 0));
  const a = Float64Array.from(after.filter((v) => v > 0));
  const out: PairedChange = {
    percent: {
      estimate: Number.NaN,
      low: Number.NaN,
      high: Number.NaN,
      n: b.length + a.length,
      method: 'ratio of medians',
    },
    before: medianOf(b),
    after: medianOf(a),
    nBefore: b.length,
    nAfter: a.length,
    unit: 'runs',
    warnings: [],
    missing: '',
  };
  if (b.length === 0 || a.length === 0) {
    out.missing = 'the figure is not known on both sides';
    return out;
  }
  out.percent.estimate = 100 * (out.after / out.before - 1);
  if (b.length < 2 || a.length < 2) {
    out.warnings.push(ONE_RUN_WARNING);
    return out;
  }
  const ratio = hodgesLehmannRatio(b, a, CONFIDENCE_LEVEL);
  if (Number.isFinite(ratio.low) && Number.isFinite(ratio.high)) {
    out.percent = toPercent(ratio, `Hodges–Lehmann ratio, run = unit`, b.length + a.length);
    return out;
  }
  const pooled = pooledTDifference(b.map(Math.log), a.map(Math.log), CONFIDENCE_LEVEL);
  const exponent = { estimate: Math.exp(pooled.estimate), low: Math.exp(pooled.low), high: Math.exp(pooled.high) };
  out.percent = toPercent(exponent, 'ratio of geometric means, pooled Student t, run = unit', b.length + a.length);
  return out;
}

function toPercent(ratio: { estimate: number; low: number; high: number }, method: string, n: number): Interval {
  const pct = (value: number): number => 100 * (value - 1);
  return { estimate: pct(ratio.estimate), low: pct(ratio.low), high: pct(ratio.high), n, method };
}

function perRun(view: CallView, figure: (calls: CallView) => number): number[] {
  return view.runs.map((_, index) => figure(view.where((i) => view.run[i] === index)));
}

/**
 * One run a side: two recordings of the same settings differ by more than their calls can show, so the interval is widened
 * by the drift of one run on each side (DRIFT_PCT, one standard deviation), on the scale of logarithms.
 */
function allowDrift(percent: Interval): Interval {
  const log = (value: number): number => Math.log(1 + Math.max(value, -99.9) / 100);
  const drift = normalQuantile((1 + CONFIDENCE_LEVEL) / 2) * Math.SQRT2 * (DRIFT_PCT / 100);
  const middle = log(percent.estimate);
  const end = (value: number, sign: number): number =>
    100 * (Math.exp(middle + sign * Math.hypot(log(value) - middle, drift)) - 1);
  return {
    ...percent,
    low: Number.isFinite(percent.low) ? end(percent.low, -1) : percent.low,
    high: Number.isFinite(percent.high) ? end(percent.high, 1) : percent.high,
    method: `${percent.method}, widened by ${DRIFT_PCT} % drift of each run`,
  };
}

/** CPU time per byte of the reader (early copies included). Run = unit from three runs a side on, else blocks of calls. */
export function compareCpuPerByte(before: CallView, after: CallView): PairedChange {
  const known = (view: CallView): CallView =>
    view.where((i) => !Number.isNaN(cpuNsOf(view, i)) && bytesOf(view, i) > 0);
  const [b, a] = [known(before), known(after)];
  const perByte = (calls: CallView): number => {
    let ns = 0;
    let bytes = 0;
    for (let i = 0; i < calls.size; i++) {
      ns += cpuNsOf(calls, i);
      bytes += bytesOf(calls, i);
    }
    return bytes > 0 ? ns / bytes : Number.NaN;
  };
  if (b.size === 0 || a.size === 0) {
    const none = compareRunFigures([], []);
    none.missing = 'CPU time of the reader or the bytes of its calls are not visible on both sides';
    return none;
  }
  if (before.runs.length >= MIN_RUNS && after.runs.length >= MIN_RUNS)
    return compareRunFigures(perRun(b, perByte), perRun(a, perByte));
  const drawBlocks = (calls: CallView, label: string) =>
    replicateSums(sumBlocks(calls, [mapCalls(calls, cpuNsOf), mapCalls(calls, bytesOf)]), (s) => s[0] / s[1], 1, label);
  const x = drawBlocks(b, 'cpu before');
  const y = drawBlocks(a, 'cpu after');
  const ratio = {
    estimate: 100 * (y.estimate / x.estimate - 1),
    values: x.values.map((v, r) => 100 * (y.values[r] / v - 1)),
    blocks: Math.min(x.blocks, y.blocks),
  };
  return {
    percent: allowDrift(summarizeReplicates(ratio, b.size + a.size, 'block bootstrap of calls')),
    before: x.estimate,
    after: y.estimate,
    nBefore: b.size,
    nAfter: a.size,
    unit: 'calls',
    warnings: [ONE_RUN_WARNING],
    missing: '',
  };
}

/**
 * Latency of calls of equal size: the logarithm of each duration minus the median logarithm of its size class over both
 * sides. Classes that occur on one side only are left out; with most calls outside the common classes the figure is refused.
 */
export function compareLatency(before: CallView, after: CallView): PairedChange {
  const classOf = (view: CallView, i: number): number => classOfBytes(bytesOf(view, i)).exponent;
  const logs = new Map<number, { before: number[]; after: number[] }>();
  const collect = (view: CallView, side: 'before' | 'after'): void => {
    for (let i = 0; i < view.size; i++) {
      const ns = view.column('durationNs')[i];
      if (!(ns > 0) || Number.isNaN(bytesOf(view, i))) continue;
      const group = logs.get(classOf(view, i)) ?? { before: [], after: [] };
      group[side].push(Math.log(ns));
      logs.set(classOf(view, i), group);
    }
  };
  collect(before, 'before');
  collect(after, 'after');
  const common = new Map<number, number>();
  for (const [exponent, group] of logs)
    if (group.before.length >= 3 && group.after.length >= 3)
      common.set(exponent, (medianOf(group.before) + medianOf(group.after)) / 2);
  const residuals = (view: CallView): { run: number; value: number }[] => {
    const out: { run: number; value: number }[] = [];
    for (let i = 0; i < view.size; i++) {
      const middle = common.get(classOf(view, i));
      const ns = view.column('durationNs')[i];
      if (middle !== undefined && ns > 0 && !Number.isNaN(bytesOf(view, i)))
        out.push({ run: view.run[i], value: Math.log(ns) - middle });
    }
    return out;
  };
  const b = residuals(before);
  const a = residuals(after);
  const covered = Math.min(b.length / before.size, a.length / after.size);
  if (!(covered >= 0.25)) {
    const none = compareRunFigures([], []);
    none.nBefore = b.length;
    none.nAfter = a.length;
    none.missing = `calls of the two sides differ in size: only ${Math.round(100 * (covered || 0))} % of the calls of one side have counterparts of the same size class`;
    return none;
  }
  const warnings =
    covered < 0.75
      ? [`only ${Math.round(100 * covered)} % of the calls of one side have counterparts of the same size class`]
      : [];
  if (before.runs.length >= MIN_RUNS && after.runs.length >= MIN_RUNS) {
    const runs = (values: { run: number; value: number }[], count: number): number[] =>
      Array.from({ length: count }, (_, r) =>
        Math.exp(medianOf(values.filter((v) => v.run === r).map((v) => v.value))),
      );
    const change = compareRunFigures(runs(b, before.runs.length), runs(a, after.runs.length));
    return {
      ...change,
      before: medianOf(before.column('durationNs')),
      after: medianOf(after.column('durationNs')),
      warnings: [...change.warnings, ...warnings],
    };
  }
  const shift = serialShift(
    Float64Array.from(b, (v) => v.value),
    Float64Array.from(a, (v) => v.value),
    CONFIDENCE_LEVEL,
  );
  const ratio = { estimate: Math.exp(shift.estimate), low: Math.exp(shift.low), high: Math.exp(shift.high) };
  return {
    percent: allowDrift(
      toPercent(ratio, 'Hodges–Lehmann ratio of calls of equal size class, block-bootstrap error', b.length + a.length),
    ),
    before: medianOf(before.column('durationNs')),
    after: medianOf(after.column('durationNs')),
    nBefore: b.length,
    nAfter: a.length,
    unit: 'calls',
    warnings: [ONE_RUN_WARNING, ...warnings],
    missing: '',
  };
}

/** Bytes per second of each run: iperf's figure where all runs have one, else bytes returned over the span of the calls. */
export function compareThroughput(
  before: readonly Run[],
  after: readonly Run[],
): PairedChange & { from: 'iperf' | 'calls' } {
  const iperf = (runs: readonly Run[]): number[] => runs.map((run) => readIperf(run.facts));
  const [b, a] = [iperf(before), iperf(after)];
  const useIperf = [...b, ...a].every((v) => v > 0);
  const fromCalls = (runs: readonly Run[]): number[] =>
    runs.map((run) => {
      const { bytes, spanNs } = measureTraffic(run);
      return (bytes * 1e9) / spanNs;
    });
  const change = useIperf ? compareRunFigures(b, a) : compareRunFigures(fromCalls(before), fromCalls(after));
  return { ...change, from: useIperf ? 'iperf' : 'calls' };
}
