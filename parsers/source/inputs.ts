import fs from 'node:fs';
import path from 'node:path';
import { ExitCode, RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { printable } from '../../src/model/diagnostics/index.ts';

/** The only place that touches files. Everything else sees chunks. */
export interface InputFile {
  /** Base name, or the path inside the folder with '/'. Never an absolute path. */
  name: string;
  /** null = not known (stdin, pipes). */
  sizeBytes: number | null;
  /** '' for stdin. */
  location: string;
  open(use: ChunkUse): AsyncIterable<Uint8Array>;
}

/** Set by the consumer once it knows that it is done with each chunk when it asks for the next one. */
export interface ChunkUse {
  isTransient: boolean;
}

export interface InputList {
  name: string;
  isFolder: boolean;
  files: InputFile[];
  /** Entries that cannot be read: devices, sockets, dangling links, no permission. */
  skipped: { name: string; reason: string }[];
}

const CHUNK_BYTES = 1 << 20;
const MAX_FOLDER_DEPTH = 32;

/** A file, '-' for stdin, or every file below a folder in the order of their names. */
export function listInputs(argument: string, stdin?: AsyncIterable<Uint8Array>): InputList {
  if (argument === '-') {
    const open = (): AsyncIterable<Uint8Array> => stdin ?? process.stdin;
    return {
      name: 'stdin',
      isFolder: false,
      files: [{ name: 'stdin', sizeBytes: null, location: '', open }],
      skipped: [],
    };
  }
  const stat = explained(printableName(path.basename(argument)), () => fs.statSync(argument));
  const name = printableName(path.basename(path.resolve(argument)));
  if (stat.isDirectory()) return listFolder(argument, name);
  const reason = nameOddKind(stat);
  if (reason !== '') {
    throw new RecvscopeError(
      'not-a-file',
      ExitCode.unreadable,
      `${name} is ${reason}, not a capture`,
      'name a file, a folder, or - for standard input',
    );
  }
  explained(name, () => fs.accessSync(argument, fs.constants.R_OK));
  return { name, isFolder: false, files: [makeInputFile(argument, name, stat)], skipped: [] };
}

/** A name may hold terminal escapes; it is shown, and printed in reports, without them. */
function printableName(name: string): string {
  return (name.match(/[\s\S]{1,200}/g) ?? []).map(printable).join('');
}

function explained<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explainFailure(error, name);
  }
}

function explainFailure(error: unknown, name: string): RecvscopeError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new RecvscopeError(
      'no-such-file',
      ExitCode.unreadable,
      `${name}: no such file or folder`,
      'check the path; - reads standard input',
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new RecvscopeError(
      'no-permission',
      ExitCode.unreadable,
      `${name}: no permission to read it`,
      'recordings made by root belong to root: sudo chown $USER FILE',
    );
  }
  const text = error instanceof Error ? error.message.split(',')[0] : String(error);
  return new RecvscopeError('unreadable', ExitCode.unreadable, `${name}: cannot be read (${text})`, 'check the file');
}

/** '' for files and pipes (process substitution gives a pipe). */
function nameOddKind(stat: fs.Stats): string {
  if (stat.isCharacterDevice() || stat.isBlockDevice()) return 'a device';
  if (stat.isSocket()) return 'a socket';
  return '';
}

function listFolder(folder: string, name: string): InputList {
  const list: InputList = { name, isFolder: true, files: [], skipped: [] };
  walk(folder, '', 0, new Set(), list);
  return list;
}

function walk(folder: string, prefix: string, depth: number, seen: Set<string>, list: InputList): void {
  let entries: string[];
  try {
    const real = fs.realpathSync(folder);
    if (seen.has(real) || depth > MAX_FOLDER_DEPTH) return;
    seen.add(real);
    entries = fs.readdirSync(folder);
  } catch (error) {
    if (depth === 0) throw explainFailure(error, list.name);
    list.skipped.push({ name: prefix.slice(0, -1), reason: 'no permission to list the folder' });
    return;
  }
  // Plain code unit order: the same on every machine, whatever its locale.
  for (const entry of entries.sort()) {
    if (entry === '.git') continue;
    const location = path.join(folder, entry);
    const name = prefix + printableName(entry);
    try {
      const stat = fs.statSync(location);
      if (stat.isDirectory()) walk(location, `${name}/`, depth + 1, seen, list);
      else if (!stat.isFile()) list.skipped.push({ name, reason: `${nameOddKind(stat) || 'a pipe'}, not a file` });
      else {
        fs.accessSync(location, fs.constants.R_OK);
        list.files.push(makeInputFile(location, name, stat));
      }
    } catch (error) {
      list.skipped.push({ name, reason: explainFailure(error, name).message });
    }
  }
}

function makeInputFile(location: string, name: string, stat: fs.Stats): InputFile {
  return {
    name,
    sizeBytes: stat.isFile() ? stat.size : null,
    location,
    open: (use) => (stat.isFile() ? readFileChunks(location, name, use) : readChunks(location, name)),
  };
}

/**
 * A regular file, read into one buffer again and again: chunks straight from the page cache, without a thread and a fresh
 * megabyte for each. Until the kind of the file is known, every chunk has a buffer of its own.
 */
async function* readFileChunks(location: string, name: string, use: ChunkUse): AsyncGenerator<Uint8Array> {
  let file = -1;
  try {
    file = fs.openSync(location, 'r');
    let buffer = Buffer.alloc(0);
    for (let count = 1; ; count++) {
      if (buffer.length === 0 || !use.isTransient) buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      const size = fs.readSync(file, buffer, 0, CHUNK_BYTES, null);
      if (size === 0) return;
      yield buffer.subarray(0, size);
      // Lets signals and timers in.
      if (count % BREATH_CHUNKS === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } catch (error) {
    throw explainFailure(error, name);
  } finally {
    if (file >= 0) fs.closeSync(file);
  }
}
const BREATH_CHUNKS = 16;

async function* readChunks(location: string, name: string): AsyncGenerator<Uint8Array> {
  const stream = fs.createReadStream(location, { highWaterMark: CHUNK_BYTES });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw explainFailure(error, name);
  } finally {
    stream.destroy();
  }
}
