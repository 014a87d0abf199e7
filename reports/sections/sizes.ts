import type { Analysis, BalanceSheet, BreakEven, SizeClassRow } from '../../src/model/analysis/index.ts';
import { type Block, type Cell, code, column, numberColumn, paragraph, text } from '../blocks.ts';
import { balanceChart, netCost } from '../charts/balance.ts';
import { costBySizeChart } from '../charts/cost-by-size.ts';
import { transfersChart } from '../charts/transfers.ts';
import { formatBytes, formatEffect, formatLevel, formatNs } from '../format.ts';
import { OUTCOME_WORDS } from '../messages.ts';
import { bytesCell, countCell, effectCell, makeTable, nsCell, outcomeCell, valueCell } from './cells.ts';
import { never, type SectionSpec } from './section.ts';

function breakEvenBlocks(breakEven: BreakEven, index: number): Block[] {
  const of = breakEven.of === 'call' ? 'receive call' : 'engine transfer';
  const size =
    breakEven.bytes === null || breakEven.bytes.estimate === null
      ? `Break-even size of one ${of}: ${breakEven.status}.`
      : `Break-even size of one ${of}: ${formatEffect(breakEven.bytes).text} (${formatLevel(breakEven.bytes)}, ${breakEven.bytes.method}).`;
  const blocks: Block[] = [paragraph(size)];
  if (breakEven.reasons.length > 0) blocks.push({ kind: 'list', items: breakEven.reasons });
  const chart = costBySizeChart.draw(breakEven, index);
  if (chart !== null) blocks.push(chart);
  if (breakEven.fits.length > 0) {
    blocks.push(
      makeTable(
        `fits-${index}`,
        `Fitted cost of one ${of}`,
        [
          column('mechanism'),
          numberColumn('fixed'),
          numberColumn('per byte'),
          numberColumn('from'),
          numberColumn('to'),
          column('method'),
        ],
        breakEven.fits.map((f) => [
          code(f.mechanism),
          nsCell(f.interceptNs),
          valueCell(f.nsPerByte, 'ns/byte'),
          bytesCell(f.fromBytes),
          bytesCell(f.toBytes),
          text(f.method),
        ]),
      ),
    );
  }
  return blocks;
}

const KIND_WORDS = { cost: 'cost', saving: 'saving', context: 'context' } as const;

function balanceBlocks(sheet: BalanceSheet, index: number): Block[] {
  const rate = sheet.copyRate;
  const blocks: Block[] = [];
  // Usually all entries are of one kind of sum: said once, not in each row.
  const pers = new Set(sheet.lines.map((l) => l.per));
  const [per] = pers.size === 1 ? pers : [''];
  const chart = balanceChart.draw(sheet, index);
  if (chart !== null) blocks.push(chart);
  blocks.push(
    makeTable(
      `balance-table-${index}`,
      `Cost against saving: ${sheet.scope} (${sheet.calls} calls, ${formatBytes(sheet.bytes).text}, ${formatBytes(sheet.dmaBytes).text} by the engine)${per === '' ? '' : `, ${per}`}`,
      [column('entry'), column('kind'), numberColumn('time'), column('per'), column('note')],
      [
        ...sheet.lines.map((l) => [
          text(l.label),
          text(KIND_WORDS[l.kind]),
          nsCell(l.ns),
          text(per === '' ? l.per : ''),
          text(l.note),
        ]),
        [
          text('net cost (cost − saving)'),
          text('result'),
          nsCell(netCost(sheet).ns),
          text(''),
          text(netCost(sheet).effect === null ? 'cannot be told' : formatEffect(netCost(sheet).effect).text),
        ],
      ],
      rate.nsPerByte === null
        ? 'The rate of a CPU copy is unknown: no saving can be computed.'
        : `A CPU copy is taken to cost ${formatEffect(rate.nsPerByte).text}, from: ${rate.source} (n = ${rate.n}).`,
    ),
  );
  return blocks;
}

const SIZE_COLUMNS = [
  column('side'),
  column('bytes returned'),
  column('mechanism'),
  numberColumn('calls'),
  numberColumn('median'),
  numberColumn('p95'),
  numberColumn('on CPU, median'),
  numberColumn('cost of offload'),
  numberColumn('copy saved'),
  numberColumn('net'),
  column('verdict'),
];

function sizeRow(row: SizeClassRow): Cell[] {
  return [
    text(row.side),
    text(row.label),
    code(row.mechanism),
    countCell(row.calls),
    nsCell(row.medianNs),
    nsCell(row.p95Ns),
    nsCell(row.medianCpuNs),
    nsCell(row.costNs),
    nsCell(row.savedNs),
    effectCell(row.netNs),
    row.netNs === null ? text('') : outcomeCell(row.outcome),
  ];
}

/** For a mail: one sentence a class. */
function sizeSentence(row: SizeClassRow): string {
  const side = row.side === '' ? '' : `${row.side}, `;
  const weighed =
    row.netNs === null
      ? ''
      : `; cost ${formatNs(row.costNs).text}, saved ${formatNs(row.savedNs).text}, net ${formatEffect(row.netNs).text}: ${OUTCOME_WORDS[row.outcome]}`;
  return `${side}${row.label}, ${row.mechanism} (${row.calls} calls): median ${formatNs(row.medianNs).text}${weighed}`;
}

export const sizesSection: SectionSpec = {
  id: 'sizes',
  title: 'Sizes of calls, and the break-even',
  isOpen: never,
  make(analysis: Analysis) {
    const blocks: Block[] = analysis.breakEven.flatMap(breakEvenBlocks);
    const transfers = transfersChart.draw(analysis);
    if (transfers !== null) blocks.push(transfers);
    if (analysis.sizeClasses.length > 0)
      blocks.push({
        ...makeTable(
          'size-classes',
          'Size classes',
          SIZE_COLUMNS,
          analysis.sizeClasses.map(sizeRow),
          'Cost, saving and net are sums over the calls of a class; net is saving − cost: below zero offload costs more.',
        ),
        narrow: analysis.sizeClasses.map(sizeSentence),
      });
    return blocks.length === 0 ? null : { blocks };
  },
};

/** Only the whole capture is weighed entry by entry; each class has its row in the table of sizes. */
export const balanceSection: SectionSpec = {
  id: 'balance',
  title: 'What offload cost and what it saved',
  isOpen: never,
  make: ({ balance: [whole] }) => (whole === undefined ? null : { blocks: balanceBlocks(whole, 0) }),
};
