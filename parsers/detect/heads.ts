import { FORMATS } from '../registry.ts';
import type { Damage } from '../source/hygiene/index.ts';
import { HTML, isWebPage, type Wrapper } from '../source/wrappers.ts';
import { copyBytes } from '../text/bytes.ts';
import { HEAD_BYTES, makeHead, sniffHead } from './sniff.ts';

export async function takeHead(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    held.push(copyBytes(chunk, 0, chunk.length));
    size += chunk.length;
    if (size >= HEAD_BYTES) break;
  }
  return Buffer.concat(held).subarray(0, HEAD_BYTES);
}

/** What a text is carried in and what copying did to it, told from its first 64 KiB; the stream with nothing taken off. */
export interface Carried {
  wrapper: Wrapper | null;
  damages: readonly Damage[];
  all: AsyncIterable<Uint8Array>;
  head: Uint8Array;
}

export async function sniffWrapper(chunks: AsyncIterable<Uint8Array>): Promise<Carried> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let size = 0;
  let isWhole = false;
  while (size < HEAD_BYTES && !isWhole) {
    const next = await iterator.next();
    if (next.done) isWhole = true;
    else {
      held.push(copyBytes(next.value, 0, next.value.length));
      size += next.value.length;
    }
  }
  const head = Buffer.concat(held).subarray(0, HEAD_BYTES);
  const raw = makeHead(head, isWhole);
  const sniffed = sniffHead(raw, FORMATS, true);
  // The viewer script of a systrace page can be longer than the head: the trace then comes later.
  const isPage = sniffed.format === null && isWebPage(raw.lines);
  const wrapper = isPage ? HTML : sniffed.wrapper;
  const damages = isPage ? [] : sniffed.damages;
  async function* replay(): AsyncGenerator<Uint8Array> {
    for (const chunk of held.splice(0)) yield chunk;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return { wrapper, damages, all: replay(), head };
}
