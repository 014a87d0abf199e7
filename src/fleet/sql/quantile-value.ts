import { Log2Histogram } from '../../stats/log2-histogram.ts';
import { numberOf, type Row } from '../engines/engine.ts';
import { BINS_PER_OCTAVE } from '../summary/hist-rows.ts';

const SHAPE = new Log2Histogram(BINS_PER_OCTAVE);

/**
 * The i-th quantile of a row of quantileSql. From bins: the place of element ceil(p·n) in its bin, as if the values of a bin lay
 * evenly; off by less than half the width of the bin (1.6 %). Column c is absent where rows of calls were asked.
 */
export function readQuantile(row: Row, i: number, p: number): number {
  const q = numberOf(row[`q${i}`]);
  const inBin = numberOf(row[`c${i}`]);
  if (Number.isNaN(q) || Number.isNaN(inBin)) return q;
  // Values below 1 (and 0) share a bin: of these nothing but 0 is a whole number of ns.
  if (q < 0) return 0;
  const { low, high } = SHAPE.boundsOf(q);
  const rank = Math.ceil(p * numberOf(row.count_)) - (numberOf(row[`b${i}`]) - inBin);
  return low + ((high - low) * (rank - 0.5)) / inBin;
}
