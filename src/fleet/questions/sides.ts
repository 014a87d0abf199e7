import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import { numberOf, textOf } from '../engines/engine.ts';
import { keyExpression, quoteText, UNIT } from '../sql/dialect.ts';
import { readQuantile } from '../sql/quantile-value.ts';
import { quantileSql, sizeExpression } from '../sql/values.ts';
import type { Level } from '../statistics/levels.ts';
import { type Ask, relationOf } from './ask.ts';

/** Two values of one key: kernel = 6.1.0, 6.18.0. */
export interface Sides {
  key: string;
  before: string;
  after: string;
}

export function parseSides(text: string): Sides {
  const match = /^([^=]+)=(.+),(.+)$/.exec(text);
  if (match === null || match[2] === match[3])
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      `--by ${text} names no two sides`,
      'fleet compare --by kernel=BEFORE,AFTER, or a label: --by rollout=old,new',
    );
  return { key: match[1], before: match[2], after: match[3] };
}

export const sideExpression = ({ engine }: Ask, { key }: Sides): string => keyExpression(engine.dialect, key);

export function sideCondition(ask: Ask, sides: Sides): string {
  const quoted = [sides.before, sides.after].map((value) => quoteText(ask.engine.dialect, value));
  return `${sideExpression(ask, sides)} in (${quoted.join(', ')})`;
}

/**
 * What is compared with its like. Where the mechanism is part of what changed, calls are told apart by size alone: those that are
 * still copied by the CPU are a choice of the others, and would be compared with all of them.
 */
export type Mix = 'mechanism and size' | 'size';

/** Medians by host, side and stratum. */
export async function readLevels(ask: Ask, sides: Sides, metric: string, mix: Mix): Promise<Level[]> {
  const rows = await askMedians(ask, sides, metric, [['unit_', UNIT], mechanismOf(mix)]);
  return rows.map((row) => ({ ...row, unit: row.group }));
}

/** The same over all hosts together. */
export async function readFleetMedians(
  ask: Ask,
  sides: Sides,
  metric: string,
  mix: Mix,
): Promise<Omit<Level, 'unit'>[]> {
  return askMedians(ask, sides, metric, [mechanismOf(mix)]);
}

const mechanismOf = (mix: Mix): [string, string] => ['mechanism_', mix === 'size' ? "''" : "coalesce(mechanism, '')"];

async function askMedians(ask: Ask, sides: Sides, metric: string, more: [string, string][]) {
  const { engine, source } = ask;
  const groups: [string, string][] = [
    ...more,
    ['side_', sideExpression(ask, sides)],
    ['size_', sizeExpression(engine.dialect, source)],
  ];
  const rows = await engine.query(
    quantileSql({
      dialect: engine.dialect,
      relation: relationOf(ask),
      source,
      metric,
      groups,
      where: sideCondition(ask, sides),
      ps: [0.5],
    }),
  );
  return rows.map((row) => ({
    group: textOf(row.unit_),
    side: textOf(row.side_) === sides.before ? ('before' as const) : ('after' as const),
    stratum: JSON.stringify([textOf(row.mechanism_), numberOf(row.size_)]),
    n: numberOf(row.count_),
    value: readQuantile(row, 0, 0.5),
  }));
}

export function readStratum(stratum: string): { mechanism: string; sizeLowBytes: number | null } {
  const [mechanism, size] = JSON.parse(stratum) as [string, number];
  return { mechanism, sizeLowBytes: size < 0 ? null : size };
}
