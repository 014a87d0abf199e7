import type { Finding, LensReport } from '../../model/analysis/index.ts';

/**
 * A capture without whole TCP receive calls still answers what its lines allow: the first sentence of the first lens that spoke is the
 * headline, those of the next two stand below it. Calls that were made and not recorded come before all that. null: no lens
 * had anything to say.
 */
export function headWithoutCalls(
  lenses: readonly LensReport[],
  findings: readonly Finding[],
): { sentence: string; why: string[] } | null {
  const [first, ...rest] = lenses.flatMap(({ sentences }) => sentences.slice(0, 1));
  const unrecorded = findings.find((f) => f.id === 'unrecorded-receiver');
  if (unrecorded !== undefined) {
    const why = [...unrecorded.reasons.slice(0, 1), ...[first, ...rest].slice(0, 1)];
    return { sentence: `${unrecorded.sentence.split(':')[0]}.`, why: why.filter((line) => line !== undefined) };
  }
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
