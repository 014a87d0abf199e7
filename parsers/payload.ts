import { Edge, type EventKind, Kind, Source } from '../src/model/events.ts';
import type { StringId } from '../src/model/units.ts';
import type { ProbeMeaning } from '../src/model/vocabulary.ts';
import type { EventWriter } from './event-writer.ts';
import { KprobeDecoder, type KprobeEntry, makeKprobeEntry } from './payload-kprobe.ts';
import { LineHead, Outcome } from './payload-line.ts';
import { ByteTable } from './payload-names.ts';
import {
  decodeIrq,
  decodePlain,
  decodeRecvLength,
  decodeSignal,
  decodeSkb,
  decodeSockState,
  decodeSoftirq,
  decodeTcpProbe,
  decodeUringComplete,
  decodeUringSubmit,
} from './payload-net.ts';
import { decodeMigrate, decodeSwitch, decodeWakeup } from './payload-sched.ts';
import { makeSyscallEntry, SyscallDecoder, type SyscallEntry, syscallNumbers } from './payload-syscalls.ts';
import { decodeTimerExpiry, decodeTimerStart } from './payload-timer.ts';
import { bytesOf, findByte, findBytes, NAME_BYTES, scanSignedDec, skipBlanks, startsWith, textOf } from './scan.ts';
import { ThreadStates } from './thread-states.ts';

export { LineHead, Outcome } from './payload-line.ts';

type Decode = (head: LineHead, kind: EventKind, probe: StringId, buf: Uint8Array, start: number, end: number) => number;

/** One event name as printed, resolved once. */
export interface NameEntry {
  readonly text: string;
  /** For counting: the name as printed, interned. */
  readonly countId: StringId;
  /** Canonical name without system, interned. */
  readonly probe: StringId;
  readonly meaning: ProbeMeaning | undefined;
  readonly decode: Decode | null;
  readonly syscall: SyscallEntry | null;
  readonly isSyscallExit: boolean;
  readonly raw: 0 | 1 | 2;
  readonly isMarker: boolean;
  /** trace_printk text: may hold a newline. */
  readonly isFreeText: boolean;
  readonly kprobe: KprobeEntry;
  /** False: a name neither the vocabulary nor a kprobe line explained (FileReport.unknownEvents). */
  isKnown: boolean;
}

const DECODERS: Record<string, Decode> = {
  sched_switch: (head, _kind, probe, buf, start, end) => decodeSwitch(head, probe, buf, start, end),
  sched_wakeup: (head, _kind, probe, buf, start, end) => decodeWakeup(head, probe, buf, start, end),
  sched_wakeup_new: (head, _kind, probe, buf, start, end) => decodeWakeup(head, probe, buf, start, end),
  sched_waking: (head, _kind, probe, buf, start, end) => decodeWakeup(head, probe, buf, start, end),
  sched_migrate_task: (head, _kind, probe, buf, start, end) => decodeMigrate(head, probe, buf, start, end),
  softirq_entry: decodeSoftirq,
  softirq_exit: decodeSoftirq,
  netif_receive_skb: (head, kind, probe, buf, start, end) => decodeSkb(head, kind, probe, buf, start, end, 1),
  netif_receive_skb_entry: (head, kind, probe, buf, start, end) => decodeSkb(head, kind, probe, buf, start, end, 1),
  skb_copy_datagram_iovec: (head, kind, probe, buf, start, end) => decodeSkb(head, kind, probe, buf, start, end, 2),
  net_dev_queue: (head, kind, probe, buf, start, end) => decodeSkb(head, kind, probe, buf, start, end, 1),
  net_dev_xmit: (head, kind, probe, buf, start, end) => decodeSkb(head, kind, probe, buf, start, end, 1),
  tcp_probe: decodeTcpProbe,
  sock_recv_length: decodeRecvLength,
  inet_sock_set_state: decodeSockState,
  timer_start: decodeTimerStart,
  timer_expire_entry: decodeTimerExpiry,
  signal_deliver: decodeSignal,
  signal_generate: decodeSignal,
  io_uring_submit_req: decodeUringSubmit,
  io_uring_submit_sqe: decodeUringSubmit,
  io_uring_complete: decodeUringComplete,
};

/** Known to the kernel's own event list, of no use to a receive timeline: not "unknown events". */
const NAMED_BUT_UNUSED =
  /^(sched_|irq_|softirq_|hrtimer_|timer_|tick_|napi_|net_|netif_|kfree_|consume_skb|skb_|sock_|tcp_|udp_|inet_|sys_|cpu_|rcu_|workqueue_|signal_|mm_|kmalloc|kmem_|block_|ext4_|writeback_|power_|clock_|page_fault|exceptions|io_uring_|task_|bprint|bputs|print|user_stack|kernel_stack|function|funcgraph_|xdp_|qdisc_|neigh_|fib_|local_timer|reschedule|call_function|thermal_|x86_|irq_work|ipi_|lock_|contention_)/;
const SYSCALL_EVENT = /^(sys_enter|sys_exit)_(\w+)$/;
const SYSCALL_NAME = /^sys_(\w+)$/;
const MARKERS = new Set(['tracing_mark_write', 'print', '0']);
/** Marker texts are kept for clock marks and notes; a program that writes millions of them gets the first ones kept. */
const MAX_MARKER_TEXTS = 20_000;

const NR = bytesOf('NR ');
const EQUALS = bytesOf(' = ');
const EXIT_ARROW = bytesOf('-> ');

/**
 * Payloads of receive-path events, from bytes to rows, shared by the ftrace, trace-cmd, function_graph and perf readers.
 * A reader fills `head`, finds the event name, asks `nameOf` and hands the payload to `decode`; or hands a whole ftrace
 * body to `decodeBody`.
 */
export class PayloadDecoder {
  readonly head: LineHead;
  private readonly writer: EventWriter;
  private readonly names: ByteTable<NameEntry>;
  readonly kprobes: KprobeDecoder;
  readonly threads: ThreadStates;
  private readonly syscalls: SyscallDecoder;
  private readonly bySyscallNumber = new Map<number, SyscallEntry>();
  private markerTexts = 0;
  /** netif_receive_skb_entry is used only where netif_receive_skb was not recorded: both tell of one packet. */
  private useReceiveEntry = false;

  constructor(writer: EventWriter, threads: ThreadStates = new ThreadStates()) {
    this.writer = writer;
    this.head = new LineHead(writer);
    this.names = new ByteTable((text) => this.makeName(text), 12, 50_000);
    this.kprobes = new KprobeDecoder(this.head);
    this.threads = threads;
    this.syscalls = new SyscallDecoder(this.head, threads);
    const context = writer.context;
    const arch = context.facts.find((fact) => fact.key === 'arch' || fact.key === 'uname')?.text ?? '';
    for (const [number, name] of Object.entries(syscallNumbers(arch))) {
      const meaning = context.vocabulary.lookUpSyscall(name);
      if (meaning !== undefined) {
        this.bySyscallNumber.set(Number(number), makeSyscallEntry(meaning, context.strings.intern(meaning.name)));
      }
    }
  }

  /** Whole lines from the head of the file (up to a MiB), before the first line is decoded: number styles. */
  learn(buf: Uint8Array, start: number, end: number): void {
    const text = textOf(buf, start, end);
    this.kprobes.styles.learn(text);
    this.useReceiveEntry = text.includes('netif_receive_skb_entry:') && !/netif_receive_skb: /.test(text);
  }

  /** The event name [start, end), with or without system. The name is not counted yet. */
  nameOf(buf: Uint8Array, start: number, end: number): NameEntry {
    return this.names.get(buf, start, end);
  }

  /** Counts the event and decodes its payload (without leading blanks). An Outcome. */
  decode(entry: NameEntry, buf: Uint8Array, start: number, end: number): number {
    this.writer.countName(entry.countId);
    const outcome = this.decodePayload(entry, buf, start, end);
    this.writer.report.events++;
    if (outcome === Outcome.unused && !entry.isKnown) this.writer.report.unknownEvents++;
    else if (outcome === Outcome.malformed) {
      this.tornEntry = entry;
      this.tornStart = start;
    }
    return outcome;
  }

  /** The event whose payload was malformed last, and where it began. */
  tornEntry: NameEntry | null = null;
  tornStart = 0;

  /** The same event with a longer payload: not counted twice. */
  decodeAgain(entry: NameEntry, buf: Uint8Array, start: number, end: number): number {
    return this.decodePayload(entry, buf, start, end);
  }

  private decodePayload(entry: NameEntry, buf: Uint8Array, start: number, end: number): number {
    if (start < end && buf[start] === 40 && entry.syscall === null) {
      const outcome = this.kprobes.decode(entry.kprobe, buf, start, end);
      if (outcome !== Outcome.foreign) {
        entry.isKnown = true;
        return outcome;
      }
    }
    const decode = entry.decode;
    if (decode !== null) return decode(this.head, entry.meaning!.enter, entry.probe, buf, start, end);
    if (entry.syscall !== null) {
      if (entry.isSyscallExit) return this.syscalls.exit(entry.syscall, buf, start, end, false);
      return this.syscalls.enterNamed(entry.syscall, buf, start, end);
    }
    if (entry.raw !== 0) return this.decodeRaw(entry.raw, buf, start, end);
    if (entry.isMarker) return this.addMarker(buf, start, end);
    return Outcome.unused;
  }

  /** raw_syscalls: `NR 45 (3, 7f…, 20000, 0, 0, 0)` and `NR 45 = 1448`. */
  private decodeRaw(raw: 1 | 2, buf: Uint8Array, start: number, end: number): number {
    if (!startsWith(buf, start, end, NR)) return Outcome.malformed;
    const entry = this.bySyscallNumber.get(scanSignedDec(buf, start + NR.length, end));
    if (entry === undefined) return Outcome.unused;
    if (raw === 1) {
      const open = findByte(buf, start, end, 40);
      return open < 0 ? Outcome.malformed : this.syscalls.enterRaw(entry, buf, open + 1, end);
    }
    const equals = findBytes(buf, start, end, EQUALS);
    if (equals < 0) return Outcome.malformed;
    return this.syscalls.exit(entry, buf, equals + EQUALS.length, end, true);
  }

  /** trace_marker text, e.g. `clock_sync CLOCK_MONOTONIC=13140326394`. */
  addMarker(buf: Uint8Array, start: number, end: number): number {
    const row = this.head.addRow(Kind.marker, Source.marker, Edge.point, -1);
    if (this.markerTexts < MAX_MARKER_TEXTS) {
      this.markerTexts++;
      this.writer.batch.aux[row] = this.writer.intern(buf, start, Math.min(end, start + 1024));
    }
    return Outcome.used;
  }

  /** `sys_recvfrom(fd: 3, …)` and `sys_recvfrom -> 0x5a8`: syscall events lose their names in ftrace text. */
  decodeSyscallText(entry: NameEntry, isExit: boolean, buf: Uint8Array, start: number, end: number): number {
    this.writer.countName(entry.countId);
    this.writer.report.events++;
    if (entry.syscall === null) return Outcome.unused;
    if (isExit) return this.syscalls.exit(entry.syscall, buf, start, end, false);
    return this.syscalls.enterNamed(entry.syscall, buf, start, end);
  }

  /** `name: payload` of an event seen before; foreign otherwise. Cheap enough to be asked before anything else. */
  decodeKnown(buf: Uint8Array, start: number, end: number): number {
    const guessed = this.names.guess(buf, start, end, 58);
    if (guessed === undefined) return Outcome.foreign;
    const payload = this.names.guessEnd + 1;
    if (payload >= end || buf[payload] !== 32) return Outcome.foreign;
    return this.decode(guessed, buf, skipBlanks(buf, payload, end), end);
  }

  /**
   * A body in ftrace's own words: `name: payload`, `sys_x(…)`, `sys_x -> 0x…`. Outcome.foreign for anything else
   * (function lines are the reader's own business).
   */
  decodeBody(buf: Uint8Array, start: number, end: number): number {
    const outcome = this.decodeKnown(buf, start, end);
    if (outcome !== Outcome.foreign) return outcome;
    let pos = start;
    while (pos < end && NAME_BYTES[buf[pos]] === 1) pos++;
    if (pos === start || pos === end) return Outcome.foreign;
    const c = buf[pos];
    if (c === 58) {
      if (pos + 1 < end && buf[pos + 1] !== 32 && buf[pos + 1] !== 9) return Outcome.foreign;
      return this.decode(this.names.get(buf, start, pos), buf, skipBlanks(buf, pos + 1, end), end);
    }
    if (c === 40) {
      const entry = this.names.get(buf, start, pos);
      if (!isSyscallText(entry) || buf[end - 1] !== 41) return Outcome.foreign;
      return this.decodeSyscallText(entry, false, buf, pos + 1, end);
    }
    if (c === 32 && startsWith(buf, pos + 1, end, EXIT_ARROW)) {
      const entry = this.names.get(buf, start, pos);
      return this.decodeSyscallText(entry, true, buf, pos + 1 + EXIT_ARROW.length, end);
    }
    if (c === 43) return this.decodeOffsetMarker(buf, start, pos, end);
    return Outcome.foreign;
  }

  /** sym-offset option: `tracing_mark_write+0x126/0x3f0 <ffff…>: text`, `tcp_recvmsg+0x1c/0x90: trace_printk text`. */
  private decodeOffsetMarker(buf: Uint8Array, start: number, nameEnd: number, end: number): number {
    let pos = nameEnd;
    while (pos < end && buf[pos] !== 58) pos++;
    if (pos >= end || (pos + 1 < end && buf[pos + 1] !== 32)) return Outcome.foreign;
    for (let i = nameEnd; i < pos; i++) if (buf[i] === 45 && buf[i - 1] === 60) return Outcome.foreign;
    return this.decode(this.names.get(buf, start, nameEnd), buf, skipBlanks(buf, pos + 1, end), end);
  }

  private makeName(text: string): NameEntry {
    const { vocabulary, strings } = this.writer.context;
    const bare = text.slice(text.lastIndexOf(':') + 1);
    const syscallEvent = SYSCALL_EVENT.exec(bare);
    const syscallName = syscallEvent?.[2] ?? SYSCALL_NAME.exec(bare)?.[1];
    const callMeaning = syscallName === undefined ? undefined : vocabulary.lookUpSyscall(syscallName);
    const isRaw = bare === 'sys_enter' || bare === 'sys_exit';
    const isReceiveEntry = bare === 'netif_receive_skb_entry';
    const meaning = vocabulary.lookUpTracepoint(isReceiveEntry ? 'netif_receive_skb' : bare);
    const isMarker = MARKERS.has(bare);
    const isUsed =
      meaning !== undefined &&
      meaning.enter !== Kind.none &&
      !isMarker &&
      !isRaw &&
      (!isReceiveEntry || this.useReceiveEntry);
    const isIrq = meaning !== undefined && (meaning.enter === Kind.irqBegin || meaning.enter === Kind.irqEnd);
    const syscall = callMeaning === undefined ? null : makeSyscallEntry(callMeaning, strings.intern(callMeaning.name));
    return {
      text,
      countId: strings.intern(text),
      probe: strings.intern(syscall === null ? bare : syscall.meaning.name),
      meaning,
      decode: isUsed ? (DECODERS[bare] ?? (isIrq ? decodeIrq : decodePlain)) : null,
      syscall,
      isSyscallExit: syscallEvent?.[1] === 'sys_exit',
      raw: isRaw ? (bare === 'sys_enter' ? 1 : 2) : 0,
      isMarker,
      isFreeText: bare === 'bprint' || bare === 'bputs',
      kprobe: makeKprobeEntry(bare),
      isKnown: meaning !== undefined || syscall !== null || isMarker || NAMED_BUT_UNUSED.test(bare),
    };
  }
}

export function isSyscallText(entry: NameEntry): boolean {
  return entry.syscall !== null || entry.text.startsWith('sys_');
}

/** Event names: letters, digits, '_', '-', '.'. Systems and their colon are the perf reader's business. */
export function isNameByte(c: number): boolean {
  return NAME_BYTES[c] === 1;
}
