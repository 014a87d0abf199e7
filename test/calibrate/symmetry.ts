import { makeRandom } from '../../src/stats/index.ts';
import { compareSides } from '../../src/verdict/compare/index.ts';
import { makeRun } from './call-csv.ts';
import { BLOCK, type Recordings } from './false-claims.ts';
import { findMirrorBreaks } from './mirror.ts';
import { pickOne, rerecord } from './resample.ts';
import { claimsAnything, writeTable } from './tally.ts';

/** (d) Sides swapped: every sign turns, every p stays. A capture against itself: no difference in any row. */
export function measureSymmetry(recordings: Recordings, repeats: number, seed: number): string {
  const random = makeRandom(seed);
  const cases = Object.values(recordings);
  let breaks = 0;
  let swaps = 0;
  for (let i = 0; i < repeats; i++) {
    const runs = [1, 1, 2, 4, 5][i % 5];
    const side = () =>
      Array.from({ length: runs }, (_, k) =>
        makeRun(`r${k}`, rerecord(pickOne(pickOne(cases, random), random), 80, BLOCK, random)),
      );
    const [before, after] = [side(), side()];
    breaks += findMirrorBreaks(
      compareSides(before, after, { seed: i }),
      compareSides(after, before, { seed: i }),
    ).length;
    swaps++;
  }
  let claims = 0;
  let other = 0;
  let selves = 0;
  for (const runs of [...cases.flat().map((calls) => [calls]), ...cases]) {
    const side = runs.map((calls, k) => makeRun(`r${k}`, calls));
    const comparison = compareSides(side, side, { seed });
    selves++;
    if (claimsAnything(comparison)) claims++;
    other += comparison.rows.filter((row) => row.outcome !== 'noDifference' || row.difference?.estimate !== 0).length;
  }
  return writeTable(
    ['property', 'tried', 'broken'],
    [
      [
        'swapping the sides mirrors every outcome, difference and interval, and leaves every p',
        `${swaps} comparisons`,
        String(breaks),
      ],
      ['a capture (or set of runs) against itself claims nothing', `${selves} comparisons`, String(claims)],
      ['… and every row says "no difference" with a difference of exactly 0', `${selves} comparisons`, String(other)],
    ],
  );
}
