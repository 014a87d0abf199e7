import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixtureBytes, readPerfScript, summarize, unbalanced } from './support.ts';

const NAMES = [
  'field-layouts/tp-default.txt',
  'field-layouts/tp-header.txt',
  'field-layouts/tp-deltatime.txt',
  'call-chains/cc-max-stack-3.txt',
  'samples/sm-ip-sym-only.txt',
  'samples/sm-hidden-G.txt',
  'side-records/lost.txt',
  'kernel-3.10/kprobes.txt',
  'odd-names/colon-dash-angle.txt',
  'public-apache/latency-layout.txt',
  'public-bsd/derived-switch-namespace-events.txt',
  'public-cddl/fg-perf-js-stacks-01.txt',
  'public-mit/perfview-corner_case_process_names.txt',
];
const TEXTS = NAMES.map((name) => fixtureBytes(name));
const SEED = 20260;

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...sorted, bytes.length]) {
    // The reader gets bytes it cannot look behind, and that are overwritten afterwards by nobody.
    pieces.push(bytes.slice(from, cut));
    from = cut;
  }
  return pieces;
}

type Mutation = { kind: number; at: number; value: number };

function mutate(bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let text = Buffer.from(bytes);
  for (const { kind, at, value } of mutations) {
    const pos = text.length === 0 ? 0 : at % text.length;
    const lineEnd = text.indexOf(10, pos);
    const next = lineEnd < 0 ? text.length : lineEnd + 1;
    const start = text.lastIndexOf(10, Math.max(0, pos - 1)) + 1;
    const line = text.subarray(start, next);
    const before = text.subarray(0, start);
    const after = text.subarray(next);
    switch (kind % 10) {
      case 0:
        if (text.length > 0) text[pos] = value & 255;
        break;
      case 1:
        text = Buffer.concat([before, after]);
        break;
      case 2:
        text = Buffer.concat([before, line, line, after]);
        break;
      case 3:
        text = Buffer.concat([text.subarray(0, pos), Buffer.from([0xff, 0, 13, 10]), text.subarray(pos)]);
        break;
      case 4:
        text = text.subarray(0, pos);
        break;
      case 5:
        text = Buffer.concat([before, Buffer.from('> '), line, after]);
        break;
      case 6:
        text = Buffer.concat([before, Buffer.from(line.toString('latin1').replace(/ +/g, ' '), 'latin1'), after]);
        break;
      case 7:
        text = Buffer.concat([before, Buffer.alloc(value % 5000, 'x'), line, after]);
        break;
      case 8:
        text = Buffer.concat([after, before, line]);
        break;
      default:
        text = Buffer.concat([text.subarray(0, pos), text.subarray(Math.min(text.length, pos + (value % 40)))]);
    }
    text = Buffer.from(text);
  }
  return new Uint8Array(text);
}

describe('perf script, whatever happens to the bytes', () => {
  it('reads the same wherever they are cut', () => {
    const whole = TEXTS.map((bytes) => summarize(readPerfScript([bytes])));
    fc.assert(
      fc.property(fc.nat(TEXTS.length - 1), fc.array(fc.nat(200_000), { maxLength: 40 }), (index, cuts) => {
        expect(summarize(readPerfScript(cutAt(TEXTS[index], cuts)))).toBe(whole[index]);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('reads the same after the first MiB, where chunks are read in place', () => {
    const parts: Uint8Array[] = [];
    let size = 0;
    while (size < 1_300_000) {
      for (const bytes of TEXTS) {
        if (bytes === TEXTS[2]) continue;
        parts.push(bytes, new TextEncoder().encode('\n'));
        size += bytes.length + 1;
      }
    }
    const bytes = new Uint8Array(Buffer.concat(parts));
    const whole = summarize(readPerfScript([bytes]));
    const steps = [65_536, 4_099, 1_048_576];
    for (const step of steps) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += step) pieces.push(bytes.slice(at, at + step));
      expect(summarize(readPerfScript(pieces)) === whole).toBe(true);
    }
  });

  it('remembers nothing that a full parse would read differently', () => {
    // One line a piece: every line is carried over a border, so neither frame cache nor line memo is used.
    const inPieces = (bytes: Uint8Array): Uint8Array[] => {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += 7) pieces.push(bytes.slice(at, at + 7));
      return pieces;
    };
    const pad = new TextEncoder().encode(`${'#'.repeat(1023)}\n`.repeat(1025));
    fc.assert(
      fc.property(
        fc.nat(TEXTS.length - 1),
        fc.array(fc.record({ kind: fc.nat(9), at: fc.nat(200_000), value: fc.nat(5_000) }), { maxLength: 12 }),
        (index, mutations) => {
          const bytes = mutate(TEXTS[index], mutations);
          const fast = summarize(readPerfScript([pad, bytes, bytes]));
          const slow = summarize(readPerfScript([pad, ...inPieces(bytes), ...inPieces(bytes)]));
          expect(fast === slow).toBe(true);
        },
      ),
      { seed: SEED, numRuns: 40 },
    );
  }, 30_000);

  it('never throws and never loses a line', () => {
    fc.assert(
      fc.property(
        fc.nat(TEXTS.length - 1),
        fc.array(fc.record({ kind: fc.nat(9), at: fc.nat(200_000), value: fc.nat(5_000) }), {
          minLength: 1,
          maxLength: 12,
        }),
        (index, mutations) => {
          const bytes = mutate(TEXTS[index], mutations);
          const reading = readPerfScript([bytes]);
          expect(unbalanced(reading)).toBe(0);
          const newlines = bytes.reduce((sum, c) => sum + (c === 10 ? 1 : 0), 0);
          const hasTail = bytes.length > 0 && bytes[bytes.length - 1] !== 10;
          expect(reading.result.report.account.lines).toBe(newlines + (hasTail ? 1 : 0));
          const folded = [...reading.folded.values()].reduce((sum, n) => sum + n, 0);
          expect(folded).toBe(reading.result.folded?.samples);
          expect(folded).toBeGreaterThanOrEqual(reading.result.report.samples);
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('skips lines longer than the limit and says so', () => {
    const long = `a 1 [000] 1.000001: irq:softirq_entry: ${'x'.repeat(5000)}\n`;
    const reading = readPerfScript(`${long}a 1 [000] 1.000002: irq:softirq_entry: vec=3 [action=NET_RX]\n`, {
      maxLineBytes: 4096,
    });
    expect(reading.result.report.account).toMatchObject({ lines: 2, parsed: 1, malformed: 1 });
    expect(reading.diagnostics.countOf('long-line')).toBe(1);
  });
});
