import { createHash, type Hash } from 'node:crypto';

/** 128 bits tell a trillion captures apart: chance of one collision 10⁻¹⁵. */
const ID_HEX_DIGITS = 32;

/**
 * Names a capture by what is in it, packed or not, whatever the file is called:
 * one file: `zcat -f FILE | sha256sum | cut -c1-32`; several: the same over the sorted digests of the files, a line each.
 */
export class CaptureDigest {
  private readonly open = new Map<number, Hash>();

  /** A reader of file number `index` sees these bytes next. */
  add(index: number, bytes: Uint8Array): void {
    let hash = this.open.get(index);
    if (hash === undefined) {
      hash = createHash('sha256');
      this.open.set(index, hash);
    }
    hash.update(bytes);
  }

  /** null: no file had a byte. To be called once. */
  finish(): string | null {
    const digests = [...this.open.values()].map((hash) => hash.digest('hex'));
    if (digests.length === 0) return null;
    if (digests.length === 1) return digests[0].slice(0, ID_HEX_DIGITS);
    const list = digests.sort().map((digest) => `${digest}\n`);
    return createHash('sha256').update(list.join('')).digest('hex').slice(0, ID_HEX_DIGITS);
  }
}
