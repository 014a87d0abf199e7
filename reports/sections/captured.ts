import type { Analysis, RunSummary } from '../../src/model/analysis/index.ts';
import { type Block, type Cell, code, column, numberColumn, paragraph, text } from '../blocks.ts';
import { formatBytes, formatCount } from '../format.ts';
import { bytesCell, countCell, makeTable, nsCell, pctCell, valueCell } from './cells.ts';
import { never, type SectionSpec } from './section.ts';

const COLUMNS = [
  column('side'),
  column('capture'),
  column('kernel'),
  numberColumn('calls'),
  numberColumn('complete'),
  numberColumn('bytes'),
  numberColumn('by DMA'),
  numberColumn('span'),
  numberColumn('throughput'),
  column('from'),
];

function runRow(run: RunSummary): Cell[] {
  return [
    text(run.side),
    code(run.name),
    text(run.kernel),
    countCell(run.calls),
    countCell(run.completeCalls),
    bytesCell(run.bytes),
    pctCell(run.dmaSharePct),
    nsCell(run.spanNs),
    valueCell(run.bytesPerSecond, 'bytes/s'),
    text(run.throughputFrom),
  ];
}

function describe(analysis: Analysis): string {
  const { calls } = analysis;
  const excluded = calls.excluded.map((e) => `${formatCount(e.count).text} ${e.reason}`).join(', ');
  const leftOut = calls.excluded.reduce((sum, e) => sum + e.count, 0);
  const sampled = calls.sampled
    ? ' More calls than the limit: totals are exact, distributions come from a seeded sample.'
    : '';
  // A comparison lists the captures of both sides; calls and mechanisms are those of the later one.
  const side = isComparison(analysis) ? 'After: ' : '';
  return `${side}${formatCount(calls.total).text} receive ${calls.total === 1 ? 'call' : 'calls'}, ${calls.bytes === null ? 'bytes not in the capture' : formatBytes(calls.bytes).text}; ${formatCount(calls.total - leftOut).text} of them count in the statistics${excluded === '' ? '.' : ` (left out: ${excluded}).`}${sampled}`;
}

const isComparison = (analysis: Analysis): boolean => analysis.runs.some((run) => run.side === 'before');

/** One row a key and value: where all runs of a side say the same, that is said once. */
function environmentRows(analysis: Analysis): Cell[][] {
  const rows = new Map<string, { key: string; value: string; from: Set<string> }>();
  for (const { key, value, from } of analysis.environment) {
    const known = rows.get(`${key}\n${value}`);
    if (known === undefined) rows.set(`${key}\n${value}`, { key, value, from: new Set([from]) });
    else known.from.add(from);
  }
  const keys = new Map<string, number>();
  for (const { key } of rows.values()) keys.set(key, (keys.get(key) ?? 0) + 1);
  return [...rows.values()].map(({ key, value, from }) => [
    code(key),
    text(value),
    text(keys.get(key) === 1 ? '' : [...from].join(', ')),
  ]);
}

export const capturedSection: SectionSpec = {
  id: 'captured',
  title: 'What was captured',
  isOpen: never,
  make(analysis) {
    const blocks: Block[] = [
      paragraph(describe(analysis)),
      makeTable('runs', 'Captures', COLUMNS, analysis.runs.map(runRow)),
      makeTable(
        'mechanisms',
        `How the bytes reached the user${isComparison(analysis) ? ' (after)' : ''}`,
        [column('mechanism'), numberColumn('calls'), numberColumn('bytes'), numberColumn('bytes by engine')],
        analysis.calls.byMechanism
          .filter((m) => m.mechanism !== 'none')
          .map((m) => [code(m.mechanism), countCell(m.calls), bytesCell(m.bytes), bytesCell(m.dmaBytes)]),
      ),
      makeTable(
        'environment',
        'Environment: facts found beside the trace',
        [column('key'), column('value'), column('where they differ')],
        environmentRows(analysis),
      ),
    ];
    return {
      blocks: blocks.filter((block) => block.kind !== 'table' || block.rows.length > 0),
      ticket: [paragraph(describe(analysis))],
    };
  },
};

export const cautionsSection: SectionSpec = {
  id: 'cautions',
  title: 'What nobody may overlook when quoting a number',
  isOpen: never,
  make(analysis) {
    if (analysis.caveats.length === 0) return null;
    return {
      blocks: [{ kind: 'list', items: analysis.caveats }],
      ticket: [{ kind: 'list', items: analysis.caveats.slice(0, 3) }],
    };
  },
};

/** Caveats stand above; here is what remains. */
export const notesSection: SectionSpec = {
  id: 'notes',
  title: 'Notes of the reader of these traces',
  isOpen: never,
  make: (analysis) => (analysis.notes.length === 0 ? null : { blocks: [{ kind: 'list', items: analysis.notes }] }),
};
