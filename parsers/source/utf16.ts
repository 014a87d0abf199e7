/** Text of two bytes a character: what PowerShell and some editors make of a trace that goes through them. */
export type Utf16 = '' | 'utf-16le' | 'utf-16be';

/** By the mark at the beginning; without one, by zeros in every other byte and none between. */
export function findUtf16(head: Uint8Array): Utf16 {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head.length < 8) return '';
  const isAscii = (byte: number): boolean => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;
  const pairs = Array.from({ length: head.length >> 1 }, (_, i) => [head[i * 2], head[i * 2 + 1]]);
  if (pairs.every(([low, high]) => high === 0 && isAscii(low))) return 'utf-16le';
  return pairs.every(([high, low]) => high === 0 && isAscii(low)) ? 'utf-16be' : '';
}

export async function* decodeUtf16(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Exclude<Utf16, ''>,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield Buffer.from(text, 'utf8');
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest, 'utf8');
}
