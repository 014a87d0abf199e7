import { CallState, type CallTable } from '../../model/calls.ts';
import type { Diagnostics } from '../../model/diagnostics/index.ts';
import { PHASES } from '../../model/phases.ts';
import { alignClocks, type ClockFit } from './clock.ts';
import type { CaptureFile } from './file.ts';

const CUT = CallState.cutAtStart | CallState.cutAtEnd;
/** Two tools see one syscall a few microseconds apart; calls of one thread cannot overlap. */
const SAME_CALL_NS = 50_000;
/** One clock printed by two tools differs by rounding. */
const SAME_TEXT_NS = 2_000;
const MIN_CALLS = 3;

export interface Repeated {
  dropped: Set<number>;
  notes: string[];
  /** Pairs of files that recorded the same run. */
  sameRun: [CaptureFile, CaptureFile][];
  /** Files that hold nothing but the events of another one. */
  copies: CaptureFile[];
}

/**
 * Files of one bundle that recorded the same run tell of the same calls: counted once, taken from the file that shows more
 * of them. Returns the rows to leave out.
 */
export function findRepeatedCalls(files: readonly CaptureFile[], table: CallTable, diagnostics: Diagnostics): Repeated {
  const dropped = new Set<number>();
  const notes: string[] = [];
  const copies = findCopies(files, table, dropped, diagnostics, notes);
  const sameRun: [CaptureFile, CaptureFile][] = [...copies];
  for (let i = 0; i < files.length; i++)
    for (let j = i + 1; j < files.length; j++) {
      const a = files[i];
      const b = files[j];
      if (copies.has(a) || copies.has(b)) continue;
      if (a.sweep.isTimeless || b.sweep.isTimeless || a.fileIndex < 0 || b.fileIndex < 0) continue;
      const shiftNs = Number(b.stream.baseNs - a.stream.baseNs);
      const verdict = alignFiles(table, a, b, shiftNs);
      if (verdict.kind === 'aligned') {
        const repeated = dropRepeated(table, a, b, shiftNs, verdict.fit, dropped);
        notes.push(describe(a, b, verdict.fit, repeated, verdict.by));
        if (repeated > 0) sameRun.push([b, a]);
        if (Math.abs(verdict.fit.firstOffsetNs) > 2000 || verdict.fit.drift !== 0) diagnostics.count('clocks-aligned');
      } else if (sharesThreads(table, a, b)) {
        if (verdict.kind === 'differ' || overlaps(a, b, shiftNs)) {
          diagnostics.count('clocks-differ', { file: b.stream.fileName, reason: verdict.kind });
          notes.push(
            `${a.stream.fileName} and ${b.stream.fileName} show the same threads but have no common sched_switch lines that lie on one line in time: their calls are kept apart and may be counted twice`,
          );
        }
      }
    }
  return { dropped, notes, sameRun, copies: [...copies.keys()] };
}

/** Identical texts (a trace copied twice, `trace` and `trace.txt`): the second one tells nothing, with or without times. */
function findCopies(
  files: readonly CaptureFile[],
  table: CallTable,
  dropped: Set<number>,
  diagnostics: Diagnostics,
  notes: string[],
): Map<CaptureFile, CaptureFile> {
  const copies = new Map<CaptureFile, CaptureFile>();
  const seen = new Map<string, CaptureFile>();
  for (const file of files) {
    const text = file.fingerprint.textOf(file.stream.baseNs);
    const original = text === '' ? undefined : seen.get(text);
    if (original === undefined || original.fileIndex < 0) {
      seen.set(text, file);
      continue;
    }
    copies.set(file, original);
    let repeated = 0;
    for (let row = 0; row < table.length; row++) {
      if (table.get('file', row) !== file.fileIndex) continue;
      dropped.add(row);
      repeated++;
    }
    diagnostics.count('file-repeated', { file: file.stream.fileName });
    notes.push(
      `${file.stream.fileName} holds the same events as ${original.stream.fileName}: its ${repeated} calls are counted once`,
    );
  }
  return copies;
}

type Alignment = { kind: 'aligned'; fit: ClockFit; by: 'switches' | 'calls' } | { kind: 'unrelated' | 'differ' };

/** On common switches; where there are too few of them, on the calls themselves if both texts have one clock. */
function alignFiles(table: CallTable, a: CaptureFile, b: CaptureFile, shiftNs: number): Alignment {
  const verdict = alignClocks(a.sweep.switches, b.sweep.switches, shiftNs);
  if (verdict.kind === 'aligned') return { ...verdict, by: 'switches' };
  const fit = matchCalls(table, a, b, shiftNs);
  return fit === null ? { kind: verdict.kind } : { kind: 'aligned', fit, by: 'calls' };
}

/** The same calls to the microsecond, start and end, nearly all of them: one clock, no offset. */
function matchCalls(table: CallTable, a: CaptureFile, b: CaptureFile, shiftNs: number): ClockFit | null {
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

function describe(a: CaptureFile, b: CaptureFile, fit: ClockFit, repeated: number, by: 'switches' | 'calls'): string {
  const offset = `offset ${(fit.firstOffsetNs / 1000).toFixed(1)} µs at the first of them, drift ${(fit.drift * 1e6).toFixed(2)} µs/s`;
  const residual = `residual ${(fit.medianResidualNs / 1000).toFixed(1)} µs median, ${(fit.maxResidualNs / 1000).toFixed(1)} µs p95`;
  const calls = repeated > 0 ? `; ${repeated} calls are in both and counted once` : '';
  return `${b.stream.fileName} against ${a.stream.fileName}: aligned on ${fit.matches} common ${by}, ${offset}, ${residual}${calls}`;
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
function dropRepeated(
  table: CallTable,
  a: CaptureFile,
  b: CaptureFile,
  shiftNs: number,
  fit: ClockFit,
  dropped: Set<number>,
): number {
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
  repeated += dropCut(table, a, b, (at) => at * (1 + fit.drift) + fit.offsetNs - shiftNs, fit, dropped);
  return repeated + dropCut(table, b, a, (at) => (at + shiftNs - fit.offsetNs) / (1 + fit.drift), fit, dropped);
}

/** What the edge of one text cut is whole in the other: same thread, same start (or same end, if the start is missing). */
function dropCut(
  table: CallTable,
  from: CaptureFile,
  into: CaptureFile,
  toClock: (atNs: number) => number,
  fit: ClockFit,
  dropped: Set<number>,
): number {
  const whole = rowsOf(table, into.fileIndex, new Set());
  let count = 0;
  for (let row = 0; row < table.length; row++) {
    if (table.get('file', row) !== from.fileIndex || dropped.has(row)) continue;
    const cut = table.get('state', row) & CUT;
    if (cut !== CallState.cutAtStart && cut !== CallState.cutAtEnd) continue;
    const edge = cut === CallState.cutAtEnd ? 'startNs' : 'endNs';
    const at = toClock(table.get(edge, row));
    const rows = whole.get(table.get('tid', row)) ?? [];
    if (!rows.some((other) => Math.abs(table.get(edge, other) - at) <= SAME_TEXT_NS + fit.maxResidualNs)) continue;
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

function sharesThreads(table: CallTable, a: CaptureFile, b: CaptureFile): boolean {
  const ofA = rowsOf(table, a.fileIndex, new Set());
  for (const tid of rowsOf(table, b.fileIndex, new Set()).keys()) if (tid > 0 && ofA.has(tid)) return true;
  return false;
}

function overlaps(a: CaptureFile, b: CaptureFile, shiftNs: number): boolean {
  const [x, y] = [a.sweep.counts, b.sweep.counts];
  return y.firstNs + shiftNs < x.lastNs && x.firstNs < y.lastNs + shiftNs;
}

/** Files of one run together, in the order of the files. */
export function groupRuns(
  files: readonly CaptureFile[],
  sameRun: readonly [CaptureFile, CaptureFile][],
): CaptureFile[][] {
  const runOf = new Map(files.map((file) => [file, [file]]));
  for (const [later, earlier] of sameRun) {
    const [from, to] = [runOf.get(later)!, runOf.get(earlier)!];
    if (from === to) continue;
    to.push(...from);
    for (const file of from) runOf.set(file, to);
  }
  return [...new Set(runOf.values())];
}
