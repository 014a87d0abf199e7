import type { Analysis, RunSummary } from '../../src/model/analysis/index.ts';
import { type Cell, code, column, numberColumn, paragraph, type Section, text } from '../blocks.ts';
import { formatBytes, formatCount } from '../format.ts';
import { bytesCell, countCell, makeTable, nsCell, pctCell, valueCell } from './cells.ts';

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

export function capturedSection(analysis: Analysis): Section {
  const { calls } = analysis;
  const excluded = calls.excluded.map((e) => `${formatCount(e.count).text} ${e.reason}`).join(', ');
  const leftOut = calls.excluded.reduce((sum, e) => sum + e.count, 0);
  // A comparison lists the captures of both sides; calls and mechanisms are those of the later one.
  const side = analysis.runs.some((run) => run.side === 'before') ? 'after: ' : '';
  const sentences = [
    `${side}${formatCount(calls.total).text} receive ${calls.total === 1 ? 'call' : 'calls'}, ${calls.bytes === null ? 'bytes not in the capture' : formatBytes(calls.bytes).text}; ${formatCount(calls.total - leftOut).text} of them count in the statistics${excluded === '' ? '.' : ` (left out: ${excluded}).`}`,
  ];
  if (calls.sampled)
    sentences.push('More calls than the limit: totals are exact, distributions come from a seeded sample.');
  return {
    id: 'captured',
    title: 'What was captured',
    blocks: [
      paragraph(sentences.join(' ')),
      makeTable('runs', 'Captures', COLUMNS, analysis.runs.map(runRow)),
      makeTable(
        'mechanisms',
        `How the bytes reached the user${side === '' ? '' : ' (after)'}`,
        [column('mechanism'), numberColumn('calls'), numberColumn('bytes'), numberColumn('bytes by engine')],
        calls.byMechanism.map((m) => [
          code(m.mechanism),
          countCell(m.calls),
          bytesCell(m.bytes),
          bytesCell(m.dmaBytes),
        ]),
      ),
    ].filter((block) => block.kind !== 'table' || block.rows.length > 0),
  };
}
