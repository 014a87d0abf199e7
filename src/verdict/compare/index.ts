import type { CompareRow, Comparison } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { adjustHolm } from '../../stats/index.ts';
import { selectCalls } from '../call-view.ts';
import { CONFIDENCE_LEVEL, EQUIVALENCE_PCT } from '../options.ts';
import { classOfExponent } from '../size-class.ts';
import { DRIFT_PCT } from './drift.ts';
import { canPermute, judgeRunFamily, smallestPermutationP, testByRuns } from './methods/runs.ts';
import type { MetricSpec } from './metrics.ts';
import { matchTraffic, SAME_MIX_OVERLAP } from './mix.ts';
import { makeRow, toEffect } from './outcome.ts';
import { findPrimary, type Primary, weighHolm, weighT } from './primary.ts';
import { compareProfiles, iperfBytes, type ProfileLine, SHARE_SPEC } from './profile.ts';
import { type Candidate, COMMON_MIX, listCandidates, type Sides } from './rows.ts';
import type { RunSeries } from './series.ts';
import { isZeroOnBothSides, untested } from './test.ts';
import { FIGURE_OF_RUN, type TestContext } from './test-series.ts';
import { chooseTracer } from './tracer.ts';
import { findUnlikeness } from './unlike.ts';

export interface CompareOptions {
  seed: number;
  /** Profile category of a symbol; without it every symbol is 'other'. */
  categoryOf?: (symbol: string) => string;
  /** One run a side: drift between recordings that is allowed for, in % (one standard deviation); 0 = none. */
  driftPct?: number;
}

/**
 * BEFORE against AFTER. Several runs on a side: the run is the unit. One run a side: its calls are, in blocks. Every row of
 * the table and of the profile is one family: the chance of a single false claim in it is at most 5 %.
 */
export function compareSides(before: readonly Run[], after: readonly Run[], options: CompareOptions): Comparison {
  const unit = before.length > 1 || after.length > 1 ? 'runs' : 'calls';
  const selected = { before: selectCalls(before), after: selectCalls(after) };
  const chosen = chooseTracer(selected.before, selected.after);
  const selections = chosen ?? selected;
  const likeness = findUnlikeness(before, after, { before: selections.before, after: selections.after });
  const warnings = [...likeness.warnings];
  if (chosen !== null)
    warnings.push(
      `several tracers: only calls recorded with ${chosen.tracer} are compared, those of ${chosen.leftOut.join(', ')} are left out`,
    );
  const mix = matchTraffic(selections.before.fit, selections.after.fit);
  const driftPct = options.driftPct ?? DRIFT_PCT;
  const context: TestContext = { unit, driftPct, withholdTimes: likeness.withholdTimes };
  const sides: Sides = {
    before: { runs: before, selection: selections.before },
    after: { runs: after, selection: selections.after },
    mix,
    sameEvents: likeness.sameEvents,
  };
  const candidates = listCandidates(sides, context);
  if (selections.before.fit.size > 0 && selections.after.fit.size > 0 && mix.overlap < SAME_MIX_OVERLAP)
    warnings.push(
      `other traffic mix: the call sizes of the two sides overlap by ${Math.round(100 * mix.overlap)} %; rows of "${COMMON_MIX}" compare ${mix.common.length === 0 ? 'nothing, no size class has enough calls on both sides' : `sizes ${mix.common.map((e) => classOfExponent(e).label).join(', ')} in the same proportions`}`,
    );
  const profile = compareProfiles(before, after, options.categoryOf ?? (() => 'other'), driftPct);
  warnings.push(...profile.warnings);
  candidates.push(...listProfileRates(before, after, profile.lines, likeness.refusals));
  const primary = findPrimary(candidates, mix);
  const adjusted = adjustFamily(candidates, profile.lines, primary, {
    unit,
    nBefore: before.length,
    nAfter: after.length,
    seed: options.seed,
  });
  warnings.unshift(...describeMethod(before.length, after.length, unit, driftPct));
  return {
    unit,
    rows: candidates.map((c, i): CompareRow => {
      const row = makeRow(c.stratum, c.spec, c.test, adjusted[i], isFigure(c) ? 'runs' : unit);
      const question = primary.get(i);
      return question === undefined ? row : { primary: question, ...row };
    }),
    profile: profile.lines.map((line, i) => {
      const row = makeRow('profile', SHARE_SPEC, line.test, adjusted[candidates.length + i], unit);
      return {
        symbol: line.symbol,
        category: line.category,
        beforePct: row.before,
        afterPct: row.after,
        difference: toEffect(line.test.difference, 'points', line.test.method),
        significant: row.significant,
      };
    }),
    refusals: likeness.refusals,
    warnings,
  };
}

/** One figure of a whole run a side (iperf's), without calls behind it. */
function isFigure({ before, after }: Candidate): boolean {
  return [...before, ...after].some(({ n }) => n === FIGURE_OF_RUN);
}

/** Samples per received MiB by category: only where counts, bytes and one sampling rate are known. */
function listProfileRates(
  before: readonly Run[],
  after: readonly Run[],
  lines: readonly ProfileLine[],
  refusals: readonly string[],
): Candidate[] {
  if (refusals.some((refusal) => refusal.startsWith('other sampling rate'))) return [];
  const bytes = { before: before.map(iperfBytes), after: after.map(iperfBytes) };
  if (![...bytes.before, ...bytes.after].every((value) => value > 0)) return [];
  return lines.flatMap((line): Candidate[] => {
    if (line.symbol !== '' || ![...line.before, ...line.after].every((s) => s.n > 0)) return [];
    const spec: MetricSpec = {
      ...SHARE_SPEC,
      kind: 'count',
      metric: `${line.category} samples per MiB`,
      unit: '1/MiB',
    };
    const perMiB = (series: RunSeries[], received: number[]): RunSeries[] =>
      series.map((s, run) => ({ ...s, value: ((s.value / 100) * s.n * 1048576) / received[run] }));
    const x = perMiB(line.before, bytes.before);
    const y = perMiB(line.after, bytes.after);
    const several = x.length > 1 || y.length > 1;
    const test = several
      ? testByRuns(x, y, spec)
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

/** Family-wise p of every row, then of every profile line: one family, in which the three primary rows weigh more. */
function adjustFamily(
  candidates: Candidate[],
  lines: ProfileLine[],
  primary: ReadonlyMap<number, Primary>,
  { unit, nBefore, nAfter, seed }: { unit: 'runs' | 'calls'; nBefore: number; nAfter: number; seed: number },
): Float64Array {
  const rows = [...candidates, ...lines.map((line) => ({ ...line, spec: SHARE_SPEC }))];
  const holm = weighHolm(rows.length, primary);
  if (unit === 'calls')
    return adjustHolm(
      rows.map(({ test }) => (isZeroOnBothSides(test) ? Number.NaN : test.pValue)),
      holm,
    );
  const family = judgeRunFamily(rows, nBefore, nAfter, { seed, holm, t: weighT(rows.length, primary) });
  rows.forEach((row, i) => {
    row.test.pValue = family.pValues[i];
  });
  return family.adjusted;
}

function describeMethod(nBefore: number, nAfter: number, unit: 'runs' | 'calls', driftPct: number): string[] {
  const bound = `"no difference" means: the whole interval lies within a factor of ${1 + EQUIVALENCE_PCT / 100} (${EQUIVALENCE_PCT} %; shares: ${EQUIVALENCE_PCT} points)`;
  if (unit === 'calls')
    return [
      `one run a side: a change cannot be told apart from drift of the machine between the two recordings; ${driftPct} % of drift (one standard deviation) are allowed for, so that only larger changes are claimed; record at least 4 runs of each, in changing order`,
      bound,
    ];
  if (canPermute(nBefore, nAfter)) return [bound];
  return [
    `${nBefore} against ${nAfter} runs: permuting runs could not go below p = ${smallestPermutationP(nBefore, nAfter).toFixed(2)} (5 % is needed: level ${CONFIDENCE_LEVEL}), so their scatter is moderated by an expected ${driftPct} % of drift between runs; record at least 4 runs of each`,
    bound,
  ];
}
