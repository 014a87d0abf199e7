import type { CompareReason, CompareRow } from '../../../model/analysis/index.ts';
import type { Run } from '../../../model/capture.ts';
import { findEmulationSigns } from '../../context/settings.ts';
import { readReceiverCpu } from '../../summaries/benchmark.ts';
import { type Candidate, type Sides, WHOLE, WHOLE_RUN } from '../candidate.ts';
import type { RunOrder } from '../order.ts';
import { gatherSeries } from '../series.ts';
import { type TestContext, testSeries } from '../test-series.ts';
import { meanLatency, planLatency } from './latency.ts';
import { canCountSoftirqs, machineCpuPerByte, measureMachineCpu } from './machine-cpu.ts';
import { nameSides, say } from './reasons.ts';
import { findReceivers } from './receivers.ts';
import {
  canCompareAtEqualSize,
  measureRobustCpu,
  measureRobustLatency,
  ROBUST_METHOD,
  robustCpu,
  robustLatency,
} from './robust.ts';
import { figureSeries, nameSayers, planThroughput } from './throughput.ts';

export type Primary = NonNullable<CompareRow['primary']>;

/** One of the three questions that a comparison is made for, chosen before any p value is seen. */
export interface Endpoint extends Candidate {
  primary: Primary;
  /** Preconditions that fail: not empty = cannot tell, whatever p says. */
  reasons: CompareReason[];
  /** Smallest log change that may be claimed (what the probes may have made of it); 0 = any. */
  floor: number;
  parts: CompareRow['parts'];
  /** The same question by sums, beside a robust estimate: rare slow calls count fully in it. */
  bySums?: Candidate;
}

export interface EndpointContext extends TestContext {
  order: RunOrder;
  /** Both sides are one capture: nothing can differ, whatever it lacks. */
  isSame: boolean;
  /** Both settings alternate inside one capture, with marks. */
  hasMarks: boolean;
  /** A trend inside a run that is compared by its calls: sides that have it. */
  trend: { before: boolean; after: boolean };
}

export const MIN_RUNS = 4;

/** CPU time per byte, latency per call, throughput: the verdicts of a comparison are these rows. */
export function listEndpoints(sides: Sides, context: EndpointContext): Endpoint[] {
  const { before, after } = sides;
  if (before.runs.length === 0 || after.runs.length === 0) return [];
  const out: Endpoint[] = [];
  if (before.selection.fit.size > 0 && after.selection.fit.size > 0)
    out.push(makeCpu(sides, context), makeLatency(sides, context));
  else {
    const said = makeSaidCpu(sides, context);
    if (said !== null) out.push(said);
  }
  const rate = makeThroughput(sides, context);
  if (rate !== null) out.push(rate);
  return out;
}

function makeCpu(sides: Sides, context: EndpointContext): Endpoint {
  const { before, after } = sides;
  const withSoftirqs = canCountSoftirqs([...before.runs, ...after.runs]);
  const b = measureMachineCpu(before.selection, withSoftirqs);
  const a = measureMachineCpu(after.selection, withSoftirqs);
  const reasons = reasonsOfTimes(context, true);
  const add = (
    code: CompareReason['code'],
    onBefore: boolean,
    onAfter: boolean,
    words: (sides: string) => string,
  ): void => {
    if (onBefore || onAfter) reasons.push(say(code, words(nameSides(onBefore, onAfter))));
  };
  add('bytes-unknown', b.hidesBytes, a.hidesBytes, (on) => `bytes of calls of ${on} are in no line`);
  add(
    'no-switches',
    b.hidesSwitches,
    a.hidesSwitches,
    (on) => `no context switches in the text of ${on}: waiting cannot be told from work`,
  );
  if (!withSoftirqs && b.softirqs !== a.softirqs)
    reasons.push(
      say(
        'softirq-one-side',
        'softirq events are in the text of one side only: the CPU time of the machine cannot be compared',
      ),
    );
  const plan = { spec: machineCpuPerByte, before: b.series, after: a.series, reasons, floor: 0, parts: undefined };
  const sums = makeEndpoint('cpu', WHOLE_RUN, plan, context);
  sums.parts = b.parts.map((part, i) => ({
    title: part.title,
    unit: machineCpuPerByte.unit,
    before: finite(part.share * sums.test.before),
    after: finite(a.parts[i].share * sums.test.after),
  }));
  if (!context.hasMarks || reasons.length > 0 || !canCompareAtEqualSize(sides)) return sums;
  const reader = (sums.parts[0].before! + sums.parts[0].after!) / 2;
  const robust = makeEndpoint('cpu', WHOLE, { ...plan, ...measureRobustCpu(sides, reader), spec: robustCpu }, context);
  return { ...robust, test: { ...robust.test, method: ROBUST_METHOD }, bySums: sums };
}

/** Without calls: CPU time of the receiving machine per byte, where a benchmark of every run says it. */
function makeSaidCpu({ before, after }: Sides, context: EndpointContext): Endpoint | null {
  const read = (runs: readonly Run[]) => runs.map((run) => figureSeries(readReceiverCpu(run.facts)));
  const plan = { before: read(before.runs), after: read(after.runs) };
  if ([...plan.before, ...plan.after].some(({ n }) => n === 0)) return null;
  const spec = {
    ...machineCpuPerByte,
    metric: `CPU time per byte (${nameSayers([...before.runs, ...after.runs])})`,
    isTime: false,
  };
  const reasons = reasonsOfFigures('CPU time per byte', { before, after }, context);
  return makeEndpoint('cpu', WHOLE_RUN, { ...plan, spec, reasons, floor: 0, parts: undefined }, context);
}

/** One figure a run: only several runs, in turns, tell a change from scatter. */
function reasonsOfFigures(
  figure: string,
  { before, after }: Pick<Sides, 'before' | 'after'>,
  { hasMarks, order }: EndpointContext,
): CompareReason[] {
  if (hasMarks) return [];
  if (Math.min(before.runs.length, after.runs.length) < MIN_RUNS)
    return [
      say('few-runs', `${figure} differs from run to run: at least ${MIN_RUNS} runs a side, in turns, are needed`),
    ];
  return order.alternates ? [] : [say(order.isKnown ? 'not-in-turns' : 'order-unknown', order.why)];
}

function makeLatency(sides: Sides, context: EndpointContext): Endpoint {
  const plan = planLatency(sides);
  const reasons = [...reasonsOfTimes(context, true), ...plan.reasons, ...otherReceivers(sides)];
  const own = makeEndpoint('latency', plan.stratum, { ...plan, reasons, floor: 0, parts: undefined }, context);
  if (!context.hasMarks || reasons.length > 0 || !canCompareAtEqualSize(sides)) return own;
  const robust = makeEndpoint(
    'latency',
    WHOLE,
    { ...own, ...measureRobustLatency(sides), spec: robustLatency },
    context,
  );
  const spec = { ...meanLatency, metric: 'mean latency per call' };
  const [before, after] = [
    gatherSeries(sides.before.selection.fit, spec),
    gatherSeries(sides.after.selection.fit, spec),
  ];
  const bySums = { stratum: WHOLE, spec, before, after, test: testSeries(before, after, spec, context) };
  return { ...robust, test: { ...robust.test, method: ROBUST_METHOD }, bySums };
}

function makeThroughput(sides: Sides, context: EndpointContext): Endpoint | null {
  const plan = planThroughput(sides, context.hasMarks);
  if (plan === null) return null;
  const { before, after } = sides;
  const reasons = [...reasonsOfTimes(context, plan.spec.isTime), ...plan.reasons, ...otherReceivers(sides)];
  const emulated = (runs: readonly Run[]): boolean => runs.some((run) => findEmulationSigns(run).length > 0);
  const [emulatedB, emulatedA] = [emulated(before.runs), emulated(after.runs)];
  if (emulatedB || emulatedA)
    reasons.push(
      say(
        'emulated',
        `the CPU or the engine of ${nameSides(emulatedB, emulatedA)} is emulated: its speed is that of a program`,
      ),
    );
  reasons.push(...reasonsOfFigures('throughput', sides, context));
  if (Number.isNaN(plan.probeBound))
    reasons.push(
      say(
        'probe-cost-unknown',
        'how much the probes slowed the reader is not known, and no figure without tracing (iperf) is among the captures',
      ),
    );
  const floor = Number.isNaN(plan.probeBound) ? 0 : Math.log1p(plan.probeBound);
  return makeEndpoint('throughput', WHOLE_RUN, { ...plan, reasons, floor, parts: undefined }, context);
}

function makeEndpoint(
  primary: Primary,
  stratum: string,
  plan: Pick<Endpoint, 'spec' | 'before' | 'after' | 'reasons' | 'floor' | 'parts'>,
  context: EndpointContext,
): Endpoint {
  const { spec, before, after, floor, parts } = plan;
  const reasons = context.isSame ? [] : plan.reasons;
  const test = testSeries(before, after, spec, context);
  return { primary, stratum, spec, before, after, reasons, floor, parts, test };
}

function reasonsOfTimes(context: EndpointContext, isTime: boolean): CompareReason[] {
  if (!isTime) return [];
  const out: CompareReason[] = [];
  if (context.withholdTimes !== '') out.push(say('unlike-recordings', context.withholdTimes));
  const { before, after } = context.trend;
  if (before || after)
    out.push(
      say(
        'trend',
        `the calls of ${nameSides(before, after)} get slower or faster in the course of the run, and no warm-up explains it`,
      ),
    );
  return out;
}

function otherReceivers({ before, after }: Sides): CompareReason[] {
  const [b, a] = [findReceivers(before.selection), findReceivers(after.selection)];
  if (b === '' || a === '' || b === a) return [];
  return [say('other-receiver', `the calls are those of different programs (BEFORE ${b}, AFTER ${a})`)];
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
