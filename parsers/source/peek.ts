import { MAGIC_BYTES } from './magic.ts';

/** The first MAGIC_BYTES bytes and a stream that begins with them again. */
export async function peek(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
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
