import type { CompareReason } from '../../../model/analysis/index.ts';

/** A precondition of a verdict that fails: the outcome is "cannot tell" for this reason, whatever p says. */
export type { CompareReason };

export const say = (code: CompareReason['code'], words: string): CompareReason => ({ code, words });

/** A reason per side that has it: 'BEFORE', 'AFTER', 'both sides'. */
export function nameSides(before: boolean, after: boolean): string {
  return before && after ? 'both sides' : before ? 'BEFORE' : 'AFTER';
}
