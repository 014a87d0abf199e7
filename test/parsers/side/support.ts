import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CaptureParts, type ReadOptions, readCapture } from '../../../parsers/index.ts';
import { makeVocabulary } from '../../../src/kernels/index.ts';
import { Diagnostics } from '../../../src/model/diagnostics/index.ts';
import { StringTable } from '../../../src/model/string-table.ts';

const vocabulary = makeVocabulary();

export interface Read extends CaptureParts {
  diagnostics: Diagnostics;
  /** Lines of event rows by file index. */
  eventLines: Map<number, number[]>;
}

export async function read(argument: string, options: Partial<ReadOptions> = {}): Promise<Read> {
  const diagnostics = new Diagnostics();
  const eventLines = new Map<number, number[]>();
  const parts = await readCapture(argument, {
    vocabulary,
    strings: new StringTable(),
    diagnostics,
    sink: {
      onBatch(stream, batch) {
        const lines = eventLines.get(stream.file) ?? [];
        for (let row = 0; row < batch.length; row++) lines.push(batch.line[row]);
        eventLines.set(stream.file, lines);
      },
    },
    ...options,
  });
  return { ...parts, diagnostics, eventLines };
}

/** A folder that is removed after the callback. */
export async function withFolder<T>(
  files: Record<string, string | Uint8Array>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'recvscope-test-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const location = path.join(folder, name);
      mkdirSync(path.dirname(location), { recursive: true });
      writeFileSync(location, content);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function readText(content: string | Uint8Array, options: Partial<ReadOptions> = {}): Promise<Read> {
  return withFolder({ unknown: content }, (folder) => read(path.join(folder, 'unknown'), options));
}

export async function catchCode(
  promise: Promise<unknown>,
): Promise<{ code: string; exitCode: number; message: string; hint: string }> {
  try {
    await promise;
  } catch (error) {
    const { code, exitCode, message, hint } = error as {
      code: string;
      exitCode: number;
      message: string;
      hint: string;
    };
    return { code, exitCode, message, hint };
  }
  return { code: 'no error', exitCode: 0, message: '', hint: '' };
}

export function identityHolds(parts: CaptureParts): boolean {
  return parts.files.every(({ account: a }) => a.lines === a.parsed + a.comment + a.unused + a.unknown + a.malformed);
}
