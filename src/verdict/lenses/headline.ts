import type { LensReport } from '../../model/analysis/index.ts';

/**
 * A capture without whole TCP receive calls still answers what its lines allow: the first sentence of the first lens that spoke is the
 * headline, those of the next two stand below it. null: no lens had anything to say.
 */
export function headWithoutCalls(lenses: readonly LensReport[]): { sentence: string; why: string[] } | null {
  const [first, ...rest] = lenses.flatMap(({ sentences }) => sentences.slice(0, 1));
  if (first === undefined) return null;
  return {
    sentence: first,
    why: [
      ...lenses[0].sentences.slice(1, 2),
      ...rest.slice(0, 1),
      'No whole TCP receive call is in this capture, so nothing is said about offload.',
    ],
  };
}
