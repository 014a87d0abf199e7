import fs from 'node:fs';
import path from 'node:path';
import { ExitCode, RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { noteEvidence, noteStdin } from './evidence.ts';
import { explained, explainFailure, printableName } from './file-errors.ts';
import {
  DEFAULT_MAX_FILES,
  DEFAULT_MAX_FOLDER_BYTES,
  type FolderLimits,
  nameDevice,
  type Skipped,
  walkFolder,
} from './folder.ts';
import { runOfFile, SIDE_NAME } from './series.ts';

/** Arguments become lists of files, files become chunks: nobody else opens an input. */
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
  /** Entries that are not read: devices, sockets, links that lead out, no permission, past the limits. */
  skipped: Skipped[];
}

export interface ListOptions extends Partial<FolderLimits> {
  /** Of a folder: the files of this run (series.ts) and those that belong to none. */
  onlyRun?: string;
  stdin?: AsyncIterable<Uint8Array>;
  /** The bytes of the one file of the argument, from the first on, when somebody had to look at them already. */
  opened?: AsyncIterable<Uint8Array>;
}

const CHUNK_BYTES = 1 << 20;

/** A file, '-' for stdin, or every file below a folder in the order of their names. */
export function listInputs(argument: string, options: ListOptions = {}): InputList {
  const { opened } = options;
  if (argument === '-') {
    if (noteStdin() && options.stdin === undefined)
      throw explainFailure(Object.assign(new Error('EISDIR'), { code: 'EISDIR' }), 'stdin');
    const open = (): AsyncIterable<Uint8Array> => opened ?? explainChunks(options.stdin ?? process.stdin, 'stdin');
    return {
      name: 'stdin',
      isFolder: false,
      files: [{ name: 'stdin', sizeBytes: null, location: '', open }],
      skipped: [],
    };
  }
  const stat = explained(printableName(path.basename(argument)), () => fs.statSync(argument, { bigint: true }));
  const name = printableName(path.basename(path.resolve(argument)));
  if (stat.isDirectory()) return listFolder(argument, name, options);
  const reason = nameDevice(stat);
  if (reason !== '') {
    throw new RecvscopeError(
      'not-a-file',
      ExitCode.unreadable,
      `${name} is ${reason}, not a capture`,
      'name a file, a folder, or - for standard input',
    );
  }
  noteEvidence(stat, name);
  explained(name, () => fs.accessSync(argument, fs.constants.R_OK));
  const file = makeInputFile(argument, name, stat);
  return {
    name,
    isFolder: false,
    files: [opened === undefined ? file : { ...file, open: () => opened }, ...listSideFiles(argument)],
    skipped: [],
  };
}

/** Files of settings and counters that lie beside a trace and bear its name: they are read with it. */
function listSideFiles(argument: string): InputFile[] {
  const folder = path.dirname(argument);
  const stem = path
    .basename(argument)
    .replace(/\.(gz|zst)$/, '')
    .replace(/\.[a-z]+$/, '');
  let names: string[];
  try {
    names = fs.readdirSync(folder);
  } catch {
    // A folder that may be entered but not listed: what is beside the file stays unknown.
    return [];
  }
  return names
    .filter(
      (name) => name.startsWith(stem) && SIDE_NAME.test(name.slice(stem.length)) && name !== path.basename(argument),
    )
    .sort()
    .flatMap((name) => {
      const location = path.join(folder, name);
      // Not through links: a file beside may point anywhere.
      const stat = fs.lstatSync(location, { bigint: true });
      if (!stat.isFile()) return [];
      noteEvidence(stat, printableName(name));
      return [makeInputFile(location, printableName(name), stat)];
    });
}

function listFolder(folder: string, name: string, options: ListOptions): InputList {
  const { members, skipped } = walkFolder(folder, name, {
    maxFiles: options.maxFiles ?? DEFAULT_MAX_FILES,
    maxFolderBytes: options.maxFolderBytes ?? DEFAULT_MAX_FOLDER_BYTES,
  });
  const { onlyRun } = options;
  const files = members
    .filter((member) => onlyRun === undefined || [onlyRun, ''].includes(runOfFile(member.name)))
    .map((member) => makeInputFile(member.location, member.name, member.stat));
  return { name: onlyRun === undefined ? name : `${name}/${onlyRun}`, isFolder: true, files, skipped };
}

function makeInputFile(location: string, name: string, stat: fs.BigIntStats): InputFile {
  // Files of the kernel (trace_pipe, /proc) say 0 bytes, may block and cannot seek: they are streams.
  const isStored = stat.isFile() && stat.size > 0n;
  return {
    name,
    sizeBytes: isStored ? Number(stat.size) : null,
    location,
    open: (use) => (isStored ? readFileChunks(location, name, use) : readStream(location, name)),
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

function readStream(location: string, name: string): AsyncIterable<Uint8Array> {
  return explainChunks(fs.createReadStream(location, { highWaterMark: CHUNK_BYTES }), name);
}

async function* explainChunks(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) yield chunk;
  } catch (error) {
    throw explainFailure(error, name);
  }
}
