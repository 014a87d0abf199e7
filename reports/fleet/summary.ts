import type { FleetSummary } from '../../src/model/fleet.ts';
import { code, column, numberColumn, type ReportDocument } from '../blocks.ts';
import { formatBytes, formatCount } from '../format.ts';
import { bytesCell, countCell, makeTable, nsCell, pctCell } from '../sections/cells.ts';
import { nameSize } from './cells.ts';
import { toDocument } from './document.ts';

const countOf = (n: number, word: string): string => `${formatCount(n).text} ${word}${n === 1 ? '' : 's'}`;

/** A terminal's worth; JSON has all. */
const MAX_ROWS = 60;

export function makeSummaryDocument(summary: FleetSummary): ReportDocument {
  const { totals, rows, by, metric } = summary;
  const shown = [...rows].sort((a, b) => b.n - a.n).slice(0, MAX_ROWS);
  const more = rows.length - shown.length;
  return toDocument({
    title: `${formatCount(totals.captures).text} captures`,
    tool: summary.tool,
    headline: `${countOf(totals.captures, 'capture')} of ${countOf(totals.hosts, 'host')}: ${countOf(totals.calls, 'receive call')}, ${formatBytes(totals.bytes).text}.`,
    outcome: '',
    tone: '',
    cautions: [
      ...(totals.lostEvents > 0 ? [`${formatCount(totals.lostEvents).text} events were lost while recording.`] : []),
      ...(totals.withoutHost > 0
        ? [`${formatCount(totals.withoutHost).text} captures do not tell their host: each counts as one.`]
        : []),
    ],
    sections: [
      {
        id: 'verdict',
        title: 'Calls',
        blocks: [
          makeTable(
            'fleet-summary',
            `By ${by.join(', ')}`,
            [
              ...by.map((key) => column(key === 'size' ? 'bytes per call' : key)),
              numberColumn('hosts'),
              numberColumn('captures'),
              numberColumn('calls'),
              numberColumn('bytes'),
              numberColumn('by engine'),
              numberColumn(`${metric} p50`),
              numberColumn(`${metric} p99`),
            ],
            shown.map((row) => [
              ...row.group.map((value, i) =>
                code(by[i] === 'size' ? nameSize(value === '' ? null : Number(value)) : value || 'not told'),
              ),
              countCell(row.hosts),
              countCell(row.captures),
              countCell(row.n),
              bytesCell(row.bytes),
              pctCell(row.offloadedPct),
              nsCell(row.p50),
              nsCell(row.p99),
            ]),
            `${more > 0 ? `${more} smaller groups left out; --format json has all. ` : ''}Calls that count in statistics; quantiles are the sorted value at ceil(p·n)${summary.source === 'hist' ? ', from histograms within 1.6 %' : ''}.`,
          ),
        ],
      },
    ],
    seed: null,
  });
}
