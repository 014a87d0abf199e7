import type { Analysis } from '../../src/model/analysis/index.ts';
import { type Block, code, column, numberColumn, paragraph, type Section, text } from '../blocks.ts';
import { declinesChart } from '../charts/declines.ts';
import { ABSENT } from '../messages.ts';
import { bytesCell, countCell, makeTable, pctCell } from './cells.ts';

export function declinesSection(analysis: Analysis): Section {
  const blocks: Block[] = [];
  const chart = declinesChart.draw(analysis);
  if (chart !== null) blocks.push(chart);
  if (analysis.declines.length > 0) {
    blocks.push(
      makeTable(
        'declines',
        'Clause by clause, as far as the capture can tell',
        [
          column('code'),
          column('reason'),
          column('known by'),
          numberColumn('calls'),
          numberColumn('share of bytes'),
          numberColumn('bytes'),
        ],
        analysis.declines.map((d) => [
          code(d.reason),
          text(d.title),
          text(d.knownBy),
          countCell(d.calls),
          pctCell(d.sharePct),
          bytesCell(d.bytes),
        ]),
      ),
    );
  } else blocks.push(paragraph(ABSENT.declines));
  return { id: 'declines', title: 'Why calls were not offloaded', blocks };
}
