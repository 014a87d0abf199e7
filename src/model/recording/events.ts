import type { Layer } from './lenses.ts';

/**
 * The one table of trace events that recvscope records: `recvscope record`, the script for boxes without Node, the advice
 * of `inspect` and the README are made from it. Releases: receive path reference, section 3.2. Cost: measured with iperf3 on
 * 6.18 as lines per GB received (base 60,000; with arrivals 200,000; with the life of every skb 300,000).
 */
export interface RecordedEvent {
  /** `sched:sched_switch`, as perf names it; tracefs has a `/` for the colon. */
  readonly name: string;
  readonly layer: Layer;
  /** First release that has it; '' = every release that has trace events. */
  readonly from: string;
  /** What is lost without it. */
  readonly gives: string;
  /** What makes a line of it. */
  readonly cost: 'switch' | 'call' | 'copy' | 'segment' | 'softirq' | 'poll' | 'rare';
  /**
   * Runs in the task that receives, so a filter by task keeps what belongs to the target. Wakeups, softirqs and arrivals run
   * on top of whoever has the CPU and are never filtered.
   */
  readonly inReader: boolean;
  /** Of its own, beside that of the target. */
  readonly filter?: string;
}

/** The filter of one event: its own and, where it runs in the reader, that of the target; '' = none. */
export function filterOf(event: RecordedEvent, target: string): string {
  const parts = [event.filter ?? '', event.inReader ? target : ''].filter((part) => part !== '');
  return parts.length < 2 ? (parts[0] ?? '') : parts.map((part) => `(${part})`).join(' && ');
}

type Row = [name: string, from: string, cost: RecordedEvent['cost'], inReader: boolean, gives: string];

const rows = (layer: Layer, list: readonly Row[]): RecordedEvent[] =>
  list.map(([name, from, cost, inReader, gives]) => ({ name, layer, from, gives, cost, inReader }));

const BASE = rows('base', [
  ['sched:sched_switch', '', 'switch', false, 'sleeps, preemption, CPU time of the reader'],
  ['sched:sched_wakeup', '', 'switch', false, 'who woke the reader, and how long it then waited for a CPU'],
  ['irq:softirq_entry', '', 'softirq', false, 'the receive softirq: the larger half of the cost of a byte'],
  ['irq:softirq_exit', '', 'softirq', false, 'the end of a softirq'],
  ['skb:skb_copy_datagram_iovec', '2.6.32', 'copy', true, 'where each CPU copy begins'],
  ['tcp:tcp_rcv_space_adjust', '4.18', 'copy', true, 'where each CPU copy ends'],
  ['sock:sk_data_ready', '6.3', 'segment', false, 'when data became readable'],
  ['sock:sock_recv_length', '6.3', 'call', true, 'protocol, bytes and flags of each call, whatever syscall made it'],
]);

const LENS_EVENTS = [
  ...rows('arrival', [
    ['net:netif_receive_skb', '', 'segment', false, 'device and length of each arriving segment, and its CPU'],
    [
      'net:napi_gro_receive_entry',
      '3.14',
      'segment',
      false,
      'segments before they are merged: payload in fragments or not',
    ],
    ['net:netif_rx_entry', '3.14', 'segment', false, 'arrivals of devices without a queue of their own (lo, veth)'],
    [
      'net:netif_receive_skb_entry',
      '3.14',
      'segment',
      false,
      'length, fragments and queue of a segment handed to the stack',
    ],
  ]),
  ...rows('zero-copy', [['tcp:tcp_probe', '4.16', 'segment', false, 'bytes of each segment, mapped ones included']]),
  ...rows('busy-poll', [
    ['napi:napi_poll', '2.6.37', 'poll', false, 'work and budget of each poll (a busy poll has budget 8)'],
  ]),
  ...rows('drops', [
    ['skb:kfree_skb', '', 'rare', false, 'each drop, with its reason from 5.17 on'],
    ['udp:udp_fail_queue_rcv_skb', '3.1', 'rare', false, 'datagrams that found the receive buffer full'],
    ['sock:sock_rcvqueue_full', '3.1', 'rare', false, 'sockets whose receive buffer is full'],
    ['tcp:tcp_retransmit_skb', '4.15', 'rare', false, 'retransmissions of this host'],
    ['tcp:tcp_send_reset', '4.15', 'rare', false, 'connections refused or reset'],
  ]),
  ...rows('ipi', [
    ['csd:csd_queue_cpu', '6.5', 'segment', false, 'work queued for another CPU, with its function (RPS)'],
    ['csd:csd_function_entry', '6.5', 'segment', false, 'where the other CPU runs it'],
    ['csd:csd_function_exit', '6.5', 'segment', false, 'and where that ends'],
    ['ipi:ipi_send_cpu', '6.4', 'segment', false, 'the interrupt that asks for it'],
    ['irq_vectors:call_function_single_entry', '3.11', 'segment', false, 'its arrival (x86)'],
    ['irq_vectors:call_function_single_exit', '3.11', 'segment', false, 'its end (x86)'],
    ['irq_vectors:reschedule_entry', '3.11', 'switch', false, 'wakeups sent to a CPU that sleeps (x86)'],
    ['irq_vectors:reschedule_exit', '3.11', 'switch', false, 'their end (x86)'],
    ['irq:softirq_raise', '2.6.37', 'softirq', false, 'who asked for a softirq'],
  ]),
];

/** Every way to receive from a socket, and every way to wait for one. `read` serves files too: it is what a filter saves most of. */
export const RECEIVE_SYSCALLS = [
  'recvfrom',
  'recvmsg',
  'recvmmsg',
  'read',
  'readv',
  'preadv',
  'splice',
  'getsockopt',
  'io_uring_enter',
] as const;
export const WAIT_SYSCALLS = [
  'select',
  'pselect6',
  'poll',
  'ppoll',
  'epoll_wait',
  'epoll_pwait',
  'epoll_pwait2',
] as const;

const SYSCALL_GIVES: Readonly<Record<string, string>> = {
  read: 'calls of iperf3, redis, node, socat and most others',
  splice: 'calls that move data on without a copy to user space',
  getsockopt: 'TCP_ZEROCOPY_RECEIVE',
  io_uring_enter: 'receives by io_uring',
};
/** Introduced after trace events were (2.6.30): nothing older can have them. */
const SYSCALL_FROM: Readonly<Record<string, string>> = {
  recvmmsg: '2.6.33',
  io_uring_enter: '5.1',
  epoll_pwait2: '5.11',
};

const SYSCALL_EVENTS = [...RECEIVE_SYSCALLS, ...WAIT_SYSCALLS].flatMap((name) => {
  const waits = (WAIT_SYSCALLS as readonly string[]).includes(name);
  const gives = SYSCALL_GIVES[name] ?? (waits ? `waiting for data in ${name}` : `calls by ${name}`);
  const from = SYSCALL_FROM[name] ?? '';
  return rows('base', [
    [`syscalls:sys_enter_${name}`, from, 'call', true, gives],
    [`syscalls:sys_exit_${name}`, from, 'call', true, waits ? `the end of ${name}` : `the bytes that ${name} returned`],
  ]);
});

export const RECORDED_EVENTS: readonly RecordedEvent[] = [...BASE, ...SYSCALL_EVENTS, ...LENS_EVENTS];

/** Events of the base and of the lenses asked for, in the order of the table. */
export function listEvents(lenses: readonly Layer[] = []): RecordedEvent[] {
  return RECORDED_EVENTS.filter((event) => event.layer === 'base' || lenses.includes(event.layer));
}

export const toTracefsName = (name: string): string => name.replace(':', '/');
