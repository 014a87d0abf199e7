import type { Run } from '../../src/model/capture.ts';
import { makeFileReport } from '../../src/model/diagnostics/accounting.ts';

const SECOND_NS = 1_000_000_000n;

/** Recorded one after the other on one clock: run k of the list from second 10 k on. */
export function recordInOrder(runs: readonly Run[]): Run[] {
  return runs.map((run, k) => {
    const clock = makeFileReport('clock.txt', 'ftrace');
    clock.events = 1;
    clock.clock = { kind: 'seconds', resolutionNs: 1000 };
    clock.firstNs = BigInt(10 * k) * SECOND_NS;
    clock.lastNs = clock.firstNs + SECOND_NS;
    return { ...run, files: [...run.files, clock] };
  });
}

/** Sides that took turns: before, after, before, after … */
export function inTurns(before: readonly Run[], after: readonly Run[]): [Run[], Run[]] {
  const order: Run[] = [];
  for (let k = 0; k < Math.max(before.length, after.length); k++)
    order.push(...before.slice(k, k + 1), ...after.slice(k, k + 1));
  const placed = recordInOrder(order);
  const find = (run: Run): Run => placed[order.indexOf(run)];
  return [before.map(find), after.map(find)];
}
