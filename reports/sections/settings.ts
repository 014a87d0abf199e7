import type { Analysis } from '../../src/model/analysis/index.ts';
import { type Block, column, numberColumn, paragraph, text } from '../blocks.ts';
import { isSettingsOpen } from './causes.ts';
import { effectCell, makeTable, valueCell } from './cells.ts';
import { always, type SectionSpec } from './section.ts';

function predictions(analysis: Analysis): Block {
  return makeTable(
    'what-if',
    'Predicted from the calls of this capture',
    [
      column('setting'),
      numberColumn('offloaded bytes'),
      numberColumn('CPU per MiB'),
      numberColumn('latency'),
      numberColumn('sleeps per MiB'),
      column('advice'),
    ],
    analysis.whatIf.map((row) => [
      text(row.setting),
      effectCell(row.offloadSharePct),
      effectCell(row.cpuNsPerMiB),
      effectCell(row.latencyNs),
      valueCell(row.sleepsPerMiB, ''),
      row.recommended ? { text: 'try this', tone: 'good' } : text(''),
    ]),
    'Predictions, not measurements: record again with the setting before quoting a number.',
  );
}

/** What another setting would do. */
export const settingsSection: SectionSpec = {
  id: 'settings',
  title: 'What other settings would do',
  isOpen: always,
  make(analysis) {
    if (analysis.whatIf.length === 0) {
      // The ranked table stands with the three questions.
      if ((analysis.settings ?? []).length > 0) return null;
      const answer = analysis.findings.find((f) => f.id === 'answer-settings');
      if (answer === undefined || analysis.kind === 'compare' || !isSettingsOpen(analysis)) return null;
      const more: Block = {
        kind: 'details',
        summary: 'Figures and assumptions of the prediction',
        blocks: [
          makeTable(
            'settings-numbers',
            'Predicted',
            [column('figure'), numberColumn('value')],
            answer.numbers.map((n) => [text(n.label), valueCell(n.value, n.unit)]),
          ),
          { kind: 'list', items: [...answer.reasons, ...answer.warnings] },
        ],
      };
      return {
        blocks: [paragraph(answer.sentence), { kind: 'code', text: answer.nextStep }, more],
        ticket: [paragraph(answer.sentence)],
      };
    }
    const table = predictions(analysis);
    const assumptions = [...new Set(analysis.whatIf.flatMap((row) => row.assumptions))];
    const details: Block[] =
      assumptions.length === 0
        ? []
        : [
            {
              kind: 'details',
              summary: 'Assumptions of the predictions',
              blocks: [{ kind: 'list', items: assumptions }],
            },
          ];
    return { blocks: [table, ...details], ticket: [table] };
  },
};
