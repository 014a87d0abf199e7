import type { Format } from '../contract.ts';
import { areAkin, type LineClaims, makeClaims } from './claims.ts';

/**
 * Where one format ends and another begins without an opener line: `cat trace.txt iperf.csv`. A border stands where
 * lines that only another format prints follow and none of the current format's own comes between.
 */
export interface Border {
  /** Offset of the first line of the other text. */
  at: number;
  /** Format of the lines before, and how many of them were its own for certain. */
  before: Format | null;
  claims: number;
}

/** Lines that must be another's: fewer only where the data end, since tools talk into each other's output. */
const FOREIGN_LINES = 3;
const AKIN_LINES = 4;
const AKIN_LINES_AT_END = 2;
const PROBE_LINES = 12;
/** The beginning of a text is looked at closely, the rest of a large one in steps. */
const CLOSE_BYTES = 256 * 1024;
const CLOSE_STEP_BYTES = 1024;
const FAR_STEP_BYTES = 40 * 1024;
/** A gigantic line has its kind at its beginning. */
const MAX_LINE_BYTES = 8192;
const NEWLINE = 10;

export class BorderFinder {
  private readonly claims: LineClaims;

  constructor(formats: readonly Format[]) {
    this.claims = makeClaims(formats);
  }

  /** Every line is looked at. `current` null: the first line that is somebody's tells whose the text is. */
  findClose(data: Buffer, current: Format | null, hasOwn = false): Border | null {
    const lines = readLines(data);
    const texts = lines.map(({ text }) => text);
    let owner = current;
    let claims = 0;
    let candidate = -1;
    let lastOwn = -1;
    let stranger: Format | null = null;
    let foreign = 0;
    for (let i = 0; i < lines.length; i++) {
      if (texts[i].trim() === '') continue;
      if (owner !== null && this.claims.owns(owner, texts, i)) {
        claims++;
        candidate = -1;
        lastOwn = i;
        continue;
      }
      const format = this.claims.claim(texts, i, owner);
      if (format === null) continue;
      if (owner === null) {
        owner = format;
        claims++;
        continue;
      }
      if (areAkin(format, owner) && claims < AKIN_LINES && !hasOwn) continue;
      if (candidate < 0) {
        candidate = i;
        stranger = format;
        foreign = 0;
      }
      foreign++;
      if (foreign >= (areAkin(format, owner) ? AKIN_LINES : FOREIGN_LINES)) break;
    }
    if (candidate < 0 || owner === null) return null;
    if (foreign < AKIN_LINES_AT_END && areAkin(stranger!, owner)) return null;
    const start = areAkin(stranger!, owner) ? findJump(texts, lastOwn, candidate) : candidate;
    const first = stepOverComments(texts, start);
    return { at: lines[first].start, before: owner, claims };
  }

  /**
   * A few windows are looked at; where the current format knows none of the lines, all lines around are. `before`: bytes of
   * the text that came before `data`.
   */
  findFar(data: Buffer, before: number, current: Format): Border | null {
    let own = -1;
    for (const at of chooseProbes(data, before)) {
      if (this.isOwn(data, at, current)) {
        own = at;
        continue;
      }
      const end = skipLines(data, at, PROBE_LINES);
      const window = data.subarray(at, end);
      if (this.findClose(window, current, own >= 0) === null) continue;
      const start = Math.max(own, 0);
      const border = this.findClose(data.subarray(start, skipLines(data, end, PROBE_LINES)), current, own >= 0);
      if (border !== null) return { ...border, at: border.at + start };
    }
    return null;
  }

  /**
   * One of the lines of a window is the current format's for certain (the first one almost always is, and no other is read
   * then), or none of them could be another's.
   */
  private isOwn(data: Buffer, from: number, current: Format): boolean {
    let at = from;
    let text = textAt(data, at);
    let isPerhaps = true;
    for (let i = 0; i < PROBE_LINES && at < data.length; i++) {
      at = nextLine(data, at);
      const isLast = i === PROBE_LINES - 1 || at >= data.length;
      const next = isLast ? '' : textAt(data, at);
      if (text !== '') {
        if (this.claims.owns(current, [text, next], 0)) return true;
        isPerhaps &&= this.claims.mayOwn(current, [text, next], 0);
      }
      text = next;
    }
    return isPerhaps;
  }
}

/** Lines between the last of one kind and the first of the other could be either's: the clock of the other stands apart. */
function findJump(lines: readonly string[], lastOwn: number, firstForeign: number): number {
  let largest = 0;
  let jump = firstForeign;
  if (Number.isNaN(readSeconds(lines[firstForeign]))) return firstForeign;
  let previous = readSeconds(lines[lastOwn] ?? '');
  for (let i = lastOwn + 1; i <= firstForeign && lastOwn >= 0; i++) {
    const seconds = readSeconds(lines[i]);
    if (Number.isNaN(seconds)) continue;
    if (Math.abs(seconds - previous) > largest) {
      largest = Math.abs(seconds - previous);
      jump = i;
    }
    previous = seconds;
  }
  return jump;
}

function readSeconds(line: string): number {
  return Number(/\s(\d+\.\d{6,9}):\s/.exec(line)?.[1] ?? Number.NaN);
}

/** Comments and blank lines above the first foreign line are the head of what follows. */
function stepOverComments(lines: readonly string[], from: number): number {
  let first = from;
  // iperf begins with a rule of 59 or 60 dashes.
  while (first > 0 && /^(?:#|\s*$|(?:\$|\S+[$#]) |-{59,60}$)/.test(lines[first - 1])) first--;
  return first;
}

/** Starts of lines, in order. Ends are probed closely, so that a few foreign lines at the end are seen. */
function chooseProbes(data: Buffer, before: number): number[] {
  const probes = new Set<number>([0]);
  // Places of the text, not of the chunk: how the bytes are cut makes no difference.
  for (let place = nextPlace(before); place < before + data.length; place = nextPlace(place))
    probes.add(nextLine(data, place - before));
  let at = data.length;
  for (let back = 1; back <= 64 && at > 0; back++) {
    at = lineOf(data, at - 1);
    if (Number.isInteger(Math.log2(back) / 2)) probes.add(at);
  }
  return [...probes].filter((probe) => probe < data.length).sort((a, b) => a - b);
}

function nextPlace(place: number): number {
  const step = place < CLOSE_BYTES ? CLOSE_STEP_BYTES : FAR_STEP_BYTES;
  return place - (place % step) + step;
}

/** Start of the line that holds `at`. */
function lineOf(data: Buffer, at: number): number {
  return at <= 0 ? 0 : data.lastIndexOf(NEWLINE, at - 1) + 1;
}

/** Start of the line after the one that holds `at`; the length of the data when there is none. */
function nextLine(data: Buffer, at: number): number {
  const newline = data.indexOf(NEWLINE, at);
  return newline < 0 ? data.length : newline + 1;
}

function skipLines(data: Buffer, from: number, count: number): number {
  let at = from;
  for (let i = 0; i < count && at < data.length; i++) at = nextLine(data, at);
  return at;
}

function readLines(data: Buffer): { start: number; text: string }[] {
  const lines: { start: number; text: string }[] = [];
  for (let at = 0; at < data.length; ) {
    lines.push({ start: at, text: textAt(data, at) });
    at = nextLine(data, at);
  }
  return lines;
}

/** The line at `at` without what ends it. */
function textAt(data: Buffer, at: number): string {
  let end = Math.min(nextLine(data, at), at + MAX_LINE_BYTES);
  if (end > at && data[end - 1] === NEWLINE) end--;
  while (end > at && data[end - 1] === 13) end--;
  return data.toString('utf8', at, end);
}
