// npm run fuzz:coverage [-- SECONDS [SEED]]: damaged seeds (fixtures/fuzz) through the readers, the timeline, the verdict and
// the reports. Inputs that reach code no input has reached are kept and damaged further. Fails on an internal error and on a
// word such as NaN in a report; the input is kept in the folder for temporary files.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mutateJson } from '../../support/hostile/mutate-json.ts';
import { trySaved } from '../../support/hostile/try-saved.ts';
import { tryText } from '../../support/hostile/try-text.ts';
import { ROOT } from '../../support/source-tree.ts';
import { makeRandom, mutate, type Random } from '../mutate.ts';
import { CoverageMeter } from './meter.ts';

interface Entry {
  name: string;
  bytes: Buffer;
}

const BATCH = 8;
const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const random = makeRandom(seed);
const folder = path.join(ROOT, 'fixtures/fuzz');
const corpus: Entry[] = readdirSync(folder)
  .filter((name) => name !== 'about.md')
  .sort()
  .map((name) => ({ name, bytes: readFileSync(path.join(folder, name)) }));
const meter = await CoverageMeter.start();

function damage({ name, bytes }: Entry, from: Random): Entry {
  if (name.endsWith('.saved.json'))
    return { name, bytes: Buffer.from(JSON.stringify(mutateJson(bytes.toString('utf8'), from))) };
  const lines = bytes.toString('latin1').split('\n');
  const { lines: damaged } = mutate(
    lines.map((line) => Buffer.from(line, 'latin1')),
    from,
  );
  return { name, bytes: Buffer.concat(damaged.flatMap((line) => [line, Buffer.from('\n')])) };
}

async function tryEntry({ name, bytes }: Entry): Promise<string> {
  if (!name.endsWith('.saved.json')) return tryText(bytes, random() < 0.2);
  return (await trySaved(JSON.parse(bytes.toString('utf8')), random() < 0.03 ? ['html', 'markdown', 'text'] : ['text']))
    .fault;
}

async function runEntry(entry: Entry): Promise<void> {
  const fault = await tryEntry(entry);
  if (fault === '') return;
  const kept = path.join(os.tmpdir(), `recvscope-fuzz-${path.basename(entry.name)}`);
  writeFileSync(kept, entry.bytes);
  console.error(`FAILED: seed ${seed}, from ${entry.name}, the input is in ${kept}\n${fault}`);
  process.exit(1);
}

for (const entry of corpus) await runEntry(entry);
await meter.takeNew();
const seeds = corpus.length;
let runs = 0;
const end = Date.now() + seconds * 1000;
while (Date.now() < end) {
  const batch = Array.from({ length: BATCH }, () => damage(corpus[Math.floor(random() * corpus.length)], random));
  for (const entry of batch) await runEntry(entry);
  runs += batch.length;
  if ((await meter.takeNew()) === 0) continue;
  // Which of them it was does not matter: all are starting points.
  corpus.push(...batch.filter((entry) => entry.bytes.length < 200_000));
}
console.log(
  `${runs} damaged inputs from ${seeds} seeds, ${corpus.length - seeds} kept, ${meter.size} places of the code reached, seed ${seed}: no failure`,
);
process.exit(0);
