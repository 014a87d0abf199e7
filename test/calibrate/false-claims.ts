import { makeRandom, type Random } from '../../src/stats/index.ts';
import { compareSides } from '../../src/verdict/compare/index.ts';
import { makeRun, type PlainCall } from './call-csv.ts';
import { alternateHalves, pickOne, rerecord } from './resample.ts';
import { claimsAnything, writeShare, writeTable } from './tally.ts';

/** Recordings by setting. */
export type Recordings = Record<string, PlainCall[][]>;

/** Longer than the autocorrelation seen in the recordings (block lengths chosen there are 1 to 12). */
export const BLOCK = 16;

/** A side of several runs from one population: recordings drawn with replacement, each recorded again. */
export function drawSide(recordings: PlainCall[][], runs: number, calls: number, random: Random): PlainCall[][] {
  return Array.from({ length: runs }, () => rerecord(pickOne(recordings, random), calls, BLOCK, random));
}

const toRuns = (side: PlainCall[][], name: string) => side.map((calls, i) => makeRun(`${name}${i + 1}`, calls));

/** (a) Nothing differs: how often is anything at all claimed, over the whole family of rows? */
export function measureFalseClaims(recordings: Recordings, repeats: number, seed: number): string {
  const rows: string[][] = [];
  const cases = Object.values(recordings);
  const report = (
    what: string,
    driftPct: number | undefined,
    pairs: Iterable<[PlainCall[][], PlainCall[][]]>,
  ): void => {
    let n = 0;
    let claimed = 0;
    for (const [before, after] of pairs) {
      n++;
      if (claimsAnything(compareSides(toRuns(before, 'a'), toRuns(after, 'b'), { seed: n, driftPct }))) claimed++;
    }
    rows.push([what, driftPct === undefined ? '' : `${driftPct} %`, writeShare(claimed, n)]);
  };
  for (const driftPct of [10, 0]) {
    for (const calls of [60, 200, 800]) {
      const random = makeRandom(seed + calls);
      report(
        `one run a side, re-recorded in blocks, ${calls} calls`,
        driftPct,
        repeat(repeats, () => {
          const source = pickOne(pickOne(cases, random), random);
          return [[rerecord(source, calls, BLOCK, random)], [rerecord(source, calls, BLOCK, random)]];
        }),
      );
    }
    report('alternate stretches of 4, 6, 8, 12 calls of each recording', driftPct, halvesOf(cases));
    report('real re-recordings: each against each of its setting', driftPct, pairsOf(cases));
  }
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
      `${m} against ${n} runs, recordings drawn and re-recorded`,
      undefined,
      repeat(repeats, () => {
        const source = pickOne(cases, random);
        return [drawSide(source, m, 150, random), drawSide(source, n, 150, random)];
      }),
    );
  }
  report('real re-recordings: every 2 against the other 3 of the setting', undefined, splitsOf(cases));
  return writeTable(
    ['comparison of like with like', 'drift allowed for', 'comparisons with any claim (95 % interval)'],
    rows,
  );
}

function* repeat<T>(times: number, make: () => T): Generator<T> {
  for (let i = 0; i < times; i++) yield make();
}

function* pairsOf(cases: PlainCall[][][]): Generator<[PlainCall[][], PlainCall[][]]> {
  for (const runs of cases)
    for (let i = 0; i < runs.length; i++) for (let j = i + 1; j < runs.length; j++) yield [[runs[i]], [runs[j]]];
}

function* halvesOf(cases: PlainCall[][][]): Generator<[PlainCall[][], PlainCall[][]]> {
  for (const run of cases.flat())
    for (const stretch of [4, 6, 8, 12]) {
      const [odd, even] = alternateHalves(run, stretch);
      yield [[odd], [even]];
    }
}

function* splitsOf(cases: PlainCall[][][]): Generator<[PlainCall[][], PlainCall[][]]> {
  for (const runs of cases)
    for (let i = 0; i < runs.length; i++)
      for (let j = i + 1; j < runs.length; j++) yield [[runs[i], runs[j]], runs.filter((_, k) => k !== i && k !== j)];
}
