import type { Analysis } from '../../src/model/analysis.ts';
import { type Block, code, column, paragraph, type Section, text } from '../blocks.ts';
import { ABSENT } from '../messages.ts';
import { makeTable } from './cells.ts';

export function recordNextSection(analysis: Analysis): Section {
  const blocks: Block[] =
    analysis.recordNext.length === 0
      ? [paragraph(ABSENT.recordNext)]
      : [
          {
            kind: 'commands',
            items: analysis.recordNext.map(({ missing, why, command }) => ({ missing, why, command })),
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

export function notesSection(analysis: Analysis): Section | null {
  const blocks: Block[] = [];
  if (analysis.caveats.length > 0)
    blocks.push({ kind: 'heading', text: 'Caveats', id: 'caveats' }, { kind: 'list', items: analysis.caveats });
  if (analysis.notes.length > 0)
    blocks.push({ kind: 'heading', text: 'Notes', id: 'analysis-notes' }, { kind: 'list', items: analysis.notes });
  return blocks.length === 0 ? null : { id: 'notes', title: 'Notes and caveats', blocks };
}
