import { bytesOf, type CallView, isPinned } from '../call-view.ts';
import { orZero } from '../derived.ts';
import type { Setting } from './types.ts';

/** A call as it would have been: one recorded call, a part of one, or several merged. */
export interface ReplayedCall {
  run: number;
  bytes: number;
  bufferBytes: number;
  offloaded: boolean;
  sleeps: number;
  /** Recorded elapsed time it covers, gaps between merged calls included. */
  elapsedNs: number;
  /** Recorded CPU time of its members, to shift the elapsed time by what the model changes. */
  members: number;
}

/**
 * Replays the calls of every reader (run, thread, socket) in order. A larger SO_RCVLOWAT merges successive calls until the
 * target is reached; a smaller buffer cuts calls. A call is offloaded when the predicate of 2.6.23–3.17 holds for it:
 * available < target and len > copybreak (flags, low_latency and channel as recorded).
 */
export function replayCalls(
  view: CallView,
  setting: Setting,
  now: { copybreak: number; target: number },
): ReplayedCall[] {
  const out: ReplayedCall[] = [];
  const streams = new Map<string, number[]>();
  for (let i = 0; i < view.size; i++) {
    const key = `${view.run[i]} ${view.column('tid')[i]} ${view.column('sock')[i]}`;
    const stream = streams.get(key);
    if (stream === undefined) streams.set(key, [i]);
    else stream.push(i);
  }
  const copybreak = Number.isNaN(setting.copybreak) ? now.copybreak : setting.copybreak;
  for (const stream of streams.values())
    for (const call of replayStream(view, stream, setting, copybreak, now.target)) out.push(call);
  return out;
}

function replayStream(
  view: CallView,
  stream: number[],
  setting: Setting,
  copybreak: number,
  targetNow: number,
): ReplayedCall[] {
  const out: ReplayedCall[] = [];
  let open:
    | (ReplayedCall & { from: number; to: number; availableAtEntry: number; target: number; eligible: boolean })
    | null = null;
  const close = (): void => {
    if (open === null) return;
    const { from, to, availableAtEntry, target, eligible, ...call } = open;
    call.offloaded = eligible && availableAtEntry < target;
    call.elapsedNs = to > from ? to - from : call.elapsedNs;
    out.push(call);
    open = null;
  };
  for (const i of stream) {
    const requested = view.column('requestedBytes')[i];
    const buffer = Number.isNaN(setting.buffer) ? requested : setting.buffer;
    const recordedTarget = view.column('targetBytes')[i];
    const lowat = Number.isNaN(setting.rcvlowat) ? (recordedTarget > 0 ? recordedTarget : targetNow) : setting.rcvlowat;
    const target = Math.min(lowat, Number.isNaN(buffer) ? lowat : buffer);
    const bytesNow = orZero(bytesOf(view, i));
    const pieces = Number.isNaN(setting.buffer) ? [bytesNow] : cutIntoPieces(bytesNow, buffer);
    pieces.forEach((bytes, k) => {
      if (open === null) {
        open = {
          run: view.run[i],
          bytes: 0,
          bufferBytes: buffer,
          offloaded: false,
          sleeps: 0,
          elapsedNs: 0,
          members: 0,
          from: view.column('startNs')[i],
          to: Number.NaN,
          availableAtEntry: k === 0 ? availableAtEntryOf(view, i) : bytes,
          target,
          eligible: isEligible(view, i, buffer, copybreak),
        };
      }
      open.bytes += bytes;
      open.sleeps += k === 0 ? orZero(view.column('sleeps')[i]) : 0;
      open.elapsedNs += orZero(view.column('durationNs')[i]) / pieces.length;
      open.members += 1 / pieces.length;
      if (k === pieces.length - 1) open.to = view.column('endNs')[i];
      if (open.bytes >= target) close();
    });
  }
  close();
  return out;
}

function cutIntoPieces(bytes: number, buffer: number): number[] {
  const pieces: number[] = [];
  for (let left = bytes; left > 0; left -= buffer) pieces.push(Math.min(left, buffer));
  return pieces.length > 10_000 ? [bytes] : pieces;
}

/**
 * Bytes queued at entry. Given by the timeline where it could; else a call that was pinned at target 1, or slept before it
 * copied, had none, and one that never slept had at most what it returned.
 */
function availableAtEntryOf(view: CallView, i: number): number {
  const known = view.column('availableBytes')[i];
  if (!Number.isNaN(known)) return known;
  if (isPinned(view, i)) return 0;
  const sleeps = view.column('sleeps')[i];
  if (view.text('declineReason', i) === 'enough-data-queued') return bytesOf(view, i);
  return sleeps > 0 ? 0 : bytesOf(view, i);
}

/** Clauses other than available < target. What a capture cannot show is taken as holding when it held for any call. */
function isEligible(view: CallView, i: number, buffer: number, copybreak: number): boolean {
  const reason = view.text('declineReason', i);
  if (
    [
      'peek',
      'low-latency',
      'no-channel',
      'alignment-refused',
      'pin-failed',
      'not-tcp',
      'no-offload-in-kernel',
    ].includes(reason)
  )
    return false;
  if (Number.isNaN(copybreak) || Number.isNaN(buffer)) return true;
  return copybreak >= 0 && buffer > copybreak;
}
