import type { Run } from '../../model/capture.ts';
import { findFact } from '../../model/environment.ts';

/** In which order the runs of both sides were recorded, as far as the captures tell. */
export interface RunOrder {
  isKnown: boolean;
  /** The sides took turns: drift of the session meets both alike and is in the scatter of the runs. */
  alternates: boolean;
  /** '' where the sides took turns. */
  why: string;
}

/**
 * From the wall clock of perf's header (`captured on`), else from the first and last time of the traces, which must lie on
 * one clock: runs that overlap were recorded by clocks that start anew. The sides take turns when they change at least as
 * often as the smaller one has runs: ABAB, ABBA; AABB does not.
 */
export function findOrder(before: readonly Run[], after: readonly Run[]): RunOrder {
  const runs = [...before.map((run) => ({ run, side: 0 })), ...after.map((run) => ({ run, side: 1 }))];
  const placed = placeByWallClock(runs) ?? placeByTrace(runs);
  if (placed === null)
    return {
      isKnown: false,
      alternates: false,
      why: 'in which order the runs were recorded is not in the captures (other boots, or clocks that start anew)',
    };
  const sides = placed.map(({ side }) => side);
  const changes = sides.filter((side, i) => i > 0 && side !== sides[i - 1]).length;
  const alternates = changes >= Math.min(before.length, after.length);
  const pattern = sides.map((side) => 'AB'[side]).join('');
  return {
    isKnown: true,
    alternates,
    why: alternates
      ? ''
      : `the sides were not recorded in turns (${pattern}): drift of the session is not in the scatter of the runs`,
  };
}

interface SidedRun {
  run: Run;
  side: number;
}

function placeByWallClock(runs: SidedRun[]): SidedRun[] | null {
  const at = runs.map(({ run }) => Date.parse(`${findFact(run.facts, 'header', 'captured on')?.text ?? ''} UTC`));
  if (at.some(Number.isNaN) || new Set(at).size < at.length) return null;
  return sortBy(runs, at);
}

function placeByTrace(runs: SidedRun[]): SidedRun[] | null {
  const spans = runs.map(({ run }) => spanOf(run));
  if (spans.some((span) => span === null)) return null;
  const known = spans as { from: number; to: number }[];
  const placed = sortBy(
    runs.map((run, i) => ({ ...run, ...known[i] })),
    known.map(({ from }) => from),
  );
  for (let i = 1; i < placed.length; i++) if (placed[i].from < placed[i - 1].to) return null;
  return placed;
}

function spanOf(run: Run): { from: number; to: number } | null {
  const traces = run.files.filter((file) => file.events > 0 && file.firstNs !== null && file.lastNs !== null);
  if (traces.length === 0 || traces.some((file) => file.clock.kind !== 'seconds')) return null;
  return {
    from: Math.min(...traces.map((file) => Number(file.firstNs))),
    to: Math.max(...traces.map((file) => Number(file.lastNs))),
  };
}

function sortBy<T>(items: readonly T[], keys: readonly number[]): T[] {
  return items
    .map((item, i) => ({ item, key: keys[i] }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
