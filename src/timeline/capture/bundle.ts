import type { CallTable } from '../../model/calls.ts';
import type { Diagnostics } from '../../model/diagnostics/index.ts';
import { alignClocks, type ClockFit } from './clock.ts';
import type { CaptureFile } from './file.ts';
import { sharesArrivals } from './same-arrivals.ts';
import { dropPoorer, dropRepeated, type FilePair, matchCalls, sharesThreads } from './same-calls.ts';

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
 * of them. The same run is told by common switches, calls or arrivals; of two tracers also by their times alone, since a bundle is
 * of one machine. Returns the rows to leave out.
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
      if (a.walk.isTimeless || b.walk.isTimeless) continue;
      const shiftNs = Number(b.stream.baseNs - a.stream.baseNs);
      const pair = { table, a, b, shiftNs };
      const verdict = alignFiles(pair);
      if (verdict.kind === 'aligned') {
        const repeated = dropRepeated(pair, verdict.fit, dropped);
        notes.push(describe(pair, verdict.fit, repeated, verdict.by));
        if (repeated > 0 || overlapShare(pair, verdict.fit.firstOffsetNs) >= 0.5) sameRun.push([b, a]);
        if (Math.abs(verdict.fit.firstOffsetNs) > 2000 || verdict.fit.drift !== 0) diagnostics.count('clocks-aligned');
        continue;
      }
      const isBoth = overlaps(pair) && (sharesArrivals(a, b, shiftNs) || tracerOf(a) !== tracerOf(b));
      if (isBoth) sameRun.push([b, a]);
      if (sharesThreads(pair)) {
        if (isBoth && tracerOf(a) !== tracerOf(b)) {
          notes.push(describeChoice(pair, dropPoorer(pair, dropped)));
        } else if (verdict.kind === 'differ' || overlaps(pair)) {
          diagnostics.count('clocks-differ', { file: b.stream.fileName, reason: verdict.kind });
          notes.push(
            `${a.stream.fileName} and ${b.stream.fileName} show the same threads but have no common sched_switch lines that lie on one line in time: their calls are kept apart and may be counted twice`,
          );
        }
      } else if (isBoth) notes.push(`${nameBoth(pair)}: ${EACH_KIND}`);
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
      `${file.stream.fileName} holds the same events as ${original.stream.fileName}: its calls (${repeated}) are counted once`,
    );
  }
  return copies;
}

type Alignment = { kind: 'aligned'; fit: ClockFit; by: 'switches' | 'calls' } | { kind: 'unrelated' | 'differ' };

/** On common switches; where there are too few of them, on the calls themselves if both texts have one clock. */
function alignFiles(pair: FilePair): Alignment {
  const { a, b, shiftNs } = pair;
  const verdict = alignClocks(a.walk.switches, b.walk.switches, shiftNs);
  if (verdict.kind === 'aligned') return { ...verdict, by: 'switches' };
  const fit = matchCalls(pair);
  return fit === null ? { kind: verdict.kind } : { kind: 'aligned', fit, by: 'calls' };
}

function describe({ a, b }: FilePair, fit: ClockFit, repeated: number, by: 'switches' | 'calls'): string {
  const offset = `offset ${(fit.firstOffsetNs / 1000).toFixed(1)} µs at the first of them, drift ${(fit.drift * 1e6).toFixed(2)} µs/s`;
  const residual = `residual ${(fit.medianResidualNs / 1000).toFixed(1)} µs median, ${(fit.maxResidualNs / 1000).toFixed(1)} µs p95`;
  const calls = repeated > 0 ? `; calls in both, counted once: ${repeated}` : '';
  const common = fit.matches === 1 ? { calls: 'call', switches: 'switch' }[by] : by;
  return `${b.stream.fileName} against ${a.stream.fileName}: aligned on ${fit.matches} common ${common}, ${offset}, ${residual}${calls}`;
}

const EACH_KIND = 'what both show is counted once, each kind of event from the recording that shows more of it';
const tracerOf = ({ stream }: CaptureFile): string => (stream.format.startsWith('perf') ? 'perf' : 'ftrace');
const nameBoth = ({ a, b }: FilePair): string =>
  `${a.stream.fileName} and ${b.stream.fileName} recorded at the same time`;

function describeChoice(pair: FilePair, { kept, calls }: ReturnType<typeof dropPoorer>): string {
  return `${nameBoth(pair)} and cannot be aligned: of the threads in both the calls of ${kept.stream.fileName} count, which has more of them, ${calls} of the other are left out; ${EACH_KIND}`;
}

const overlaps = (pair: FilePair): boolean => overlapShare(pair, 0) > 0;

/** Of the shorter recording's span, what the other covers; b is `offsetNs` ahead of a. */
function overlapShare({ a, b, shiftNs }: FilePair, offsetNs: number): number {
  const [x, y] = [a.walk.counts, b.walk.counts];
  const move = shiftNs - offsetNs;
  const common = Math.min(x.lastNs, y.lastNs + move) - Math.max(x.firstNs, y.firstNs + move);
  const shorter = Math.min(x.lastNs - x.firstNs, y.lastNs - y.firstNs);
  return common > 0 && shorter > 0 ? common / shorter : 0;
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
