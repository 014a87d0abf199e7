// npm run fuzz [-- LINES [SEED]]: mutated fixtures through the readers and the timeline until LINES have been read.
// Checks: nothing throws, WASM and plain scanner agree, the accounting identity holds, phases tile, memory stays bounded. Not part of npm test.
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { FORMATS } from '../../parsers/index.ts';
import { makeVocabulary } from '../../src/kernels/index.ts';
import { MECHANISMS } from '../../src/mechanisms/index.ts';
import { Diagnostics } from '../../src/model/diagnostics/index.ts';
import { PHASES } from '../../src/model/phases.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { TimelineBuilder } from '../../src/timeline/index.ts';
import { compareScanners } from '../support/compare-scanners.ts';
import { listFiles, ROOT } from '../support/source-tree.ts';
import { makeRandom, mutate, type Random } from './mutate.ts';

const wanted = Number(process.argv[2] ?? 10_000_000);
const seed = Number(process.argv[3] ?? 1);
const vocabulary = makeVocabulary();
const SLICE_LINES = 400;
const SCANNED_FORMATS = new Set(['ftrace', 'perf-script', 'function_graph', 'trace-cmd']);

interface Sample {
  file: string;
  lines: Buffer[];
}

function loadSamples(): Sample[] {
  return listFiles('fixtures/captures')
    .filter((file) => !/about\.md$|gt-.*\.csv$/.test(file))
    .map((file) => {
      const raw = readFileSync(path.join(ROOT, file));
      const text = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
      return { file, lines: splitLines(text) };
    })
    .filter((sample) => sample.lines.length > 3);
}

function splitLines(text: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf(10, start);
    lines.push(text.subarray(start, end < 0 ? text.length : end));
    start = end < 0 ? text.length : end + 1;
  }
  return lines;
}

function readWith(format: (typeof FORMATS)[number], text: Buffer, random: Random): number {
  const strings = new StringTable();
  const diagnostics = new Diagnostics();
  const timeline = new TimelineBuilder({ strings, vocabulary, mechanisms: MECHANISMS, diagnostics });
  const reader = format.open({
    vocabulary,
    strings,
    diagnostics,
    file: 0,
    fileName: 'fuzz',
    facts: [],
    sink: timeline,
    wantFolded: true,
    maxLineBytes: 1 << 20,
  });
  for (let at = 0; at < text.length; ) {
    const end = Math.min(text.length, at + 1 + Math.floor(random() * 40_000));
    reader.push(text.subarray(at, end));
    at = end;
  }
  const result = reader.end();
  const { account } = result.report;
  const sum = account.parsed + account.comment + account.unused + account.unknown + account.malformed;
  if (sum !== account.lines) throw new Error(`identity broken: ${JSON.stringify(account)}`);
  const { calls } = timeline.finish(result.facts, [result.report]);
  for (let row = 0; row < calls.length; row++) {
    const total = PHASES.reduce((ns, phase) => ns + (calls.get(`${phase}Ns`, row) || 0), 0);
    const duration = calls.get('durationNs', row);
    if (!Number.isNaN(duration) && Math.abs(total - duration) > 0.5)
      throw new Error(`phases do not tile: call ${row}: ${total} of ${duration}`);
  }
  return account.lines;
}

const samples = loadSamples();
const random = makeRandom(seed);
let linesRead = 0;
let rounds = 0;
let peak = 0;
while (linesRead < wanted) {
  const sample = samples[Math.floor(random() * samples.length)];
  const from = Math.floor(random() * Math.max(1, sample.lines.length - SLICE_LINES));
  // The head of a file decides its columns: half of the slices keep it.
  const slice =
    random() < 0.5
      ? [...sample.lines.slice(0, 12), ...sample.lines.slice(from, from + SLICE_LINES)]
      : sample.lines.slice(from, from + SLICE_LINES);
  const { lines, names } = mutate(slice, random);
  const text = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
  const head = {
    text: text.subarray(0, 65536).toString('utf8'),
    lines: text.subarray(0, 65536).toString('utf8').split('\n'),
    isWholeFile: text.length <= 65536,
  };
  const scored = FORMATS.filter((format) => format.detect(head).score > 0);
  for (const format of scored.length > 0 ? scored : [FORMATS[Math.floor(random() * FORMATS.length)]]) {
    try {
      linesRead += readWith(format, text, random);
      if (SCANNED_FORMATS.has(format.id)) {
        const difference = compareScanners(format, Buffer.concat([text, text]), [1 + Math.floor(random() * 40_000)]);
        if (difference !== '') throw new Error(`the scanners differ: ${difference}`);
      }
    } catch (error) {
      const kept = path.join(os.tmpdir(), 'recvscope-fuzz-failure.txt');
      writeFileSync(kept, text);
      console.error(
        `FAILED after ${linesRead} lines: format ${format.id}, fixture ${sample.file}, line ${from}, mutations ${names.join(', ')}, seed ${seed}; the text is in ${kept}`,
      );
      throw error;
    }
  }
  peak = Math.max(peak, process.memoryUsage().rss);
  if (++rounds % 2000 === 0)
    console.log(`${linesRead} lines, ${rounds} rounds, peak ${(peak / 1048576).toFixed(0)} MiB`);
}
console.log(
  `${linesRead} mutated lines in ${rounds} rounds over ${samples.length} fixtures without a failure, peak ${(peak / 1048576).toFixed(0)} MiB`,
);
