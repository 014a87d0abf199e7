import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HEAD_BYTES } from '../../../parsers/detect/sniff.ts';
import { FORMATS } from '../../../parsers/index.ts';
import { listFiles, ROOT, readProjectFile } from '../../support/source-tree.ts';
import { catchCode, identityHolds, type Read, read, readText, withFolder } from '../side/support.ts';

/**
 * Every fixture under the name `unknown`: alone, gzipped, cut at 64 KiB, and beside three fixtures of other formats. The
 * folder below fixtures/captures names the format; a folder of another name is a bundle and is told by its files.
 */
const CAPTURES = path.join(ROOT, 'fixtures/captures');
const IDS: ReadonlySet<string> = new Set(FORMATS.map((format) => format.id));
/** Files that stand beside captures and are none. */
const NOT_CAPTURES = /(?:^|\/)(?:about\.md|README\.md|gt-[^/]*\.csv|expect[^/]*\.json)$/;
/** Enough of a large fixture for detection: more than the head; and a piece for bundles. */
const SHORT_BYTES = 80 * 1024;
const PIECE_BYTES = 32 * 1024;
/** Bundles of several formats: the names of their files tell. */
const BUNDLED: readonly [RegExp, string][] = [
  [/^prose-/, 'prose'],
  [/side-(?:before|after)|tracer-setup|\.conf\.txt$|softnet/, 'side-snapshot'],
  [/perf[^/]*\.(?:script|samples)\.txt$|perf-sched\.txt$|\/perf(?:-\w+)?\.txt\.gz$/, 'perf-script'],
  [/\/(?:fg|fgraph)[-_][^/]*\.txt$|^worked\/graph-/, 'function_graph'],
  [/trace-cmd\.report\.txt$/, 'trace-cmd'],
  [/trace(?:fs)?\.txt(?:\.gz)?$|\/(?:kprobes-events|kp_ev|fn_ev)\.txt$|^worked\/[^/]+\/capture\.txt$/, 'ftrace'],
];

interface Fixture {
  name: string;
  expected: string;
  bytes: Uint8Array;
}

function expectedOf(name: string): string | null {
  if (NOT_CAPTURES.test(name)) return 'unknown';
  const folder = name.split('/')[0];
  const id = [folder, folder.replaceAll('-', '_')].find((each) => IDS.has(each));
  if (folder === 'function-graph' && name.includes('trace-cmd')) return 'trace-cmd';
  if (id !== undefined) return id;
  return BUNDLED.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

function listFixtures(): Fixture[] {
  const names = readdirSync(CAPTURES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(CAPTURES, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
  return names.flatMap((name) => {
    const expected = expectedOf(name);
    if (expected === null) {
      unexpected.push(name);
      return [];
    }
    const raw = readFileSync(path.join(CAPTURES, name));
    const plain = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
    return [{ name, expected, bytes: plain.subarray(0, plain.lastIndexOf(10, SHORT_BYTES) + 1 || SHORT_BYTES) }];
  });
}

/** Files of which this test does not know what they are. */
const unexpected: string[] = [];
const fixtures = listFixtures();
const captures = fixtures.filter((fixture) => fixture.expected !== 'unknown');

function formatsOf(parts: Read): string[] {
  return parts.files.map((file) => file.format);
}

describe('detection', () => {
  it('has fixtures of every format', () => {
    expect([...IDS].filter((id) => !captures.some((fixture) => fixture.expected === id))).toEqual([]);
  });

  it('knows what every fixture should be', () => {
    expect(unexpected).toEqual([]);
  });

  it('knows every fixture alone, with no line malformed and all lines accounted for', async () => {
    const wrong: string[] = [];
    for (const { name, expected, bytes } of captures) {
      const parts = await readText(bytes);
      const malformed = parts.files.reduce((sum, file) => sum + file.account.malformed, 0);
      if (formatsOf(parts).join() !== expected) wrong.push(`${name}: ${formatsOf(parts).join()}`);
      if (malformed > 0) wrong.push(`${name}: ${malformed} malformed lines`);
      if (!identityHolds(parts)) wrong.push(`${name}: account`);
    }
    expect(wrong).toEqual([]);
  });

  it('knows it gzipped and cut at 64 KiB', async () => {
    const wrong: string[] = [];
    for (const { name, expected, bytes } of captures) {
      const cut = bytes.subarray(0, HEAD_BYTES);
      const ways: [string, Uint8Array][] = [['gzipped', gzipSync(cut, { level: 1 })]];
      if (bytes.length > HEAD_BYTES) ways.push(['cut', cut]);
      for (const [how, content] of ways) {
        const parts = await readText(content);
        if (formatsOf(parts).join() !== expected) wrong.push(`${name} ${how}: ${formatsOf(parts).join()}`);
        if (!identityHolds(parts)) wrong.push(`${name} ${how}: account`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('knows it beside three fixtures of other formats', async () => {
    const wrong: string[] = [];
    for (const [index, fixture] of captures.entries()) {
      const others: Fixture[] = [];
      for (let step = 1; others.length < 3 && step < captures.length; step++) {
        const other = captures[(index + step * 7) % captures.length];
        if (other.expected !== fixture.expected && !others.some((each) => each.expected === other.expected))
          others.push(other);
      }
      const bundle = [others[0], fixture, others[1], others[2]];
      const files = Object.fromEntries(bundle.map((each, at) => [`unknown${at}`, each.bytes.subarray(0, PIECE_BYTES)]));
      const parts = await withFolder(files, (folder) => read(folder));
      const seen = parts.files.map((file) => file.format);
      const expected = bundle.map((each) => each.expected);
      if (seen.join() !== expected.join()) wrong.push(`${fixture.name}: ${seen.join()} for ${expected.join()}`);
    }
    expect(wrong).toEqual([]);
  });

  it('claims nothing that stands beside captures', async () => {
    for (const { name, bytes } of fixtures.filter((fixture) => fixture.expected === 'unknown')) {
      expect([name, (await catchCode(readText(bytes))).code]).toEqual([name, 'nothing-recognised']);
    }
  });

  it('has a registry line for every format, handed out by the door of its folder', async () => {
    const declared = new Map(
      listFiles('parsers/formats')
        .map((file) => [file, /^export const (\w+): Format = \{/m.exec(readProjectFile(file))?.[1] ?? ''] as const)
        .filter(([, name]) => name !== ''),
    );
    expect(declared.size).toBe(FORMATS.length);
    for (const [file, name] of declared) {
      const door: Record<string, unknown> = await import(path.join(ROOT, path.dirname(file), 'index.ts'));
      expect([name, FORMATS.includes(door[name] as never)]).toEqual([name, true]);
    }
  });

  it('shows every format its own example', () => {
    for (const format of FORMATS) {
      expect(format.example.length).toBeGreaterThan(10);
      expect(format.printedBy).toMatch(/^https:\/\//);
    }
  });
});
