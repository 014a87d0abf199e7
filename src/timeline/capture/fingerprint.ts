import type { EventBatch } from '../../model/events.ts';

const PRIME = 0x01000193;

/** Tells two texts of the very same events from two recordings: a running hash over what every row says. */
export class Fingerprint {
  private rows = 0;
  private hash = 0x811c9dc5;
  private firstNs = Number.NaN;
  private lastNs = Number.NaN;

  add(b: EventBatch): void {
    let { hash } = this;
    const { length, atNs, tid, kind, cpu, probe, arg0, durNs } = b;
    for (let i = 0; i < length; i++) {
      hash = Math.imul(hash ^ (atNs[i] | 0), PRIME);
      hash = Math.imul(hash ^ ((tid[i] << 10) + (kind[i] << 3) + cpu[i]), PRIME);
      hash = Math.imul(hash ^ probe[i] ^ (arg0[i] | 0) ^ (durNs[i] | 0), PRIME);
    }
    this.hash = hash;
    if (this.rows === 0 && b.length > 0) this.firstNs = b.atNs[0];
    if (b.length > 0) this.lastNs = b.atNs[b.length - 1];
    this.rows += b.length;
  }

  /** `baseNs`: where the times of the file begin. An empty file is like no other. */
  textOf(baseNs: bigint): string {
    return this.rows === 0 ? '' : `${baseNs}:${this.firstNs}:${this.lastNs}:${this.rows}:${this.hash}`;
  }
}
