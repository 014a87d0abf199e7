import type { Fact } from './environment.ts';
import type { StringTable } from './string-table.ts';

/**
 * What an event means on the receive path. Closed list: probe names of all kernel eras are mapped onto it by the
 * vocabulary (src/kernels), mechanisms give the kinds a role, nobody else may invent one.
 *
 * Arguments by kind (NaN = not in the text):
 *   callEnter     arg0 requested bytes   arg1 flags   arg2 nonblock/fd   arg3 -        entry of a receive call (any level)
 *   callExit      arg0 return value (signed)                                            its return
 *   pinBegin/End  begin: arg0 length; end: arg0 1 pinned / 0 refused / NaN unknown
 *   submit        arg0 bytes, arg1 descriptors (NaN)      outermost hand-over of one skb to the engine (enter)
 *   submitEnd     arg0 cookie (<0 error)
 *   descriptor    arg0 bytes, arg1 destination offset     one engine descriptor
 *   issue         doorbell
 *   waitBegin/End begin: arg0 1 blocking, 0 reap only, NaN unknown     completion wait / reap of the engine
 *   engineDone    a completed status poll, arg0 result
 *   copyBegin/End begin: arg0 bytes, arg1 offset          CPU copy to the user buffer
 *   earlyTry      early-copy attempt; earlyTryEnd arg0 1 taken 0 not
 *   sleepBegin/End  the waiting *function* (sk_wait_data …); end: arg0 result. Not sleep by itself: see switchOut
 *   lockBegin/End   lock_sock      backlogBegin/End  __release_sock and friends     prequeueBegin/End
 *   segmentArrived  arg0 length as printed, arg1 1 = includes IP header (netif_receive_skb), 0 = TCP level, 2 = payload only
 *                 aux device (string id)
 *   segmentBegin/End  TCP input of one segment (tcp_v4_rcv, tcp_rcv_established, …); tcp_probe: arg0 payload, arg1 receive
 *                 window, aux both ends, ours first: `10.77.0.1:21003 10.77.0.2:47428` (string id)
 *   queued        segment put on the receive queue
 *   dataReady     the socket's data-ready callback ran
 *   wakeup        arg0 woken tid, arg1 target cpu, arg2 success (NaN)        tid = the waker
 *   switchOut     tid = previous task, arg0 state code (see TaskState), arg1 next tid
 *   switchIn      tid = next task, arg1 previous tid
 *   ackBegin/End  ACK decision or transmit, receive window     freeBegin/End  a consumed skb is freed
 *     delackTimer  delayed-ACK timer ran     delackArmed  it was armed, arg0 timeout in jiffies
 *   irqBegin/End  arg0 irq number     softirqBegin/End  arg0 1 NET_RX, 2 NET_TX, 3 TIMER, 0 other
 *   busyPollBegin/End
 *   mapBegin/End  page mapping of zero-copy receive; end: arg0 pages      unmapBegin/End
 *   zerocopyBegin/End tcp_zerocopy_receive
 *   recvLength    sock_recv_length: arg0 length, arg1 error, arg2 flags, arg3 family × 1024 + protocol, as the kernel numbers them
 *   ioSubmit      io_uring request issued, arg0 1 RECV 2 RECVMSG 3 RECV_ZC     ioComplete  arg0 result
 *   scheduleBegin/End  the schedule()/schedule_timeout() functions: off-CPU time where no sched_switch was recorded
 *   channelLookUp  net_dma_find_channel / dma_find_channel: the last clause of the offload predicate was reached (see parent)
 *   channelEnd    arg0 the pointer returned (may read as a negative number), 0 none
 *   pollBegin/End  select/poll/epoll syscalls: the reader waits outside the receive call
 *   rcvlowat      arg0 value   SO_RCVLOWAT was set (tcp_set_rcvlowat)
 *   signal, stateChange, faultBegin/End, migrate (arg0 tid, arg1 from cpu, arg2 to cpu)
 *   skbEntered    arg0 length, arg1 bytes outside the linear part, arg2 fragments, arg3 NAPI id × 65536 + queue, aux device
 *   napiPoll      after a poll: arg0 packets, arg1 budget, aux device, obj NAPI
 *   skbFreed      kfree_skb: arg0 Ethernet protocol, arg1 call chain below the event (string id: `a < b < c`, the function that
 *                 freed it first), aux reason, parent the function that freed it
 *   rcvbufGrown   the reader took more in a round trip than ever before: arg0 receive buffer so far, aux both ends
 *   queueFull     a receive queue refused a packet: arg0 error, arg1 rcvbuf, aux both ends
 *   softirqRaised arg0 as softirqBegin       ipiSent  arg0 target cpu, aux function to run there; probe tells which line
 *   tcpTrouble    retransmission, reset, bad checksum; probe tells which; aux both ends
 *   unread        a line that tells of a call could not be read; arg0: whose fact is missing (see Unread)
 *   lost          arg0 amount (NaN unknown), arg1 1 = this cpu only, 0 = whole stream
 *   boundary      gap or segment border in the text: open state must not be carried across
 *   marker        trace_marker text (aux = string id)
 */
export const EVENT_KINDS = [
  'none',
  'callEnter',
  'callExit',
  'pinBegin',
  'pinEnd',
  'submit',
  'submitEnd',
  'descriptor',
  'issue',
  'waitBegin',
  'waitEnd',
  'engineDone',
  'copyBegin',
  'copyEnd',
  'earlyTry',
  'earlyTryEnd',
  'unpinBegin',
  'unpinEnd',
  'sleepBegin',
  'sleepEnd',
  'lockBegin',
  'lockEnd',
  'backlogBegin',
  'backlogEnd',
  'prequeueBegin',
  'prequeueEnd',
  'segmentArrived',
  'segmentBegin',
  'segmentEnd',
  'queued',
  'dataReady',
  'wakeup',
  'switchOut',
  'switchIn',
  'ackBegin',
  'ackEnd',
  'delackTimer',
  'irqBegin',
  'irqEnd',
  'softirqBegin',
  'softirqEnd',
  'busyPollBegin',
  'busyPollEnd',
  'mapBegin',
  'mapEnd',
  'unmapBegin',
  'unmapEnd',
  'zerocopyBegin',
  'zerocopyEnd',
  'recvLength',
  'ioSubmit',
  'ioComplete',
  'signal',
  'stateChange',
  'faultBegin',
  'faultEnd',
  'scheduleBegin',
  'scheduleEnd',
  'channelLookUp',
  'channelEnd',
  'pollBegin',
  'pollEnd',
  'rcvlowat',
  'migrate',
  'lost',
  'boundary',
  'marker',
  'freeBegin',
  'freeEnd',
  'skbEntered',
  'napiPoll',
  'skbFreed',
  'queueFull',
  'softirqRaised',
  'ipiSent',
  'tcpTrouble',
  'delackArmed',
  'unread',
  'rcvbufGrown',
] as const;

export type EventKindName = (typeof EVENT_KINDS)[number];
export type EventKind = number;
/** `Kind.copyBegin` is the number stored in the column. */
export const Kind = Object.fromEntries(EVENT_KINDS.map((name, index) => [name, index])) as Record<
  EventKindName,
  EventKind
>;

/** Whose fact a line would have carried that could not be read: its own thread's, or (a switch, a wakeup) that of any call. */
export const Unread = { thread: 0, anyCall: 1 } as const;

/** How the producer observed the event: decides which of several lines about one action is counted. */
export const SOURCES = ['tracepoint', 'syscall', 'kprobe', 'function', 'graph', 'marker'] as const;
export type EventSourceName = (typeof SOURCES)[number];
export const Source = Object.fromEntries(SOURCES.map((name, index) => [name, index])) as Record<
  EventSourceName,
  number
>;

/** point: no duration known (tracepoint, function entry) · enter/exit: a bracket · whole: a leaf with its duration. */
export const EDGES = ['point', 'enter', 'exit', 'whole'] as const;
export type EdgeName = (typeof EDGES)[number];
export const Edge = Object.fromEntries(EDGES.map((name, index) => [name, index])) as Record<EdgeName, number>;

/** Bits of the `context` column; CONTEXT_UNKNOWN when the line carries no flags. `s` alone does not prove softirq. */
export const Context = { irqsOff: 1, softirqFlag: 2, hardirqFlag: 4, needResched: 8, nmiFlag: 16, bhOff: 32 } as const;
export const CONTEXT_UNKNOWN = 255;

/** Task states of switchOut arg0. */
export const TaskState = { running: 0, interruptible: 1, uninterruptible: 2, dead: 3, other: 4, idle: 5 } as const;

export const BATCH_ROWS = 8192;
/** Eight doubles, eight 32-bit numbers and four bytes a row. */
const BATCH_BYTES = BATCH_ROWS * (8 * 8 + 8 * 4 + 4);

/**
 * One page of events in canonical columns; the page is reused, a consumer must not keep it.
 * `atNs` is relative to `EventStream.baseNs` (so that a double stays exact), NaN for a capture without times.
 * `probe` is the canonical name (compiler suffixes stripped), `parent` the caller when the text names it (-1).
 * `durNs` is set for Edge.whole and for Edge.exit of function_graph, else NaN. `depth` is -1 outside function_graph.
 * `obj` is a number standing for the address (low 52 bits) of the skb or, of a timer's lines, of the timer, `list` of a pin; NaN absent. `sock` an interned address.
 * `file` is the index of the input file in the capture.
 */
export class EventBatch {
  length = 0;
  readonly atNs: Float64Array;
  readonly durNs: Float64Array;
  readonly obj: Float64Array;
  readonly arg0: Float64Array;
  readonly arg1: Float64Array;
  readonly arg2: Float64Array;
  readonly arg3: Float64Array;
  readonly line: Float64Array;
  readonly cpu: Int32Array;
  readonly tid: Int32Array;
  readonly comm: Int32Array;
  readonly probe: Int32Array;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly sock: Int32Array;
  readonly aux: Int32Array;
  readonly kind: Uint8Array;
  readonly source: Uint8Array;
  readonly edge: Uint8Array;
  readonly context: Uint8Array;

  /** The columns lie one behind the other in `memory`, from byte `from` (a multiple of 8) on, in the order above. */
  constructor(memory: ArrayBuffer = new ArrayBuffer(BATCH_BYTES), from = 0) {
    let at = from;
    const place = (bytes: number): number => {
      at += bytes * BATCH_ROWS;
      return at - bytes * BATCH_ROWS;
    };
    const doubles = (): Float64Array => new Float64Array(memory, place(8), BATCH_ROWS);
    const ints = (): Int32Array => new Int32Array(memory, place(4), BATCH_ROWS);
    const bytes = (): Uint8Array => new Uint8Array(memory, place(1), BATCH_ROWS);
    this.atNs = doubles();
    this.durNs = doubles();
    this.obj = doubles();
    this.arg0 = doubles();
    this.arg1 = doubles();
    this.arg2 = doubles();
    this.arg3 = doubles();
    this.line = doubles();
    this.cpu = ints();
    this.tid = ints();
    this.comm = ints();
    this.probe = ints();
    this.parent = ints();
    this.depth = ints();
    this.sock = ints();
    this.aux = ints();
    this.kind = bytes();
    this.source = bytes();
    this.edge = bytes();
    this.context = bytes();
  }
}

/** What every batch of one input file has in common. */
export interface EventStream {
  /** Index of the file inside the capture (run). */
  readonly file: number;
  readonly fileName: string;
  /** Added to a relative time gives integer ns on the capture's own clock. 0n until the first timed event. */
  baseNs: bigint;
  readonly strings: StringTable;
  /** Set by the reader when known: 'events', 'function', 'function_graph', 'perf-script' … */
  format: string;
  /** Smallest step of the printed time: 1000 for microseconds, 1 for ns, NaN without times. */
  resolutionNs: number;
  /** True when rows of one cpu are in order but rows of different cpus may interleave out of order (default graph). */
  orderedPerCpuOnly: boolean;
  /** Process of a thread, where the text prints both (perf -F pid,tid; the record-tgid option of ftrace). */
  readonly tgids: Map<number, number>;
  /** What the side files of the bundle say (they are read before traces): which probes were armed, for one. */
  readonly facts?: readonly Fact[];
}

/** Receives what a reader finds. Calls come in text order. */
export interface EventSink {
  onBatch(stream: EventStream, batch: EventBatch): void;
}
