import { type CallRow, type CallTable, LINK_KINDS, MECHANISM_IDS, nameCallState } from '../../../src/model/calls.ts';
import { DECLINE_EVIDENCE, DECLINE_REASONS, decodeCell } from '../../../src/model/mechanism.ts';
import { WAKE_REASONS } from '../../../src/model/wake-reasons.ts';
import { cleanText, foldSpaces } from '../../clean.ts';
import { rememberText } from './remember.ts';

/** A value as written: null = unknown. Absolute times are bigints, they may pass 2^53. */
export type CallValue = string | number | bigint | null;

interface CallColumn {
  name: string;
  /** Words; all other columns are whole numbers. */
  isText?: boolean;
  read(table: CallTable, row: number): CallValue;
}

function numberOrNull(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return Number.isInteger(value) ? value : Number(value.toFixed(3));
}
/** A task name may hold anything: control characters are replaced, and it stays on one line. */
function textOrNull(table: CallTable, id: number): string | null {
  return id < 0 ? null : cleanOnce(table.strings.textOf(id));
}
const cleanOnce = rememberText((text) => foldSpaces(cleanText(text)));
function absoluteNs(table: CallTable, row: number, name: 'startNs' | 'endNs'): bigint | null {
  const relative = table.get(name, row);
  if (!Number.isFinite(relative)) return null;
  return (table.files[table.get('file', row)]?.baseNs ?? 0n) + BigInt(Math.round(relative));
}

const float = (name: string, from: keyof CallRow): CallColumn => ({
  name,
  read: (table, row) => numberOrNull(table.get(from, row)),
});
/** Index = address family as the kernel numbers it. */
const FAMILIES: string[] = [];
FAMILIES[2] = 'inet';
FAMILIES[10] = 'inet6';
/** One end of the connection, ours first. */
function endOf(table: CallTable, row: number, end: 0 | 1): string | null {
  return table.strings.textOf(table.get('flow', row)).split(' ')[end] || null;
}
/** Integer columns hold -1 for absent. */
const int = (name: string, from: keyof CallRow): CallColumn => ({
  name,
  read: (table, row) => (table.get(from, row) < 0 ? null : table.get(from, row)),
});
const string = (name: string, from: keyof CallRow): CallColumn => ({
  name,
  isText: true,
  read: (table, row) => textOrNull(table, table.get(from, row)),
});
const code = (name: string, from: keyof CallRow, codes: readonly string[]): CallColumn => ({
  name,
  isText: true,
  read: (table, row) => codes[table.get(from, row)] ?? null,
});

/** The fixed columns of `recvscope calls`: scripts of users stand on names and order. */
export const CALL_COLUMNS: readonly CallColumn[] = [
  { name: 'call', read: (table, row) => table.numberOf(row) },
  int('tid', 'tid'),
  string('comm', 'comm'),
  string('entry', 'entry'),
  { name: 'start_ns', read: (table, row) => absoluteNs(table, row, 'startNs') },
  { name: 'end_ns', read: (table, row) => absoluteNs(table, row, 'endNs') },
  float('requested_bytes', 'requestedBytes'),
  float('returned_bytes', 'returnedBytes'),
  {
    name: 'flags',
    isText: true,
    read: (table, row) => {
      const flags = table.get('flags', row);
      return Number.isFinite(flags) ? `0x${flags.toString(16)}` : null;
    },
  },
  string('sock', 'sock'),
  int('cpu_start', 'cpuStart'),
  int('cpu_end', 'cpuEnd'),
  code('mechanism', 'mechanism', MECHANISM_IDS),
  { name: 'pinned', read: (table, row) => [0, 1][table.get('pinned', row)] ?? null },
  code('decline_reason', 'declineReason', DECLINE_REASONS),
  float('pin_ns', 'pinNs'),
  float('submit_ns', 'submitNs'),
  float('copy_ns', 'copyNs'),
  float('wait_ns', 'waitNs'),
  float('unpin_ns', 'unpinNs'),
  float('sleep_ns', 'sleepNs'),
  float('wake_latency_ns', 'wakeLatencyNs'),
  float('backlog_ns', 'backlogNs'),
  float('interrupt_ns', 'interruptNs'),
  float('ack_ns', 'ackNs'),
  float('unattributed_ns', 'unattributedNs'),
  float('early_copy_ns', 'earlyCopyNs'),
  float('engine_busy_ns', 'engineBusyNs'),
  float('overlap_ns', 'overlapNs'),
  float('descriptors', 'descriptors'),
  float('dma_bytes', 'dmaBytes'),
  float('dma_copies', 'dmaCopies'),
  float('early_copies', 'earlyCopies'),
  float('cpu_copies', 'cpuCopies'),
  float('sleeps', 'sleeps'),
  float('wakeups', 'wakeups'),
  float('segments', 'segments'),
  { name: 'state', isText: true, read: (table, row) => nameCallState(table.get('state', row)) },
  float('first_line', 'firstLine'),
  float('last_line', 'lastLine'),
];

/** Appended on request: what the fixed columns leave out. */
export const EXTRA_COLUMNS: readonly CallColumn[] = [
  {
    name: 'file',
    isText: true,
    read: (table, row) => foldSpaces(cleanText(table.files[table.get('file', row)]?.name ?? '')) || null,
  },
  float('duration_ns', 'durationNs'),
  float('cpu_copy_bytes', 'cpuCopyBytes'),
  float('mapped_bytes', 'mappedBytes'),
  float('softirq_early_bytes', 'softirqEarlyBytes'),
  float('available_bytes', 'availableBytes'),
  float('target_bytes', 'targetBytes'),
  float('useful_wakeups', 'usefulWakeups'),
  float('early_wakeups', 'earlyWakeups'),
  code('wake_reason', 'wakeReason', WAKE_REASONS),
  float('ack_count', 'ackCount'),
  float('delack_ns', 'delackNs'),
  int('copy_cpu', 'copyCpu'),
  code('decline_known_by', 'declineKnownBy', DECLINE_EVIDENCE),
  code('link', 'link', LINK_KINDS),
  code('protocol', 'protocol', ['unknown', 'tcp', 'udp']),
  float('preempted_ns', 'preemptedNs'),
  float('lock_ns', 'lockNs'),
  float('switching_ns', 'switchingNs'),
  float('free_ns', 'freeNs'),
  float('queue_ns', 'queueNs'),
  float('entry_ns', 'entryNs'),
  float('busy_poll_ns', 'busyPollNs'),
  float('map_ns', 'mapNs'),
  float('unmap_ns', 'unmapNs'),
  float('trace_events', 'traceEvents'),
  code('family', 'family', FAMILIES),
  { name: 'local', isText: true, read: (table, row) => endOf(table, row, 0) },
  { name: 'remote', isText: true, read: (table, row) => endOf(table, row, 1) },
  int('tgid', 'tgid'),
  clause('clause_available', 'clauseAvailable'),
  clause('clause_copybreak', 'clauseCopybreak'),
  clause('clause_peek', 'clausePeek'),
  clause('clause_low_latency', 'clauseLowLatency'),
  clause('clause_channel', 'clauseChannel'),
];

/** `holds (sysctl)`, `fails (order)`, empty where nothing tells. */
function clause(name: string, column: keyof CallRow): CallColumn {
  return {
    name,
    isText: true,
    read: (table, row) => {
      const { state, knownBy } = decodeCell(table.get(column, row));
      return state === 'unknown' ? null : `${state} (${knownBy})`;
    },
  };
}

export const columnsFor = (extra: boolean): readonly CallColumn[] =>
  extra ? [...CALL_COLUMNS, ...EXTRA_COLUMNS] : CALL_COLUMNS;
