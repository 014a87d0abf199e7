import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { printable } from '../src/model/diagnostics.ts';
import { ExitCode, RecvscopeError } from '../src/model/errors.ts';
import { expandGzip } from './gzip.ts';
import { type BinaryKind, findBinary, findPacking, MAGIC_BYTES, type Packing } from './magic.ts';
import type { OnBroken } from './unpack.ts';
import { decodeUtf16, findUtf16 } from './utf16.ts';
import { expandZstd } from './zstd.ts';

/** The only place that touches files, streams of bytes and child processes. Everything else sees chunks. */
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

export interface SourceOptions {
  stdin?: AsyncIterable<Uint8Array>;
  maxExpansionRatio: number;
  maxExpandedBytes: number;
  /** Run perf or trace-cmd on a binary recording. */
  mayPrint: boolean;
  /** Bytes of the file on disk, packed. */
  onBytes: (bytesRead: number) => void;
  onBroken: OnBroken;
}

/** Decompressed bytes of one file; `binary` is set when they are no text and cannot be printed. */
export interface OpenSource {
  wrapping: string;
  binary: BinaryKind | null;
  chunks: AsyncIterable<Uint8Array>;
}

const CHUNK_BYTES = 1 << 20;
const MAX_FOLDER_DEPTH = 32;
const MAX_PACKINGS = 3;

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
  const stat = statArgument(argument);
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
  checkReadable(argument, name);
  return { name, isFolder: false, files: [makeInputFile(argument, name, stat)], skipped: [] };
}

/** A name may hold terminal escapes; it is shown, and printed in reports, without them. */
function printableName(name: string): string {
  return (name.match(/[\s\S]{1,200}/g) ?? []).map(printable).join('');
}

function statArgument(argument: string): fs.Stats {
  try {
    return fs.statSync(argument);
  } catch (error) {
    throw explainFailure(error, printableName(path.basename(argument)));
  }
}

function checkReadable(location: string, name: string): void {
  try {
    fs.accessSync(location, fs.constants.R_OK);
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

/** Looks at the first bytes, takes off gzip and zstd (also one inside the other), prints binary recordings if it can. */
export async function openSource(file: InputFile, options: SourceOptions): Promise<OpenSource> {
  const limits = { fileName: file.name, maxRatio: options.maxExpansionRatio, maxBytes: options.maxExpandedBytes };
  const use: ChunkUse = { isTransient: false };
  let chunks: AsyncIterable<Uint8Array> = countBytes(file.open(use), options.onBytes);
  const packings: string[] = [];
  for (let depth = 0; ; depth++) {
    const { head, all } = await peek(chunks);
    chunks = all;
    const packing: Packing = findPacking(head);
    if (packing === '') {
      const binary = findBinary(head);
      if (binary === null) {
        // A decompressor may keep what it was given.
        use.isTransient = packings.length === 0;
        const encoding = findUtf16(head);
        if (encoding === '') return { wrapping: packings.join('+'), binary: null, chunks };
        const wrapping = [...packings, encoding].join('+');
        return { wrapping, binary: null, chunks: decodeUtf16(chunks, encoding) };
      }
      const canPrint = options.mayPrint && depth === 0 && file.location !== '' && file.sizeBytes !== null;
      const printed = canPrint ? await printRecording(file.location, binary, options.onBroken) : '';
      if (typeof printed === 'string') {
        for await (const _ of chunks) break; // closes the file
        const kind = explainBinary(binary, printed, file.location === '', packings);
        return { wrapping: packings.join('+'), binary: kind, chunks: emptyChunks() };
      }
      return { wrapping: binary.id, binary: null, chunks: printed };
    }
    if (depth >= MAX_PACKINGS) throw packedTooOften(file.name);
    packings.push(packing);
    chunks =
      packing === 'gzip' ? expandGzip(chunks, limits, options.onBroken) : expandZstd(chunks, limits, options.onBroken);
  }
}

function packedTooOften(name: string): RecvscopeError {
  return new RecvscopeError(
    'packed-too-often',
    ExitCode.unreadable,
    `${name}: packed more than ${MAX_PACKINGS} times, one inside the other`,
    'expand it first: gzip -dc FILE | recvscope report -',
  );
}

/** What keeps it from being printed here, and the command that prints it elsewhere. */
function explainBinary(binary: BinaryKind, why: string, isStdin: boolean, packings: readonly string[]): BinaryKind {
  if (binary.command === '' || PRINTERS[binary.id] === undefined) return binary;
  const tool = PRINTERS[binary.id]![0].tool;
  if (isStdin) return { ...binary, title: `${binary.title}, which ${tool} reads only from a file`, isNameless: true };
  if (packings.length === 0) return why === '' ? binary : { ...binary, title: `${binary.title}, and ${why}` };
  const unpack = packings.map((packing) => (packing === 'gzip' ? 'gzip -dc' : 'zstd -dc'));
  const [first, ...rest] = [`${unpack[0]} FILE`, ...unpack.slice(1)];
  const target = [first, ...rest].join(' | ');
  const command = `${target} > ${binary.id}; ${binary.command.replace('FILE', binary.id)}`;
  return { ...binary, title: `${binary.title} in packed form`, command };
}

async function* emptyChunks(): AsyncGenerator<Uint8Array> {}

async function* countBytes(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytesRead: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytesRead = 0;
  for await (const chunk of chunks) {
    bytesRead += chunk.length;
    onBytes(bytesRead);
    yield chunk;
  }
}

/** The first MAGIC_BYTES bytes and a stream that begins with them again. */
async function peek(chunks: AsyncIterable<Uint8Array>): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let size = 0;
  while (size < MAGIC_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    held.push(next.value);
    size += next.value.length;
  }
  const head = held.length === 1 ? held[0] : Buffer.concat(held);
  async function* replay(): AsyncGenerator<Uint8Array> {
    try {
      if (size > 0) yield head;
      for (;;) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head: head.subarray(0, MAGIC_BYTES), all: replay() };
}

/** Old tools lack --ns, and refuse a field that one of the events does not have: then their default layout is taken. */
const PRINTERS: Readonly<Record<string, readonly { tool: string; args: (file: string) => string[] }[]>> = {
  'perf.data': [
    {
      tool: 'perf',
      args: (file) => ['script', '-i', file, '--ns', '-F', 'comm,pid,tid,cpu,time,period,event,ip,sym,dso,trace'],
    },
    { tool: 'perf', args: (file) => ['script', '-i', file, '--ns'] },
    { tool: 'perf', args: (file) => ['script', '-f', '-i', file, '--ns'] },
    { tool: 'perf', args: (file) => ['script', '-i', file] },
  ],
  'trace.dat': [{ tool: 'trace-cmd', args: (file) => ['report', '-i', file] }],
};

const MAX_MESSAGE_BYTES = 8192;

/**
 * Runs the producer's own tool on a binary recording, without a shell. A string: why there is no text of it. A tool that
 * fails after it has printed something leaves a cut text, which must not pass for a whole one.
 */
async function printRecording(
  location: string,
  binary: BinaryKind,
  onBroken: OnBroken,
): Promise<AsyncIterable<Uint8Array> | string> {
  const file = path.resolve(location);
  let failure = '';
  for (const { tool, args } of PRINTERS[binary.id] ?? []) {
    const child = spawn(tool, args(file), { stdio: ['ignore', 'pipe', 'pipe'], shell: false });
    let messages = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      if (messages.length < MAX_MESSAGE_BYTES) messages += text;
    });
    const closed = new Promise<string>((resolve) => {
      child.once('close', (code, signal) => resolve(code === 0 ? '' : nameEnd(code, signal)));
    });
    const isStarted = await new Promise<boolean>((resolve) => {
      child.once('spawn', () => resolve(true));
      child.once('error', () => resolve(false));
    });
    if (!isStarted) return `${tool} is not installed here`;
    const { head, all } = await peek(child.stdout);
    if (head.length > 0) return watchPrinting(all, tool, closed, () => messages, child, onBroken);
    child.kill();
    const end = await closed;
    failure = `${tool} printed nothing of it${firstLine(messages, ': ') || (end === '' ? '' : `: it ${end}`)}`;
  }
  return failure;
}

async function* watchPrinting(
  printed: AsyncIterable<Uint8Array>,
  tool: string,
  closed: Promise<string>,
  messages: () => string,
  child: { kill(): boolean },
  onBroken: OnBroken,
): AsyncGenerator<Uint8Array> {
  try {
    yield* printed;
    const end = await closed;
    if (end !== '')
      onBroken('printing-broke-off', `${tool} ${end} before the recording was printed${firstLine(messages(), ': ')}`);
    else if (messages().trim() !== '') onBroken('tool-message', `${tool} says${firstLine(messages(), ': ')}`);
  } finally {
    child.kill();
  }
}

function nameEnd(code: number | null, signal: NodeJS.Signals | null): string {
  return code === null ? `was stopped by ${signal}` : `stopped with exit code ${code}`;
}

function firstLine(text: string, lead: string): string {
  const line = text
    .split('\n')
    .map((each) => each.trim())
    .find((each) => each !== '');
  return line === undefined ? '' : `${lead}${printable(line.slice(0, 200))}`;
}
