import type { Analysis, BalanceSheet, BreakEven } from '../../src/model/analysis/index.ts';
import { type Block, code, column, numberColumn, paragraph, type Section, text } from '../blocks.ts';
import { balanceChart } from '../charts/balance.ts';
import { costBySizeChart } from '../charts/cost-by-size.ts';
import { transfersChart } from '../charts/transfers.ts';
import { formatBytes, formatEffect, formatLevel } from '../format.ts';
import { ABSENT } from '../messages.ts';
import { bytesCell, makeTable, nsCell, valueCell } from './cells.ts';

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
  if (breakEven.references.length > 0) {
    blocks.push(
      makeTable(
        `references-${index}`,
        'For comparison',
        [column('what'), numberColumn('time'), column('note')],
        breakEven.references.map((r) => [text(r.label), nsCell(r.valueNs), text(r.note)]),
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
          text('net (saving − cost)'),
          text('result'),
          { ...valueCell(sheet.netNs?.estimate ?? null, sheet.netNs?.unit ?? 'ns') },
          text(''),
          text(sheet.netNs === null ? 'cannot be told' : formatEffect(sheet.netNs).text),
        ],
      ],
      rate.nsPerByte === null
        ? 'The rate of a CPU copy is unknown: no saving can be computed.'
        : `A CPU copy is taken to cost ${formatEffect(rate.nsPerByte).text}, from: ${rate.source} (n = ${rate.n}).`,
    ),
  );
  return blocks;
}

export function breakEvenSection(analysis: Analysis): Section {
  const blocks: Block[] = [];
  analysis.breakEven.forEach((b, i) => {
    blocks.push(...breakEvenBlocks(b, i));
  });
  if (blocks.length === 0) blocks.push(paragraph(ABSENT.breakEven));
  const transfers = transfersChart.draw(analysis);
  if (transfers !== null) blocks.push(transfers);
  return { id: 'break-even', title: 'Cost against size, and the break-even', blocks };
}

/** The widest scope is shown, the others are folded away: they have the same entries. */
export function balanceSection(analysis: Analysis): Section | null {
  const [whole, ...parts] = analysis.balance;
  if (whole === undefined) return null;
  const blocks = balanceBlocks(whole, 0);
  if (parts.length > 0) {
    blocks.push({
      kind: 'details',
      summary: `The same for ${parts.length} parts: ${parts.map((sheet) => sheet.scope).join('; ')}`,
      blocks: parts.flatMap((sheet, i) => balanceBlocks(sheet, i + 1)),
    });
  }
  return { id: 'balance', title: 'What offload cost and what it saved', blocks };
}
