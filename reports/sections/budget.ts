import type { Analysis, SizeClassRow } from '../../src/model/analysis/index.ts';
import { PHASES } from '../../src/model/phases.ts';
import { type Block, type Cell, code, column, numberColumn, paragraph, type Section, text } from '../blocks.ts';
import { budgetBySizeChart, nameSizeRow } from '../charts/budget-by-size.ts';
import { workPerCallChart } from '../charts/work-per-call.ts';
import { formatEffect, formatNs, formatPct } from '../format.ts';
import { ABSENT, OUTCOME_WORDS } from '../messages.ts';
import { PHASE_SHORT } from '../theme.ts';
import { countCell, effectCell, makeTable, nsCell, outcomeCell, pctCell } from './cells.ts';

const SIZE_COLUMNS = [
  column('side'),
  column('bytes returned'),
  column('mechanism'),
  numberColumn('calls'),
  numberColumn('median'),
  numberColumn('p95'),
  numberColumn('median on CPU'),
  numberColumn('offload cost, all calls'),
  numberColumn('copy saved, all calls'),
  numberColumn('net (saved − cost)'),
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
    outcomeCell(row.outcome),
  ];
}

function sizeSentence(row: SizeClassRow): string {
  const weighed =
    row.costNs === null && row.savedNs === null
      ? ''
      : `; cost ${formatNs(row.costNs).text}, saved ${formatNs(row.savedNs).text}, net ${formatEffect(row.netNs).text}`;
  return `${nameSizeRow(row)}: median ${formatNs(row.medianNs).text}${weighed}: ${OUTCOME_WORDS[row.outcome]}`;
}

/** Phase totals of each size class: the figures behind the bars. */
function phaseTable(analysis: Analysis): Block {
  const used = PHASES.filter((phase) =>
    analysis.sizeClasses.some((row) => row.budget.some((b) => b.phase === phase && b.totalNs > 0)),
  );
  return makeTable(
    'size-phases',
    'Share of call time per phase and size class',
    [
      column('side'),
      column('bytes returned'),
      column('mechanism'),
      ...used.map((phase) => numberColumn(PHASE_SHORT[phase])),
    ],
    analysis.sizeClasses.map((row) => [
      text(row.side),
      text(row.label),
      code(row.mechanism),
      ...used.map((phase) => pctCell(row.budget.find((b) => b.phase === phase)?.sharePct ?? null)),
    ]),
  );
}

function reasonsOf(analysis: Analysis): string[] {
  const seen = new Map<string, string[]>();
  for (const row of analysis.sizeClasses) {
    for (const reason of row.reasons)
      seen.set(reason, [...(seen.get(reason) ?? []), `${row.side} ${row.label} ${row.mechanism}`.trim()]);
  }
  return [...seen].map(
    ([reason, where]) => `${where.length > 3 ? `${where.length} classes` : where.join('; ')}: ${reason}`,
  );
}

function timeRow(title: string, { totalNs, sharePct }: { totalNs: number; sharePct: number }): Cell[] {
  return [text(title), nsCell(totalNs), { ...pctCell(sharePct), text: formatPct(sharePct).text }];
}

export function budgetSection(analysis: Analysis): Section {
  const blocks: Block[] = [];
  const whole = analysis.budget.filter((b) => b.totalNs > 0);
  if (whole.length > 0) {
    blocks.push(
      makeTable(
        'budget',
        'All complete calls together',
        [column('phase'), numberColumn('time'), numberColumn('share')],
        whole.flatMap((b) => [timeRow(b.title, b), ...(b.parts ?? []).map((p) => timeRow(`– of it ${p.title}`, p))]),
      ),
    );
  }
  for (const chart of [budgetBySizeChart.draw(analysis), workPerCallChart.draw(analysis)])
    if (chart !== null) blocks.push(chart);
  if (analysis.sizeClasses.length > 0) {
    blocks.push({
      ...makeTable(
        'size-classes',
        'Size classes: what offload cost and what it saved',
        SIZE_COLUMNS,
        analysis.sizeClasses.map(sizeRow),
      ),
      narrow: analysis.sizeClasses.map(sizeSentence),
    });
    const reasons = reasonsOf(analysis);
    if (reasons.length > 0)
      blocks.push({
        kind: 'details',
        summary: 'Why the size classes are judged so',
        blocks: [{ kind: 'list', items: reasons }],
      });
    blocks.push({ kind: 'details', summary: 'Shares per phase as a table', blocks: [phaseTable(analysis)] });
  }
  if (blocks.length === 0) blocks.push(paragraph(ABSENT.sizes));
  return { id: 'budget', title: 'Where the time goes', blocks };
}
