import { hexDigitOf } from '../../../text/numbers.ts';
import { findByte, isBlank, skipBlanks, trimEnd } from '../../../text/scan.ts';
import type { FrameLine } from './line.ts';

/**
 * The frame a sample without call chain carries on its event line, after columns an -F list may add (flags, addr, data_src,
 * weight, ins_lat are printed before ip, branch stacks and registers after it):
 *   cpu-clock:  ffffffff8136a45d [unknown] ([kernel.kallsyms])
 *   …:pinned:     55ffba5cda08     11868100242 |OP LOAD|LVL LFB/MAB hit|… |BLK  N/A    249    0 ffffffffa423a4fe [unknown] (…)
 *   rc4:  ffffffff9dd022bd[unknown]/[unknown]/P/-/-/0/ …
 * The address is printed with %16lx, so it is the last hex token that fills sixteen columns together with the blanks before
 * it. False: no address there.
 */
export function readInlineFrame(frame: FrameLine, buf: Uint8Array, colon: number, end: number): boolean {
  let last = trimEnd(buf, colon, end);
  let ipStart = -1;
  let ipEnd = -1;
  let p = colon;
  let isFirst = true;
  while (p < last) {
    const blank = p;
    p = skipBlanks(buf, p, last);
    const token = p;
    while (p < last && hexDigitOf(buf[p]) >= 0) p++;
    const isHex = p > token && p - token <= 16 && (p === last || isBlank(buf[p]) || buf[p] === 91);
    // `=>` separates the two ends of a branch sample: the first is where the CPU was.
    if (buf[token] === 61 && buf[token + 1] === 62) {
      last = trimEnd(buf, colon, token);
      break;
    }
    if (isHex && (isFirst || p - blank >= 16)) {
      ipStart = token;
      ipEnd = p;
      if (p < last && buf[p] === 91) break;
    }
    isFirst = false;
    while (p < last && !isBlank(buf[p])) p++;
  }
  if (ipStart < 0) return false;
  const symbol = skipBlanks(buf, ipEnd, last);
  if (ipEnd < last && buf[ipEnd] === 91) frame.parseSymbol(buf, symbol, symbol);
  else frame.parseSymbol(buf, symbol, endOfFrame(buf, symbol, last));
  frame.ipStart = ipStart;
  frame.ipEnd = ipEnd;
  return true;
}

/** Branch stacks and registers can follow the dso: ` 0x…/0x…/P/…`, ` ABI:2 …`. */
function endOfFrame(buf: Uint8Array, start: number, end: number): number {
  // `-F +ipc` sets its numbers off by a TAB
  const tab = findByte(buf, start, end, 9);
  if (tab >= 0) return trimEnd(buf, start, tab);
  if (end > start && buf[end - 1] === 41) return end;
  for (let i = start; i + 3 < end; i++) {
    if (buf[i] === 48 && buf[i + 1] === 120 && (i === start || isBlank(buf[i - 1])) && isAddressPair(buf, i, end)) {
      return trimEnd(buf, start, i);
    }
    if (buf[i] === 65 && buf[i + 1] === 66 && buf[i + 2] === 73 && buf[i + 3] === 58) return trimEnd(buf, start, i);
  }
  return end;
}

function isAddressPair(buf: Uint8Array, p: number, end: number): boolean {
  let i = p + 2;
  while (i < end && hexDigitOf(buf[i]) >= 0) i++;
  return i < end && buf[i] === 47;
}
