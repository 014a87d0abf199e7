import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { identityHolds, readText } from '../side/support.ts';

const FOLDER = path.join(import.meta.dirname, '../../../fixtures/captures/perf-script/field-combinations');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

/** Folded stacks of one print; `bare`: without the task name. */
async function fold(name: string, bare: boolean): Promise<[string, number][]> {
  const read = await readText(readFileSync(path.join(FOLDER, name)), { wantFolded: true });
  expect(read.files.map(({ format }) => format)).toEqual(['perf-script']);
  expect(read.files[0].account).toMatchObject({ unknown: 0, malformed: 0, unused: 0 });
  expect(read.files[0].samples).toBe(8);
  expect(identityHolds(read)).toBe(true);
  const sums = new Map<string, number>();
  for (const [stack, count] of read.folded!.counts) {
    const key = bare && name.includes('comm') ? stack.slice(stack.indexOf(';') + 1) : stack;
    sums.set(key, (sums.get(key) ?? 0) + count);
  }
  return [...sums].sort();
}

describe('one recording, however it is printed', () => {
  it('has twenty field lists', () => {
    expect(files.length).toBe(20);
  });

  it.each(files)('%s: the same folded stacks', async (name) => {
    const reference = 'comm-tid-time-cpu-event.txt';
    expect(await fold(name, true)).toEqual(await fold(reference, true));
    if (name.includes('comm')) expect(await fold(name, false)).toEqual(await fold(reference, false));
  });
});

describe('a name alone that no frame follows', () => {
  it('is a line that was not understood, and every line is counted', async () => {
    const frame = '\tffffffff8104f45a native_safe_halt ([kernel.kallsyms])\n';
    const head = 'rx 5 [000]     1.000001: cpu-clock: \n';
    for (const tail of ['hello \n', 'hello \nworld \n', 'hello \nworld \n\n', 'hello \n\nworld \n', ' 12 \n 13 \n']) {
      const read = await readText(`${head}${frame}\n${tail}`);
      expect(identityHolds(read)).toBe(true);
      expect(read.files[0].samples).toBe(1);
      expect(read.files[0].account.unknown).toBe(tail.trim().split(/\n+/).length);
    }
  });
});
