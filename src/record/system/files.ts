import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** The one place of this room that touches files: tracefs, /proc, the capture folder. */

/** '' when there is no such file or it may not be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** '' = done, else the code of the refusal (EACCES, EBUSY, EINVAL …): tracefs says no by failing writes. */
export function writeText(file: string, text: string): string {
  try {
    writeFileSync(file, text);
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO';
  }
}

export function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

export function makeFolder(folder: string, mode = 0o700): string {
  try {
    mkdirSync(folder, { recursive: true, mode });
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO';
  }
}

/** A folder of tracefs: mkdir makes a buffer, and its parents are not ours to make. */
export function makeInstance(folder: string): string {
  try {
    mkdirSync(folder);
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO';
  }
}

export function removeInstance(folder: string): string {
  try {
    rmdirSync(folder);
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO';
  }
}

export const exists = (file: string): boolean => existsSync(file);
export const removeAll = (file: string): void => rmSync(file, { recursive: true, force: true });
export const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** NaN when there is no such file. */
export function readInode(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? Number.NaN;
}

export function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

export const openBytes = (file: string): AsyncIterable<Uint8Array> => createReadStream(file);

/** Text is shrunk eight to ten times by the fastest level; only the user may read it: it names hosts and programs. */
export async function writeGzip(file: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(chunks, createGzip({ level: 1 }), createWriteStream(file, { mode: 0o600 }));
}

export function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
}
