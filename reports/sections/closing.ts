import type { Analysis } from '../../src/model/analysis/index.ts';
import { type Block, code, column, paragraph, type Section, text } from '../blocks.ts';
import { ABSENT, capitalize } from '../messages.ts';
import { makeTable } from './cells.ts';

export function recordNextSection(analysis: Analysis): Section {
  const blocks: Block[] =
    analysis.recordNext.length === 0
      ? [paragraph(ABSENT.recordNext)]
      : [
          {
            kind: 'commands',
            items: analysis.recordNext.map(({ missing, why, command }) => ({
              missing: capitalize(missing),
              why: capitalize(why),
              command,
            })),
          },
        ];
  return { id: 'record', title: 'How to record it better', blocks };
}

export function environmentSection(analysis: Analysis): Section {
  const blocks: Block[] =
    analysis.environment.length === 0
      ? [paragraph(ABSENT.environment)]
      : [
          makeTable(
            'environment',
            'Facts found beside the trace',
            [column('key'), column('value'), column('from')],
            analysis.environment.map((e) => [code(e.key), text(e.value), code(e.from)]),
          ),
        ];
  return { id: 'environment', title: 'Environment', blocks };
}

/** Caveats stand at the top of every output; here is what remains. */
export function notesSection(analysis: Analysis): Section | null {
  if (analysis.notes.length === 0) return null;
  return { id: 'notes', title: 'Notes', blocks: [{ kind: 'list', items: analysis.notes }] };
}
