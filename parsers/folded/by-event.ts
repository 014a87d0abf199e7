import type { FoldedStacks } from '../../src/model/profile.ts';
import { addAll } from './merge.ts';

/** Stacks of every event apart, in the order of their first samples; the sums of all are made only when they are asked for. */
export class EventStacks implements FoldedStacks {
  readonly byEvent: ReadonlyMap<string, FoldedStacks>;
  readonly samples: number;

  constructor(byEvent: ReadonlyMap<string, FoldedStacks>) {
    this.byEvent = byEvent;
    this.samples = [...byEvent.values()].reduce((sum, stacks) => sum + stacks.samples, 0);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.sum((stacks) => stacks.counts);
  }
  get weights(): ReadonlyMap<string, number> {
    return this.sum((stacks) => stacks.weights);
  }

  private sum(of: (stacks: FoldedStacks) => ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const all = [...this.byEvent.values()];
    if (all.length === 1) return of(all[0]);
    const sums = new Map<string, number>();
    for (const stacks of all) addAll(sums, of(stacks));
    return sums;
  }
}

/** One set for all files of a capture: each event's stacks added up over the files; null when no file had call chains. */
export function mergeFolded(parts: readonly FoldedStacks[]): FoldedStacks | null {
  if (parts.length <= 1) return parts[0] ?? null;
  const merged = new Map<string, { counts: Map<string, number>; weights: Map<string, number>; samples: number }>();
  for (const part of parts) {
    for (const [event, stacks] of part.byEvent ?? new Map([['', part]])) {
      const to = merged.get(event) ?? { counts: new Map(), weights: new Map(), samples: 0 };
      merged.set(event, to);
      to.samples += stacks.samples;
      addAll(to.counts, stacks.counts);
      addAll(to.weights, stacks.weights);
    }
  }
  return new EventStacks(merged);
}
