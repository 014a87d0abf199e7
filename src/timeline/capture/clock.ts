import type { SwitchLog } from '../state/switch-log.ts';

/** Switches of b that vote together for one distance; a chunk is short enough for drift not to smear the votes. */
const CHUNK = 48;
const CHUNKS = 24;
const BIN_NS = 20_000;
/** The same clock printed twice differs by rounding only. */
const SAME_CLOCK_NS = 2_000;
const MIN_MATCHES = 8;
/** Crystals differ by ppm, emulated clocks by 0.1 %; more is no clock but a wrong match. */
const MAX_DRIFT = 0.005;
const MAX_RESIDUAL_NS = 20_000;

export interface ClockFit {
  matches: number;
  /** b = a + offset + drift × a, all in ns on the clock of a. */
  offsetNs: number;
  /** offset + drift × a at the first common switch. */
  firstOffsetNs: number;
  drift: number;
  medianResidualNs: number;
  maxResidualNs: number;
}

export type ClockVerdict =
  | { kind: 'aligned'; fit: ClockFit }
  | { kind: 'unrelated' }
  | { kind: 'differ'; fit: ClockFit };

/**
 * Aligns two recordings on the switches they share (same CPU, same tasks, same neighbours). `shiftNs` = base of b − base
 * of a. Matches that lie on one line are a common clock up to offset and drift; matches that do not are no alignment.
 */
export function alignClocks(a: SwitchLog, b: SwitchLog, shiftNs: number): ClockVerdict {
  const [at, distance] = matchSameClock(a, b, shiftNs) ?? matchByVotes(a, b, shiftNs);
  if (at.length < MIN_MATCHES) return { kind: 'unrelated' };
  const fit = fitLine(at, distance);
  const isLine = Math.abs(fit.drift) < MAX_DRIFT && fit.medianResidualNs <= MAX_RESIDUAL_NS;
  return { kind: isLine ? 'aligned' : 'differ', fit };
}

/** Most switches of the shorter log stand in the other at the same time: one clock, two texts of it. */
function matchSameClock(a: SwitchLog, b: SwitchLog, shiftNs: number): [number[], number[]] | null {
  const at: number[] = [];
  const distance: number[] = [];
  let from = 0;
  let inside = 0;
  for (let j = 0; j < b.atNs.length; j++) {
    const t = b.atNs[j] + shiftNs;
    while (from < a.atNs.length && a.atNs[from] < t - SAME_CLOCK_NS) from++;
    if (from === a.atNs.length) break;
    if (t + SAME_CLOCK_NS < a.atNs[0]) continue;
    inside++;
    for (let i = from; i < a.atNs.length && a.atNs[i] <= t + SAME_CLOCK_NS; i++) {
      if (a.cpu[i] !== b.cpu[j] || a.previous[i] !== b.previous[j] || a.next[i] !== b.next[j]) continue;
      at.push(a.atNs[i]);
      distance.push(t - a.atNs[i]);
      break;
    }
  }
  return at.length >= MIN_MATCHES && at.length >= 0.8 * inside ? [at, distance] : null;
}

/**
 * Two clocks: every switch of a chunk of b votes for its distance to each switch of a by the same tasks on the same CPU.
 * The true distance gets a vote of nearly every switch, a wrong one only by chance.
 */
function matchByVotes(a: SwitchLog, b: SwitchLog, shiftNs: number): [number[], number[]] {
  const at: number[] = [];
  const distance: number[] = [];
  const inA = indexTriples(a);
  const count = b.atNs.length;
  const step = Math.max(CHUNK, Math.floor(count / CHUNKS));
  for (let from = 0; from < count; from += step) {
    const to = Math.min(count, from + CHUNK);
    if (to - from < MIN_MATCHES) break;
    const best = voteForDistance({ a, b, shiftNs, inA }, from, to);
    if (best === null) continue;
    for (let j = from; j < to; j++) {
      const near = nearest(a, inA.get(tripleOf(b, j)), b.atNs[j] + shiftNs - best);
      if (near < 0 || Math.abs(b.atNs[j] + shiftNs - a.atNs[near] - best) > 2 * BIN_NS) continue;
      at.push(a.atNs[near]);
      distance.push(b.atNs[j] + shiftNs - a.atNs[near]);
    }
  }
  return [at, distance];
}

function tripleOf(log: SwitchLog, i: number): string {
  return `${log.cpu[i]}:${log.previous[i]}>${log.next[i]}`;
}

function indexTriples(log: SwitchLog): Map<string, number[]> {
  const index = new Map<string, number[]>();
  for (let i = 0; i < log.atNs.length; i++) {
    const key = tripleOf(log, i);
    const list = index.get(key);
    if (list === undefined) index.set(key, [i]);
    else list.push(i);
  }
  return index;
}

/** Two logs and where a has each triple of CPU and tasks. */
interface Vote {
  a: SwitchLog;
  b: SwitchLog;
  shiftNs: number;
  inA: ReadonlyMap<string, number[]>;
}

/** The distance most switches agree on; null when none has half of them or another one comes near. */
function voteForDistance(vote: Vote, from: number, to: number): number | null {
  const { a, b, shiftNs, inA } = vote;
  const votes = new Map<number, number>();
  for (let j = from; j < to; j++) {
    const bins = new Set<number>();
    for (const i of inA.get(tripleOf(b, j)) ?? []) bins.add(Math.floor((b.atNs[j] + shiftNs - a.atNs[i]) / BIN_NS));
    for (const bin of bins) votes.set(bin, (votes.get(bin) ?? 0) + 1);
  }
  // A distance at the edge of a bin splits its votes: neighbours count together.
  const together = (bin: number): number => (votes.get(bin) ?? 0) + (votes.get(bin + 1) ?? 0);
  let best = Number.NaN;
  for (const bin of votes.keys()) if (Number.isNaN(best) || together(bin) > together(best)) best = bin;
  if (Number.isNaN(best) || together(best) < 0.5 * (to - from)) return null;
  for (const bin of votes.keys()) if (Math.abs(bin - best) > 2 && together(bin) > 0.7 * together(best)) return null;
  return (best + 1) * BIN_NS;
}

function nearest(a: SwitchLog, candidates: readonly number[] | undefined, t: number): number {
  let found = -1;
  for (const i of candidates ?? []) if (found < 0 || Math.abs(a.atNs[i] - t) < Math.abs(a.atNs[found] - t)) found = i;
  return found;
}

function fitLine(at: readonly number[], distance: readonly number[]): ClockFit {
  const order = [...at.keys()].sort((x, y) => at[x] - at[y]);
  const half = order.length >> 1;
  const slopes: number[] = [];
  for (let i = 0; i + half < order.length; i++) {
    const dx = at[order[i + half]] - at[order[i]];
    if (dx > 0) slopes.push((distance[order[i + half]] - distance[order[i]]) / dx);
  }
  const span = at[order[order.length - 1]] - at[order[0]];
  const slope = slopes.length === 0 ? 0 : median(slopes);
  // Less than the resolution of the text over the whole span is no drift that could be seen.
  const drift = Math.abs(slope) * span < 2 * SAME_CLOCK_NS ? 0 : slope;
  const offsetNs = median(at.map((x, i) => distance[i] - drift * x));
  const residuals = at.map((x, i) => Math.abs(distance[i] - offsetNs - drift * x)).sort((x, y) => x - y);
  return {
    matches: at.length,
    offsetNs,
    firstOffsetNs: offsetNs + drift * at[order[0]],
    drift,
    medianResidualNs: residuals[residuals.length >> 1],
    maxResidualNs: residuals[Math.floor(residuals.length * 0.95)],
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
