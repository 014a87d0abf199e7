import { PHASE_TITLES, type Phase } from '../../src/model/phases.ts';
import { makeRandom, type Random } from '../../src/stats/index.ts';
import { compareSides } from '../../src/verdict/compare/index.ts';
import { makeRun, type PlainCall } from './call-csv.ts';
import { BLOCK, drawSide, type Recordings } from './false-claims.ts';
import { injectShift, pickOne, rerecord } from './resample.ts';
import { coversPct, findRow, isClaim, writeShare, writeTable } from './tally.ts';

const SHIFTS = [0.02, 0.05, 0.1, 0.2];
const PHASE: Phase = 'copy';
/** What a longer copy moves with it: these rows may change, all others may not. */
const MOVED = /copy|latency|CPU time|time in calls|throughput/;

interface Score {
  n: number;
  found: number;
  wrongWay: number;
  elsewhere: number;
  covered: number;
  intervals: number;
}

/** (b) CPU copy made 2, 5, 10, 20 % longer in real calls: found in the right row and direction? Interval over the truth? */
export function measurePower(recordings: Recordings, repeats: number, seed: number): string {
  const cases = Object.values(recordings);
  const rows: string[][] = [];
  const report = (
    what: string,
    driftPct: number | undefined,
    draw: (random: Random) => [PlainCall[][], PlainCall[][]],
  ): void => {
    const scores = SHIFTS.map((shift, i) => score(repeats, shift, driftPct, draw, makeRandom(seed + i)));
    const all = scores.reduce(sum);
    rows.push([
      what,
      driftPct === undefined ? '' : `${driftPct} %`,
      ...scores.map(({ found, n }) => `${Math.round((100 * found) / n)} %`),
      String(all.wrongWay),
      writeShare(all.elsewhere, all.n),
      writeShare(all.covered, all.intervals),
    ]);
  };
  for (const driftPct of [0, 10])
    for (const calls of [100, 400, 1600])
      report(`one run a side, ${calls} calls`, driftPct, (random) => {
        const source = pickOne(pickOne(cases, random), random);
        return [[rerecord(source, calls, BLOCK, random)], [rerecord(source, calls, BLOCK, random)]];
      });
  for (const runs of [2, 3, 4, 5, 8])
    report(`${runs} runs a side, 150 calls each`, undefined, (random) => {
      const source = pickOne(cases, random);
      return [drawSide(source, runs, 150, random), drawSide(source, runs, 150, random)];
    });
  return writeTable(
    [
      'what is compared',
      'drift allowed for',
      ...SHIFTS.map((shift) => `found at +${100 * shift} %`),
      'wrong direction',
      'any claim in a row that did not change',
      'interval of the phase’s change holds the truth',
    ],
    rows,
  );
}

function score(
  repeats: number,
  shift: number,
  driftPct: number | undefined,
  draw: (random: Random) => [PlainCall[][], PlainCall[][]],
  random: Random,
): Score {
  const out: Score = { n: 0, found: 0, wrongWay: 0, elsewhere: 0, covered: 0, intervals: 0 };
  for (let i = 0; i < repeats; i++) {
    const [before, after] = draw(random);
    const shifted = after.map((calls) => injectShift(calls, PHASE, shift));
    const comparison = compareSides(
      before.map((calls, k) => makeRun(`a${k}`, calls)),
      shifted.map((calls, k) => makeRun(`b${k}`, calls)),
      { seed: i, driftPct },
    );
    const row = findRow(comparison, `${PHASE_TITLES[PHASE]} per MiB`);
    out.n++;
    if (row !== undefined && isClaim(row)) row.outcome === 'higher' ? out.found++ : out.wrongWay++;
    if (comparison.rows.some((other) => isClaim(other) && !MOVED.test(other.metric))) out.elsewhere++;
    const covers = coversPct(row, 100 * shift);
    if (covers === null) continue;
    out.intervals++;
    if (covers) out.covered++;
  }
  return out;
}

function sum(a: Score, b: Score): Score {
  return Object.fromEntries(
    Object.entries(a).map(([key, value]) => [key, value + b[key as keyof Score]]),
  ) as unknown as Score;
}
