import { bytesOf, findBytes, textOf } from '../../text/scan.ts';

const PROBE = bytesOf(': (');
const RECEIVE = bytesOf('netif_receive_skb: ');
const RECEIVE_ENTRY = bytesOf('netif_receive_skb_entry:');
const PERF_LINE = /^(\S.*?)[ \t]+(?:-?\d+\/)?(\d+)[ \t]+\[(\d+)\][ \t]+([\d.]+:)[ \t]+(?:\d+[ \t]+)?(?:\w+:)?([\w.]+:)/;

/**
 * The payload decoder looks at the head of a file in ftrace words (`task-pid [cpu] time: event: (place) k=v`): number styles
 * of probe arguments, which of two receive events was recorded. perf prints the same with other separators; only lines that
 * say something are translated.
 */
export function toFtraceWords(buf: Uint8Array, start: number, end: number): Uint8Array {
  const words: string[] = [];
  if (findBytes(buf, start, end, RECEIVE_ENTRY) >= 0) words.push('netif_receive_skb_entry:');
  if (findBytes(buf, start, end, RECEIVE) >= 0) words.push('netif_receive_skb: ');
  if (findBytes(buf, start, end, PROBE) >= 0) {
    for (const line of textOf(buf, start, end).split('\n')) {
      if (!line.includes(': (') && !line.includes('size: ') && !line.includes('count: ')) continue;
      const found = PERF_LINE.exec(line.slice(0, 2000).trimStart());
      if (found === null) continue;
      const [head, task, tid, cpu, time, event] = found;
      words.push(`${task}-${tid} [${cpu}] ${time} ${event}${line.trimStart().slice(head.length)}`);
    }
  }
  return new TextEncoder().encode(words.join('\n'));
}
