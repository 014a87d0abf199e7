import type { Comparison } from '../../src/model/analysis/index.ts';
import type { SideMark } from '../../src/model/timeline-notes.ts';
import { type Random, randomBelow } from '../../src/stats/index.ts';
import { compareSides } from '../../src/verdict/compare/index.ts';
import { splitByMarks } from '../../src/verdict/compare/marks/split.ts';
import { makeRun, type PlainCall } from './call-csv.ts';
import { slowDown } from './resample.ts';

/** Stretches of 25 to 50 calls. */
const SHORTEST = 25;
const SPREAD = 26;

/** The speed of the machine as a random walk: `step` on the logarithm per 1,000 calls (one standard deviation). */
export function wanderOff(calls: readonly PlainCall[], step: number, random: Random): PlainCall[] {
  let level = 0;
  return slowDown(calls, () => {
    level += (step / Math.sqrt(1000)) * gaussian(random);
    return Math.exp(level);
  });
}

/** Calls under alternating settings with marks; those of side B take (1 + shift) times as long. */
export function compareByMarks(calls: readonly PlainCall[], shift: number, random: Random): Comparison {
  const side: number[] = [];
  for (let turn = 0; side.length < calls.length; turn++) {
    const length = SHORTEST + randomBelow(random, SPREAD);
    for (let k = 0; k < length; k++) side.push(turn % 2);
  }
  const shifted = slowDown(calls, (i) => (side[i] === 1 ? 1 + shift : 1));
  const run = makeRun('marked', shifted);
  const marks: SideMark[] = [];
  shifted.forEach((call, i) => {
    if (i > 0 && side[i] === side[i - 1]) return;
    marks.push({ file: 0, atNs: call.startNs - 0.5, line: i, side: 'AB'[side[i]], keys: [], netRxNs: 0 });
  });
  run.timeline = { ...run.timeline, marks };
  const { pairs } = splitByMarks([run]);
  return compareSides(pairs.before, pairs.after, { seed: 1, hasMarks: true });
}

/** Box & Muller 1958. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
