/**
 * Every byte the hot loops see lies in a Buffer: one shape keeps V8's element accesses monomorphic, and Buffer's indexOf is
 * a memchr where Uint8Array's is a scalar loop.
 */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A copy that owns its memory. Buffer's `slice` is a view: a name kept that way would keep its whole chunk alive. */
export function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start, end);
}
