import type { Comparison } from '../../src/model/analysis/index.ts';
import { makeRandom, type Random } from '../../src/stats/index.ts';
import { compareSides } from '../../src/verdict/compare/index.ts';
import { inTurns } from '../verdict/in-turns.ts';
import type { PlainCall } from './call-csv.ts';
import { BLOCK, drawSide, type Recordings, toRuns } from './false-claims.ts';
import { compareByMarks, wanderOff } from './marked.ts';
import { pickOne, rerecord, slowDown } from './resample.ts';
import { coversPct, isClaim, writeShare, writeTable } from './tally.ts';

const SHIFTS = [0.02, 0.05, 0.1, 0.2];

interface Score {
  n: number;
  found: number;
  wrongWay: number;
  covered: number;
  intervals: number;
}

/**
 * (b) The CPU time of every call of one side made 2, 5, 10, 20 % longer: how often does the endpoint "CPU time per byte" claim
 * it, in the right direction, and does its interval hold the truth?
 */
export function measurePower(recordings: Recordings, repeats: number, seed: number): string {
  const cases = Object.values(recordings);
  const rows: string[][] = [];
  const report = (
    what: string,
    make: (shift: number, random: Random, i: number) => Comparison,
    times = repeats,
  ): void => {
    const scores = SHIFTS.map((shift, k) => score(times, shift, makeRandom(seed + k), make));
    const all = scores.reduce(sum);
    rows.push([
      what,
      ...scores.map(({ found, n }) => `${Math.round((100 * found) / n)} %`),
      String(all.wrongWay),
      writeShare(all.covered, all.intervals),
    ]);
  };
  for (const runs of [4, 5, 8])
    report(`${runs} runs a side in turns, 150 calls each`, (shift, random, i) => {
      const source = pickOne(cases, random);
      const before = drawSide(source, runs, 150, random);
      const after = drawSide(source, runs, 150, random).map((calls) => slowDown(calls, () => 1 + shift));
      return compareSides(...inTurns(toRuns(before, 'a'), toRuns(after, 'b')), { seed: i });
    });
  for (const calls of [250, 1000, 4000])
    report(
      `marks, ${calls.toLocaleString('en-US')} calls a side, random walk of 10 % per 1,000 calls`,
      (shift, random) => {
        const source = pickOne(pickOne(cases, random), random);
        const plain: PlainCall[] = rerecord(source, 2 * calls, BLOCK, random);
        return compareByMarks(wanderOff(plain, 0.1, random), shift, random);
      },
      calls > 1000 ? Math.ceil(repeats / 2) : repeats,
    );
  return writeTable(
    [
      'what is compared',
      ...SHIFTS.map((shift) => `found at +${100 * shift} %`),
      'wrong direction',
      'interval holds the truth',
    ],
    rows,
  );
}

function score(
  repeats: number,
  shift: number,
  random: Random,
  make: (shift: number, random: Random, i: number) => Comparison,
): Score {
  const out: Score = { n: 0, found: 0, wrongWay: 0, covered: 0, intervals: 0 };
  for (let i = 0; i < repeats; i++) {
    const row = make(shift, random, i).rows.find((r) => r.primary === 'cpu');
    out.n++;
    if (row !== undefined && isClaim(row)) row.outcome === 'higher' ? out.found++ : out.wrongWay++;
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
