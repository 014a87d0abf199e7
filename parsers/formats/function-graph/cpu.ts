import { cursor, scanDec } from '../../text/numbers.ts';
import { skipSpaces } from '../../text/scan.ts';

const MAX_DIGITS = 5;

/** ` 0) `: the CPU, with the position after the parenthesis in cursor.end; -1 when there is none. */
export function scanCpu(buf: Uint8Array, from: number, end: number): number {
  const first = skipSpaces(buf, from, end);
  const cpu = scanDec(buf, first, end);
  const paren = cursor.end;
  if (paren === first || paren - first > MAX_DIGITS || paren >= end || buf[paren] !== 41) return -1;
  cursor.end = paren + 1;
  return cpu;
}
