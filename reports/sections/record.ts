import type { Block } from '../blocks.ts';
import { capitalize } from '../messages.ts';
import { never, type SectionSpec } from './section.ts';

export const recordSection: SectionSpec = {
  id: 'record',
  title: 'How to record it better',
  isOpen: never,
  make(analysis) {
    if (analysis.recordNext.length === 0) return null;
    const items = analysis.recordNext.map(({ missing, why, command }) => ({
      missing: capitalize(missing),
      why: capitalize(why),
      command,
    }));
    const blocks: Block[] = [{ kind: 'commands', items }];
    return { blocks };
  },
};
