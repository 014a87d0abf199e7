import { PHASE_TITLES, PHASES, type Phase } from '../../model/phases.ts';
import type { CallView } from '../call-view.ts';
import { orZero } from '../derived.ts';
import { MIN_CALLS } from '../options.ts';
import { splitBySize } from '../size-class.ts';
import { arrivalSeries } from './arrivals.ts';
import { type Candidate, COMMON_MIX, type Sides, WHOLE, WHOLE_RUN } from './candidate.ts';
import { canCountSoftirqs, softirqPerMiB, softirqSeries } from './endpoints/machine-cpu.ts';
import { callSeries, saidSeries } from './endpoints/throughput.ts';
import { MIN_CALLS_A_RUN } from './methods/runs.ts';
import { listDeclineReasons, type MetricSpec, STRATUM_METRICS, throughput, wholeMetrics } from './metrics.ts';
import { SAME_MIX_OVERLAP } from './mix.ts';
import { gatherSeries, type RunSeries } from './series.ts';
import { type TestContext, testSeries } from './test-series.ts';

type Add = (stratum: string, spec: MetricSpec, before: RunSeries[], after: RunSeries[], note?: string) => void;

/** The exploratory table: whole run, all calls, common mix, size classes, mechanisms, in this order. */
export function listCandidates(sides: Sides, context: TestContext): Candidate[] {
  const out: Candidate[] = [];
  const add: Add = (stratum, spec, before, after, note = '') => {
    if (before.every((s) => s.n === 0) && after.every((s) => s.n === 0)) return;
    const test = testSeries(before, after, spec, context);
    out.push({ stratum, spec, before, after, test: { ...test, method: `${test.method}${note}` } });
  };
  const enough = (series: RunSeries[]): boolean =>
    series.every(({ n }) => n >= (context.unit === 'calls' ? MIN_CALLS : MIN_CALLS_A_RUN));
  const addStratum = (stratum: string, specs: readonly MetricSpec[], before: CallView, after: CallView): void => {
    for (const spec of specs) {
      const b = gatherSeries(before, spec);
      const a = gatherSeries(after, spec);
      if (enough(b) && enough(a)) add(stratum, spec, b, a);
    }
  };
  addRates(sides, add);
  const arrivals = arrivalSeries(sides.before.runs, sides.after.runs);
  for (const { spec, before, after } of arrivals) add(WHOLE_RUN, spec, before, after);
  if (!arrivals.some(({ spec }) => spec.metric === softirqPerMiB.metric)) addSoftirqs(sides, add);
  addWhole(sides, add);
  addCommonMix(sides, add);
  addSizes(sides, addStratum);
  addMechanisms(sides, addStratum);
  return out;
}

/** Throughput from the calls beside iperf's, where that is the endpoint. */
function addRates({ before, after }: Sides, add: Add): void {
  const said = [...before.runs, ...after.runs].map(saidSeries);
  if (!said.every(({ n }) => n > 0)) return;
  const spec = { ...throughput, metric: 'throughput (calls)', better: '' as const };
  add(WHOLE_RUN, spec, callSeries(before.selection), callSeries(after.selection));
}

/** The other part of the endpoint's CPU time, beside the reader's: what there is to say of it where no line tells of segments. */
function addSoftirqs({ before, after }: Sides, add: Add): void {
  if (!canCountSoftirqs([...before.runs, ...after.runs])) return;
  const series = [softirqSeries(before.selection), softirqSeries(after.selection)] as const;
  if (series.flat().some(({ value }) => value > 0)) add(WHOLE_RUN, softirqPerMiB, ...series);
}

function addWhole({ before, after, mix, sameEvents }: Sides, add: Add): void {
  const b = before.selection.fit;
  const a = after.selection.fit;
  const hidden = PHASES.filter((phase) => isHiddenOnOneSide(b, a, phase) || isHiddenOnOneSide(a, b, phase));
  for (const plain of wholeMetrics(listDeclineReasons([b, a]))) {
    const spec = plain.phase === 'unattributed' && hidden.length > 0 ? withPhases(plain, hidden) : plain;
    let x = gatherSeries(b, spec);
    let y = gatherSeries(a, spec);
    let note = '';
    if (spec.isOffloadWork && sameEvents) {
      const known = (series: RunSeries[]): boolean => series.every(({ n }) => n > 0);
      const none = (series: RunSeries[]): boolean => series.every(({ n }) => n === 0);
      const noneBefore = none(x) && known(y) && copiesNothingByEngine(b);
      const noneAfter = none(y) && known(x) && copiesNothingByEngine(a);
      if (noneBefore) x = gatherSeries(b, withNone(spec));
      if (noneAfter) y = gatherSeries(a, withNone(spec));
      if (noneBefore || noneAfter)
        note = `; no such event ${noneBefore ? 'BEFORE' : 'AFTER'}, taken as 0: the other events recorded are the same`;
    }
    // Larger reads take longer: where the sizes differ only the common mix can say better or worse.
    const differs = mix.overlap < SAME_MIX_OVERLAP && spec.kind === 'median';
    add(WHOLE, differs ? { ...spec, metric: `${spec.metric}, other sizes`, better: '' } : spec, x, y, note);
  }
}

const ENGINE_PHASES: readonly Phase[] = ['pin', 'submit', 'wait', 'unpin'];

/** Not shown by `view`, shown by `other`; a side without any engine has no engine phases to hide. */
function isHiddenOnOneSide(view: CallView, other: CallView, phase: Phase): boolean {
  if (view.known(`${phase}Ns`) > 0 || other.known(`${phase}Ns`) === 0) return false;
  return !(ENGINE_PHASES.includes(phase) && copiesNothingByEngine(view));
}

/** What one side cannot show apart is in its unattributed time: it is counted there on both sides, and the row says so. */
function withPhases(spec: MetricSpec, phases: readonly Phase[]): MetricSpec {
  const names = phases.map((phase) => PHASE_TITLES[phase]).join(' + ');
  return {
    ...spec,
    metric: spec.metric.replace(PHASE_TITLES.unattributed, `${PHASE_TITLES.unattributed} + ${names}`),
    numerator: (view, i) =>
      phases.reduce((sum, phase) => sum + orZero(view.column(`${phase}Ns`)[i]), spec.numerator(view, i)),
  };
}

/** Every call's engine bytes are known and 0. */
function copiesNothingByEngine(view: CallView): boolean {
  return view.size > 0 && view.column('dmaBytes').every((bytes) => bytes === 0);
}

function withNone(spec: MetricSpec): MetricSpec {
  return { ...spec, numerator: () => 0 };
}

function addCommonMix({ before, after, mix }: Sides, add: Add): void {
  if (mix.overlap >= SAME_MIX_OVERLAP || mix.common.length === 0) return;
  for (const spec of STRATUM_METRICS) {
    // Ranks have no weights here: the weighted mean stands in for the median.
    const mean = spec.kind === 'median' ? { ...spec, kind: 'ratio' as const, metric: `mean ${spec.metric}` } : spec;
    const b = gatherSeries(before.selection.fit, mean, mix.weightsBefore);
    const a = gatherSeries(after.selection.fit, mean, mix.weightsAfter);
    add(COMMON_MIX, mean, b, a);
  }
}

type AddStratum = (stratum: string, specs: readonly MetricSpec[], before: CallView, after: CallView) => void;

function addSizes({ before, after, mix }: Sides, add: AddStratum): void {
  const b = before.selection.fit;
  const a = after.selection.fit;
  const sizesAfter = new Map(splitBySize(a).map(({ sizeClass, indexes }) => [sizeClass.exponent, indexes]));
  for (const { sizeClass, indexes } of splitBySize(b)) {
    const other = sizesAfter.get(sizeClass.exponent);
    if (other !== undefined && mix.common.includes(sizeClass.exponent))
      add(sizeClass.label, STRATUM_METRICS, b.pick(indexes), a.pick(other));
  }
}

/**
 * Mechanisms found on both sides, unless it is one and the same everywhere. Which calls a mechanism gets depends on the
 * settings, so a change in its stratum may be a change of its calls: never called better or worse.
 */
function addMechanisms({ before, after }: Sides, add: AddStratum): void {
  const b = before.selection.fit;
  const a = after.selection.fit;
  const mechanismsOf = (view: CallView): Set<string> =>
    new Set(Array.from({ length: view.size }, (_, i) => view.mechanism(i)));
  const onBefore = mechanismsOf(b);
  const onAfter = mechanismsOf(a);
  if (onBefore.size <= 1 && onAfter.size <= 1) return;
  const neutral = STRATUM_METRICS.map((spec): MetricSpec => ({ ...spec, better: '' }));
  for (const mechanism of [...onBefore].filter((name) => onAfter.has(name)).sort()) {
    const pick = (view: CallView): CallView => view.where((i) => view.mechanism(i) === mechanism);
    add(`mechanism ${mechanism}`, neutral, pick(b), pick(a));
  }
}
