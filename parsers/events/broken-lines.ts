import { copyBytes } from '../text/bytes.ts';
import { textOf } from '../text/scan.ts';
import type { EventWriter } from './writer.ts';

/**
 * Damaged lines of one file. The last line of an input is often cut in the middle (with or without a newline behind
 * it): that is a truncated tail, no error. So a damaged line counts as malformed only when another line follows.
 */
export class BrokenLines {
  private readonly writer: EventWriter;
  private held: { bytes: Uint8Array; line: number; reason: string } | null = null;

  constructor(writer: EventWriter) {
    this.writer = writer;
  }

  add(buf: Uint8Array, start: number, end: number, line: number, reason: string): void {
    this.settle();
    this.held = { bytes: copyBytes(buf, start, Math.min(end, start + 400)), line, reason };
  }

  /** Any line with bytes in it came after the damaged one. */
  settle(): void {
    if (this.held === null) return;
    const { bytes, line, reason } = this.held;
    this.held = null;
    this.writer.addMalformed(bytes, 0, bytes.length, line, reason);
  }

  /** End of the input: what is still held is the cut tail, counted as a line that is not of the format. */
  end(): void {
    if (this.held === null) return;
    const { bytes, line, reason } = this.held;
    this.held = null;
    this.writer.account.unknown++;
    const { fileName: file, diagnostics } = this.writer.context;
    diagnostics.count('truncated-tail', { file, line, text: textOf(bytes, 0, bytes.length), reason });
  }

  get isHolding(): boolean {
    return this.held !== null;
  }
}
