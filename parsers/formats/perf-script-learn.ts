import { bytesOf, findBytes, textOf } from '../scan.ts';

const PROBE = bytesOf(': (');
const NOTHING = new Uint8Array(0);
const PERF_LINE =
  /^(.*?\S)[ \t]+(?:-?\d+\/)?(\d+)[ \t]+\[(\d+)\][ \t]+([\d.]+:)[ \t]+(?:\d+[ \t]+)?(?:\w+:)?([\w.]+:)/gm;

/**
 * The number styles of probe arguments are learned from ftrace words (`task-pid … time: event: (place) k=v`); perf prints the
 * same events with other separators. Without probes there is nothing to learn.
 */
export function toFtraceWords(buf: Uint8Array, start: number, end: number): Uint8Array {
  if (findBytes(buf, start, end, PROBE) < 0) return NOTHING;
  const text = textOf(buf, start, end).replace(PERF_LINE, '$1-$2 [$3] $4 $5');
  return new TextEncoder().encode(text);
}
