import type { Analysis, Distribution } from '../../src/model/analysis/index.ts';
import { type Block, type Cell, column, numberColumn, text } from '../blocks.ts';
import { latencyChart } from '../charts/latency.ts';
import { formatQuantity } from '../format.ts';
import { PHASE_SHORT } from '../theme.ts';
import { countCell, makeTable } from './cells.ts';
import { never, type SectionBody, type SectionSpec } from './section.ts';

const SHOWN = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999];

/** A phase by its short name; 'cpu' is the time in which the reader runs. */
function nameMetric(metric: string): string {
  if (metric === 'cpu') return 'on the CPU';
  return (PHASE_SHORT as Record<string, string>)[metric] ?? metric;
}

function quantileCell(d: Distribution, p: number): Cell {
  const quantile = d.quantiles.find((q) => q.p === p);
  if (quantile === undefined) return text('');
  const value = formatQuantity(quantile.value, d.unit);
  const interval =
    quantile.low === null || quantile.high === null
      ? 'no interval'
      : `[${formatQuantity(quantile.low, d.unit).text}, ${formatQuantity(quantile.high, d.unit).text}]`;
  return { text: value.text, exact: `${value.exact} ${interval}` };
}

/** The first latency stratum of each side is drawn; all strata and metrics stand in the table. */
function pickDrawn(distributions: readonly Distribution[]): Distribution[] {
  const latency = distributions.filter((d) => d.metric === 'latency');
  const stratum = latency[0]?.stratum;
  return latency.filter((d) => d.stratum === stratum);
}

function describeDurations(analysis: Analysis): SectionBody | null {
  const blocks: Block[] = [];
  const chart = latencyChart.draw(pickDrawn(analysis.distributions));
  if (chart !== null) blocks.push(chart);
  if (analysis.distributions.length > 0) {
    const shown = SHOWN.filter((p) => analysis.distributions.some((d) => d.quantiles.some((q) => q.p === p)));
    const first = analysis.distributions[0].stratum;
    const isMain = (d: Distribution): boolean => d.metric === 'latency' || d.stratum === first;
    const table = (id: string, caption: string, of: readonly Distribution[]): Block =>
      makeTable(
        id,
        caption,
        [
          column('side'),
          column('metric'),
          column('calls of'),
          numberColumn('n'),
          ...shown.map((p) => numberColumn(p === 0.5 ? 'median' : `p${formatQuantity(p * 100, '').text}`)),
        ],
        of.map((d) => [
          text(d.side),
          text(nameMetric(d.metric)),
          text(d.stratum),
          countCell(d.n),
          ...shown.map((p) => quantileCell(d, p)),
        ]),
      );
    blocks.push(table('quantiles', 'Quantiles', analysis.distributions.filter(isMain)));
    const others = analysis.distributions.filter((d) => !isMain(d));
    if (others.length > 0)
      blocks.push({
        kind: 'details',
        summary: 'Phases by mechanism',
        blocks: [table('quantiles-phases', 'Quantiles of phases', others)],
      });
  }
  return blocks.length === 0 ? null : { blocks };
}

export const distributionsSection: SectionSpec = {
  id: 'latency',
  title: 'How long calls take',
  isOpen: never,
  make: describeDurations,
};
