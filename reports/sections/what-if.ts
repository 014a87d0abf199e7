import type { Analysis } from '../../src/model/analysis/index.ts';
import { type Block, column, numberColumn, type Section, text } from '../blocks.ts';
import { effectCell, makeTable, valueCell } from './cells.ts';

export function whatIfSection(analysis: Analysis): Section | null {
  if (analysis.whatIf.length === 0) return null;
  const blocks: Block[] = [
    makeTable(
      'what-if',
      'Predicted from the calls of this capture',
      [
        column('setting'),
        numberColumn('offloaded bytes [interval]'),
        numberColumn('CPU per MiB [interval]'),
        numberColumn('latency [interval]'),
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
    ),
  ];
  const assumptions = [...new Set(analysis.whatIf.flatMap((row) => row.assumptions))];
  if (assumptions.length > 0)
    blocks.push({
      kind: 'details',
      summary: 'Assumptions of the predictions',
      blocks: [{ kind: 'list', items: assumptions }],
    });
  return { id: 'what-if', title: 'What other settings would do', blocks };
}
