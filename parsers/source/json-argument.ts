import { RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { type InputFile, type ListOptions, listInputs } from './inputs.ts';
import { DEFAULT_MAX_EXPANDED_BYTES, DEFAULT_MAX_EXPANSION_RATIO } from './limits.ts';
import { openSource } from './open.ts';

/** A text of V8 has at most 512 MiB. */
const MAX_JSON_BYTES = 500 * 2 ** 20;
/** Objects, lists and texts that a parser would make of the bytes: each costs many times what it is written with. */
const MAX_OPENERS = 5_000_000;
const MAX_QUOTES = 40_000_000;
/** No capture but one of iperf3 begins like this, white space and byte order mark aside. */
const BEGINNING = /^(?:\ufeff|\xef\xbb\xbf)?\s*\{\s*(?:["}]|$)/;

export type JsonArgument =
  /** `opened`: bytes of a stream that were looked at and cannot be read again. */
  | { kind: 'none'; opened?: AsyncIterable<Uint8Array> }
  | { kind: 'json'; text: string; opened?: AsyncIterable<Uint8Array> }
  | { kind: 'too-large' };

/** The text of an argument that is JSON and holds `marker`, unpacked; looking costs no byte of a stream. */
export async function openJson(
  argument: string,
  marker: string,
  options: ListOptions & { maxExpansionRatio?: number; maxExpandedBytes?: number } = {},
): Promise<JsonArgument> {
  const list = listInputs(argument, options);
  if (list.isFolder) return { kind: 'none' };
  const [file] = list.files;
  const tape = file.sizeBytes === null ? new Tape(file.open({ isTransient: false })) : null;
  const none = (): JsonArgument => (tape === null ? { kind: 'none' } : { kind: 'none', opened: tape.replay() });
  try {
    const source = tape === null ? file : { ...file, open: () => tape };
    const chunks = await unpack(source, options);
    const bytes = chunks === null ? null : await takeJson(chunks, marker);
    return bytes === null ? none() : bytes.kind === 'json' ? { ...bytes, opened: tape?.replay() } : bytes;
  } catch (error) {
    // Reading the capture tells what is wrong with it.
    if (error instanceof RecvscopeError) return none();
    throw error;
  }
}

async function unpack(
  file: InputFile,
  options: { maxExpansionRatio?: number; maxExpandedBytes?: number },
): Promise<AsyncIterable<Uint8Array> | null> {
  const { binary, chunks } = await openSource(file, {
    maxExpansionRatio: options.maxExpansionRatio ?? DEFAULT_MAX_EXPANSION_RATIO,
    maxExpandedBytes: options.maxExpandedBytes ?? DEFAULT_MAX_EXPANDED_BYTES,
    mayPrint: false,
    isNamed: false,
    onBytes: () => undefined,
    onBroken: () => undefined,
  });
  return binary === null ? chunks : null;
}

async function takeJson(chunks: AsyncIterable<Uint8Array>, marker: string): Promise<JsonArgument | null> {
  const held: Uint8Array[] = [];
  let size = 0;
  let hasMarker = false;
  let tail = '';
  for await (const chunk of chunks) {
    if (size === 0 && !BEGINNING.test(Buffer.from(chunk.subarray(0, 256)).toString('latin1'))) return null;
    // A chunk may lie in a buffer that the next one overwrites.
    held.push(Uint8Array.prototype.slice.call(chunk));
    size += chunk.length;
    const text: string = tail + Buffer.from(chunk).toString('latin1');
    hasMarker ||= text.includes(marker);
    tail = text.slice(-marker.length);
    if (size > MAX_JSON_BYTES) return hasMarker ? { kind: 'too-large' } : null;
  }
  if (!hasMarker) return null;
  if (!isAffordable(held)) return { kind: 'too-large' };
  return {
    kind: 'json',
    text: Buffer.concat(held)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
  };
}

function isAffordable(chunks: readonly Uint8Array[]): boolean {
  let openers = 0;
  let quotes = 0;
  for (const chunk of chunks)
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === 0x22) quotes++;
      else if (byte === 0x7b || byte === 0x5b) openers++;
    }
  return openers <= MAX_OPENERS && quotes <= MAX_QUOTES;
}

/** A stream that is kept while somebody looks at it, and can be read once more from its first byte. */
class Tape implements AsyncIterable<Uint8Array> {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private readonly kept: Uint8Array[] = [];
  private isAtEnd = false;
  private failure: { error: unknown } | null = null;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.iterator = chunks[Symbol.asyncIterator]();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let chunk = await this.advance(); chunk !== null; chunk = await this.advance()) {
      this.kept.push(chunk);
      yield chunk;
    }
  }

  /** An error comes again when the stream is read again. */
  private async advance(): Promise<Uint8Array | null> {
    if (this.failure !== null) throw this.failure.error;
    if (this.isAtEnd) return null;
    try {
      const next = await this.iterator.next();
      this.isAtEnd = next.done === true;
      return next.done ? null : next.value;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  async *replay(): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = this.kept.shift(); chunk !== undefined; chunk = this.kept.shift()) yield chunk;
      for (let chunk = await this.advance(); chunk !== null; chunk = await this.advance()) yield chunk;
    } finally {
      await this.iterator.return?.();
    }
  }
}
