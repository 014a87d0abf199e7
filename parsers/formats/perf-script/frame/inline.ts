import { hexDigitOf } from '../../../text/numbers.ts';
import { findByte, isBlank, skipBlanks, textOf, trimEnd } from '../../../text/scan.ts';
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
  let best = 0;
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
    // A physical address fills its columns, too: no symbol and no object stand behind it.
    if (isHex && (isFirst || p - blank >= 16)) {
      const rank = rankFrame(buf, p, last);
      if (rank >= best) {
        ipStart = token;
        ipEnd = p;
        best = rank;
        if (p < last && buf[p] === 91) break;
      }
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
  const text = textOf(buf, start, end);
  const behind = BEHIND_OBJECT.exec(text) ?? BEHIND_SYMBOL.exec(text);
  if (behind !== null) return start + Buffer.byteLength(behind[1]);
  for (let i = start; i + 3 < end; i++) {
    if (buf[i] === 48 && buf[i + 1] === 120 && (i === start || isBlank(buf[i - 1])) && isAddressPair(buf, i, end)) {
      return trimEnd(buf, start, i);
    }
    if (buf[i] === 65 && buf[i + 1] === 66 && buf[i + 2] === 73 && buf[i + 3] === 58) return trimEnd(buf, start, i);
  }
  return end;
}

/** 2: an object in parentheses stands behind the address, 1: a symbol, 0: neither. */
function rankFrame(buf: Uint8Array, from: number, end: number): number {
  for (let i = from + 1; i < end; i++) if (buf[i] === 40 && isBlank(buf[i - 1])) return 2;
  const word = skipBlanks(buf, from, end);
  if (word >= end || !isNameStart(buf[word])) return 0;
  let i = word;
  while (i < end && hexDigitOf(buf[i]) >= 0) i++;
  const isNumber = i - word >= 8 && (i === end || isBlank(buf[i]));
  // `N/A`, `ilen: 6`, `insn: 48 3d`
  return isNumber || buf[word + 1] === 47 || buf[word + 4] === 58 ? 0 : 1;
}

function isNameStart(c: number): boolean {
  return (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c === 91 || c === 126 || c === 60;
}

/** `ilen: 6`, `insn: 48 3d …`, a physical address of sixteen columns, page sizes, in the order of process_event(). */
const TRAILER = String.raw`(?: +ilen: \d+)?(?: +insn:(?: [0-9a-f]{2})+)?(?: +[0-9a-f]{1,16})?(?: (?:N/A|\d+[KMGTB])){0,2} *$`;
const BEHIND_OBJECT = new RegExp(String.raw`^(.*\))${TRAILER}`);
const BEHIND_SYMBOL = new RegExp(
  String.raw`^(\S+)(?=(?: +ilen: \d| +insn: [0-9a-f]{2}| {2,}[0-9a-f]{1,16}(?: |$)| (?:N/A|\d+[KMGT])(?: |$)))${TRAILER}`,
);

function isAddressPair(buf: Uint8Array, p: number, end: number): boolean {
  let i = p + 2;
  while (i < end && hexDigitOf(buf[i]) >= 0) i++;
  return i < end && buf[i] === 47;
}
