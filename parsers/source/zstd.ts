import vm from 'node:vm';
import { Decompress } from 'fzstd';
import { ExitCode, RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { type ExpansionLimits, Meter, type OnBroken } from './limits.ts';

/**
 * RFC 8878, frame by frame. The borders of frames and blocks are read here, so that a cut, bytes behind the last frame,
 * a dictionary and a huge window are each told for what they are; fzstd expands the blocks.
 */
export async function* expandZstd(
  packed: AsyncIterable<Uint8Array>,
  limits: ExpansionLimits,
  onBroken: OnBroken,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const meter = new Meter(limits);
  const walker = new FrameWalker(limits);
  // fzstd hands out views of its window: they are copied before the next block overwrites them.
  const keep = (block: Uint8Array): void => {
    if (block.length === 0) return;
    const failure = meter.addExpanded(block.length);
    if (failure !== null) throw failure;
    ready.push(block.slice());
  };
  let engine = new Decompress(keep);
  for await (const chunk of packed) {
    for (let at = 0; at < chunk.length; ) {
      const end = Math.min(chunk.length, at + SLICE_BYTES);
      const { used, kind } = walker.walk(chunk, at, end);
      const piece = chunk.subarray(at, at + used);
      at += used;
      meter.packedBytes += used;
      if (kind === 'other') continue;
      try {
        if (kind === 'frame-start') {
          engine = new Decompress(keep);
          engine.push(FRAME_MAGIC);
        } else pushGuarded(engine, piece, kind === 'frame-end');
      } catch (error) {
        yield* ready.splice(0);
        if (error instanceof RecvscopeError) throw error;
        onBroken('packed-data-broken', `zstd: ${nameFailure(error)}`);
        return;
      }
      yield* ready.splice(0);
    }
  }
  const { behindBytes, isPadding, where } = walker;
  if (behindBytes > 0 && !isPadding)
    onBroken('trailing-bytes', `zstd: ${behindBytes} bytes after the packed data were ignored`);
  else if (where !== 'between frames' && behindBytes === 0) onBroken('packed-data-broken', `zstd: cut inside ${where}`);
}

const SLICE_BYTES = 64 * 1024;
/** A piece of that size takes milliseconds. */
const MAX_PIECE_MS = 2000;
const PUSH = new vm.Script('engine.push(piece, isLast)');
let box: vm.Context | null = null;

/** Damaged tables can send fzstd round for ever; only a script of node:vm can be stopped from outside. */
function pushGuarded(engine: Decompress, piece: Uint8Array, isLast: boolean): void {
  box ??= vm.createContext({});
  Object.assign(box, { engine, piece, isLast });
  PUSH.runInContext(box, { timeout: MAX_PIECE_MS });
}

function nameFailure(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'damaged data that never end';
  return error instanceof Error ? error.message : String(error);
}

const MAX_WINDOW_BYTES = 128 * 2 ** 20;
const MAX_HEADER_BYTES = 18;
const MAGIC_BYTES = 4;

const FRAME_MAGIC = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);
/** What a run of bytes is. The magic number of a frame is a run of its own, 'frame-start' with its last byte. */
type Run = { used: number; kind: 'frame-start' | 'frame' | 'frame-end' | 'other' };
type Part = 'magic' | 'header' | 'block head' | 'block' | 'check sum' | 'skippable head' | 'skippable' | 'behind';

class FrameWalker {
  behindBytes = 0;
  isPadding = true;
  private readonly limits: ExpansionLimits;
  private part: Part = 'magic';
  /** Bytes of the head being gathered, and how many it needs. */
  private readonly head: number[] = [];
  private needed = MAGIC_BYTES;
  /** Bytes of a body still to come. */
  private left = 0;
  private isLastBlock = false;
  private hasCheckSum = false;

  constructor(limits: ExpansionLimits) {
    this.limits = limits;
  }

  /** Where the data would be cut if they ended here. */
  get where(): string {
    if (this.part === 'magic') return this.head.length === 0 ? 'between frames' : 'the head of a frame';
    return this.part === 'header' ? 'the head of a frame' : `a ${this.part}`;
  }

  /** Looks at `data` from `at` to `end` at most; the run ends where the kind of bytes may change. */
  walk(data: Uint8Array, at: number, end: number): Run {
    let now = at;
    while (now < end) {
      if (this.part === 'behind') {
        for (; now < end; now++) this.addBehind(data[now]);
        return { used: now - at, kind: 'other' };
      }
      const isFrame = this.isInFrame;
      let hasEnded = false;
      if (this.left > 0) {
        const step = Math.min(this.left, end - now);
        now += step;
        this.left -= step;
        hasEnded = this.left === 0 && this.closeBody();
      } else {
        this.head.push(data[now++]);
        hasEnded = this.head.length === this.needed && this.closeHead();
      }
      if (hasEnded) return { used: now - at, kind: 'frame-end' };
      if (isFrame === this.isInFrame) continue;
      return { used: now - at, kind: this.isInFrame ? 'frame-start' : 'other' };
    }
    return { used: now - at, kind: this.isInFrame ? 'frame' : 'other' };
  }

  private get isInFrame(): boolean {
    const { part } = this;
    return part === 'header' || part === 'block head' || part === 'block' || part === 'check sum';
  }

  private addBehind(byte: number): void {
    this.behindBytes++;
    if (byte !== 0) this.isPadding = false;
  }

  private expect(part: Part, needed: number): void {
    this.part = part;
    this.needed = needed;
    this.head.length = 0;
  }

  /** True when the frame ended: no check sum follows its last block. */
  private closeBody(): boolean {
    if (this.part === 'check sum') return this.endFrame();
    if (this.part === 'skippable') this.expect('magic', MAGIC_BYTES);
    else return this.closeBlock();
    return false;
  }

  private closeBlock(): boolean {
    if (!this.isLastBlock) this.expect('block head', 3);
    else if (!this.hasCheckSum) return this.endFrame();
    else {
      this.expect('check sum', 0);
      this.left = 4;
    }
    return false;
  }

  private endFrame(): boolean {
    this.expect('magic', MAGIC_BYTES);
    return true;
  }

  private closeHead(): boolean {
    const { head } = this;
    if (this.part === 'magic') this.readMagic();
    else if (this.part === 'skippable head') {
      this.left = readNumber(head, 0, 4);
      this.expect(this.left > 0 ? 'skippable' : 'magic', MAGIC_BYTES);
    } else if (this.part === 'header') {
      const size = headerSize(head[0]);
      if (head.length < size) this.needed = size;
      else {
        this.checkHeader();
        this.expect('block head', 3);
      }
    } else {
      const word = readNumber(head, 0, 3);
      this.isLastBlock = (word & 1) !== 0;
      const isRepeated = ((word >> 1) & 3) === 1;
      this.part = 'block';
      this.left = isRepeated ? 1 : word >> 3;
      if (this.left === 0) return this.closeBlock();
    }
    return false;
  }

  private readMagic(): void {
    const magic = readNumber(this.head, 0, 4);
    if (magic === 0xfd2fb528) this.expect('header', 1);
    else if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) this.expect('skippable head', 4);
    else {
      for (const byte of this.head) this.addBehind(byte);
      this.part = 'behind';
    }
  }

  /** A frame names the window the reader must hold: one of gigabytes is an attack on memory. */
  private checkHeader(): void {
    const { head } = this;
    const descriptor = head[0];
    const isSingleSegment = (descriptor & 0x20) !== 0;
    this.hasCheckSum = (descriptor & 4) !== 0;
    const idStart = isSingleSegment ? 1 : 2;
    const idBytes = [0, 1, 2, 4][descriptor & 3];
    const contentStart = idStart + idBytes;
    const windowBytes = isSingleSegment
      ? readNumber(head, contentStart, head.length - contentStart)
      : windowSize(head[1]);
    const name = this.limits.fileName;
    if (readNumber(head, idStart, idBytes) !== 0) {
      throw new RecvscopeError(
        'zstd-dictionary',
        ExitCode.unreadable,
        `${name}: zstd data that were packed with a dictionary`,
        'expand it first: zstd -dc -D DICTIONARY FILE | recvscope report -',
      );
    }
    if (windowBytes <= MAX_WINDOW_BYTES) return;
    throw new RecvscopeError(
      'zstd-window-too-large',
      ExitCode.unreadable,
      `${name}: zstd data that needs a window of ${windowBytes} bytes`,
      'expand it first: zstd -dc --long=31 FILE | recvscope report -',
    );
  }
}

/** Descriptor, window (unless the content is its own), dictionary id, size of the content. */
function headerSize(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const contentBytes = descriptor >> 6 === 0 ? (isSingleSegment ? 1 : 0) : [0, 2, 4, 8][descriptor >> 6];
  return Math.min(1 + (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3] + contentBytes, MAX_HEADER_BYTES);
}

function windowSize(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

function readNumber(bytes: readonly number[], at: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}
