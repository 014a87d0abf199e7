import { CallState, type CallTable } from '../../model/calls.ts';
import { PHASES } from '../../model/phases.ts';
import type { ClockFit } from './clock.ts';
import type { CaptureFile } from './file.ts';

const CUT = CallState.cutAtStart | CallState.cutAtEnd;
/** Two tools see one syscall a few microseconds apart; calls of one thread cannot overlap. */
const SAME_CALL_NS = 50_000;
/** One clock printed by two tools differs by rounding. */
const SAME_TEXT_NS = 2_000;
const MIN_CALLS = 3;

/** Two files of one bundle and the rows of both. */
export interface FilePair {
  table: CallTable;
  a: CaptureFile;
  b: CaptureFile;
  /** Base of b − base of a. */
  shiftNs: number;
}

/** The same calls to the microsecond, start and end, nearly all of them: one clock, no offset. */
export function matchCalls({ table, a, b, shiftNs }: FilePair): ClockFit | null {
  const none = new Set<number>();
  const ofA = rowsOf(table, a.fileIndex, none);
  let matches = 0;
  let exact = 0;
  let inside = 0;
  for (const [tid, rowsB] of rowsOf(table, b.fileIndex, none)) {
    const rowsA = ofA.get(tid);
    if (rowsA === undefined) continue;
    const first = table.get('startNs', rowsA[0]);
    const last = table.get('endNs', rowsA[rowsA.length - 1]);
    let k = 0;
    for (const row of rowsB) {
      const at = table.get('startNs', row) + shiftNs;
      if (at < first - SAME_TEXT_NS || at > last) continue;
      inside++;
      while (k < rowsA.length && table.get('startNs', rowsA[k]) < at - SAME_TEXT_NS) k++;
      if (k === rowsA.length || table.get('startNs', rowsA[k]) > at + SAME_TEXT_NS) continue;
      const longer = Math.abs(table.get('durationNs', rowsA[k]) - table.get('durationNs', row));
      if (longer <= SAME_TEXT_NS) matches++;
      if (longer === 0 && table.get('startNs', rowsA[k]) === at) exact++;
    }
  }
  // A piece of the same text may hold one or two whole calls: all of them to the last digit.
  const isPiece = inside > 0 && exact === inside;
  if (!isPiece && (matches < MIN_CALLS || matches < 0.8 * inside)) return null;
  return { matches, offsetNs: 0, firstOffsetNs: 0, drift: 0, medianResidualNs: 0, maxResidualNs: SAME_TEXT_NS };
}

function rowsOf(table: CallTable, file: number, dropped: ReadonlySet<number>): Map<number, number[]> {
  const byThread = new Map<number, number[]>();
  for (let row = 0; row < table.length; row++) {
    if (table.get('file', row) !== file || dropped.has(row) || (table.get('state', row) & CUT) !== 0) continue;
    const tid = table.get('tid', row);
    const list = byThread.get(tid);
    if (list === undefined) byThread.set(tid, [row]);
    else list.push(row);
  }
  return byThread;
}

/** Same thread, same moment on the common clock, same return value where both know it. */
export function dropRepeated(pair: FilePair, fit: ClockFit, dropped: Set<number>): number {
  const { table, a, b, shiftNs } = pair;
  const ofA = rowsOf(table, a.fileIndex, dropped);
  let repeated = 0;
  for (const [tid, rowsB] of rowsOf(table, b.fileIndex, dropped)) {
    const rowsA = ofA.get(tid) ?? [];
    let k = 0;
    for (const rowB of rowsB) {
      const atB = table.get('startNs', rowB) + shiftNs;
      const at = (atB - fit.offsetNs) / (1 + fit.drift);
      while (k < rowsA.length && table.get('startNs', rowsA[k]) < at - SAME_CALL_NS - fit.maxResidualNs) k++;
      const found = rowsA.slice(k, k + 16).find((rowA) => !dropped.has(rowA) && isSame(table, rowA, rowB, at, fit));
      if (found === undefined) continue;
      dropped.add(richness(table, rowB) > richness(table, found) ? found : rowB);
      repeated++;
    }
  }
  const nearNs = SAME_TEXT_NS + fit.maxResidualNs;
  const toB = (at: number): number => at * (1 + fit.drift) + fit.offsetNs - shiftNs;
  const toA = (at: number): number => (at + shiftNs - fit.offsetNs) / (1 + fit.drift);
  const cutOfA = dropCut({ table, from: a, into: b, toClock: toB, nearNs }, dropped);
  return repeated + cutOfA + dropCut({ table, from: b, into: a, toClock: toA, nearNs }, dropped);
}

/** Calls that the edge of `from` cut, and the file that may have them whole. */
interface CutSide {
  table: CallTable;
  from: CaptureFile;
  into: CaptureFile;
  /** A time of `from` on the clock of `into`. */
  toClock: (atNs: number) => number;
  nearNs: number;
}

/** What the edge of one text cut is whole in the other: same thread, same start (or same end, if the start is missing). */
function dropCut({ table, from, into, toClock, nearNs }: CutSide, dropped: Set<number>): number {
  const whole = rowsOf(table, into.fileIndex, new Set());
  let count = 0;
  for (let row = 0; row < table.length; row++) {
    if (table.get('file', row) !== from.fileIndex || dropped.has(row)) continue;
    const cut = table.get('state', row) & CUT;
    if (cut !== CallState.cutAtStart && cut !== CallState.cutAtEnd) continue;
    const edge = cut === CallState.cutAtEnd ? 'startNs' : 'endNs';
    const at = toClock(table.get(edge, row));
    const rows = whole.get(table.get('tid', row)) ?? [];
    if (!rows.some((other) => Math.abs(table.get(edge, other) - at) <= nearNs)) continue;
    dropped.add(row);
    count++;
  }
  return count;
}

function isSame(table: CallTable, rowA: number, rowB: number, at: number, fit: ClockFit): boolean {
  if (Math.abs(table.get('startNs', rowA) - at) > SAME_CALL_NS + fit.maxResidualNs) return false;
  const [x, y] = [table.get('returnedBytes', rowA), table.get('returnedBytes', rowB)];
  return Number.isNaN(x) || Number.isNaN(y) || x === y;
}

/** How much of a call a file shows: phases it knows, then time it can attribute. */
function richness(table: CallTable, row: number): number {
  let known = 0;
  for (const phase of PHASES) if (!Number.isNaN(table.get(`${phase}Ns`, row))) known++;
  const duration = table.get('durationNs', row);
  return known + (duration > 0 ? 1 - table.get('unattributedNs', row) / duration : 0);
}

/** Of the threads that both files show the calls of the file that has more of them count; those of the other are left out. */
export function dropPoorer({ table, a, b }: FilePair, dropped: Set<number>): { kept: CaptureFile; calls: number } {
  const count = (rows: ReadonlyMap<number, number[]>): number =>
    [...rows.values()].reduce((sum, l) => sum + l.length, 0);
  const [ofA, ofB] = [rowsOf(table, a.fileIndex, dropped), rowsOf(table, b.fileIndex, dropped)];
  const [kept, left, other] = count(ofB) > count(ofA) ? [b, a, ofB] : [a, b, ofA];
  let calls = 0;
  for (let row = 0; row < table.length; row++) {
    if (table.get('file', row) !== left.fileIndex || dropped.has(row) || !other.has(table.get('tid', row))) continue;
    dropped.add(row);
    calls++;
  }
  return { kept, calls };
}

export function sharesThreads({ table, a, b }: FilePair): boolean {
  const ofA = rowsOf(table, a.fileIndex, new Set());
  for (const tid of rowsOf(table, b.fileIndex, new Set()).keys()) if (tid > 0 && ofA.has(tid)) return true;
  return false;
}
