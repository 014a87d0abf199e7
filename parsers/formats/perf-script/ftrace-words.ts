import { bytesOf, findBytes, textOf } from '../../text/scan.ts';
import { readId } from './printed-ids.ts';

const PROBE = bytesOf(': (');
const RECEIVE = bytesOf('netif_receive_skb: ');
const RECEIVE_ENTRY = bytesOf('netif_receive_skb_entry:');
/** What stands before the event, the event without its system, its payload. */
const EVENT = /^(.*?(?:^|[ \t]))(?:[\w-]+:)?([\w.@-]+:)[ \t]+(\(.*|.*\b(?:size|count): .*|0x.*)$/;
const MAX_LINE = 2000;

/**
 * The payload decoder looks at the head of a file in ftrace words (`task-pid [cpu] time: event: (place) k=v`): number styles
 * of probe arguments, which of two receive events was recorded. perf prints the same with other separators, and with any of
 * the fields before the event left out; only lines that say something are translated.
 */
export function toFtraceWords(buf: Uint8Array, start: number, end: number): Uint8Array {
  const words: string[] = [];
  if (findBytes(buf, start, end, RECEIVE_ENTRY) >= 0) words.push('netif_receive_skb_entry:');
  if (findBytes(buf, start, end, RECEIVE) >= 0) words.push('netif_receive_skb: ');
  if (findBytes(buf, start, end, PROBE) < 0) return new TextEncoder().encode(words.join('\n'));
  let unnamed = 0;
  for (const line of textOf(buf, start, end).split('\n')) {
    if (!line.includes(': (') && !line.includes('size: ') && !line.includes('count: ') && !line.includes(': 0x'))
      continue;
    const found = EVENT.exec(line.slice(0, MAX_LINE));
    if (found === null) continue;
    const [, head, event, payload] = found;
    // Lines of nobody belong together with no other line.
    const id = readId(head);
    const tid = Number.isNaN(id) ? `99${unnamed++}` : id;
    words.push(`task-${tid} [000] 0.000000: ${event} ${payload}`);
  }
  return new TextEncoder().encode(words.join('\n'));
}
