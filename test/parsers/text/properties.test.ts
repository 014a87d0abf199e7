import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Format } from '../../../parsers/contract.ts';
import { ftraceFormat } from '../../../parsers/formats/ftrace/index.ts';
import { traceCmdFormat } from '../../../parsers/formats/trace-cmd/index.ts';
import { accountGap, readAll, readFixture } from './support.ts';

const CASES: [string, Format][] = [
  ['ftrace/kprobes-3.10/trace.txt', ftraceFormat],
  ['ftrace/events-2.6.32/trace.txt', ftraceFormat],
  ['ftrace/events-6.18/trace.txt', ftraceFormat],
  ['ftrace/functions-7.2/trace.txt', ftraceFormat],
  ['ftrace/layouts/latency-3.10.txt', ftraceFormat],
  ['ftrace/layouts/verbose-3.10.txt', ftraceFormat],
  ['ftrace/lost/trace_pipe.txt', ftraceFormat],
  ['trace-cmd/report-3.1/kprobes.txt', traceCmdFormat],
  ['trace-cmd/report-3.1/report-l.txt', traceCmdFormat],
  ['trace-cmd/report-3.1/report-R.txt', traceCmdFormat],
];
const SEED = 20_061;

/** Byte flips, 0xFF, NUL, CR LF, deleted, doubled and swapped lines, a cut, a prefix, collapsed blanks, a long line. */
type Mutation = { kind: number; at: number; value: number };
const mutations = fc.array(fc.record({ kind: fc.nat(9), at: fc.nat(1_000_000), value: fc.nat(255) }), {
  minLength: 1,
  maxLength: 12,
});

function mutate(bytes: Uint8Array, steps: readonly Mutation[]): Uint8Array {
  let current = Buffer.from(bytes);
  for (const { kind, at, value } of steps) {
    if (current.length === 0) break;
    const pos = at % current.length;
    const lines = () => current.toString('latin1').split('\n');
    const join = (list: string[]) => Buffer.from(list.join('\n'), 'latin1');
    if (kind === 0) current[pos] ^= 1 << (value & 7);
    else if (kind === 1) current[pos] = 0xff;
    else if (kind === 2) current[pos] = 0;
    else if (kind === 3)
      current = join(
        current
          .toString('latin1')
          .split('\n')
          .map((line, i) => (i === pos % 50 ? `${line}\r` : line)),
      );
    else if (kind === 4) current = join(lines().filter((_, i, all) => i !== pos % all.length));
    else if (kind === 5)
      current = join(lines().flatMap((line, i, all) => (i === pos % all.length ? [line, line] : [line])));
    else if (kind === 6) {
      const list = lines();
      const one = pos % list.length;
      const two = value % list.length;
      [list[one], list[two]] = [list[two], list[one]];
      current = join(list);
    } else if (kind === 7) current = Buffer.from(current.subarray(0, pos));
    else if (kind === 8)
      current = join(lines().map((line, i) => (i % 7 === value % 7 ? line.replace(/ +/g, ' ') : line)));
    else current = join(lines().map((line, i, all) => (i === pos % all.length ? `${line}${'7'.repeat(3000)}` : line)));
  }
  return current;
}

describe('bytes cut anywhere', () => {
  it.each(CASES)('%s gives the same events and the same account', (name, format) => {
    const bytes = readFixture(name);
    const whole = readAll(format, bytes);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 }), (cuts) => {
        const cut = readAll(format, bytes, { cuts });
        expect(cut.rows).toEqual(whole.rows);
        expect(cut.result.report).toEqual(whole.result.report);
      }),
      { seed: SEED, numRuns: 6 },
    );
  });
});

describe('damaged files', () => {
  it.each(CASES)('%s never throws and never loses a line', (name, format) => {
    const bytes = readFixture(name);
    fc.assert(
      fc.property(mutations, (steps) => {
        const damaged = mutate(bytes, steps);
        const seen = readAll(format, damaged, { cuts: [997], maxLineBytes: 2000 });
        expect(accountGap(seen)).toBe(0);
        const newlines = damaged.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
        const tail = damaged.length > 0 && damaged.at(-1) !== 10 ? 1 : 0;
        expect(seen.result.report.account.lines).toBe(newlines + tail);
        for (const row of seen.rows) expect(row.line).toBeGreaterThan(0);
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('reads arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
        expect(accountGap(readAll(ftraceFormat, bytes))).toBe(0);
        expect(accountGap(readAll(traceCmdFormat, bytes))).toBe(0);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});
