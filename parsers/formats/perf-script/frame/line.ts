import { hexDigitOf } from '../../../text/numbers.ts';
import { isBlank, skipBlanks, trimEnd } from '../../../text/scan.ts';

export const FrameShape = { none: 0, frame: 1, bare: 2, branches: 3, detail: 4 } as const;

/**
 * One line of a call chain: `WS ip SP symbol[+0xoff] SP (dso)[ (inlined)]`, dso or symbol may be missing.
 * A symbol holds anything (`std::function<void (int)>::operator()(int) const`, `RegExp:[&<>\"\']`), so the dso is cut
 * off from the right, with balanced parentheses (`(/memfd:x (deleted))`); an inlined frame has none.
 *
 *   	ffffffff81e67313 __netif_receive_skb_core.constprop.0+0x333 ([kernel.kallsyms])
 */
export class FrameLine {
  ipStart = 0;
  ipEnd = 0;
  symbolStart = 0;
  symbolEnd = 0;
  dsoStart = 0;
  dsoEnd = 0;
  isInlined = false;

  /** Shape of the line; fields are set for `frame` and `bare`. */
  parse(buf: Uint8Array, start: number, end: number): number {
    const ip = skipBlanks(buf, start, end);
    let p = ip;
    while (p < end && hexDigitOf(buf[p]) >= 0) p++;
    if (p === ip || p - ip > 16) return FrameShape.none;
    this.ipStart = ip;
    this.ipEnd = p;
    this.clear(p);
    const last = trimEnd(buf, p, end);
    if (p >= last) return FrameShape.bare;
    if (!isBlank(buf[p])) return FrameShape.none;
    const isTab = buf[p] === 9;
    const symbol = skipBlanks(buf, p, last);
    if (buf[symbol] === 48 && buf[symbol + 1] === 120 && isBranchEntry(buf, symbol, last)) return FrameShape.branches;
    // brstackinsn: 'TAB %016x TAB insn: …'; simpleperf frames also have a TAB here but end in the dso.
    if (isTab && buf[last - 1] !== 41) return FrameShape.detail;
    if (isPageSizes(buf, symbol, last)) return FrameShape.detail;
    this.parseSymbol(buf, symbol, last);
    return FrameShape.frame;
  }

  /** `symbol (dso)` in [start, end), which has no blanks at its ends. */
  parseSymbol(buf: Uint8Array, start: number, end: number): void {
    this.clear(start);
    this.symbolEnd = end;
    if (endsWithInlined(buf, start, end)) {
      this.isInlined = true;
      this.symbolEnd = trimEnd(buf, start, end - 9);
    } else if (end > start && buf[end - 1] === 41) {
      const open = findDso(buf, start, end);
      if (open >= 0) {
        this.dsoStart = open + 1;
        this.dsoEnd = stripOffset(buf, open + 1, end - 1);
        this.symbolEnd = trimEnd(buf, start, open);
      }
    }
    this.symbolEnd = stripOffset(buf, start, this.symbolEnd);
  }

  private clear(at: number): void {
    this.isInlined = false;
    this.symbolStart = at;
    this.symbolEnd = at;
    this.dsoStart = at;
    this.dsoEnd = at;
  }
}

/** Position of the '(' that opens the dso, which ends at `end - 1`; -1 when the parenthesis belongs to the symbol. */
function findDso(buf: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let i = end - 1; i >= start; i--) {
    const c = buf[i];
    if (c === 41) depth++;
    else if (c === 40 && --depth === 0) {
      if (i === start || isBlank(buf[i - 1])) return i;
      break;
    }
  }
  // A path with an odd parenthesis: it begins at the last ' (/' or ' (['.
  for (let i = end - 2; i > start; i--) {
    if (buf[i] === 40 && isBlank(buf[i - 1]) && (buf[i + 1] === 47 || buf[i + 1] === 91)) return i;
  }
  return -1;
}

/** `+0x1f` at the end is an offset; any other plus is part of the name. */
export function stripOffset(buf: Uint8Array, start: number, end: number): number {
  let i = end;
  while (i > start && hexDigitOf(buf[i - 1]) >= 0) i--;
  if (i === end || i - 3 <= start || buf[i - 1] !== 120 || buf[i - 2] !== 48 || buf[i - 3] !== 43) return end;
  return i - 3;
}

function endsWithInlined(buf: Uint8Array, start: number, end: number): boolean {
  return (
    end - start > 10 &&
    buf[end - 1] === 41 &&
    buf[end - 9] === 40 &&
    buf[end - 10] === 32 &&
    buf[end - 8] === 105 &&
    buf[end - 7] === 110 &&
    buf[end - 6] === 108 &&
    buf[end - 5] === 105 &&
    buf[end - 4] === 110 &&
    buf[end - 3] === 101 &&
    buf[end - 2] === 100
  );
}

/** `0x400870/0x400540/P/-/-/1`, `0x4005b0(/lib/x)/0x…`: hex followed by '/' or '('. */
export function isBranchEntry(buf: Uint8Array, p: number, end: number): boolean {
  let i = p + 2;
  while (i < end && hexDigitOf(buf[i]) >= 0) i++;
  return i > p + 2 && i < end && (buf[i] === 47 || buf[i] === 40);
}

/** `N/A 2M`, `4K`: page sizes behind a physical address, in the place of the blank line after a chain. */
export function isPageSizes(buf: Uint8Array, start: number, end: number): boolean {
  if (end - start > 12 || (buf[start] !== 78 && (buf[start] < 48 || buf[start] > 57))) return false;
  let p = start;
  while (p < end) {
    const word = endOfPageSize(buf, p, end);
    if (word < 0) return false;
    p = skipBlanks(buf, word, end);
  }
  return true;
}

/** `N/A`, `4K`, `2M`, `1G` (unit_number__scnprintf of tools/perf/util): where the word at `p` ends, -1 another word. */
function endOfPageSize(buf: Uint8Array, p: number, end: number): number {
  if (buf[p] === 78) return p + 3 <= end && buf[p + 1] === 47 && buf[p + 2] === 65 ? p + 3 : -1;
  let i = p;
  while (i < end && buf[i] >= 48 && buf[i] <= 57) i++;
  if (i === p || i === end) return -1;
  const unit = buf[i];
  if (unit !== 75 && unit !== 77 && unit !== 71 && unit !== 84 && unit !== 66) return -1;
  i++;
  return i === end || isBlank(buf[i]) ? i : -1;
}
