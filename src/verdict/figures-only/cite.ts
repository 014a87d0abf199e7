import type { Evidence } from '../../model/analysis/index.ts';
import { writeRate } from '../words.ts';
import type { FigureCase } from './figure-case.ts';

/** The lines a figure case rests on: the throughput first, the copy row last. */
export function cite(c: FigureCase): Evidence[] {
  const out: Evidence[] = [];
  if (c.throughputFile !== '')
    out.push({
      run: c.run,
      file: c.throughputFile,
      line: c.throughputLine,
      call: -1,
      text: `throughput ${writeRate(c.bytesPerSecond)}`,
    });
  if (c.copyLine > 0)
    out.push({
      run: c.run,
      file: c.copyFile,
      line: c.copyLine,
      call: -1,
      text: `${c.copySymbol} ${c.copySymbolPct.toFixed(1)} % of samples`,
    });
  return out;
}
