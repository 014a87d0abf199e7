import type { Analysis } from '../../src/model/analysis/index.ts';
import { type Block, code, column, numberColumn, paragraph, type Section } from '../blocks.ts';
import { wakeupsChart } from '../charts/wakeups.ts';
import { ABSENT } from '../messages.ts';
import { countCell, makeTable, valueCell } from './cells.ts';

export function wakeupsSection(analysis: Analysis): Section {
  const blocks: Block[] = [];
  const chart = wakeupsChart.draw(analysis);
  if (chart !== null) blocks.push(chart);
  if (analysis.wakeups.length > 0) {
    blocks.push(
      makeTable(
        'wakeups',
        'Wakeups',
        ['reason', 'count', 'useful', 'useless', 'early', 'per call', 'per MiB'].map((t, i) =>
          i === 0 ? column(t) : numberColumn(t),
        ),
        analysis.wakeups.map((w) => [
          code(w.reason),
          countCell(w.count),
          countCell(w.useful),
          countCell(w.useless),
          countCell(w.early),
          valueCell(w.perCall, ''),
          valueCell(w.perMiB, ''),
        ]),
      ),
    );
  } else blocks.push(paragraph(ABSENT.wakeups));
  return { id: 'wakeups', title: 'Wakeups', blocks };
}
