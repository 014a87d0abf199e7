import type { Analysis } from '../../model/analysis/index.ts';
import { mergeNotes } from '../context/merge-notes.ts';

export type Side = Pick<
  Analysis,
  | 'runs'
  | 'environment'
  | 'sideBudgets'
  | 'overview'
  | 'sizeClasses'
  | 'distributions'
  | 'profiles'
  | 'exemplars'
  | 'caveats'
  | 'notes'
  | 'diagnostics'
>;

/** Both sides in one analysis: the verdicts and findings are AFTER's, tables and charts hold both, marked by side. */
export function mergeSides(before: Side, after: Analysis): Analysis {
  const environment = [
    ...before.environment.map((e) => ({ ...e, from: `before: ${e.from}` })),
    ...after.environment.map((e) => ({ ...e, from: `after: ${e.from}` })),
  ];
  const notes = mergeNotes([...after.notes, ...before.notes]);
  const recordNext = after.recordNext.filter((r) => r.missing !== 'the same traffic without offload');
  const diagnostics = mergeDiagnostics(before.diagnostics, after.diagnostics);
  return {
    ...after,
    runs: [...before.runs, ...after.runs],
    environment,
    sideBudgets: [...(before.sideBudgets ?? []), ...(after.sideBudgets ?? [])],
    overview: [...(before.overview ?? []), ...(after.overview ?? [])],
    sizeClasses: [...before.sizeClasses, ...after.sizeClasses],
    distributions: [...before.distributions, ...after.distributions],
    profiles: [...before.profiles, ...after.profiles],
    exemplars: [...before.exemplars, ...after.exemplars],
    caveats: mergeCaveats(before.caveats, after.caveats),
    notes,
    recordNext,
    diagnostics,
  };
}

/** What holds for one side only says for which: the probes of the two sides lengthen their copies by different times. */
function mergeCaveats(before: readonly string[], after: readonly string[]): string[] {
  const isOfBoth = (caveat: string): boolean => before.some((other) => caveat.startsWith(other));
  const ofBeforeOnly = before.filter((caveat) => !after.some((other) => other.startsWith(caveat)));
  return [
    ...after.map((caveat) => (isOfBoth(caveat) ? caveat : `After: ${caveat}`)),
    ...ofBeforeOnly.map((caveat) => `Before: ${caveat}`),
  ];
}

function mergeDiagnostics(a: Analysis['diagnostics'], b: Analysis['diagnostics']): Analysis['diagnostics'] {
  const merged = new Map(a.map((d) => [d.name, { ...d, examples: [...d.examples] }]));
  for (const d of b) {
    const known = merged.get(d.name);
    if (known === undefined) merged.set(d.name, { ...d, examples: [...d.examples] });
    else {
      known.count += d.count;
      known.examples = [...known.examples, ...d.examples].slice(0, 5);
    }
  }
  return [...merged.values()].sort((x, y) => (x.name < y.name ? -1 : 1));
}
