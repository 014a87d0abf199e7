import { copyBytes } from './bytes.ts';
import type { EventWriter } from './event-writer.ts';
import { LineSplitter, type OnLine } from './lines.ts';

export const HEAD_BYTES = 1 << 20;

/**
 * Chunks in, lines out, with a first look: the first MiB is held back and shown to `onHead` as whole lines, so that a
 * reader can learn about the file (number styles, flag columns, a quoting prefix) before it decodes line 1. What is shown
 * does not depend on how the bytes are cut. Over-long lines are counted as malformed with reason 'too-long'.
 */
export class LineFeed {
  readonly splitter: LineSplitter;
  bytes = 0;
  private held: Uint8Array[] | null = [];
  private heldBytes = 0;
  private readonly onLine: OnLine;
  private readonly onHead: (buf: Uint8Array, start: number, end: number) => void;

  constructor(writer: EventWriter, onLine: OnLine, onHead: (buf: Uint8Array, start: number, end: number) => void) {
    const { context, account } = writer;
    this.onLine = onLine;
    this.onHead = onHead;
    this.splitter = new LineSplitter(context.maxLineBytes, (line) => {
      account.malformed++;
      context.diagnostics.count('long-line', { file: context.fileName, line, reason: 'too-long' });
      if (writer.report.malformedExamples.length < 5) {
        writer.report.malformedExamples.push({ file: context.fileName, line, text: '', reason: 'too-long' });
      }
    });
  }

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    if (this.held === null) {
      this.splitter.push(chunk, this.onLine);
      return;
    }
    this.held.push(copyBytes(chunk, 0, chunk.length));
    this.heldBytes += chunk.length;
    if (this.heldBytes >= HEAD_BYTES) this.release();
  }

  end(): void {
    if (this.held !== null) this.release();
    this.splitter.end(this.onLine);
  }

  private release(): void {
    const all = Buffer.concat(this.held!);
    this.held = null;
    const size = Math.min(this.heldBytes, HEAD_BYTES);
    const cut = size === this.heldBytes && size < HEAD_BYTES ? size : all.lastIndexOf(10, size - 1) + 1;
    this.onHead(all, 0, cut);
    this.splitter.push(all, this.onLine);
  }
}
