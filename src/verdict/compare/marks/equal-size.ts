import { huberLine, huberLocation } from '../../../stats/index.ts';
import { bytesOf, type CallView, type Selection } from '../../call-view.ts';
import type { RunSeries } from '../series.ts';

/**
 * What a call costs at equal size, one value a stretch: Huber's location of the residuals of log(cost) on log(size), the line
 * fitted to the calls of both sides together. Rare slow calls pull with a bounded force, and a stretch that happened to have
 * larger calls is no slower for it. Values are brought back to the scale of `typical`, so that they can be read.
 */
export function measureAtEqualSize(
  before: Selection,
  after: Selection,
  costOf: (view: CallView, i: number) => number,
  typical: number,
): { before: RunSeries[]; after: RunSeries[] } {
  const sides = { before: readLogs(before.fit, costOf), after: readLogs(after.fit, costOf) };
  const x = Float64Array.from([...sides.before.x, ...sides.after.x]);
  const y = Float64Array.from([...sides.before.y, ...sides.after.y]);
  const { slope, intercept } = huberLine(x, y);
  const centre = huberLocation(y.map((value, i) => value - intercept - slope * x[i]));
  const series = ({ x, y, run }: Logs, runs: number): RunSeries[] =>
    Array.from({ length: runs }, (_, k): RunSeries => {
      const residuals: number[] = [];
      for (let i = 0; i < x.length; i++) if (run[i] === k) residuals.push(y[i] - intercept - slope * x[i]);
      const n = residuals.length;
      const value = n === 0 ? Number.NaN : typical * Math.exp(huberLocation(Float64Array.from(residuals)) - centre);
      return { numerator: new Float64Array(0), denominator: new Float64Array(0), n, value };
    });
  return {
    before: series(sides.before, before.fit.runs.length),
    after: series(sides.after, after.fit.runs.length),
  };
}

interface Logs {
  x: number[];
  y: number[];
  run: number[];
}

/** Calls with known size and cost; a cost below the clock's step counts as half a step of 1 ns at least. */
function readLogs(view: CallView, costOf: (view: CallView, i: number) => number): Logs {
  const out: Logs = { x: [], y: [], run: [] };
  for (let i = 0; i < view.size; i++) {
    const bytes = bytesOf(view, i);
    const cost = costOf(view, i);
    if (!(bytes > 0) || Number.isNaN(cost)) continue;
    out.x.push(Math.log(bytes));
    out.y.push(Math.log(Math.max(cost, 0.5)));
    out.run.push(view.run[i]);
  }
  return out;
}
