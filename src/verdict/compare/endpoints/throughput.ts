import type { CompareReason } from '../../../model/analysis/index.ts';
import type { Run } from '../../../model/capture.ts';
import { type CallView, MSG_PEEK, type Selection } from '../../call-view.ts';
import { estimateProbeCost } from '../../context/probe-cost.ts';
import { nameBenchmark, readBenchmarkRate } from '../../summaries/benchmark.ts';
import type { Sides } from '../candidate.ts';
import { type MetricSpec, throughput } from '../metrics.ts';
import { gatherSeries, makeSeries, type RunSeries } from '../series.ts';
import { FIGURE_OF_RUN } from '../test-series.ts';
import { nameSides, say } from './reasons.ts';
import { bytesOfRun } from './received-bytes.ts';

export interface ThroughputPlan {
  spec: MetricSpec;
  before: RunSeries[];
  after: RunSeries[];
  reasons: CompareReason[];
  /** Share by which the probes may have slowed the reader; 0 for figures that no tracer made; NaN: not known. */
  probeBound: number;
}

const MIN_SPAN_NS = 1e8;

/** As a benchmark says it where every run has one, else from the calls: bytes ÷ time from the first call to the last. */
export function planThroughput(sides: Sides, hasMarks: boolean): ThroughputPlan | null {
  const { before, after } = sides;
  const [saidBefore, saidAfter] = [before.runs.map(saidSeries), after.runs.map(saidSeries)];
  const bySay = [...saidBefore, ...saidAfter];
  if (bySay.length > 0 && bySay.every(({ n }) => n > 0))
    return {
      spec: { ...throughput, metric: `throughput (${nameSayers([...before.runs, ...after.runs])})`, isTime: false },
      before: saidBefore,
      after: saidAfter,
      reasons: [],
      probeBound: 0,
    };
  const b = callSeries(before.selection);
  const a = callSeries(after.selection);
  if ([...b, ...a].every(({ n }) => n === 0)) return null;
  const reasons: CompareReason[] = [];
  const unknown = (series: RunSeries[]): boolean => series.some(({ n }) => n === 0);
  if (unknown(b) || unknown(a))
    reasons.push(say('bytes-unknown', `bytes of calls of ${nameSides(unknown(b), unknown(a))} are in no line`));
  const short = (selection: Selection): boolean => {
    const spans = selection.all.runs.map((_, run) => spanOf(selection, run));
    // Stretches between marks are one recording: their time adds up.
    const shown = hasMarks ? [spans.reduce((a, b) => a + b, 0)] : spans;
    return shown.some((span) => !(span >= MIN_SPAN_NS));
  };
  const [shortB, shortA] = [short(before.selection), short(after.selection)];
  if (shortB || shortA) reasons.push(say('too-short', `a run of ${nameSides(shortB, shortA)} is shorter than 100 ms`));
  const bound = Math.max(boundOf(before.selection.fit), boundOf(after.selection.fit));
  return { spec: throughput, before: b, after: a, reasons, probeBound: bound };
}

/** 'iperf', or 'iperf and netperf'. */
export const nameSayers = (runs: readonly Run[]): string =>
  [...new Set(runs.map((run) => nameBenchmark(run.facts)))].join(' and ');

export function saidSeries(run: Run): RunSeries {
  return figureSeries(readBenchmarkRate(run.facts));
}

/** One figure a run. */
export function figureSeries(value: number): RunSeries {
  const n = Number.isNaN(value) ? 0 : FIGURE_OF_RUN;
  return { numerator: Float64Array.of(value), denominator: Float64Array.of(1), n, value };
}

/** Bytes and time of every call that took bytes; a run whose calls hide bytes has the sum of another line, or no value. */
export function callSeries(selection: Selection): RunSeries[] {
  const { all } = selection;
  const series = gatherSeries(
    all.where((i) => isMoving(all, i)),
    throughput,
  );
  return series.map((own, run) => {
    const { counted, from } = bytesOfRun(selection, run);
    if (from === 'calls') return own;
    const spanNs = spanOf(selection, run);
    if (Number.isNaN(counted) || !(spanNs > 0)) return makeSeries(new Float64Array(0), new Float64Array(0), throughput);
    const calls = selection.fit.where((i) => selection.fit.run[i] === run).size;
    const even = (total: number): Float64Array => new Float64Array(calls).fill(total / calls);
    return makeSeries(even(counted), even(spanNs), throughput);
  });
}

/** Took bytes off the socket at a known time. */
function isMoving(view: CallView, i: number): boolean {
  const peeks = (view.column('flags')[i] & MSG_PEEK) !== 0;
  return view.column('returnedBytes')[i] > 0 && !peeks && view.column('endNs')[i] >= view.column('startNs')[i];
}

/** From the first start to the last end of the calls that count. */
function spanOf({ fit }: Selection, run: number): number {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < fit.size; i++) {
    if (fit.run[i] !== run) continue;
    from = Math.min(from, fit.column('startNs')[i]);
    to = Math.max(to, fit.column('endNs')[i]);
  }
  return to - from;
}

function boundOf(fit: CallView): number {
  return estimateProbeCost(fit).sharePct / 100;
}
