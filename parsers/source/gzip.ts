import zlib from 'node:zlib';
import { RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { type ExpansionLimits, Meter, type OnBroken } from './limits.ts';

/**
 * RFC 1952, member by member. The members are walked here and not by zlib.createGunzip: at bytes that begin no further
 * member that one throws away what it has just expanded, and a file with garbage at its end loses its last lines.
 */
export async function* expandGzip(
  packed: AsyncIterable<Uint8Array>,
  limits: ExpansionLimits,
  onBroken: OnBroken,
): AsyncGenerator<Uint8Array> {
  const source = new PackedBytes(packed);
  const meter = new Meter(limits);
  const small = new SmallMembers();
  for (let member = 0; ; member++) {
    const head = await readHead(source);
    if (head === 'complete' && small.take(source, meter)) {
      if (small.isFull) yield small.flush();
      continue;
    }
    if (small.isFilled) yield small.flush();
    if (head === 'end') return;
    if (head === 'foreign' && member > 0) {
      const { bytes, isPadding } = await source.drain();
      // Tapes and dd pad with zeros.
      if (!isPadding) onBroken('trailing-bytes', `gzip: ${bytes} bytes after the packed data were ignored`);
      return;
    }
    if (head !== 'complete') {
      onBroken('packed-data-broken', HEAD_FAILURES[head]);
      return;
    }
    const failure = yield* expandMember(source, meter);
    if (failure === null) continue;
    onBroken('packed-data-broken', failure);
    return;
  }
}

type Head = 'complete' | 'end' | 'cut' | 'foreign' | 'odd';
const HEAD_FAILURES: Readonly<Record<Exclude<Head, 'complete' | 'end'>, string>> = {
  cut: 'gzip: cut inside the header of the packed data',
  foreign: 'gzip: the header of the packed data is damaged',
  odd: 'gzip: the header has flags that no version knows',
};
const HAS_CRC = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
const RESERVED = 0xe0;
const TRAILER_BYTES = 8;
/** Bytes given to zlib at once: what one write expands to is lost when the data break in it. */
const SLICE_BYTES = 64 * 1024;
const FIRST_SLICE_BYTES = 4 * 1024;
const FIRST_SLICES_END = 1 << 20;

async function readHead(source: PackedBytes): Promise<Head> {
  const fixed = await source.take(10);
  if (fixed.length === 0) return 'end';
  const isForeign = [0x1f, 0x8b, 8].some((byte, index) => index < fixed.length && fixed[index] !== byte);
  if (isForeign) {
    source.putBack(fixed);
    return 'foreign';
  }
  if (fixed.length < 10) return 'cut';
  const flags = fixed[3];
  if ((flags & RESERVED) !== 0) return 'odd';
  if ((flags & HAS_EXTRA) !== 0) {
    const size = await source.take(2);
    if (size.length < 2) return 'cut';
    const count = size[0] + size[1] * 256;
    if ((await source.take(count)).length < count) return 'cut';
  }
  for (const flag of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & flag) !== 0 && !(await source.skipPastZero())) return 'cut';
  }
  if ((flags & HAS_CRC) !== 0 && (await source.take(2)).length < 2) return 'cut';
  return 'complete';
}

/** Deflate data and trailer. null = all is well; else what is wrong with them. */
async function* expandMember(source: PackedBytes, meter: Meter): AsyncGenerator<Uint8Array, string | null> {
  const engine = zlib.createInflateRaw({ chunkSize: 1 << 20 });
  const ready: Uint8Array[] = [];
  let failure: Error | null = null;
  let hasEnded = false;
  let wake: () => void = () => {};
  let crc = 0;
  let size = 0;
  engine.on('data', (bytes: Uint8Array) => {
    if (failure !== null) return;
    ready.push(bytes);
    crc = updateCrc(bytes, crc);
    size += bytes.length;
    failure = meter.addExpanded(bytes.length);
    if (failure === null) return;
    engine.destroy();
    wake();
  });
  engine.on('error', (error) => {
    failure ??= error;
    wake();
  });
  engine.on('end', () => {
    hasEnded = true;
    wake();
  });
  const call = (start: () => void): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      start();
    });
  try {
    while (!hasEnded && failure === null) {
      const slice = await source.next(meter.packedBytes < FIRST_SLICES_END ? FIRST_SLICE_BYTES : SLICE_BYTES);
      if (slice === null) {
        await call(() => engine.end());
        break;
      }
      const before = engine.bytesWritten;
      await call(() => engine.write(slice, () => wake()));
      const taken = hasEnded ? engine.bytesWritten - before : slice.length;
      meter.packedBytes += taken;
      if (hasEnded) source.putBack(slice.subarray(taken));
      yield* ready.splice(0);
    }
    yield* ready.splice(0);
  } finally {
    engine.destroy();
  }
  const broken = failure as Error | null;
  if (broken instanceof RecvscopeError) throw broken;
  if (broken !== null) return `gzip: ${broken.message}`;
  const trailer = await source.take(TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) return 'gzip: cut inside the last eight bytes';
  const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER_BYTES);
  const isWhole = view.getUint32(0, true) === crc && view.getUint32(4, true) === size % 2 ** 32;
  return isWhole ? null : 'gzip: the check sum does not fit, the text has wrong bytes';
}

/** Packed bytes that are looked at for a whole member, and what it may expand to. */
const SMALL_PACKED_BYTES = 64 * 1024;
const SMALL_EXPANDED_BYTES = 1 << 20;
const BATCH_BYTES = 64 * 1024;

/**
 * Files of many members are usual (bgzip, loggers that append): a stream for each would cost far more than its bytes.
 * Members that lie whole in the bytes at hand are expanded at once, and handed on many at a time.
 */
class SmallMembers {
  private batch: Uint8Array[] = [];
  private bytes = 0;

  get isFull(): boolean {
    return this.bytes >= BATCH_BYTES;
  }

  get isFilled(): boolean {
    return this.bytes > 0;
  }

  flush(): Uint8Array {
    const all = this.batch.length === 1 ? this.batch[0] : Buffer.concat(this.batch);
    this.batch = [];
    this.bytes = 0;
    return all;
  }

  /** False: not small, not whole at hand, or damaged; nothing is taken then. */
  take(source: PackedBytes, meter: Meter): boolean {
    const held = source.look(SMALL_PACKED_BYTES);
    const result = expandAtOnce(held);
    if (result === null || result.used + TRAILER_BYTES > held.length) return false;
    const { used, expanded } = result;
    const view = new DataView(held.buffer, held.byteOffset + used, TRAILER_BYTES);
    if (view.getUint32(0, true) !== updateCrc(expanded, 0) || view.getUint32(4, true) !== expanded.length) return false;
    source.skip(used + TRAILER_BYTES);
    meter.packedBytes += used;
    const failure = meter.addExpanded(expanded.length);
    if (failure !== null) throw failure;
    if (expanded.length > 0) this.batch.push(expanded);
    this.bytes += expanded.length;
    return true;
  }
}

/** The member that ends inside `held`. Input that is left over proves that it ended; null otherwise. */
function expandAtOnce(held: Uint8Array): { used: number; expanded: Uint8Array } | null {
  if (held.length <= TRAILER_BYTES) return null;
  try {
    const { buffer, engine } = zlib.inflateRawSync(held, {
      info: true,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
      chunkSize: 4096,
      maxOutputLength: SMALL_EXPANDED_BYTES,
    } as zlib.ZlibOptions) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten < held.length ? { used: engine.bytesWritten, expanded: buffer } : null;
  } catch {
    return null;
  }
}

/** A stream of chunks as a stream of bytes. */
class PackedBytes {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array(0);
  private at = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.iterator = chunks[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes, null at the end. */
  async next(most: number): Promise<Uint8Array | null> {
    while (this.at === this.chunk.length) {
      const next = await this.iterator.next();
      if (next.done) return null;
      this.chunk = next.value;
      this.at = 0;
    }
    const slice = this.look(most);
    this.at += slice.length;
    return slice;
  }

  /** What is at hand, without taking it. */
  look(most: number): Uint8Array {
    return this.chunk.subarray(this.at, this.at + most);
  }

  skip(count: number): void {
    this.at += count;
  }

  /** The last bytes of what was taken last; they are still in the chunk, nothing is copied. */
  putBack(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const isLast =
      bytes.buffer === this.chunk.buffer &&
      bytes.byteOffset + bytes.length === this.chunk.byteOffset + this.at &&
      bytes.length <= this.at;
    if (isLast) this.at -= bytes.length;
    else {
      this.chunk = Buffer.concat([bytes, this.chunk.subarray(this.at)]);
      this.at = 0;
    }
  }

  /** Fewer than `count` only at the end. */
  async take(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let missing = count; missing > 0; ) {
      const part = await this.next(missing);
      if (part === null) break;
      parts.push(part);
      missing -= part.length;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  /** False when the data end before a zero. */
  async skipPastZero(): Promise<boolean> {
    for (;;) {
      const part = await this.next(SLICE_BYTES);
      if (part === null) return false;
      const zero = part.indexOf(0);
      if (zero < 0) continue;
      this.putBack(part.subarray(zero + 1));
      return true;
    }
  }

  async drain(): Promise<{ bytes: number; isPadding: boolean }> {
    let bytes = 0;
    let isPadding = true;
    for (;;) {
      const part = await this.next(SLICE_BYTES);
      if (part === null) return { bytes, isPadding };
      bytes += part.length;
      isPadding &&= part.every((byte) => byte === 0);
    }
  }
}

let table: Uint32Array | null = null;

/** zlib.crc32 came with Node 20.15. */
function updateCrc(bytes: Uint8Array, start: number): number {
  if (typeof zlib.crc32 === 'function') return zlib.crc32(bytes, start);
  table ??= makeTable();
  let crc = ~start;
  for (const byte of bytes) crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, n) => {
    let value = n;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ 0xedb88320;
    return value >>> 0;
  });
}
