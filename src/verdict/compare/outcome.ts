import type { CompareRow, Effect } from '../../model/analysis/index.ts';
import { toNullable } from '../../model/units.ts';
import { isEquivalent } from '../../stats/index.ts';
import { CONFIDENCE_LEVEL, EQUIVALENCE_PCT } from '../options.ts';
import type { MetricSpec } from './metrics.ts';
import { type Interval, isZeroOnBothSides, type RowTest } from './test.ts';

/** A row of the table once the family-wise p is known. */
export function makeRow(
  stratum: string,
  spec: MetricSpec,
  test: RowTest,
  adjustedP: number,
  unitOfN: string,
): CompareRow {
  const isShare = spec.kind === 'share';
  const excludesZero = !(test.difference.low <= 0 && test.difference.high >= 0);
  const significant = adjustedP < 1 - CONFIDENCE_LEVEL && excludesZero && test.difference.estimate !== 0;
  const outcome = significant
    ? test.difference.estimate > 0
      ? 'higher'
      : 'lower'
    : isWithinBound(test, isShare) || isZeroOnBothSides(test)
      ? 'noDifference'
      : 'cannotTell';
  const good = spec.better === 'lower' ? 'lower' : 'higher';
  return {
    stratum,
    metric: spec.metric,
    unit: spec.unit,
    before: finite(test.before),
    after: finite(test.after),
    difference: toEffect(test.difference, isShare ? 'points' : spec.unit, test.method),
    differencePct: Number.isNaN(test.differencePct.estimate) ? null : toEffect(test.differencePct, '%', test.method),
    pValue: toNullable(test.pValue),
    adjustedP: toNullable(adjustedP),
    significant,
    outcome,
    direction: !significant || spec.better === '' ? '' : outcome === good ? 'better' : 'worse',
    nBefore: test.nBefore,
    nAfter: test.nAfter,
    unitOfN,
    detectablePct: finite(test.detectablePct),
  };
}

/** Points for shares; else a factor, so that +5 % and its reverse, −4.8 %, are the same bound whichever side comes first. */
function isWithinBound(test: RowTest, isShare: boolean): boolean {
  if (isShare) return isEquivalent(test.difference, EQUIVALENCE_PCT);
  const { low, high } = test.differencePct;
  return isEquivalent({ low: Math.log1p(low / 100), high: Math.log1p(high / 100) }, Math.log1p(EQUIVALENCE_PCT / 100));
}

export function toEffect(interval: Interval, unit: string, method: string): Effect | null {
  if (Number.isNaN(interval.estimate)) return null;
  return {
    estimate: finite(interval.estimate),
    low: finite(interval.low),
    high: finite(interval.high),
    unit,
    method,
    level: CONFIDENCE_LEVEL,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
