import { Kind, Unread } from '../../src/model/events.ts';
import { nameTable } from '../../src/model/name-table.ts';
import type { StringId } from '../../src/model/units.ts';
import type { ProbeMeaning } from '../../src/model/vocabulary.ts';
import type { ReadContext } from '../contract.ts';
import { NAME_BYTES } from '../text/scan.ts';
import {
  decodeFreedSkb,
  decodeIpi,
  decodeNapiPoll,
  decodeQueueFull,
  decodeRcvbufGrown,
  decodeSkbEntry,
} from './arrival.ts';
import { decodeIrq, decodeSoftirq } from './irq.ts';
import { type KprobeEntry, makeKprobeEntry } from './kprobe-plan.ts';
import type { Decode, EventMeaning } from './line-head.ts';
import { decodeRename } from './marks.ts';
import { decodeOfFlow, decodePlain, decodeRecvLength, decodeSockState, decodeTcpProbe, makeSkbDecoder } from './net.ts';
import { decodeMigrate, decodeSwitch, decodeWakeup } from './sched.ts';
import { decodeSignal } from './signal.ts';
import { makeSyscallEntry, type SyscallEntry } from './syscalls.ts';
import { decodeTimerExpiry, decodeTimerStart } from './timer.ts';
import { decodeUringComplete, decodeUringSubmit } from './uring.ts';

/** One event name as printed, resolved once. */
export interface NameEntry extends EventMeaning {
  readonly text: string;
  /** For counting: the name as printed, interned. */
  readonly countId: StringId;
  readonly meaning: ProbeMeaning | undefined;
  readonly decode: Decode | null;
  readonly syscall: SyscallEntry | null;
  readonly isSyscallExit: boolean;
  readonly raw: 0 | 1 | 2;
  readonly isMarker: boolean;
  /** trace_printk text: may hold a newline. */
  readonly isFreeText: boolean;
  readonly kprobe: KprobeEntry;
  /** A probe whose lines hold marks (`text="recvscope side=A"`), as long as its first line did. */
  mayMark: boolean;
  /** False: a name neither the vocabulary nor a kprobe line explained (FileReport.unknownEvents). */
  isKnown: boolean;
}

const decodePacket = makeSkbDecoder(1);

const DECODERS: Record<string, Decode> = nameTable({
  sched_switch: decodeSwitch,
  sched_wakeup: decodeWakeup,
  sched_wakeup_new: decodeWakeup,
  sched_waking: decodeWakeup,
  sched_migrate_task: decodeMigrate,
  softirq_entry: decodeSoftirq,
  softirq_exit: decodeSoftirq,
  netif_receive_skb: decodePacket,
  skb_copy_datagram_iovec: makeSkbDecoder(2),
  net_dev_queue: decodePacket,
  net_dev_xmit: decodePacket,
  tcp_probe: decodeTcpProbe,
  tcp_rcv_space_adjust: decodeOfFlow,
  tcp_retransmit_skb: decodeOfFlow,
  tcp_send_reset: decodeOfFlow,
  tcp_receive_reset: decodeOfFlow,
  tcp_retransmit_synack: decodeOfFlow,
  tcp_bad_csum: decodeOfFlow,
  netif_rx_entry: decodeSkbEntry,
  netif_rx_ni_entry: decodeSkbEntry,
  napi_gro_receive_entry: decodeSkbEntry,
  napi_gro_frags_entry: decodeSkbEntry,
  netif_receive_skb_entry: decodeSkbEntry,
  netif_receive_skb_list_entry: decodeSkbEntry,
  napi_poll: decodeNapiPoll,
  kfree_skb: decodeFreedSkb,
  tcp_rcvbuf_grow: decodeRcvbufGrown,
  udp_fail_queue_rcv_skb: decodeQueueFull,
  sock_rcvqueue_full: decodeQueueFull,
  softirq_raise: decodeSoftirq,
  ipi_send_cpu: decodeIpi,
  ipi_send_cpumask: decodeIpi,
  ipi_raise: decodeIpi,
  csd_queue_cpu: decodeIpi,
  sock_recv_length: decodeRecvLength,
  inet_sock_set_state: decodeSockState,
  timer_start: decodeTimerStart,
  timer_expire_entry: decodeTimerExpiry,
  task_rename: decodeRename,
  signal_deliver: decodeSignal,
  signal_generate: decodeSignal,
  io_uring_submit_req: decodeUringSubmit,
  io_uring_submit_sqe: decodeUringSubmit,
  io_uring_complete: decodeUringComplete,
});

/** Known to the kernel's own event list, of no use to a receive timeline: not "unknown events". */
const NAMED_BUT_UNUSED =
  /^(sched_|irq_|softirq_|hrtimer_|timer_|tick_|napi_|net_|netif_|kfree_|consume_skb|skb_|sock_|tcp_|udp_|inet_|sys_|cpu_|rcu_|workqueue_|signal_|mm_|kmalloc|kmem_|block_|ext4_|writeback_|power_|clock_|page_fault|exceptions|io_uring_|task_|bprint|bputs|print|user_stack|kernel_stack|function|funcgraph_|xdp_|qdisc_|neigh_|fib_|local_timer|reschedule|call_function|thermal_|x86_|irq_work|ipi_|lock_|contention_)/;
const SYSCALL_EVENT = /^(sys_enter|sys_exit)_(\w+)$/;
const SYSCALL_NAME = /^sys_(\w+)$/;
const MARKERS = new Set(['tracing_mark_write', 'print', '0']);
/** `useReceiveEntry`: netif_receive_skb_entry is used, because netif_receive_skb was not recorded. */
export function makeNameEntry(text: string, context: ReadContext, useReceiveEntry: boolean): NameEntry {
  const { vocabulary, strings } = context;
  const bare = text.slice(text.lastIndexOf(':') + 1);
  const syscallEvent = SYSCALL_EVENT.exec(bare);
  const syscallName = syscallEvent?.[2] ?? SYSCALL_NAME.exec(bare)?.[1];
  const callMeaning = syscallName === undefined ? undefined : vocabulary.lookUpSyscall(syscallName);
  const isRaw = bare === 'sys_enter' || bare === 'sys_exit';
  const isReceiveEntry = bare === 'netif_receive_skb_entry' && useReceiveEntry;
  const meaning = vocabulary.lookUpTracepoint(isReceiveEntry ? 'netif_receive_skb' : bare);
  const isMarker = MARKERS.has(bare);
  const isUsed = meaning !== undefined && meaning.enter !== Kind.none && !isMarker && !isRaw;
  const isIrq = meaning !== undefined && (meaning.enter === Kind.irqBegin || meaning.enter === Kind.irqEnd);
  const syscall = callMeaning === undefined ? null : makeSyscallEntry(callMeaning, strings.intern(callMeaning.name));
  return {
    text,
    countId: strings.intern(text),
    kind: meaning?.enter ?? Kind.none,
    probe: strings.intern(syscall === null ? bare : syscall.meaning.name),
    meaning,
    decode: isUsed ? (isReceiveEntry ? decodePacket : (DECODERS[bare] ?? (isIrq ? decodeIrq : decodePlain))) : null,
    syscall,
    isSyscallExit: syscallEvent?.[1] === 'sys_exit',
    raw: isRaw ? (bare === 'sys_enter' ? 1 : 2) : 0,
    isMarker,
    isFreeText: bare === 'bprint' || bare === 'bputs',
    kprobe: makeKprobeEntry(bare),
    mayMark: meaning === undefined && syscall === null,
    isKnown: meaning !== undefined || syscall !== null || isMarker || NAMED_BUT_UNUSED.test(bare),
  };
}

/** Kinds that tell of the call of the thread that runs: they happen in its own context. */
const OF_THREAD: ReadonlySet<number> = new Set([Kind.recvLength, Kind.copyBegin, Kind.ioSubmit, Kind.ioComplete]);

/** Whose fact is missing when a line of this event cannot be read (Unread of src/model/events.ts); -1: of no call. */
export function unreadScopeOf(entry: NameEntry): number {
  if (entry.kind === Kind.switchOut || entry.kind === Kind.wakeup) return Unread.anyCall;
  const isProbe = entry.kprobe.entry?.isUsed === true || entry.kprobe.return?.isUsed === true;
  const isOfThread = isProbe || entry.syscall !== null || entry.raw !== 0 || OF_THREAD.has(entry.kind);
  return isOfThread ? Unread.thread : -1;
}

export function isSyscallText(entry: NameEntry): boolean {
  return entry.syscall !== null || entry.text.startsWith('sys_');
}

/** Event names: letters, digits, '_', '-', '.'. Systems and their colon are the perf reader's business. */
export function isNameByte(c: number): boolean {
  return NAME_BYTES[c] === 1;
}
