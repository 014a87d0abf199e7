import type { CompareRow, Comparison } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { adjustHolm } from '../../stats/index.ts';
import { type Selection, selectCalls } from '../call-view.ts';
import { CONFIDENCE_LEVEL, EQUIVALENCE_PCT } from '../options.ts';
import { classOfExponent } from '../size-class.ts';
import { type Candidate, COMMON_MIX, type Sides } from './candidate.ts';
import { type EndpointContext, listEndpoints, MIN_RUNS } from './endpoints/index.ts';
import { judgeEndpoints } from './endpoints/judge.ts';
import { canPermute, judgeRunFamily, smallestPermutationP, testByRuns } from './methods/runs.ts';
import type { MetricSpec } from './metrics.ts';
import { matchTraffic, SAME_MIX_OVERLAP } from './mix.ts';
import { findOrder } from './order.ts';
import { asSuggestion, type FamilyP, makeRow } from './outcome.ts';
import { keepMainReceiver } from './own-calls.ts';
import { compareProfiles, iperfBytes, type ProfileLine, SHARE_SPEC } from './profile.ts';
import { listCandidates } from './rows.ts';
import type { RunSeries } from './series.ts';
import { type Settled, settleSide } from './settle.ts';
import { isZeroOnBothSides, untested } from './test.ts';
import { chooseTracer } from './tracer.ts';
import { findUnlikeness } from './unlike.ts';
import { findLead, rankChanges } from './why.ts';

export interface CompareOptions {
  seed: number;
  /** Profile category of a symbol; without it every symbol is 'other'. */
  categoryOf?: (symbol: string) => string;
  /** Drift between recordings that is allowed for, in % (one standard deviation), in place of the table of drift.ts; 0 = none. */
  driftPct?: number;
  /** The runs are stretches between marks: run k of one side is the neighbour of run k of the other. */
  hasMarks?: boolean;
}

/**
 * BEFORE against AFTER. Several runs on a side: the run is the unit. One run a side: its calls are, in blocks. Stretches
 * between marks: pairs of neighbours are. Three endpoints, declared in advance, are one family at 5 % and decide; every row
 * of the table and of the profile is another, exploratory one.
 */
export function compareSides(before: readonly Run[], after: readonly Run[], options: CompareOptions): Comparison {
  const hasMarks = options.hasMarks ?? false;
  const unit = hasMarks ? 'pairs' : before.length > 1 || after.length > 1 ? 'runs' : 'calls';
  const everyone = { before: selectCalls(before), after: selectCalls(after) };
  const own = keepMainReceiver(everyone.before, everyone.after);
  const selected = own === null ? everyone : { before: own.before, after: own.after };
  const chosen = chooseTracer(selected.before, selected.after);
  const likeness = findUnlikeness(before, after, chosen ?? selected);
  const warnings = [...likeness.warnings];
  if (own !== null)
    warnings.push(
      `only calls of ${own.comm} are compared, which received most bytes on both sides; ${own.leftOut} calls of other programs are left out`,
    );
  if (chosen !== null)
    warnings.push(
      `several tracers: only calls recorded with ${chosen.tracer} are compared, those of ${chosen.leftOut.join(', ')} are left out`,
    );
  const isSame = isOneCapture(before, after);
  const settled = settle(chosen ?? selected, unit === 'calls' && !isSame, warnings);
  const selections = { before: settled.before.selection, after: settled.after.selection };
  const mix = matchTraffic(selections.before.fit, selections.after.fit);
  const order = findOrder(before, after);
  const context: EndpointContext & { seed: number } = {
    unit,
    driftPct: options.driftPct,
    addsDrift: unit === 'runs' && !order.alternates,
    withholdTimes: likeness.withholdTimes,
    order,
    hasMarks,
    isSame,
    trend: { before: settled.before.hasTrend, after: settled.after.hasTrend },
    seed: options.seed,
  };
  const sides: Sides = {
    before: { runs: before, selection: selections.before },
    after: { runs: after, selection: selections.after },
    mix,
    sameEvents: likeness.sameEvents,
  };
  const endpoints = listEndpoints(sides, context);
  const candidates = [...endpoints.flatMap((e) => e.bySums ?? []), ...listCandidates(sides, context)].filter(
    (c) => !endpoints.some((e) => e.stratum === c.stratum && e.spec.metric === c.spec.metric),
  );
  if (selections.before.fit.size > 0 && selections.after.fit.size > 0 && mix.overlap < SAME_MIX_OVERLAP)
    warnings.push(
      `other traffic mix: the call sizes of the two sides overlap by ${Math.round(100 * mix.overlap)} %; rows of "${COMMON_MIX}" compare ${mix.common.length === 0 ? 'nothing, no size class has enough calls on both sides' : `sizes ${mix.common.map((e) => classOfExponent(e).label).join(', ')} in the same proportions`}`,
    );
  const profile = hasMarks
    ? { lines: [], warnings: [] }
    : compareProfiles(before, after, options.categoryOf ?? (() => 'other'), context);
  warnings.push(...profile.warnings);
  candidates.push(...listProfileRates(before, after, profile.lines, likeness.refusals, context));
  const table = adjustTable(candidates, profile.lines, before.length, after.length, context);
  warnings.unshift(...describeMethod(before.length, after.length, context));
  if (isSame) warnings.unshift('both sides are the same capture: no difference can show');
  const profiledBytes = knowProfiledBytes(before, after, likeness.refusals);
  const mayClaim = hasMarks || Math.min(before.length, after.length) >= MIN_RUNS;
  const rows = [
    ...judgeEndpoints(endpoints, before.length, after.length, context),
    ...candidates.map((c, i): CompareRow => {
      const row = makeRow(c.stratum, c.spec, c.test, table[i], unit);
      return mayClaim ? row : asSuggestion(row);
    }),
  ];
  const why = rankChanges(rows);
  const lead = findLead(rows, why);
  return {
    unit,
    rows,
    profile: profile.lines.map((line, i) => {
      const made = makeRow('profile', SHARE_SPEC, line.test, table[candidates.length + i], unit);
      const row = mayClaim ? made : asSuggestion(made);
      return {
        symbol: line.symbol,
        category: line.category,
        ...(line.family === undefined ? {} : { family: line.family }),
        ...sumPerMiB(line, profiledBytes),
        beforePct: row.before,
        afterPct: row.after,
        difference: row.difference,
        significant: row.significant,
        outcome: row.outcome,
        ...(row.suggests === 'higher' || row.suggests === 'lower' ? { suggests: row.suggests } : {}),
      };
    }),
    refusals: likeness.refusals,
    warnings,
    why,
    ...(lead === null ? {} : { lead }),
    ...(isSame ? { isSame } : {}),
  };
}

/** The same files with the same calls and figures on both sides, run by run: a capture compared with itself. */
function isOneCapture(before: readonly Run[], after: readonly Run[]): boolean {
  return before.length === after.length && before.every((run, i) => describe(run) === describe(after[i]));
}

function describe({ calls, files, facts, profiles }: Run): string {
  const ends = calls.length === 0 ? '' : `${calls.get('startNs', 0)} ${calls.get('endNs', calls.length - 1)}`;
  return [
    `${calls.length} ${ends}`,
    ...files.map((file) => `${file.file} ${file.bytes} ${file.account.lines} ${file.firstNs} ${file.lastNs}`),
    ...facts.map((fact) => `${fact.file} ${fact.key} ${fact.text}`),
    ...profiles.map((profile) => `${profile.file} ${profile.event} ${profile.totalSamples} ${profile.rows.length}`),
  ].join('\n');
}

/** By calls, warm-up and trend of a side would pass for a difference. */
function settle(
  selected: { before: Selection; after: Selection },
  byCalls: boolean,
  warnings: string[],
): { before: Settled; after: Settled } {
  const none = (selection: Selection): Settled => ({ selection, dropped: 0, hasTrend: false });
  if (!byCalls) return { before: none(selected.before), after: none(selected.after) };
  const sides = { before: settleSide(selected.before), after: settleSide(selected.after) };
  for (const [name, { dropped, hasTrend }] of Object.entries(sides)) {
    if (dropped > 0)
      warnings.push(`${name.toUpperCase()}: its first ${dropped} calls are left out as the warm-up of the run`);
    if (hasTrend)
      warnings.push(
        `${name.toUpperCase()}: its calls get slower or faster in the course of the run: figures of the whole run depend on when it began and ended`,
      );
  }
  return sides;
}

/** null: bytes of a run are not known, or samples of the two sides do not stand for the same time. */
function knowProfiledBytes(
  before: readonly Run[],
  after: readonly Run[],
  refusals: readonly string[],
): { before: number[]; after: number[] } | null {
  if (refusals.some((refusal) => refusal.startsWith('other sampling rate'))) return null;
  const bytes = { before: before.map(iperfBytes), after: after.map(iperfBytes) };
  return [...bytes.before, ...bytes.after].every((value) => value > 0) ? bytes : null;
}

const hasCounts = (line: ProfileLine): boolean => [...line.before, ...line.after].every((s) => s.n > 0);

const samplesPerMiB = (series: readonly RunSeries[], received: readonly number[]): RunSeries[] =>
  series.map((s, run) => ({ ...s, value: ((s.value / 100) * s.n * 1048576) / received[run] }));

/** Of a side: its samples per MiB, all runs together. */
function sumPerMiB(line: ProfileLine, bytes: { before: number[]; after: number[] } | null): object {
  if (bytes === null || !hasCounts(line)) return {};
  const of = (series: readonly RunSeries[], received: readonly number[]): number =>
    samplesPerMiB(series, received).reduce((sum, s) => sum + s.value, 0) / series.length;
  return { perMiB: { before: of(line.before, bytes.before), after: of(line.after, bytes.after) } };
}

/** Samples per received MiB by category: only where counts, bytes and one sampling rate are known. */
function listProfileRates(
  before: readonly Run[],
  after: readonly Run[],
  lines: readonly ProfileLine[],
  refusals: readonly string[],
  context: EndpointContext,
): Candidate[] {
  const bytes = knowProfiledBytes(before, after, refusals);
  if (bytes === null) return [];
  return lines.flatMap((line): Candidate[] => {
    if (line.symbol !== '' || !hasCounts(line)) return [];
    const spec: MetricSpec = {
      ...SHARE_SPEC,
      kind: 'count',
      metric: `${line.category} samples per MiB`,
      unit: '1/MiB',
    };
    const x = samplesPerMiB(line.before, bytes.before);
    const y = samplesPerMiB(line.after, bytes.after);
    const several = x.length > 1 || y.length > 1;
    const test = several
      ? testByRuns(x, y, spec, context)
      : untested(
          x[0].value,
          y[0].value,
          x[0].n,
          y[0].n,
          'one profile a side, which may cover a part of the transfer only',
        );
    return [{ stratum: 'profile', spec, before: x, after: y, test }];
  });
}

/** Family-wise p of every row of the exploratory table, then of every profile line: one family. */
function adjustTable(
  candidates: readonly Candidate[],
  lines: readonly ProfileLine[],
  nBefore: number,
  nAfter: number,
  context: EndpointContext & { seed: number },
): FamilyP[] {
  const rows = [...candidates, ...lines.map((line) => ({ ...line, spec: SHARE_SPEC }))];
  if (context.unit === 'runs' && canPermute(nBefore, nAfter)) {
    const family = judgeRunFamily(rows, nBefore, nAfter, context);
    return rows.map((_, i) => ({ pValue: family.pValues[i], adjusted: family.adjusted[i] }));
  }
  const pValues = rows.map(({ test }) => (isZeroOnBothSides(test) ? Number.NaN : test.pValue));
  const adjusted = adjustHolm(pValues);
  return rows.map((_, i) => ({ pValue: pValues[i], adjusted: adjusted[i] }));
}

function describeMethod(nBefore: number, nAfter: number, context: EndpointContext): string[] {
  const bound = `"no difference" means: the whole interval lies within a factor of ${1 + EQUIVALENCE_PCT / 100} (${EQUIVALENCE_PCT} %; shares: ${EQUIVALENCE_PCT} points)`;
  if (context.unit === 'pairs') return [bound];
  if (context.unit === 'calls')
    return [
      `one run a side: a change cannot be told apart from drift of the machine between the two recordings; what such drift can make of each figure is allowed for, and the most that is said is "suggests"; record at least ${MIN_RUNS} runs of each, in turns`,
      bound,
    ];
  const turns = context.order.alternates
    ? []
    : [`${context.order.why}; the drift that a session can have is added to every error: record the sides in turns`];
  if (canPermute(nBefore, nAfter)) return [...turns, bound];
  return [
    `${nBefore} against ${nAfter} runs: permuting runs could not go below p = ${smallestPermutationP(nBefore, nAfter).toFixed(2)} (5 % is needed: level ${CONFIDENCE_LEVEL}), so their scatter is moderated by the drift expected between runs, and the most that is said is "suggests"; record at least ${MIN_RUNS} runs of each`,
    ...turns,
    bound,
  ];
}
