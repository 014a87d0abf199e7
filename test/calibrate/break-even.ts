import { findCrossing } from '../../src/verdict/break-even/crossing.ts';
import { KERNELS, optionsOf, simulate, truthOf } from './break-even-sim.ts';
import { writeShare, writeTable } from './tally.ts';

/** (c) Made-up kernels whose break-even size is known: does the interval hold it? */
export function measureBreakEven(repeats: number, seed: number): string {
  const rows = KERNELS.map((kernel) => {
    const truth = truthOf(kernel);
    // A thousand calls a path take long; fewer repeats of them.
    const n = kernel.calls > 500 ? Math.ceil(repeats / 3) : repeats;
    let intervals = 0;
    let covered = 0;
    let undecided = 0;
    const widths: number[] = [];
    for (let i = 0; i < n; i++) {
      const { copy, offload } = simulate(kernel, seed + i);
      const crossing = findCrossing(copy, offload, optionsOf(kernel, seed + i));
      if (Number.isNaN(crossing.low) || Number.isNaN(crossing.high)) {
        undecided++;
        continue;
      }
      intervals++;
      if (crossing.low <= truth && truth <= crossing.high) covered++;
      widths.push(crossing.low > 0 ? Math.sqrt(crossing.high / crossing.low) : Number.POSITIVE_INFINITY);
    }
    return [
      kernel.name,
      `${Math.round(truth / 1024)} KiB`,
      writeShare(covered, intervals),
      String(undecided),
      `×/÷ ${middleOf(widths).toFixed(2)}`,
    ];
  });
  return writeTable(
    ['simulated kernel', 'true break-even', 'interval holds it', 'no interval given', 'typical half width'],
    rows,
  );
}

function middleOf(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
