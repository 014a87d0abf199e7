import type { CompareRow } from '../../../model/analysis/index.ts';
import { adjustHolm } from '../../../stats/index.ts';
import { canPermute, judgeRunFamily } from '../methods/runs.ts';
import { asSuggestion, type FamilyP, makeRow } from '../outcome.ts';
import { type Endpoint, type EndpointContext, MIN_RUNS } from './index.ts';
import { say } from './reasons.ts';

/**
 * The three endpoints are one family at 5 %: step-down max-T over permutations of runs where there are enough of them, else
 * Holm. One whose preconditions fail is not tested. From fewer than four runs a side the most that is said is "suggests".
 */
export function judgeEndpoints(
  endpoints: readonly Endpoint[],
  nBefore: number,
  nAfter: number,
  context: EndpointContext & { seed: number },
): CompareRow[] {
  const tested = endpoints.filter(({ reasons }) => reasons.length === 0);
  const family = adjustEndpoints(tested, nBefore, nAfter, context);
  return endpoints.map((endpoint) => {
    const unit =
      context.unit === 'calls' && endpoint.before.some(({ n }) => !Number.isFinite(n)) ? 'runs' : context.unit;
    const at = tested.indexOf(endpoint);
    return at < 0 ? withhold(endpoint, unit) : claim(endpoint, family[at], unit, context, Math.min(nBefore, nAfter));
  });
}

function adjustEndpoints(
  tested: readonly Endpoint[],
  nBefore: number,
  nAfter: number,
  context: EndpointContext & { seed: number },
): FamilyP[] {
  if (context.unit === 'runs' && canPermute(nBefore, nAfter)) {
    const family = judgeRunFamily(tested, nBefore, nAfter, context);
    return stepLevels(tested.map((_, i) => ({ pValue: family.pValues[i], adjusted: family.adjusted[i] })));
  }
  const pValues = tested.map(({ test }) => test.pValue);
  const adjusted = adjustHolm(pValues);
  return tested.map((_, i) => ({ pValue: pValues[i], adjusted: adjusted[i] }));
}

/**
 * The interval of the k-th of m hypotheses is that of the level at which Holm would decide it: a permutation's own p is too
 * coarse to tell it (2/70 for one hypothesis and for three).
 */
function stepLevels(family: FamilyP[]): FamilyP[] {
  const known = family.filter(({ adjusted }) => !Number.isNaN(adjusted)).sort((a, b) => a.adjusted - b.adjusted);
  return family.map((own) => {
    const before = known.filter(({ adjusted }) => adjusted < own.adjusted).length;
    const left = Math.max(1, known.length - before);
    return { ...own, pValue: Math.min(own.pValue, own.adjusted / left) };
  });
}

/** The figure stands as that of the traced run: nothing is claimed of it. */
function withhold(endpoint: Endpoint, unit: string): CompareRow {
  const { primary, stratum, spec, test, parts, reasons } = endpoint;
  const row = makeRow(stratum, spec, test, { pValue: Number.NaN, adjusted: Number.NaN }, unit);
  const bare = (effect: CompareRow['difference']) => (effect === null ? null : { ...effect, low: null, high: null });
  return {
    primary,
    reasons,
    ...(parts === undefined ? {} : { parts }),
    ...row,
    difference: bare(row.difference),
    differencePct: bare(row.differencePct),
    outcome: 'cannotTell',
    detectablePct: null,
  };
}

function claim(endpoint: Endpoint, family: FamilyP, unit: string, context: EndpointContext, runs: number): CompareRow {
  const { primary, stratum, spec, test, parts, floor } = endpoint;
  const row = makeRow(stratum, spec, test, family, unit);
  const shown = { primary, ...(parts === undefined ? {} : { parts }), ...row };
  if (!row.significant) return shown;
  if (Math.abs(Math.log(test.after / test.before)) <= floor) {
    const words = `the probes may have slowed the reader by up to ${Math.round(100 * Math.expm1(floor))} %, which is more than the difference`;
    return withhold({ ...endpoint, reasons: [say('probe-cost', words)] }, unit);
  }
  const { bySums } = endpoint;
  if (
    bySums !== undefined &&
    bySums.test.pValue < 0.05 &&
    Math.sign(bySums.test.after - bySums.test.before) !== Math.sign(test.after - test.before)
  ) {
    const words = `typical calls and sums point in opposite directions: ${bySums.spec.metric} changes the other way, by rare slow calls`;
    return withhold({ ...endpoint, reasons: [say('rare-calls-disagree', words)] }, unit);
  }
  if (context.hasMarks || runs >= MIN_RUNS) return shown;
  return asSuggestion(shown);
}
