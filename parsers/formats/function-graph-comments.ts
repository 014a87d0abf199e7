import { Outcome, type PayloadDecoder } from '../payload.ts';
import { bytesOf, startsWith } from '../scan.ts';

const STACK_TRACE = bytesOf('<stack trace>');
const USER_STACK = bytesOf('<user stack trace>');

/**
 * The text of a comment line: an event (`sched_switch: prev_comm=…`, `sys_recvfrom -> 0x98b8`, a kprobe) or what
 * somebody wrote into trace_marker, which carries no name here (`recv seq=2 start`).
 */
export function decodeComment(payloads: PayloadDecoder, buf: Uint8Array, start: number, end: number): number {
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
