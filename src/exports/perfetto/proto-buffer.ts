/**
 * Protocol Buffers, written in one pass: a nested message gets three bytes for its length, filled in when it ends. A varint
 * padded with continuation bytes is legal (encoding.proto3 spec, "varints"); three bytes hold 2 MiB.
 */
const LENGTH_BYTES = 3;
const START_BYTES = 1 << 19;
const TWO_32 = 4_294_967_296;
const encoder = new TextEncoder();

export const WireType = { varint: 0, fixed64: 1, bytes: 2 } as const;

export class ProtoBuffer {
  private buffer = new Uint8Array(START_BYTES);
  private at = 0;

  get length(): number {
    return this.at;
  }

  /** What was written since the last call; the buffer is used again. */
  take(): Uint8Array {
    const taken = this.buffer.slice(0, this.at);
    this.at = 0;
    return taken;
  }

  /** Room for `bytes` more: called once a packet, so that the writers below need not look. */
  reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = new Uint8Array(2 * (this.at + bytes));
    larger.set(this.buffer.subarray(0, this.at));
    this.buffer = larger;
  }

  /** A whole number up to 2^53; negative ones take the ten bytes that int64 prescribes. */
  varint(value: number): void {
    if (value >= 0 && value < 128) {
      this.buffer[this.at++] = value;
      return;
    }
    if (value < 0) {
      this.varint64(Math.floor(value / TWO_32), value - Math.floor(value / TWO_32) * TWO_32);
      return;
    }
    if (value >= TWO_32) {
      this.varint64(Math.floor(value / TWO_32), value % TWO_32);
      return;
    }
    let rest = value >>> 0;
    while (rest > 127) {
      this.buffer[this.at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.buffer[this.at++] = rest;
  }

  /** high · 2^32 + low as an unsigned 64-bit number. */
  varint64(high: number, low: number): void {
    let h = high >>> 0;
    let l = low >>> 0;
    while (h > 0 || l > 127) {
      this.buffer[this.at++] = (l & 127) | 128;
      l = ((l >>> 7) | (h << 25)) >>> 0;
      h >>>= 7;
    }
    this.buffer[this.at++] = l;
  }

  tag(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  number(field: number, value: number): void {
    this.varint(field * 8 + WireType.varint);
    this.varint(value);
  }

  /** Little-endian; whole numbers up to 2^53. */
  fixed64(field: number, value: number): void {
    this.tag(field, WireType.fixed64);
    let rest = value;
    for (let i = 0; i < 8; i++) {
      this.buffer[this.at++] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }

  text(field: number, value: string): void {
    const bytes = encoder.encode(value);
    this.reserve(bytes.length + 16);
    this.tag(field, WireType.bytes);
    this.varint(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Returns where the message begins, for `end`. */
  begin(field: number): number {
    this.tag(field, WireType.bytes);
    this.at += LENGTH_BYTES;
    return this.at;
  }

  end(start: number): void {
    const size = this.at - start;
    this.buffer[start - 3] = (size & 127) | 128;
    this.buffer[start - 2] = ((size >>> 7) & 127) | 128;
    this.buffer[start - 1] = size >>> 14;
  }
}
