import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../parsers/index.ts';
import { makeVocabulary } from '../../src/kernels/index.ts';
import { MECHANISMS } from '../../src/mechanisms/index.ts';
import { Diagnostics } from '../../src/model/diagnostics/index.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { TimelineBuilder } from '../../src/timeline/index.ts';
import type { BuiltCalls } from '../support/build-calls.ts';

const ROOT = join(import.meta.dirname, '../../fixtures/captures');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recvscope-bundle-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function buildBundle(name: string, texts: readonly string[], maxCalls?: number): Promise<BuiltCalls> {
  const bundle = await mkdtemp(join(folder, `${name}-`));
  for (const [i, text] of texts.entries()) await writeFile(join(bundle, `trace-${i}.txt`), text);
  const strings = new StringTable();
  const diagnostics = new Diagnostics();
  const vocabulary = makeVocabulary();
  const builder = new TimelineBuilder({ strings, vocabulary, mechanisms: MECHANISMS, diagnostics, seed: 7, maxCalls });
  const parts = await readCapture(bundle, { vocabulary, strings, diagnostics, sink: builder });
  return { ...builder.finish(parts.facts, parts.files), diagnostics };
}

describe('a folder with the same capture twice', () => {
  for (const name of [
    'truth/guest-6.1-rr64/kprobes-events.txt',
    'truth/netdma-2.6.32-B/fn_ev.txt',
    // No times at all.
    'function-graph/3.10-default/trace.txt',
  ])
    it(`${name}: calls, wakeups and totals count once`, async () => {
      const text = read(name);
      const one = await buildBundle('one', [text]);
      const two = await buildBundle('two', [text, text]);
      expect(two.diagnostics.countOf('file-repeated')).toBe(1);
      expect(two.diagnostics.countOf('clocks-differ')).toBe(0);
      expect(two.calls.length).toBe(one.calls.length);
      expect(two.notes.wakeReasons).toEqual(one.notes.wakeReasons);
      expect(two.notes.descriptorSizes).toEqual(one.notes.descriptorSizes);
      expect(two.notes.totals).toEqual(one.notes.totals);
      expect(two.notes.allCalls).toEqual(one.notes.allCalls);
      expect(two.notes.notes.join('\n')).toContain('trace-1.txt holds the same events as trace-0.txt');
    });

  it('totals stay exact where rows are sampled', async () => {
    const text = read('truth/guest-6.1-rr64/kprobes-events.txt');
    const one = await buildBundle('all', [text]);
    const two = await buildBundle('sampled', [text, text], 20);
    expect(two.notes.allCalls).toMatchObject({
      calls: one.calls.length,
      returnedBytes: one.notes.allCalls?.returnedBytes,
    });
  });

  it('a piece of it without common switches: aligned on the calls, also the one its edge cut', async () => {
    const text = read('truth/guest-6.1-rr64/kprobes-events.txt')
      .split('\n')
      .filter((line) => !line.includes('sched_switch'));
    // The piece ends inside a call.
    const enter = text.findIndex((line, i) => i > text.length / 2 && line.includes(' sys_recvfrom('));
    const one = await buildBundle('whole', [text.join('\n')]);
    const two = await buildBundle('piece', [text.join('\n'), text.slice(0, enter + 1).join('\n')]);
    expect(two.diagnostics.countOf('clocks-differ')).toBe(0);
    expect(two.calls.length).toBe(one.calls.length);
    expect(two.notes.notes.join('\n')).toMatch(/aligned on \d+ common calls, offset 0\.0 µs/);
  });

  it('two different recordings of the same threads are not taken for one', async () => {
    const text = read('truth/guest-6.1-rr64/kprobes-events.txt');
    // Three seconds later: same threads, other calls.
    const later = text.replace(/ (159|160)(\.\d{6}:)/g, (_all, s, rest) => ` ${Number(s) + 3}${rest}`);
    expect(later).not.toBe(text);
    const noSwitches = (t: string): string => t.replace(/^.*sched_switch.*\n/gm, '');
    const one = await buildBundle('first', [noSwitches(text)]);
    const two = await buildBundle('later', [noSwitches(text), noSwitches(later)]);
    expect(two.diagnostics.countOf('file-repeated')).toBe(0);
    expect(two.calls.length).toBe(2 * one.calls.length);
  });
});
