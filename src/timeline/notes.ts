import { CallState, type CallTable, LINK_KINDS, type LinkKind } from '../model/calls.ts';
import type { Diagnostics } from '../model/diagnostics/index.ts';
import { Kind } from '../model/events.ts';
import type { TimelineNotes } from '../model/timeline-notes.ts';
import { WAKE_REASONS } from '../model/wake-reasons.ts';
import type { CaptureFile } from './capture/file.ts';
import type { CallStore } from './rows/store.ts';
import { zeroIfAbsent } from './rows/values.ts';
import { WakeReason } from './state/wake-rules.ts';

/** Sums up what the sweeps of all files know beyond the rows, and counts in the diagnostics what was not made a row. */
export function makeNotes(
  runs: readonly (readonly CaptureFile[])[],
  store: CallStore,
  diagnostics: Diagnostics,
): TimelineNotes {
  const { table } = store;
  const files = runs.flat();
  const any = (test: (file: CaptureFile) => boolean): boolean => files.some(test);
  const saw = (kind: number): boolean => any((file) => file.traits.saw(kind));
  // Files that recorded the same run tell of the same actions: the one that shows most of them counts.
  const most = (run: readonly CaptureFile[], value: (file: CaptureFile) => number): CaptureFile =>
    run.reduce((best, file) => (value(file) > value(best) ? file : best));
  const sum = (value: (file: CaptureFile) => number): number =>
    runs.reduce((total, run) => total + value(most(run, value)), 0);
  countStates(table, diagnostics);
  const unlinked = sum((f) => f.walk.counts.unlinkedEarlyCopies);
  const unpaired = sum((f) => f.walk.counts.unpairedExits);
  if (unpaired > 0) diagnostics.count('unpaired-exit', undefined, unpaired);
  if (unlinked > 0) diagnostics.count('early-copy-unlinked', undefined, unlinked);
  const impossible = sum((f) => f.walk.counts.impossibleReturns);
  if (impossible > 0) diagnostics.count('impossible-return', undefined, impossible);
  const forgotten = sum((f) => f.walk.counts.threadsForgotten);
  if (forgotten > 0) diagnostics.count('threads-forgotten', undefined, forgotten);
  const backwards = sum((f) => f.reorder.backwardsOnCpu);
  if (backwards > 0) diagnostics.count('clock-backwards', undefined, backwards);
  const sizes = new Map<number, number>();
  for (const file of runs.map((run) => most(run, (f) => f.walk.counts.descriptorSizes.entries().length)))
    for (const [bytes, count] of file.walk.counts.descriptorSizes.entries())
      sizes.set(bytes, (sizes.get(bytes) ?? 0) + count);
  const wakers = runs.map((run) => most(run, (f) => f.wakeCounts.reduce((all, row) => all + row.count, 0)));
  const hasSyscalls = any((f) => f.traits.hasSyscalls);
  const hasLevels = any((f) => f.traits.hasCallLevels);
  const isEntriesOnly = any((f) => f.traits.hasFunctionEntries && !f.traits.hasGraph && !f.traits.hasCallReturns);
  return {
    notes: [...new Set(files.flatMap((file) => notesOfFile(file)))],
    wakeReasons: WAKE_REASONS.map((reason, index) => {
      const rows = wakers.map((file) => file.wakeCounts[index]);
      const total = (name: 'count' | 'useless' | 'early'): number => rows.reduce((all, row) => all + row[name], 0);
      const [count, useless] = [total('count'), total('useless')];
      return { reason, count, useful: count - useless, useless, early: total('early') };
    }).filter((entry) => entry.count > 0),
    wakesByThread: wakers.flatMap((file) => listWakes(file)),
    delack: {
      // Without lines of sent ACKs every run of the timer may have sent one.
      episodes: sum((f) => (f.traits.sawGroup('ack') ? f.walk.delacks.acks : f.walk.delacks.runs)),
      addedNs: sum((f) => f.walk.delacks.addedNs),
    },
    unlinkedEarlyCopies: unlinked,
    leftOut: countLeftOut(runs),
    links: countLinks(table),
    evidence: {
      callEntry: hasSyscalls ? 'syscall' : hasLevels ? 'function' : 'none',
      hasReturns: any((f) => f.traits.hasCallReturns),
      hasSwitches: saw(Kind.switchOut),
      hasWakeups: saw(Kind.wakeup),
      hasPinProbes: saw(Kind.pinBegin),
      hasSubmitProbes: saw(Kind.submit),
      hasDescriptors: saw(Kind.descriptor),
      hasWaitProbes: saw(Kind.waitBegin),
      hasCopyLengths: any((f) => f.traits.hasLengths('copy')),
      hasCopyEnds: any((f) => f.traits.hasCopyEnds),
      hasSoftirq: saw(Kind.softirqBegin),
      hasClock: any((f) => f.traits.hasTimes),
      isGraph: any((f) => f.traits.hasGraph),
      entriesOnly: isEntriesOnly,
      earlyInSoftirq: sum((f) => f.walk.counts.earlyInSoftirq),
      earlyInReader: sum((f) => f.walk.counts.earlyInReader),
      issuePendingInSoftirq: sum((f) => f.walk.counts.issuePendingInSoftirq),
      netRxSoftirqs: sum((f) => f.walk.counts.netRxSoftirqs),
      busyPollSeen: saw(Kind.busyPollBegin) || any((f) => f.walk.counts.readerBusyPolls > 0),
      selectPollSeen: any((f) => f.walk.counts.readerPolls > 0),
    },
    descriptorSizes: log2Sizes(sizes),
    ...listMarks(runs),
    ...listUnrecorded(runs, table),
    totals: {
      softirqNetRxNs: sum((f) => f.walk.counts.softirqNetRxNs),
      spanNs: sum((f) => spanOf(f)),
      readerOnCpuNs: readerOnCpu(table),
    },
    allCalls: store.totals,
  };
}

function listWakes(file: CaptureFile): NonNullable<TimelineNotes['wakesByThread']> {
  const list: NonNullable<TimelineNotes['wakesByThread']> = [];
  for (const [tid, counts] of file.wakesByThread)
    for (const { reason, count, useless, early } of counts.sort((a, b) => a.reason - b.reason))
      list.push({ tid, reason: WAKE_REASONS[reason], count, useless, early });
  return list;
}

/** Calls on other sockets by kind; of files that recorded the same run the one that shows most of them. */
function countLeftOut(runs: readonly (readonly CaptureFile[])[]): TimelineNotes['leftOut'] {
  const kinds = new Map<string, { calls: number; bytes: number }>();
  const calls = (file: CaptureFile): number => [...file.leftOut.values()].reduce((sum, entry) => sum + entry.calls, 0);
  for (const run of runs) {
    const shown = run.reduce((best, file) => (calls(file) > calls(best) ? file : best));
    for (const [kind, entry] of shown.leftOut) {
      const known = kinds.get(kind) ?? { calls: 0, bytes: 0 };
      kinds.set(kind, { calls: known.calls + entry.calls, bytes: known.bytes + entry.bytes });
    }
  }
  return [...kinds]
    .map(([kind, entry]) => ({ kind, ...entry }))
    .sort((a, b) => b.calls - a.calls || (a.kind < b.kind ? -1 : 1));
}

/** Marks of every file in time order. */
function listMarks(runs: readonly (readonly CaptureFile[])[]): Pick<TimelineNotes, 'marks'> {
  const marks = runs.flat().flatMap((file) => file.sideLines.marks.map((mark) => ({ file: file.fileIndex, ...mark })));
  marks.sort((a, b) => a.file - b.file || a.atNs - b.atNs);
  return marks.length > 0 ? { marks } : {};
}

/** Tasks to which data was copied and of which no call is known; of files that recorded one run the one that shows most. */
function listUnrecorded(
  runs: readonly (readonly CaptureFile[])[],
  table: CallTable,
): Pick<TimelineNotes, 'unrecordedReceivers'> {
  const known = new Set<number>();
  for (let row = 0; row < table.length; row++) known.add(table.get('comm', row));
  const found = new Map<string, { copies: number; bytes: number }>();
  for (const run of runs) {
    const copies = (file: CaptureFile): number =>
      [...file.walk.counts.strayCopies.values()].reduce((sum, entry) => sum + entry.copies, 0);
    const shown = run.reduce((best, file) => (copies(file) > copies(best) ? file : best));
    for (const [comm, { copies, bytes }] of shown.walk.counts.strayCopies) {
      if (known.has(comm)) continue;
      const name = table.strings.textOf(comm);
      const before = found.get(name) ?? { copies: 0, bytes: 0 };
      found.set(name, { copies: before.copies + copies, bytes: before.bytes + bytes });
    }
  }
  const unrecordedReceivers = [...found]
    .map(([comm, { copies, bytes }]) => ({ comm, copies, bytes: Number.isFinite(bytes) ? bytes : null }))
    .sort((a, b) => b.copies - a.copies || (a.comm < b.comm ? -1 : 1));
  return unrecordedReceivers.length > 0 ? { unrecordedReceivers } : {};
}

function spanOf(file: CaptureFile): number {
  const { firstNs, lastNs } = file.walk.counts;
  return lastNs >= firstNs ? lastNs - firstNs : 0;
}

/** Bucket = largest power of two not above the size; the count per bucket is exact. */
function log2Sizes(sizes: ReadonlyMap<number, number>): { bytes: number; count: number }[] {
  const buckets = new Map<number, number>();
  for (const [bytes, count] of sizes) {
    const bucket = bytes < 1 ? 0 : 2 ** Math.floor(Math.log2(bytes));
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
  }
  return [...buckets].sort((a, b) => a[0] - b[0]).map(([bytes, count]) => ({ bytes, count }));
}

function countLinks(table: CallTable): Record<LinkKind, number> {
  const counts = LINK_KINDS.map(() => 0);
  for (let row = 0; row < table.length; row++) counts[table.get('link', row)]++;
  return Object.fromEntries(LINK_KINDS.map((kind, i) => [kind, counts[i]])) as Record<LinkKind, number>;
}

function readerOnCpu(table: CallTable): number {
  let total = 0;
  for (let row = 0; row < table.length; row++) {
    const duration = table.get('durationNs', row);
    if (Number.isNaN(duration)) continue;
    total +=
      duration -
      zeroIfAbsent(table.get('sleepNs', row)) -
      zeroIfAbsent(table.get('wakeLatencyNs', row)) -
      zeroIfAbsent(table.get('preemptedNs', row));
    total += zeroIfAbsent(table.get('busyPollNs', row));
  }
  return total;
}

function countStates(table: CallTable, diagnostics: Diagnostics): void {
  let start = 0;
  let end = 0;
  let loss = 0;
  for (let row = 0; row < table.length; row++) {
    const state = table.get('state', row);
    if ((state & CallState.lossInside) !== 0) loss++;
    else if ((state & CallState.cutAtStart) !== 0) start++;
    else if ((state & CallState.cutAtEnd) !== 0) end++;
  }
  if (start > 0) diagnostics.count('call-cut-at-start', undefined, start);
  if (end > 0) diagnostics.count('call-cut-at-end', undefined, end);
  if (loss > 0) diagnostics.count('call-damaged-by-loss', undefined, loss);
}

/** Rules that were applied to this file and that a reader of the numbers has to know. */
function notesOfFile(file: CaptureFile): string[] {
  const { traits, walk } = file;
  const notes: string[] = [];
  if (file.inferredEnds > 0)
    notes.push(
      'function entries only: a call ends at its last recorded function, a phase at the next function of its caller',
    );
  if (walk.isTimeless) notes.push('no time stamps: phases come from the durations and the nesting of functions');
  if (file.waitRule === 'schedule') notes.push('no sched_switch recorded: sleep is the time inside schedule()');
  if (file.waitRule === 'waitFunction' && traits.saw(Kind.sleepBegin))
    notes.push(
      'neither sched_switch nor schedule() recorded: sleep is the time of the waiting function without its known parts (upper bound)',
    );
  if (walk.counts.noSleepTime > 0)
    notes.push('function_graph ran with nosleep-time: durations leave the sleep out, the times of the lines were used');
  if (walk.counts.errqueueReads > 0)
    notes.push(`${walk.counts.errqueueReads} MSG_ERRQUEUE reads are a sender's bookkeeping and were left out`);
  if (traits.saw(Kind.submit) && !traits.saw(Kind.waitBegin))
    notes.push(
      traits.hasInlinedWait
        ? 'no completion wait function recorded (before 2.6.35, or inlined): the wait is the time from the doorbell of tcp_recvmsg to the unpin'
        : 'no completion wait function recorded: before 2.6.35, or inlined, the poll is part of tcp_recvmsg and counts as unattributed; the doorbell of the engine driver (…_issue_pending) would show where it begins',
    );
  const untold = file.wakeCounts[WakeReason.unknown].count;
  if (untold > 0)
    notes.push(
      `why the reader was woken is not in this text for ${untold} wakeups: record the function sock_def_readable (up to 3.5 with tcp_dma_try_early_copy and dma_skb_copy_datagram_iovec), from 6.3 on the event sock:sk_data_ready`,
    );
  if (file.hidesMappedBytes)
    notes.push(
      'bytes mapped by TCP_ZEROCOPY_RECEIVE are not in this text: record a kprobe of tcp_cleanup_rbuf with its argument copied, and the copies (skb:skb_copy_datagram_iovec)',
    );
  if (traits.hasLevelsOfRing)
    notes.push('io_uring receives without io_uring_enter: one row per try, also for tries that found no data');
  if (file.pieceCapHit > 0)
    notes.push(`${file.pieceCapHit} calls have more pieces than are kept for drawing; their figures are complete`);
  return notes;
}
