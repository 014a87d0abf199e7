import { type CallRow, CallState, type CallTable } from '../../src/model/calls.ts';
import { PHASES } from '../../src/model/phases.ts';
import type { TrueCall } from './pairs.ts';

export interface JoinedCall {
  truth: TrueCall;
  row: number;
}
export interface Join {
  /** Logged calls that lie wholly inside the text, by the clock of the text; NaN when the clocks are not the same. */
  covered: number;
  expected: number;
  joined: JoinedCall[];
  /** Complete rows of the receiver's threads that no logged call explains. */
  invented: number[];
  missing: TrueCall[];
  flagged: number;
  bytesEqual: number;
  bytesKnown: number;
  /** Trace time = intercept + slope × logged time. */
  slope: number;
  startErrors: number[];
  endErrors: number[];
}

const CUT = CallState.cutAtStart | CallState.cutAtEnd;
const ERESTART_FROM = -512;
const ERESTART_TO = -516;

function isSameReturn(found: number, truth: TrueCall): boolean {
  if (Number.isNaN(found)) return true;
  if (found === truth.returned) return true;
  // The exit line comes before the signal is delivered: the program sees EINTR.
  if (truth.returned === -4) return found <= ERESTART_FROM && found >= ERESTART_TO;
  return false;
}

/** The log of a zero-copy receive has the mapped bytes: column mappedBytes where the text told them. */
function loggedValueOf(table: CallTable, truth: TrueCall, row: number): number {
  const returned = table.get('returnedBytes', row);
  return truth.call === 'zc' && !(returned < 0) ? table.get('mappedBytes', row) : returned;
}

/** Joins on thread, order and value; times are compared afterwards, through a fitted line (clocks drift). */
/** First and last time of the text relative to the origin of the logged times. */
export interface Span {
  firstNs: number;
  lastNs: number;
  /** Added to a time of the table gives a time relative to the origin of the logged times. */
  shiftNs: number;
}

function coveredBy(truths: readonly TrueCall[], span: Span): number {
  return truths.filter((call) => call.startNs >= span.firstNs && call.endNs <= span.lastNs).length;
}

export function joinCalls(table: CallTable, allTruths: readonly TrueCall[], span: Span | null = null): Join {
  const truths =
    span === null ? allTruths : allTruths.filter((c) => c.endNs >= span.firstNs && c.startNs <= span.lastNs);
  const isSameClock = truths.length > 0 && span !== null;
  const join: Join = {
    covered: isSameClock ? coveredBy(truths, span) : Number.NaN,
    expected: 0,
    joined: [],
    invented: [],
    missing: [],
    flagged: 0,
    bytesEqual: 0,
    bytesKnown: 0,
    slope: Number.NaN,
    startErrors: [],
    endErrors: [],
  };
  const usable = isSameClock ? truths : allTruths;
  for (const tid of new Set(usable.map((call) => call.tid))) {
    const expected = usable.filter((call) => call.tid === tid);
    const rows: number[] = [];
    for (let row = 0; row < table.length; row++) {
      if (table.get('tid', row) !== tid) continue;
      if ((table.get('state', row) & (CUT | CallState.lossInside)) !== 0) join.flagged++;
      if ((table.get('state', row) & CUT) === 0) rows.push(row);
    }
    joinThread(join, table, expected, rows, isSameClock ? span.shiftNs : Number.NaN);
  }
  fitTimes(join, table);
  return join;
}

function joinThread(
  join: Join,
  table: CallTable,
  truths: readonly TrueCall[],
  rows: readonly number[],
  shiftNs: number,
): void {
  if (rows.length === 0) return;
  const best = alignInOrder(table, truths, rows, shiftNs);
  const used = new Set(best.map((pair) => pair.row));
  for (const row of rows) if (!used.has(row)) join.invented.push(row);
  if (best.length === 0) return;
  const first = truths.indexOf(best[0].truth);
  const last = truths.indexOf(best[best.length - 1].truth);
  const joinedTruths = new Set(best.map((pair) => pair.truth));
  for (let t = first; t <= last; t++) if (!joinedTruths.has(truths[t])) join.missing.push(truths[t]);
  join.expected += last - first + 1;
  for (const pair of best) {
    join.joined.push(pair);
    const found = loggedValueOf(table, pair.truth, pair.row);
    if (Number.isNaN(found)) continue;
    join.bytesKnown++;
    if (isSameReturn(found, pair.truth)) join.bytesEqual++;
  }
}

/**
 * The longest sequence of pairs that keeps both orders and agrees in value. Where values are missing or repeat, order alone
 * is ambiguous: the nearest in time is taken on a common clock, the earliest otherwise.
 */
function alignInOrder(
  table: CallTable,
  truths: readonly TrueCall[],
  rows: readonly number[],
  shiftNs: number,
): JoinedCall[] {
  const width = truths.length + 1;
  const best = new Float64Array((rows.length + 1) * width);
  const scoreOf = (row: number, t: number): number => {
    if (!isSameCall(table, truths[t], row)) return Number.NEGATIVE_INFINITY;
    if (Number.isNaN(shiftNs)) return 1 - 1e-6 * t;
    return 1 - Math.min(0.9, distanceOf(table, row, shiftNs, truths[t]) / 1e8);
  };
  for (let r = 1; r <= rows.length; r++)
    for (let t = 1; t < width; t++) {
      const paired = best[(r - 1) * width + t - 1] + scoreOf(rows[r - 1], t - 1);
      best[r * width + t] = Math.max(paired, best[(r - 1) * width + t], best[r * width + t - 1]);
    }
  const joined: JoinedCall[] = [];
  for (let r = rows.length, t = truths.length; r > 0 && t > 0; ) {
    const here = best[r * width + t];
    if (here === best[(r - 1) * width + t]) r--;
    else if (here === best[r * width + t - 1]) t--;
    else joined.push({ truth: truths[--t], row: rows[--r] });
  }
  return joined.reverse();
}

/**
 * By how much a row lies outside the logged call, which holds it: a receive of io_uring is logged from its submission, long
 * before the row of the try that got the data begins. Among calls that hold it the nearer start wins.
 */
function distanceOf(table: CallTable, row: number, shiftNs: number, truth: TrueCall): number {
  const startNs = table.get('startNs', row) + shiftNs;
  const endNs = table.get('endNs', row) + shiftNs;
  const before = Math.max(0, truth.startNs - startNs);
  const after = Number.isNaN(endNs) ? 0 : Math.max(0, endNs - truth.endNs);
  return before + after + Math.abs(startNs - truth.startNs) / 1000;
}

function isSameCall(table: CallTable, truth: TrueCall, row: number): boolean {
  if (!isSameReturn(loggedValueOf(table, truth, row), truth)) return false;
  const entry = table.strings.textOf(table.get('entry', row));
  const isZerocopy = entry === 'getsockopt' || entry === 'tcp_zerocopy_receive';
  if (isZerocopy !== (truth.call === 'zc') && entry.length > 0) {
    if (isZerocopy || entry === 'recvfrom' || entry === 'recvmsg') return false;
  }
  return true;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1];
}

/** Median slope over far pairs, median offset: a few preempted calls do not move the line. */
function fitTimes(join: Join, table: CallTable): void {
  const timed = join.joined.filter((pair) => !Number.isNaN(table.get('startNs', pair.row)));
  if (timed.length < 2) return;
  const at = (pair: JoinedCall): number => table.get('startNs', pair.row);
  const slopes: number[] = [];
  const half = timed.length >> 1;
  for (let i = 0; i + half < timed.length; i++) {
    const dx = timed[i + half].truth.startNs - timed[i].truth.startNs;
    if (dx > 0) slopes.push((at(timed[i + half]) - at(timed[i])) / dx);
  }
  // One clock or two that drift by at most 0.5 %: anything else is a wrong join, not a clock.
  const fitted = median(slopes);
  const spread = (slope: number): number => {
    const rest = timed.map((pair) => at(pair) - slope * pair.truth.startNs);
    return quantile(rest, 0.75) - quantile(rest, 0.05);
  };
  // A rate other than 1 has to earn its place: few calls always find one.
  const isRate = Math.abs(fitted - 1) < 0.005 && timed.length >= 5 && spread(fitted) < 0.5 * spread(1);
  join.slope = isRate ? fitted : 1;
  // Only the rate and the origin are fitted; the truth starts before the call, so the origin is the low end of the
  // distances: of the half that lies closest together, so that a logged time that is itself off moves nobody else.
  const offsets = timed.map((pair) => at(pair) - join.slope * pair.truth.startNs);
  const origin = lowEndOfClosestHalf(offsets);
  for (const pair of timed) {
    join.startErrors.push(at(pair) - (origin + join.slope * pair.truth.startNs));
    const end = table.get('endNs', pair.row);
    if (!Number.isNaN(end)) join.endErrors.push(origin + join.slope * pair.truth.endNs - end);
  }
}

function lowEndOfClosestHalf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  let best = 0;
  for (let i = 1; i + half < sorted.length; i++)
    if (sorted[i + half] - sorted[i] < sorted[best + half] - sorted[best]) best = i;
  // Calls that start a little earlier than that half still belong to it.
  const width = Math.max(2000, sorted[best + half] - sorted[best]);
  while (best > 0 && sorted[best] - sorted[best - 1] <= width) best--;
  return sorted[best];
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** Rows whose phases do not add up to the duration, to the nanosecond. */
export function untiledRows(table: CallTable): number[] {
  const bad: number[] = [];
  for (let row = 0; row < table.length; row++) {
    const duration = table.get('durationNs', row);
    if (Number.isNaN(duration)) continue;
    let sum = 0;
    for (const phase of PHASES) {
      const value = table.get(`${phase}Ns` as keyof CallRow, row);
      if (!Number.isNaN(value)) sum += value;
    }
    if (sum !== duration) bad.push(row);
  }
  return bad;
}
