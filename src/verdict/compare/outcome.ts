import type { CompareRow, Effect } from '../../model/analysis/index.ts';
import { toNullable } from '../../model/units.ts';
import { isEquivalent } from '../../stats/index.ts';
import { CONFIDENCE_LEVEL, EQUIVALENCE_PCT } from '../options.ts';
import type { MetricSpec } from './metrics.ts';
import { type Change, type Interval, isZeroOnBothSides, type RowTest } from './test.ts';

export interface FamilyP {
  pValue: number;
  adjusted: number;
}

/** A row of the table once the family-wise p is known. Its interval is adjusted as its p is. */
export function makeRow(
  stratum: string,
  spec: MetricSpec,
  test: RowTest,
  { pValue, adjusted }: FamilyP,
  unitOfN: string,
): CompareRow {
  const isShare = spec.kind === 'share';
  const level = levelOf(pValue, adjusted);
  const seen = test.at(level);
  const beyondChance = adjusted < 1 - CONFIDENCE_LEVEL && excludesZero(seen.difference);
  const change = beyondChance ? seen : reachZero(seen);
  const outcome = beyondChance
    ? change.difference.estimate > 0
      ? 'higher'
      : 'lower'
    : isWithinBound(change, isShare) || isZeroOnBothSides(test)
      ? 'noDifference'
      : 'cannotTell';
  const good = spec.better === 'lower' ? 'lower' : 'higher';
  return {
    stratum,
    metric: spec.metric,
    unit: spec.unit,
    before: finite(test.before),
    after: finite(test.after),
    difference: toEffect(change.difference, isShare ? 'points' : spec.unit, test.method, level),
    differencePct: toEffect(change.differencePct, '%', test.method, level),
    pValue: toNullable(pValue),
    adjustedP: toNullable(adjusted),
    significant: beyondChance,
    outcome,
    direction: !beyondChance || spec.better === '' ? '' : outcome === good ? 'better' : 'worse',
    nBefore: test.nBefore,
    nAfter: test.nAfter,
    unitOfN,
    detectablePct: finite(test.detectablePct),
  };
}

/** From fewer runs than a claim needs: what is beyond chance is no more than suggested. */
export function asSuggestion(row: CompareRow): CompareRow {
  if (!row.significant || row.outcome === 'noDifference' || row.outcome === 'cannotTell') return row;
  const suggests = row.direction === '' ? row.outcome : row.direction;
  return { ...row, significant: false, outcome: 'cannotTell', direction: '', suggests };
}

/** 95 % for a single p; the level at which the interval leaves out 0 when the adjusted p falls below 5 %, for a family. */
function levelOf(pValue: number, adjusted: number): number {
  if (!(pValue > 0) || !(adjusted >= pValue)) return CONFIDENCE_LEVEL;
  return 1 - ((1 - CONFIDENCE_LEVEL) * pValue) / adjusted;
}

function excludesZero({ estimate, low, high }: Interval): boolean {
  return !(low <= 0 && high >= 0) && estimate !== 0;
}

/** What is not beyond chance is not beyond 0: the end next to 0 reaches it. */
function reachZero({ difference, differencePct }: Change): Change {
  const reach = (interval: Interval): Interval => ({
    ...interval,
    low: Math.min(interval.low, 0),
    high: Math.max(interval.high, 0),
  });
  return { difference: reach(difference), differencePct: reach(differencePct) };
}

/** Points for shares; else a factor, so that +5 % and its reverse, −4.8 %, are the same bound whichever side comes first. */
function isWithinBound({ difference, differencePct }: Change, isShare: boolean): boolean {
  if (isShare) return isEquivalent(difference, EQUIVALENCE_PCT);
  const { low, high } = differencePct;
  return isEquivalent({ low: Math.log1p(low / 100), high: Math.log1p(high / 100) }, Math.log1p(EQUIVALENCE_PCT / 100));
}

export function toEffect(interval: Interval, unit: string, method: string, level = CONFIDENCE_LEVEL): Effect | null {
  if (Number.isNaN(interval.estimate)) return null;
  return {
    estimate: finite(interval.estimate),
    low: finite(interval.low),
    high: finite(interval.high),
    unit,
    method,
    level,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
