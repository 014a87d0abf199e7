import type { EventWriter } from '../events/writer.ts';
import { copyBytes } from '../text/bytes.ts';
import { textOf } from '../text/scan.ts';
import { Outcome, type PayloadDecoder } from './decoder.ts';
import type { NameEntry } from './events.ts';

/** A task name has 15 bytes: it cannot break a payload into more pieces, and sched_switch prints two of them. */
const MAX_PIECES = 32;
const MAX_BYTES = 4096;
const NEWLINE = 10;

/**
 * `prctl(PR_SET_NAME, "a\nb")` breaks the lines that print the name: `prev_comm=a`, then `b prev_pid=77 … next_comm=a`,
 * then `b next_pid=78 next_prio=120`. The pieces are put together until the payload can be read; where that fails the
 * first line is malformed. No other event line comes in between, so the head of the decoder still holds the first line.
 */
export class TornPayload {
  private readonly writer: EventWriter;
  private readonly decoder: PayloadDecoder;
  /** Reason code of a malformed line. */
  private readonly reason: string;
  private entry: NameEntry | null = null;
  private whole: Uint8Array = new Uint8Array(0);
  private payload: Uint8Array = new Uint8Array(0);
  private pieces = 0;
  private line = 0;

  constructor(writer: EventWriter, decoder: PayloadDecoder, reason: string) {
    this.writer = writer;
    this.reason = reason;
    this.decoder = decoder;
  }

  get isHolding(): boolean {
    return this.entry !== null;
  }

  /** The event line `text`, whose payload, from `payloadAt` on, could not be read; its account is open until join or settle. */
  hold(entry: NameEntry, text: Uint8Array, payloadAt: number, line: number): void {
    this.settle();
    this.entry = entry;
    this.whole = copyBytes(text, 0, Math.min(text.length, 400));
    this.payload = copyBytes(text, payloadAt, Math.min(text.length, payloadAt + MAX_BYTES));
    this.pieces = 1;
    this.line = line;
  }

  /** A line that is nothing else. False: it is not the rest of the payload, and nothing is held any more. */
  join(buf: Uint8Array, start: number, end: number): boolean {
    const { entry, payload } = this;
    if (entry === null) return false;
    const joined = Buffer.alloc(payload.length + 1 + end - start, NEWLINE);
    if (this.pieces === MAX_PIECES || joined.length > MAX_BYTES) {
      this.settle();
      return false;
    }
    joined.set(payload, 0);
    joined.set(buf.subarray(start, end), payload.length + 1);
    this.payload = joined;
    this.pieces++;
    const outcome = this.decoder.decodeAgain(entry, joined, 0, joined.length);
    if (outcome === Outcome.malformed) return true;
    if (outcome === Outcome.damaged) {
      this.settle();
      return true;
    }
    if (outcome === Outcome.used) this.writer.account.parsed += this.pieces;
    else this.writer.account.unused += this.pieces;
    this.entry = null;
    return true;
  }

  /** Takes over the payload that decoder.decode has just called malformed; false when there is none. */
  holdLast(buf: Uint8Array, start: number, end: number, line: number): boolean {
    const { tornEntry, tornStart } = this.decoder;
    if (tornEntry === null) return false;
    this.decoder.tornEntry = null;
    this.hold(tornEntry, buf.subarray(start, end), tornStart - start, line);
    return true;
  }

  /** End of the input: a last line that is cut is no error (see BrokenLines). */
  end(): void {
    if (this.entry === null || this.pieces > 1) {
      this.settle();
      return;
    }
    this.entry = null;
    this.writer.account.unknown++;
    const { fileName: file, diagnostics } = this.writer.context;
    diagnostics.count('truncated-tail', {
      file,
      line: this.line,
      text: textOf(this.whole, 0, this.whole.length),
      reason: this.reason,
    });
  }

  /** Another line, or the end, came before the payload was whole. */
  settle(): void {
    if (this.entry === null) return;
    this.decoder.addUnread(this.entry);
    this.entry = null;
    this.writer.addMalformed(this.whole, 0, this.whole.length, this.line, this.reason);
    this.writer.account.unused += this.pieces - 1;
  }
}
