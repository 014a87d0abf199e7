import type { Run } from '../../../model/capture.ts';
import { bytesOf, type CallView, type Selection } from '../../call-view.ts';
import { cpuNsOf } from '../../derived.ts';
import { type MetricSpec, readerCpuPerByte } from '../metrics.ts';
import { makeSeries, type RunSeries } from '../series.ts';
import { FIGURE_OF_RUN } from '../test-series.ts';
import { bytesOfRun } from './received-bytes.ts';

/** CPU time of the machine per received byte: the reader in its calls and the NET_RX softirqs, wherever they ran. */
export const machineCpuPerByte: MetricSpec = { ...readerCpuPerByte, metric: 'CPU time per byte' };

export interface CpuPart {
  title: string;
  /** Of the time of all runs together, 0 to 1. */
  share: number;
}

export interface MachineCpu {
  series: RunSeries[];
  /** They add up to the figure: shares of the time of all runs. */
  parts: CpuPart[];
  /** Runs with calls whose bytes no line tells. */
  hidesBytes: boolean;
  /** Runs whose text has no context switches: waiting cannot be told from work. */
  hidesSwitches: boolean;
  /** NET_RX softirqs are in the text of every run (true), of none (false), or of some ('mixed'). */
  softirqs: boolean | 'mixed';
  bytesFrom: 'calls' | 'tcp_probe';
}

/**
 * One value a run: Σ CPU of the counted calls ÷ their bytes + softirq time ÷ bytes of all calls. The softirqs are not split
 * by call, so each call's share of them is taken as that of the reader's time: the relative error is the reader's.
 */
export function measureMachineCpu(selection: Selection, withSoftirqs: boolean): MachineCpu {
  const { fit } = selection;
  const sees = fit.runs.map((run) => run.timeline.evidence.hasSoftirq);
  const softirqs = sees.every(Boolean) ? true : sees.some(Boolean) ? 'mixed' : false;
  const bytes = fit.runs.map((_, run) => bytesOfRun(selection, run));
  const parts = fit.runs.map((run, index) => {
    const calls = fit.where((i) => fit.run[i] === index);
    const reader = sumCpu(calls) / bytes[index].counted;
    return { reader, softirq: withSoftirqs ? run.timeline.totals.softirqNetRxNs / bytes[index].all : 0 };
  });
  const series = parts.map(({ reader, softirq }, index) =>
    makeRunSeries(fit, index, bytes[index].perCall, reader > 0 ? (reader + softirq) / reader : Number.NaN),
  );
  const total = (pick: (run: number) => number): number => fit.runs.reduce((sum, _, run) => sum + pick(run), 0);
  const readerNs = total((run) => parts[run].reader * bytes[run].counted);
  const softirqNs = total((run) => parts[run].softirq * bytes[run].counted);
  const part = (title: string, ns: number): CpuPart => ({ title, share: ns / (readerNs + softirqNs) });
  const shown = [part('reader', readerNs)];
  if (withSoftirqs) shown.push(part('NET_RX softirq', softirqNs));
  return {
    series,
    parts: shown,
    hidesBytes: bytes.some(({ counted }) => Number.isNaN(counted)),
    hidesSwitches: fit.runs.some((run) => !run.timeline.evidence.hasSwitches),
    softirqs,
    bytesFrom: bytes.some(({ from }) => from === 'tcp_probe') ? 'tcp_probe' : 'calls',
  };
}

/** By the name and unit that it has where segments are recorded (arrivals/metrics.ts). */
export const softirqPerMiB: MetricSpec = {
  ...readerCpuPerByte,
  metric: 'softirq time per MiB',
  unit: 'ns/MiB',
  numerator: () => Number.NaN,
  denominator: () => 1,
};

/** NET_RX softirq time over the bytes that the calls of the run took, a figure a run. */
export function softirqSeries(selection: Selection): RunSeries[] {
  return selection.fit.runs.map((run, index) => {
    const value = (1048576 * run.timeline.totals.softirqNetRxNs) / bytesOfRun(selection, index).all;
    const n = Number.isFinite(value) ? FIGURE_OF_RUN : 0;
    return { numerator: Float64Array.of(value), denominator: Float64Array.of(1), n, value };
  });
}

function sumCpu(calls: CallView): number {
  let total = 0;
  for (let i = 0; i < calls.size; i++) total += cpuNsOf(calls, i);
  return total;
}

/** The calls of one run, their CPU time scaled by `factor`; `perCall`: bytes of each call where calls do not tell theirs. */
function makeRunSeries(fit: CallView, run: number, perCall: number, factor: number): RunSeries {
  const tops: number[] = [];
  const bottoms: number[] = [];
  for (let i = 0; i < fit.size; i++) {
    if (fit.run[i] !== run) continue;
    tops.push(cpuNsOf(fit, i) * factor);
    bottoms.push(Number.isNaN(perCall) ? bytesOf(fit, i) : perCall);
  }
  const isKnown = [...tops, ...bottoms].every((value) => !Number.isNaN(value));
  if (!isKnown) return makeSeries(new Float64Array(0), new Float64Array(0), machineCpuPerByte);
  return makeSeries(Float64Array.from(tops), Float64Array.from(bottoms), machineCpuPerByte);
}

/** Softirqs count only where the text of every run of both sides has them and one trace file gave the calls. */
export function canCountSoftirqs(runs: readonly Run[]): boolean {
  return runs.every((run) => run.timeline.evidence.hasSoftirq && run.calls.files.length <= 1);
}
