import { collectCases } from '../../figures-only/cases.ts';
import { describeCeiling } from '../../figures-only/ceiling.ts';
import type { FindingRule } from '../rule.ts';

/** What an engine that copied for nothing could gain at most, from the CPU profile of the capture. */
export const copyCeiling: FindingRule = {
  id: 'copy-ceiling',
  judge(context) {
    for (const c of collectCases(context.runs, context.categoryOf)) {
      const finding = describeCeiling(c);
      if (finding !== null) return finding;
    }
    return null;
  },
};
