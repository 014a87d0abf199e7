import type { FoldedStacks } from '../../src/model/profile.ts';

/** One set of folded stacks for all files of a capture; null when no file had call chains. */
export function mergeFolded(parts: readonly FoldedStacks[]): FoldedStacks | null {
  if (parts.length <= 1) return parts[0] ?? null;
  const counts = new Map<string, number>();
  const weights = new Map<string, number>();
  let samples = 0;
  for (const part of parts) {
    samples += part.samples;
    addAll(counts, part.counts);
    addAll(weights, part.weights);
  }
  return { counts, weights, samples };
}

function addAll(to: Map<string, number>, from: ReadonlyMap<string, number>): void {
  for (const [stack, count] of from) to.set(stack, (to.get(stack) ?? 0) + count);
}
