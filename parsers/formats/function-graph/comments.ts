import type { EventWriter } from '../../events/writer.ts';
import { Outcome, type PayloadDecoder } from '../../payload/decoder.ts';
import { bytesOf, startsWith } from '../../text/scan.ts';
import type { GraphRows } from './stacks/rows.ts';
import { type GraphTree, Tree } from './stacks/tree.ts';

const STACK_TRACE = bytesOf('<stack trace>');
const USER_STACK = bytesOf('<user stack trace>');

/** A marker with line breaks or a stack trace inside a comment. */
const MAX_LINES = 512;

/** Comments between the entries, which may go on in the next lines. */
export class CommentLines {
  private readonly writer: EventWriter;
  private readonly payloads: PayloadDecoder;
  private linesLeft = 0;
  private isUsed = false;

  constructor(writer: EventWriter, payloads: PayloadDecoder) {
    this.writer = writer;
    this.payloads = payloads;
  }

  /** The last comment was not closed on its own line. */
  get isOpen(): boolean {
    return this.linesLeft > 0;
  }
  close(): void {
    this.linesLeft = 0;
  }

  /** The comment that `tree` has found in a line whose time and task are in `rows`. */
  take(kind: number, tree: GraphTree, rows: GraphRows, buf: Uint8Array): void {
    const { head } = this.payloads;
    head.atNs = rows.atNs;
    head.cpu = rows.cpu;
    head.tid = rows.tid;
    head.comm = rows.comm;
    head.context = rows.context;
    head.line = rows.line;
    const outcome = decodeComment(this.payloads, buf, tree.noteStart, tree.noteEnd);
    if (outcome === Outcome.malformed) {
      const { tornEntry } = this.payloads;
      if (tornEntry !== null) this.payloads.addUnread(tornEntry);
      this.writer.addMalformed(buf, tree.noteStart, tree.noteEnd, rows.line, 'payload');
      return;
    }
    if (outcome === Outcome.damaged) {
      this.writer.addMalformed(buf, tree.noteStart, tree.noteEnd, rows.line, 'bad-field');
      if (kind === Tree.openComment) this.linesLeft = MAX_LINES;
      return;
    }
    this.isUsed = outcome === Outcome.used;
    this.account();
    if (kind === Tree.openComment) this.linesLeft = MAX_LINES;
  }

  takeContinuation(buf: Uint8Array, start: number, end: number): void {
    let last = end;
    while (last > start && buf[last - 1] === 32) last--;
    const isEnd = last - start >= 2 && buf[last - 1] === 47 && buf[last - 2] === 42;
    this.linesLeft = isEnd ? 0 : this.linesLeft - 1;
    this.account();
  }

  private account(): void {
    if (this.isUsed) this.writer.account.parsed++;
    else this.writer.account.unused++;
  }
}

/**
 * The text of a comment line: an event (`sched_switch: prev_comm=…`, `sys_recvfrom -> 0x98b8`, a kprobe) or what
 * somebody wrote into trace_marker, which carries no name here (`recv seq=2 start`).
 */
function decodeComment(payloads: PayloadDecoder, buf: Uint8Array, start: number, end: number): number {
  if (startsWith(buf, start, end, STACK_TRACE) || startsWith(buf, start, end, USER_STACK)) return Outcome.unused;
  const outcome = payloads.decodeBody(buf, start, end);
  if (outcome !== Outcome.foreign) return outcome;
  payloads.head.writer.report.events++;
  return payloads.addMarker(buf, start, end);
}

const KPROBE_COMMENT = /-(\d+) .*?\/\* ([\w.:-]+: \([^()]*\).*?|sys_\w+\(.*?) \*\/\s*$/;

/**
 * Kprobe arguments of old kernels are hex without 0x or decimal; the decoder decides from the head of the file, which it
 * knows in the layout of event lines. Comments of the graph are laid out that way for it.
 */
export function learnFromComments(payloads: PayloadDecoder, head: Uint8Array): void {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  const hasKprobes = text.includes(': (');
  const hasReceive = text.includes('netif_receive_skb');
  if (!hasKprobes && !hasReceive) return;
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.includes('*/')) continue;
    const found = KPROBE_COMMENT.exec(line);
    if (found !== null) lines.push(` x-${found[1]} [000] 0.000000: ${found[2]}`);
    else if (hasReceive && line.includes('netif_receive_skb')) lines.push(line);
  }
  const bytes = Buffer.from(lines.join('\n'), 'latin1');
  payloads.learn(bytes, 0, bytes.length);
}
