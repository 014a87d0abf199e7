import type { Comparison } from '../../model/analysis/index.ts';

export interface Mover {
  /** `system call entry and exit`, `tcp_ack`. */
  name: string;
  category: string;
  beforePct: number;
  afterPct: number;
  points: number;
  /** Samples per MiB received; null where counts or bytes are not known. */
  perMiB: { before: number; after: number } | null;
}

/** Below this a change of a share names nothing worth a headline. */
const SMALLEST_POINTS = 1;

/**
 * By cost of a MiB where every line has it, else by share. The symbol (or the family of renamed functions) whose share of busy samples moved most, whatever it is: a copy that fell
 * because something else grew is not what happened. Shares of one profile add up to 100, so what grew comes before what
 * shrank by as much. null: nothing moved by a point.
 */
export function findLargestMover(comparison: Comparison | null): Mover | null {
  const movers = (comparison?.profile ?? []).flatMap((line): Mover[] => {
    if (line.symbol === '' || /^\((idle|engine)\)$/.test(line.symbol)) return [];
    if (line.beforePct === null || line.afterPct === null) return [];
    return [
      {
        name: line.family ?? line.symbol,
        category: line.category,
        beforePct: line.beforePct,
        afterPct: line.afterPct,
        points: line.afterPct - line.beforePct,
        perMiB: line.perMiB ?? null,
      },
    ];
  });
  const isPriced = movers.every((m) => m.perMiB !== null);
  const change = (m: Mover): number => (isPriced ? m.perMiB!.after - m.perMiB!.before : m.points);
  movers.sort(
    (a, b) => Math.abs(change(b)) - Math.abs(change(a)) || change(b) - change(a) || (a.name < b.name ? -1 : 1),
  );
  return movers.length > 0 && Math.abs(movers[0].points) >= SMALLEST_POINTS ? movers[0] : null;
}
