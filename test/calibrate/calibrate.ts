import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { measureBreakEven } from './break-even.ts';
import { readCalls } from './call-csv.ts';
import { measureDrift } from './drift.ts';
import { measureFalseClaims, type Recordings } from './false-claims.ts';
import { measurePower } from './power.ts';
import { measureSymmetry } from './symmetry.ts';

/**
 * How far the statistics can be trusted, measured: `npm run calibrate` (minutes, seeded, two runs give the same table).
 *
 *   node --import tsx test/calibrate/calibrate.ts [--repeats 400] [--only a|b|c|d] [--out FILE]
 *
 * Without --only the table goes to src/stats/CALIBRATION.md.
 */
const folder = new URL('../../fixtures/calibration/', import.meta.url);
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const repeats = Number(option('repeats') ?? 400);
const only = option('only');
const SEED = 20061112;

function readRecordings(): Recordings {
  const out: Recordings = {};
  for (const file of readdirSync(folder).sort()) {
    const found = /^(.+)-\d+\.csv(\.gz)?$/.exec(file);
    if (found === null) continue;
    out[found[1]] ??= [];
    const bytes = readFileSync(new URL(file, folder));
    out[found[1]].push(readCalls((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')));
  }
  return out;
}

const recordings = readRecordings();
/** Five recordings of each of three settings, in one session. */
const classic = Object.fromEntries(Object.entries(recordings).filter(([name]) => /^[ABC]-/.test(name)));
const parts: [string, string, () => string][] = [
  ['a', 'False claims where nothing differs', () => measureFalseClaims(recordings, Math.ceil(0.3 * repeats), SEED)],
  ['b', 'Known changes: power and intervals', () => measurePower(recordings, Math.ceil(0.1 * repeats), SEED)],
  ['c', 'Break-even of simulated kernels', () => measureBreakEven(Math.ceil(repeats / 2), SEED)],
  ['d', 'Symmetry', () => measureSymmetry(recordings, Math.ceil(repeats / 10), SEED)],
  ['e', 'Drift from recording to recording', () => measureDrift(classic)],
];
const text = [readFileSync(new URL('calibration-head.md', import.meta.url), 'utf8').trimEnd()];
for (const [id, title, measure] of parts) {
  if (only !== undefined && only !== id) continue;
  const began = performance.now();
  text.push(`## (${id}) ${title}`, measure());
  process.stderr.write(`(${id}) ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
}
const report = `${text.join('\n\n')}\n`;
const target = option('out');
if (target !== undefined) writeFileSync(target, report);
else if (only === undefined) writeFileSync(new URL('../../src/stats/CALIBRATION.md', import.meta.url), report);
else process.stdout.write(report);
