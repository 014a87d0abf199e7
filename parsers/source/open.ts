import { ExitCode, RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { expandGzip } from './gzip.ts';
import type { ChunkUse, InputFile } from './inputs.ts';
import type { OnBroken } from './limits.ts';
import { type BinaryKind, findBinary, findPacking, type Packing } from './magic.ts';
import { peek } from './peek.ts';
import { explainBinary, printRecording } from './recordings.ts';
import { decodeUtf16, findUtf16 } from './utf16.ts';
import { expandZstd } from './zstd.ts';

export interface SourceOptions {
  maxExpansionRatio: number;
  maxExpandedBytes: number;
  /** Run perf or trace-cmd on a binary recording. */
  mayPrint: boolean;
  /** The user named this very file, or asked for recordings inside folders to be printed. */
  isNamed: boolean;
  /** Says that a tool is at work. */
  onPrinting?: (tool: string) => void;
  /** Bytes of the file on disk, packed. */
  onBytes: (bytesRead: number) => void;
  /** Bytes as they are once nothing is packed any more: what names the capture. */
  onUnpacked?: (bytes: Uint8Array) => void;
  onBroken: OnBroken;
}

/** Decompressed bytes of one file; `binary` is set when they are no text and cannot be printed. */
export interface OpenSource {
  wrapping: string;
  binary: BinaryKind | null;
  chunks: AsyncIterable<Uint8Array>;
}

const MAX_PACKINGS = 3;
const UNASKED = 'recvscope prints one inside a folder only with --print-recordings';

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
        chunks = watchBytes(chunks, options.onUnpacked);
        const encoding = findUtf16(head);
        if (encoding === '') return { wrapping: packings.join('+'), binary: null, chunks };
        const wrapping = [...packings, encoding].join('+');
        return { wrapping, binary: null, chunks: decodeUtf16(chunks, encoding) };
      }
      const canPrint = options.mayPrint && depth === 0 && file.location !== '' && file.sizeBytes !== null;
      const printed = !canPrint ? '' : options.isNamed ? await printRecording(file.location, binary, options) : UNASKED;
      if (typeof printed === 'string') {
        for await (const _ of chunks) break; // closes the file
        const kind = explainBinary(binary, printed, file.location === '', packings);
        return { wrapping: packings.join('+'), binary: kind, chunks: emptyChunks() };
      }
      return { wrapping: binary.id, binary: null, chunks: watchBytes(printed, options.onUnpacked) };
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

function watchBytes(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: ((bytes: Uint8Array) => void) | undefined,
): AsyncIterable<Uint8Array> {
  return onBytes === undefined ? chunks : watch(chunks, onBytes);
}

async function* watch(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes(chunk);
    yield chunk;
  }
}
