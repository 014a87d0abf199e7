import type { Analysis } from '../../src/model/analysis/index.ts';
import { type Block, code, column, numberColumn, text } from '../blocks.ts';
import { bytesCell, countCell, makeTable, pctCell, valueCell } from './cells.ts';
import { never, type SectionSpec } from './section.ts';

/** Why calls were refused offload, why the reader was woken: tables, a bar chart of one series says less. */
export const declinesSection: SectionSpec = {
  id: 'declines',
  title: 'Why calls were not offloaded',
  isOpen: never,
  make(analysis) {
    const clauses = analysis.clauses ?? [];
    if (analysis.declines.length === 0 && clauses.length === 0) return null;
    return {
      blocks: [
        ...(clauses.length > 0 ? [clauseTable(clauses)] : []),
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
      ],
    };
  },
};

function clauseTable(clauses: NonNullable<Analysis['clauses']>): Block {
  return makeTable(
    'clauses',
    'The five operands of the decision, whole calls',
    [column('clause'), numberColumn('holds'), numberColumn('fails'), numberColumn('not known'), column('known by')],
    clauses.map((c) => [code(c.title), countCell(c.holds), countCell(c.fails), countCell(c.unknown), text(c.knownBy)]),
    'All must hold. len is the size of the read buffer, not of a packet; recvscope calls --extra prints them call by call.',
  );
}

export const wakeupsSection: SectionSpec = {
  id: 'wakeups',
  title: 'Wakeups of the reader',
  isOpen: never,
  make(analysis) {
    if (analysis.wakeups.length === 0) return null;
    const columns = ['reason', 'count', 'useful', 'useless', 'early', 'per call', 'per MiB'];
    const blocks: Block[] = [
      makeTable(
        'wakeups',
        'By reason',
        columns.map((title, i) => (i === 0 ? column(title) : numberColumn(title))),
        analysis.wakeups.map((w) => [
          code(w.reason),
          countCell(w.count),
          countCell(w.useful),
          countCell(w.useless),
          countCell(w.early),
          valueCell(w.perCall, ''),
          valueCell(w.perMiB, ''),
        ]),
        'Useful: the call could go on. Useless: it went back to sleep. Early: the reader still ran.',
      ),
    ];
    return { blocks };
  },
};
