import { Decompress } from 'fzstd';
import { ExitCode, RecvscopeError } from '../src/model/errors.ts';

/** Guards against files that expand without end. A trace text compresses 8 to 40 times, seldom 100 times. */
export interface ExpansionLimits {
  fileName: string;
  maxRatio: number;
  maxBytes: number;
}
export const DEFAULT_MAX_EXPANSION_RATIO = 400;
export const DEFAULT_MAX_EXPANDED_BYTES = 64 * 2 ** 30;
/** The ratio is judged only past this size: a small file may be anything. */
const RATIO_FREE_BYTES = 64 * 2 ** 20;
/** Bytes given to the decompressor at once; one of them can become 1032 in deflate. */
const SLICE_BYTES = 64 * 1024;
const MAX_ZSTD_WINDOW_BYTES = 128 * 2 ** 20;

/** Called when the packed data end or break early, and when other bytes follow them; what came before is kept. */
export type OnBroken = (
  name: 'packed-data-broken' | 'trailing-bytes' | 'printing-broke-off' | 'tool-message',
  text: string,
) => void;

export async function* expandZstd(
  packed: AsyncIterable<Uint8Array>,
  limits: ExpansionLimits,
  onBroken: OnBroken,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const meter = new Meter(limits);
  // fzstd hands out views of its window: they are copied before the next block overwrites them.
  const engine = new Decompress((block) => {
    if (block.length === 0) return;
    const failure = meter.addExpanded(block.length);
    if (failure !== null) throw failure;
    ready.push(block.slice());
  });
  let isFirst = true;
  let broken: unknown = null;
  for await (const chunk of packed) {
    if (isFirst) checkZstdWindow(chunk, limits);
    isFirst = false;
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      const slice = chunk.subarray(at, at + SLICE_BYTES);
      meter.packedBytes += slice.length;
      try {
        engine.push(slice, false);
      } catch (error) {
        broken = error;
      }
      yield* takeAll(ready);
      if (broken !== null) break;
    }
    if (broken !== null) break;
  }
  if (broken === null) {
    try {
      engine.push(new Uint8Array(0), true);
    } catch (error) {
      broken = error;
    }
    yield* takeAll(ready);
  }
  if (broken instanceof RecvscopeError) throw broken;
  if (broken !== null)
    onBroken('packed-data-broken', `zstd: ${broken instanceof Error ? broken.message : String(broken)}`);
}

function* takeAll(ready: Uint8Array[]): Generator<Uint8Array> {
  for (const bytes of ready.splice(0)) yield bytes;
}

/** Counts both sides of a decompressor and stops it at the limits. */
export class Meter {
  packedBytes = 0;
  private expandedBytes = 0;
  private readonly limits: ExpansionLimits;

  constructor(limits: ExpansionLimits) {
    this.limits = limits;
  }

  addExpanded(bytes: number): RecvscopeError | null {
    this.expandedBytes += bytes;
    const { fileName, maxRatio, maxBytes } = this.limits;
    if (this.expandedBytes > maxBytes) {
      return new RecvscopeError(
        'expands-too-far',
        ExitCode.unreadable,
        `${fileName}: expands to more than ${maxBytes} bytes`,
        `if the file is genuine, raise the limit: --max-expanded-bytes ${maxBytes * 4}`,
      );
    }
    if (this.expandedBytes > RATIO_FREE_BYTES && this.expandedBytes > this.packedBytes * maxRatio) {
      return new RecvscopeError(
        'expands-too-far',
        ExitCode.unreadable,
        `${fileName}: expands more than ${maxRatio} times, like a decompression bomb`,
        `if the file is genuine, raise the limit: --max-expansion-ratio ${maxRatio * 4}`,
      );
    }
    return null;
  }
}

/** RFC 8878, 3.1.1.1: a frame names the window the reader must hold; one of gigabytes is an attack on memory. */
function checkZstdWindow(head: Uint8Array, limits: ExpansionLimits): void {
  if (head.length < 6 || head[0] !== 0x28) return;
  const descriptor = head[4];
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowBytes = isSingleSegment ? readContentSize(head, descriptor) : readWindowSize(head[5]);
  if (windowBytes <= MAX_ZSTD_WINDOW_BYTES) return;
  throw new RecvscopeError(
    'zstd-window-too-large',
    ExitCode.unreadable,
    `${limits.fileName}: zstd data that needs a window of ${windowBytes} bytes`,
    'expand it first: zstd -dc --long=31 FILE | recvscope report -',
  );
}

function readWindowSize(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

/** A single-segment frame is its own window: magic, descriptor, dictionary id (0, 1, 2 or 4 bytes), content size. */
function readContentSize(head: Uint8Array, descriptor: number): number {
  const start = 5 + [0, 1, 2, 4][descriptor & 3];
  const width = [1, 2, 4, 8][descriptor >> 6];
  let size = 0;
  for (let i = Math.min(width, head.length - start) - 1; i >= 0; i--) size = size * 256 + head[start + i];
  return size;
}
