import type { Run } from '../../src/model/capture.ts';
import { makeRandom, type Random } from '../../src/stats/index.ts';
import { compareSides } from '../../src/verdict/compare/index.ts';
import { inTurns } from '../verdict/in-turns.ts';
import { makeRun, type PlainCall } from './call-csv.ts';
import { compareByMarks, wanderOff } from './marked.ts';
import { halvesByTime, pickOne, rerecord } from './resample.ts';
import { Tally, writeTable } from './tally.ts';

/** Recordings by setting. */
export type Recordings = Record<string, PlainCall[][]>;

/** Longer than the autocorrelation seen in the recordings (block lengths chosen there are 1 to 12). */
export const BLOCK = 16;

/** A side of several runs from one population: recordings drawn with replacement, each recorded again. */
export function drawSide(recordings: PlainCall[][], runs: number, calls: number, random: Random): PlainCall[][] {
  return Array.from({ length: runs }, () => rerecord(pickOne(recordings, random), calls, BLOCK, random));
}

export const toRuns = (side: PlainCall[][], name: string): Run[] =>
  side.map((calls, i) => makeRun(`${name}${i + 1}`, calls));

/** (a) Nothing differs: how often is something claimed, by an endpoint, by the table, and how often suggested? */
export function measureFalseClaims(recordings: Recordings, repeats: number, seed: number): string {
  const rows: string[][] = [];
  const cases = Object.values(recordings);
  const report = (what: string, pairs: Iterable<[PlainCall[][], PlainCall[][]]>): void => {
    const tally = new Tally();
    let n = 0;
    for (const [before, after] of pairs) {
      n++;
      tally.add(compareSides(...inTurns(toRuns(before, 'a'), toRuns(after, 'b')), { seed: n }));
    }
    rows.push([what, ...tally.cells()]);
  };
  for (const [m, n] of [
    [2, 2],
    [3, 3],
    [1, 4],
    [4, 4],
    [5, 5],
    [3, 6],
  ]) {
    const random = makeRandom(seed + 100 * m + n);
    report(
      `${m} against ${n} runs in turns, recordings drawn and re-recorded`,
      repeat(repeats, () => {
        const source = pickOne(cases, random);
        return [drawSide(source, m, 150, random), drawSide(source, n, 150, random)];
      }),
    );
  }
  report('real re-recordings: every 2 against 2 of a setting', splitsOf(cases));
  report('real re-recordings: each against each of its setting', pairsOf(cases));
  const random = makeRandom(seed);
  report(
    'one run a side, re-recorded in blocks, 200 calls',
    repeat(repeats, () => {
      const source = pickOne(pickOne(cases, random), random);
      return [[rerecord(source, 200, BLOCK, random)], [rerecord(source, 200, BLOCK, random)]];
    }),
  );
  report('the two halves of each recording, by time', halvesOf(cases));
  for (const calls of [1000, 4000]) rows.push(countMarked(recordings, calls, Math.ceil(repeats / 4), seed));
  return writeTable(
    [
      'comparison of like with like',
      'an endpoint claimed (95 % interval)',
      'any row of the table claimed',
      'higher / lower',
      'an endpoint suggested',
      'any row suggested',
    ],
    rows,
  );
}

/** Marks on real calls under which nothing changes, the machine wandering by 10 % per 1,000 calls. */
function countMarked(recordings: Recordings, calls: number, repeats: number, seed: number): string[] {
  const tally = new Tally();
  const cases = Object.values(recordings);
  for (let i = 0; i < repeats; i++) {
    const random = makeRandom(seed + 7 * i + calls);
    const plain = rerecord(pickOne(pickOne(cases, random), random), 2 * calls, BLOCK, random);
    tally.add(compareByMarks(wanderOff(plain, 0.1, random), 0, random));
  }
  return [`marks, ${calls} calls a side, random walk of 10 % per 1,000 calls`, ...tally.cells()];
}

function* repeat<T>(times: number, make: () => T): Generator<T> {
  for (let i = 0; i < times; i++) yield make();
}

function* pairsOf(cases: PlainCall[][][]): Generator<[PlainCall[][], PlainCall[][]]> {
  for (const runs of cases)
    for (let i = 0; i < runs.length; i++) for (let j = i + 1; j < runs.length; j++) yield [[runs[i]], [runs[j]]];
}

function* halvesOf(cases: PlainCall[][][]): Generator<[PlainCall[][], PlainCall[][]]> {
  for (const run of cases.flat()) {
    const [first, second] = halvesByTime(run);
    yield [[first], [second]];
  }
}

function* splitsOf(cases: PlainCall[][][]): Generator<[PlainCall[][], PlainCall[][]]> {
  for (const [a, b, c, d] of cases) {
    yield [
      [a, b],
      [c, d],
    ];
    yield [
      [a, c],
      [b, d],
    ];
    yield [
      [a, d],
      [b, c],
    ];
  }
}
