import type { TextMemory } from '../contract.ts';
import { bytesOf, startsWith } from '../text/scan.ts';

/** First lines of a capture that nothing else prints: a new segment may begin there. */
interface Opener {
  /** The line begins with these bytes: cheaper to ask than the expression. */
  start: Uint8Array;
  line: RegExp;
  /** The line before it belongs to the head as well when it looks like this. */
  above?: RegExp;
}
const HEADER_RULE = /^# ={8}\r*$/;
const OPENERS: readonly Opener[] = [
  { start: bytesOf('# tracer: '), line: /^# tracer: \S/ },
  { start: bytesOf('# captured on'), line: /^# captured on *: /, above: HEADER_RULE },
  { start: bytesOf('# To display the perf.data header'), line: /^# To display the perf\.data header info/ },
  { start: bytesOf('# started on '), line: /^# started on / },
  { start: bytesOf('CPU: '), line: /^CPU: (?!\d+ (?:PID|UID):)/ },
  { start: bytesOf('cpus='), line: /^cpus=\d+\r*$/ },
  { start: bytesOf('version = '), line: /^version = \d+\r*$/ },
  { start: bytesOf('<?xml version'), line: /^<\?xml version/ },
  { start: bytesOf('{'), line: /^\{\r*$/ },
];
/** Which bytes begin an opener: event lines begin with a blank or a letter of a long task name. */
const FIRST_BYTES = new Uint8Array(256);
for (const { start } of OPENERS) FIRST_BYTES[start[0]] = 1;
const OPENING_BYTES = Uint8Array.from(new Set(OPENERS.map(({ start }) => start[0])));
/** Only this much of a line is looked at. */
export const OPENER_BYTES = 64;
const NEWLINE = 10;

/**
 * Where captures may begin in `data`: places of lines, in order. Lines whose first byte may be an opener's are looked at.
 * `memory`: where the text may lie.
 */
export function findOpeners(data: Buffer, isAtLineStart: boolean, memory: TextMemory | null): number[] {
  const found: number[] = [];
  const take = (at: number): void => {
    const opener = openerAt(data, at);
    if (opener === undefined) return;
    found.push(opener.above === undefined ? at : stepAbove(data, at, opener.above, isAtLineStart));
  };
  if (isAtLineStart && FIRST_BYTES[data[0]] === 1) take(0);
  const placed = memory?.holds(data) === true ? memory : null;
  for (let at = 0; ; ) {
    at = placed === null ? nextStart(data, at) : placed.findLineStart(data, at + 1, data.length, OPENING_BYTES);
    if (at < 0) return found;
    if (placed !== null || FIRST_BYTES[data[at]] === 1) take(at);
  }
}

/** Start of the line after the one at `at`; -1 when there is none. */
function nextStart(buffer: Buffer, at: number): number {
  const newline = buffer.indexOf(NEWLINE, at);
  return newline < 0 || newline + 1 >= buffer.length ? -1 : newline + 1;
}

function openerAt(buffer: Buffer, at: number): Opener | undefined {
  return OPENERS.find(
    ({ start, line }) => startsWith(buffer, at, buffer.length, start) && line.test(textAt(buffer, at)),
  );
}

function textAt(buffer: Buffer, at: number): string {
  const newline = buffer.indexOf(NEWLINE, at);
  const end = newline < 0 ? buffer.length : newline;
  return buffer.toString('latin1', at, Math.min(end, at + OPENER_BYTES));
}

/** The start of the line above when that line belongs to the head, too. */
function stepAbove(buffer: Buffer, at: number, above: RegExp, isLineStart: boolean): number {
  if (at === 0) return 0;
  const start = at < 2 ? 0 : buffer.lastIndexOf(NEWLINE, at - 2) + 1;
  // Only the rest of the line above is here: it began in the chunk before.
  if (start === 0 && !isLineStart) return at;
  return above.test(buffer.toString('latin1', start, at - 1)) ? start : at;
}

/** Where to cut so that no opener is torn: a short last line, and the rule above a header block, wait for the next chunk. */
export function findHoldBack(buffer: Buffer): number {
  const lineStart = buffer.lastIndexOf(NEWLINE) + 1;
  if (buffer.length - lineStart >= OPENER_BYTES) return buffer.length;
  return stepAbove(buffer, lineStart, HEADER_RULE, true);
}
