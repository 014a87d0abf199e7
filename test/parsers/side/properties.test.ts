import { readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Format, ReadResult } from '../../../parsers/contract.ts';
import { SegmentFeeder } from '../../../parsers/detect/segments.ts';
import { openUnknown } from '../../../parsers/detect/unknown-text.ts';
import { FORMATS } from '../../../parsers/index.ts';
import { makeVocabulary } from '../../../src/kernels/index.ts';
import { Diagnostics } from '../../../src/model/diagnostics/index.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { ROOT } from '../../support/source-tree.ts';
import { readFixture } from '../text/support.ts';

/** Profiles and side files: bytes cut anywhere give the same, damage never throws and every line stays accounted for. */
const OURS = [
  'opreport',
  'opreport-xml',
  'opannotate',
  'perf-report',
  'perf-stat',
  'iperf-csv',
  'iperf-text',
  'iperf3-json',
  'side-snapshot',
];
const SEED = 20_061_206;
const MAX_BYTES = 12_000;

const vocabulary = makeVocabulary();
const fixtures = OURS.flatMap((id) => {
  const format = FORMATS.find((each) => each.id === id)!;
  const folder = path.join(ROOT, 'fixtures/captures', id);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[a-z]+$/.test(name) && !name.endsWith('about.md'))
    .sort()
    .map((name) => ({ name: `${id}/${name}`, format, bytes: readFixture(`${id}/${name}`).subarray(0, MAX_BYTES) }));
});

function makeContext() {
  return {
    vocabulary,
    strings: new StringTable(),
    diagnostics: new Diagnostics(),
    file: 0,
    fileName: 'unknown',
    facts: [],
    sink: { onBatch: () => {} },
    wantFolded: false,
    maxLineBytes: 1 << 20,
  };
}

function readWith(format: Format, bytes: Uint8Array, cuts: readonly number[]): ReadResult {
  const reader = format.open(makeContext());
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = cuts.length === 0 ? bytes.length : cuts[turn % cuts.length];
    reader.push(bytes.slice(at, at + size));
    at += size;
  }
  return reader.end();
}

const ACCOUNT = ['parsed', 'comment', 'unused', 'unknown', 'malformed'] as const;
function checkAccount({ report }: ReadResult): void {
  const { account } = report;
  expect(ACCOUNT.reduce((sum, part) => sum + account[part], 0)).toBe(account.lines);
  for (const part of ACCOUNT) expect(account[part]).toBeGreaterThanOrEqual(0);
}

const mutation = fc.record({
  kind: fc.constantFrom('flip', 'ff', 'nul', 'crlf', 'delete', 'duplicate', 'swap', 'truncate', 'prefix', 'collapse'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  byte: fc.integer({ min: 0, max: 255 }),
});

function mutate(bytes: Uint8Array, { kind, at, byte }: { kind: string; at: number; byte: number }): Uint8Array {
  const copy = Buffer.from(bytes);
  const place = Math.min(Math.floor(at * bytes.length), bytes.length - 1);
  if (kind === 'flip') copy[place] = byte;
  else if (kind === 'ff') copy.fill(0xff, place, Math.min(place + 5, copy.length));
  else if (kind === 'nul') copy.fill(0, place, Math.min(place + 9, copy.length));
  else if (kind === 'truncate') return copy.subarray(0, place);
  if (kind === 'flip' || kind === 'ff' || kind === 'nul') return copy;
  const lines = copy.toString('latin1').split('\n');
  const line = Math.min(Math.floor(at * lines.length), lines.length - 1);
  if (kind === 'crlf') lines[line] += '\r';
  else if (kind === 'delete') lines.splice(line, 1);
  else if (kind === 'duplicate') lines.splice(line, 0, lines[line]);
  else if (kind === 'swap') lines.push(...lines.splice(line, 2).reverse());
  else if (kind === 'prefix') lines[line] = `> ${lines[line]}`;
  else if (kind === 'collapse') lines[line] = lines[line].replace(/\s+/g, ' ').trim();
  return Buffer.from(lines.join('\n'), 'latin1');
}

describe('profiles and side files', () => {
  it('are read alike however the bytes are cut', () => {
    const wholes = fixtures.map(({ format, bytes }) => readWith(format, bytes, []));
    fc.assert(
      fc.property(
        fc.nat({ max: fixtures.length - 1 }),
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 8 }),
        (index, cuts) => {
          const { format, bytes } = fixtures[index];
          const result = readWith(format, bytes, cuts);
          expect(result).toEqual(wholes[index]);
          checkAccount(result);
        },
      ),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('survive damage with every line accounted for', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: fixtures.length - 1 }),
        fc.array(mutation, { minLength: 1, maxLength: 12 }),
        (index, mutations) => {
          const { format, bytes } = fixtures[index];
          const damaged = mutations.reduce<Uint8Array>(
            (each, one) => (each.length === 0 ? each : mutate(each, one)),
            bytes,
          );
          checkAccount(readWith(format, damaged, [997]));
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('read by a reader of another format give no exception and no lost line', () => {
    for (const { bytes } of fixtures)
      for (const format of FORMATS) checkAccount(readWith(format, bytes.subarray(0, 4000), [500]));
  });

  it('joined at random are split into segments that hold every line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: fixtures.length - 1 }), { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 1, max: 20_000 }),
        (picks, size) => {
          const text = Buffer.concat(picks.map((pick) => fixtures[pick].bytes));
          const feeder = new SegmentFeeder(FORMATS, (spec) =>
            spec.format === null ? openUnknown(makeContext(), '') : spec.format.open(makeContext()),
          );
          for (let at = 0; at < text.length; at += size) feeder.push(text.subarray(at, at + size));
          const segments = feeder.end();
          let lines = 0;
          for (const { spec, result } of segments) {
            expect(spec.linesBefore).toBe(lines);
            checkAccount(result);
            lines += result.report.account.lines;
          }
          const newlines = text.reduce((count, byte) => (byte === 10 ? count + 1 : count), 0);
          expect(lines).toBe(text[text.length - 1] === 10 ? newlines : newlines + 1);
          expect(segments.reduce((sum, segment) => sum + segment.bytes, 0)).toBe(text.length);
        },
      ),
      { seed: SEED, numRuns: 120 },
    );
  });
});
