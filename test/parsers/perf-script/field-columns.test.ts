import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { identityHolds, readText } from '../side/support.ts';

const FOLDER = path.join(import.meta.dirname, '../../../fixtures/captures/perf-script/field-columns');

async function fold(file: string, samples: number, hasComm: boolean): Promise<[string, number][]> {
  const read = await readText(readFileSync(path.join(FOLDER, file)), { wantFolded: true });
  expect(read.files.map(({ format }) => format)).toEqual(['perf-script']);
  expect(read.files[0].account).toMatchObject({ unknown: 0, malformed: 0, unused: 0 });
  expect(read.files[0].samples).toBe(samples);
  expect(identityHolds(read)).toBe(true);
  const sums = new Map<string, number>();
  for (const [stack, count] of read.folded!.counts) {
    const key = hasComm ? stack.slice(stack.indexOf(';') + 1) : stack;
    if (hasComm) expect(stack).toMatch(/^\S+;/);
    sums.set(key, (sums.get(key) ?? 0) + count);
  }
  return [...sums].sort();
}

describe.each([
  ['chains', 10],
  ['flat', 16],
])('%s: the same folded stacks, whatever columns stand beside the frames', (folder, samples) => {
  const names = readdirSync(path.join(FOLDER, folder));
  it.each(names)('%s', async (name) => {
    const want = await fold(`${folder}/comm-tid-time-event.txt`, samples, true);
    expect(want.length).toBeGreaterThan(5);
    expect(await fold(`${folder}/${name}`, samples, name.startsWith('comm'))).toEqual(want);
  });
});
