import { InvalidArgumentError } from 'commander';
import type { Analysis } from '../model/analysis/index.ts';

export type FailOn = { kind: 'loses' } | { kind: 'regression'; minimumPct: number };

/** 'loses', 'regression' or 'regression:PCT'; anything else is a usage error before any capture is opened. */
export function parseFailOn(text: string): FailOn {
  if (text === 'loses') return { kind: 'loses' };
  const match = /^regression(?::(\d+(?:\.\d+)?))?$/.exec(text);
  if (match !== null) return { kind: 'regression', minimumPct: Number(match[1] ?? 0) };
  throw new InvalidArgumentError('use --fail-on loses, regression or regression:5');
}

/**
 * True when the condition a script asked for holds: the command then ends with exit code 1. A regression is one of the three
 * endpoints; the other rows are exploratory and never fail a build.
 */
export function hasFailed(analysis: Analysis, condition: FailOn | undefined): boolean {
  if (condition === undefined) return false;
  if (condition.kind === 'loses') return analysis.verdicts.some((verdict) => verdict.outcome === 'loses');
  return (analysis.comparison?.rows ?? []).some(
    (row) =>
      row.primary !== undefined &&
      row.significant &&
      row.direction === 'worse' &&
      Math.abs(row.differencePct?.estimate ?? Number.POSITIVE_INFINITY) >= condition.minimumPct,
  );
}
