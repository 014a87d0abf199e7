import type { LensReport } from '../../model/analysis/index.ts';

/** A capture without receive calls still answers what its lines allow: the first sentence of each lens, the first two. */
export function headlineWithoutCalls(lenses: readonly LensReport[]): string {
  const firsts = lenses.flatMap(({ sentences }) => sentences.slice(0, 1));
  return firsts.length === 0
    ? ''
    : `No receive call is in this capture, so nothing is said about offload. What it shows: ${firsts.slice(0, 2).join(' ')}`;
}
