import type { Analysis, CompareRow, Comparison } from '../../src/model/analysis/index.ts';
import { nameTable } from '../../src/model/name-table.ts';
import { type Block, type Cell, code, column, numberColumn, paragraph, type Tone, text } from '../blocks.ts';
import { classify, compareChart, nameRow } from '../charts/compare.ts';
import { formatEffect, formatP, formatQuantity, NBSP } from '../format.ts';
import { effectCell, makeTable, pctCell, valueCell } from './cells.ts';
import { never, type SectionBody, type SectionSpec } from './section.ts';

const COLUMNS = [
  column('metric'),
  numberColumn('before'),
  numberColumn('after'),
  numberColumn('difference [interval]'),
  numberColumn('% [interval]'),
  numberColumn('p (adjusted)'),
  column('more than noise?'),
  numberColumn('n'),
  numberColumn('detectable'),
];
const CLASS_TONES: Record<string, Tone> = nameTable({
  better: 'good',
  worse: 'bad',
  changed: '',
  'no difference': 'neutral',
  suggested: 'doubt',
  'cannot tell': 'doubt',
});

/** 'yes, worse', 'no difference', 'cannot tell', or that only one side has it. */
function wordCell(row: CompareRow): Cell {
  if ((row.nBefore === 0) !== (row.nAfter === 0)) return text(row.nBefore === 0 ? 'after only' : 'before only');
  const verdict = classify(row);
  const words = row.significant ? `yes, ${verdict}` : row.suggests === undefined ? verdict : `suggests ${row.suggests}`;
  return { text: words.replace(/ /g, NBSP), tone: CLASS_TONES[verdict] };
}

/** "No" needs an interval that says so. */
function writeProfileWord({ significant, suggests, outcome }: Comparison['profile'][number]): string {
  if (significant) return 'yes';
  if (suggests !== undefined) return `suggests ${suggests}`;
  return outcome === 'noDifference' ? 'no difference' : 'cannot tell';
}

/** The three verdicts are rows of this table. */
function markRow(row: CompareRow): string {
  return row.primary === undefined ? nameRow(row) : `${nameRow(row)} (verdict)`;
}

function compareRow(row: CompareRow): Cell[] {
  return [
    text(markRow(row)),
    valueCell(row.before, row.unit),
    valueCell(row.after, row.unit),
    effectCell(row.difference),
    effectCell(row.differencePct),
    { text: formatP(row.adjustedP), exact: `unadjusted: ${formatP(row.pValue)}` },
    wordCell(row),
    { text: `${row.nBefore}${NBSP}/${NBSP}${row.nAfter}`, exact: row.unitOfN },
    pctCell(row.detectablePct),
  ];
}

/** For a mail: what changed in full, the rest by name. */
function narrowRows(rows: readonly CompareRow[]): string[] {
  const changed = rows.filter((row) => row.significant);
  const list = (outcome: string): string =>
    rows
      .filter((row) => !row.significant && classify(row) === outcome)
      .map(nameRow)
      .join('; ');
  const sentences = changed.map((row) => {
    const pct = row.differencePct === null ? row.difference : row.differencePct;
    const values = `${formatQuantity(row.before, row.unit).text} → ${formatQuantity(row.after, row.unit).text}`;
    return `${markRow(row)}: ${values}, ${formatEffect(pct).text}, p ${formatP(row.adjustedP)} (${classify(row)})`;
  });
  if (changed.length === 0) sentences.push('Nothing changed by more than noise.');
  for (const outcome of ['suggested', 'no difference', 'cannot tell'])
    if (list(outcome) !== '') sentences.push(`${outcome}: ${list(outcome)}`);
  return sentences;
}

/** Both a price per MiB and one per call of the same phase: the price per MiB is enough, sizes of calls may differ. */
function dropTwins(rows: readonly CompareRow[]): CompareRow[] {
  const names = new Set(rows.map((row) => `${row.metric}|${row.stratum}`));
  return rows.filter(
    (row) =>
      !row.metric.endsWith(' per call') || !names.has(`${row.metric.replace(/ per call$/, ' per MiB')}|${row.stratum}`),
  );
}

function makeComparison({ comparison }: Analysis): SectionBody | null {
  if (comparison === null) return null;
  const rows = dropTwins(comparison.rows);
  const blocks: Block[] = [
    paragraph(
      comparison.unit === 'pairs'
        ? 'One pair of neighbouring stretches is one observation: the settings alternate inside the capture, so drift meets both.'
        : comparison.unit === 'runs'
          ? 'One run is one observation: differences between runs, not between calls, decide what is more than noise.'
          : 'One call is one observation: with one run a side, differences between runs cannot be told from noise.',
    ),
  ];
  if (comparison.refusals.length > 0) {
    blocks.push(paragraph('Not compared:', 'doubt'), { kind: 'list', items: comparison.refusals });
  }
  if (comparison.warnings.length > 0) blocks.push({ kind: 'list', items: comparison.warnings });
  const chart = compareChart.draw({ ...comparison, rows });
  if (chart !== null) blocks.push(chart);
  if (rows.length > 0) {
    blocks.push({
      ...makeTable(
        'compare',
        'Before and after',
        COLUMNS,
        rows.map(compareRow),
        'n: before / after. Detectable: the smallest difference these numbers of observations could have shown.',
      ),
      narrow: narrowRows(rows),
    });
  }
  if (comparison.profile.length > 0) {
    blocks.push(
      makeTable(
        'compare-profile',
        'CPU profile: share of busy samples',
        [
          column('symbol'),
          column('category'),
          numberColumn('before'),
          numberColumn('after'),
          numberColumn('difference [interval]'),
          column('more than noise?'),
        ],
        comparison.profile.map((p) => [
          code(p.family === undefined ? p.symbol : `${p.symbol} (${p.family})`),
          text(p.category),
          pctCell(p.beforePct),
          pctCell(p.afterPct),
          effectCell(p.difference),
          { text: writeProfileWord(p), tone: '' },
        ]),
      ),
    );
  }
  const changed = rows.filter((row) => row.significant && row.primary === undefined).slice(0, MAX_IN_TICKET);
  return {
    blocks,
    ticket: changed.length === 0 ? undefined : [{ kind: 'list', items: narrowRows(changed).slice(0, MAX_IN_TICKET) }],
  };
}

const MAX_IN_TICKET = 6;

export const comparisonSection: SectionSpec = {
  id: 'comparison',
  title: 'All differences',
  isOpen: never,
  make: makeComparison,
};
