import { CallState, type CallTable } from '../model/calls.ts';
import type { Diagnostics } from '../model/diagnostics.ts';
import { PHASES } from '../model/phases.ts';
import type { CaptureFile } from './capture-file.ts';
import { alignClocks, type ClockFit } from './clock.ts';

const CUT = CallState.cutAtStart | CallState.cutAtEnd;
/** Two tools see one syscall a few microseconds apart; calls of one thread cannot overlap. */
const SAME_CALL_NS = 50_000;

/**
 * Files of one bundle that recorded the same run tell of the same calls: counted once, taken from the file that shows more
 * of them. Returns the rows to leave out.
 */
export function findRepeatedCalls(
  files: readonly CaptureFile[],
  table: CallTable,
  diagnostics: Diagnostics,
): { dropped: Set<number>; notes: string[] } {
  const dropped = new Set<number>();
  const notes: string[] = [];
  for (let i = 0; i < files.length; i++)
    for (let j = i + 1; j < files.length; j++) {
      const a = files[i];
      const b = files[j];
      if (a.sweep.isTimeless || b.sweep.isTimeless || a.fileIndex < 0 || b.fileIndex < 0) continue;
      const shiftNs = Number(b.stream.baseNs - a.stream.baseNs);
      const verdict = alignClocks(a.sweep.switches, b.sweep.switches, shiftNs);
      if (verdict.kind === 'aligned') {
        const repeated = dropRepeated(table, a, b, shiftNs, verdict.fit, dropped);
        notes.push(describe(a, b, verdict.fit, repeated));
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
  return { dropped, notes };
}

function describe(a: CaptureFile, b: CaptureFile, fit: ClockFit, repeated: number): string {
  const offset = `offset ${(fit.firstOffsetNs / 1000).toFixed(1)} µs at the first of them, drift ${(fit.drift * 1e6).toFixed(2)} µs/s`;
  const residual = `residual ${(fit.medianResidualNs / 1000).toFixed(1)} µs median, ${(fit.maxResidualNs / 1000).toFixed(1)} µs p95`;
  const calls = repeated > 0 ? `; ${repeated} calls are in both and counted once` : '';
  return `${b.stream.fileName} against ${a.stream.fileName}: aligned on ${fit.matches} common switches, ${offset}, ${residual}${calls}`;
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
  return repeated;
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
