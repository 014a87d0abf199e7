import type { Analysis, ReceiverRow } from '../../src/model/analysis/index.ts';
import { type Cell, code, column, numberColumn, paragraph, text } from '../blocks.ts';
import { formatCount } from '../format.ts';
import { bytesCell, countCell, makeTable, nsCell, pctCell, valueCell } from './cells.ts';
import { never, type SectionBody, type SectionSpec } from './section.ts';

const MAX_ROWS = 20;
const COLUMNS = [
  column('side'),
  column('capture'),
  column('receiver'),
  column('judged'),
  column('protocol'),
  column('socket'),
  numberColumn('sockets'),
  numberColumn('threads'),
  numberColumn('calls'),
  numberColumn('bytes'),
  numberColumn('share of the time'),
  numberColumn('span'),
  numberColumn('throughput'),
];

/** Whose calls the capture holds; null where one receiver made them all. */
function describeReceivers(analysis: Analysis): SectionBody | null {
  const { scope } = analysis;
  if (scope === undefined || (scope.sentence === '' && scope.leftOut.length === 0)) return null;
  const rows = scope.receivers.slice(0, MAX_ROWS);
  const rest = scope.receivers.length + (scope.unlisted ?? 0) - rows.length;
  const leftOut = scope.leftOut.map((entry) => `${formatCount(entry.calls).text} ${entry.kind}`).join(', ');
  const words = [
    scope.sentence,
    leftOut === '' ? '' : `Receive calls on other sockets are left out: ${leftOut}.`,
  ].filter((part) => part !== '');
  const note = rest > 0 ? `${rest} more receivers with fewer bytes are not listed.` : '';
  return {
    blocks: [
      paragraph(words.join(' ')),
      ...(rows.length > 1 ? [makeTable('receivers', 'Receivers', COLUMNS, rows.map(receiverRow), note)] : []),
    ],
  };
}

export const receiversSection: SectionSpec = {
  id: 'receivers',
  title: 'Who received',
  isOpen: never,
  make: describeReceivers,
};

function receiverRow(row: ReceiverRow): Cell[] {
  const rate = row.bytes !== null && row.spanNs !== null && row.spanNs > 0 ? (row.bytes * 1e9) / row.spanNs : null;
  return [
    text(row.side),
    code(row.run),
    code(row.name),
    text(row.isJudged ? 'yes' : ''),
    text(row.protocol),
    code(row.socket),
    countCell(row.sockets),
    countCell(row.threads),
    countCell(row.calls),
    bytesCell(row.bytes),
    pctCell(row.timeSharePct),
    nsCell(row.spanNs),
    valueCell(rate, 'bytes/s'),
  ];
}
