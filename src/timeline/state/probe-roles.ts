import { nameTable } from '../../model/name-table.ts';
import type { StringTable } from '../../model/string-table.ts';
import { stripCompilerSuffix } from '../../model/vocabulary.ts';
import { CallFlag } from './open-call.ts';

/** Depth of a function in the receive call: outer levels have smaller ranks. */
const CALL_RANK: Record<string, number> = nameTable({
  // Levels between the system call and the protocol (net/socket.c); those of io_recvmsg stand inside it.
  __sys_recvfrom: 0.1,
  __sys_recvmsg: 0.1,
  __sys_recvmmsg: 0.1,
  ksys_read: 0.1,
  do_recvmmsg: 0.15,
  ___sys_recvmsg: 0.2,
  __sys_recvmsg_sock: 1.1,
  ____sys_recvmsg: 1.2,
  sock_read_iter: 1.3,
  sock_recvmsg: 1.4,
  recvfrom: 0,
  recv: 0,
  recvmsg: 0,
  recvmmsg: 0,
  socketcall: 0,
  read: 0,
  readv: 0,
  preadv: 0,
  splice: 0,
  getsockopt: 0,
  io_uring_enter: 0,
  // Without its getsockopt line the function itself is the call.
  tcp_zerocopy_receive: 1,
  io_recv: 1,
  io_recvmsg: 1,
  io_recvzc: 1,
  inet_recvmsg: 2,
  inet6_recvmsg: 2,
  sock_common_recvmsg: 2,
  tls_sw_recvmsg: 2,
  mptcp_recvmsg: 2,
  unix_stream_recvmsg: 2,
  unix_dgram_recvmsg: 2,
  unix_seqpacket_recvmsg: 2,
  netlink_recvmsg: 2,
  packet_recvmsg: 2,
  tcp_recvmsg: 3,
  udp_recvmsg: 3,
  udpv6_recvmsg: 3,
  tcp_splice_read: 3,
  tcp_recvmsg_locked: 4,
});
export const ZEROCOPY_RANK = 1;
export const LOCKED_RANK = 4;
/** No level at all. */
export const NO_RANK = 99;

/** Receive calls that also map, splice or decrypt: what runs between their steps is not the plain loop. */
const WITHOUT_LOOP = new Set([
  'splice',
  'tcp_splice_read',
  'getsockopt',
  'tcp_zerocopy_receive',
  'io_recvzc',
  'tls_sw_recvmsg',
  'mptcp_recvmsg',
]);
/** Syscalls that also serve other descriptors: a row only when socket work is seen inside or the fd is known. */
const NEEDS_EVIDENCE = new Set([
  'read',
  'ksys_read',
  'readv',
  'preadv',
  'splice',
  'socketcall',
  'io_uring_enter',
  'getsockopt',
]);
/** One syscall, several protocol receives: what it returns is no sum of bytes (that of splice is). */
const HOLDS_SEVERAL = new Set([
  'recvmmsg',
  'do_recvmmsg',
  'io_uring_enter',
  'getsockopt',
  'tcp_zerocopy_receive',
  'socketcall',
]);

const SYSCALL_PREFIX =
  /^(__(x64|ia32|arm64|s390x?)_(compat_)?sys_|__se_(compat_)?sys_|__do_sys_|compat_sys_|SyS_|sys_|ksys_|do_sys_)/;
const INPUT_WORK =
  /^_*(tcp|sk|sock_def|skb|k?free_skb|consume_skb|ip6?|dev|dma|wake_up|autoremove_wake|default_wake|woken_wake|ep_poll_callback|pollwake|release_sock|inet6?_csk)(_|$)/;
const OTHER_CALL =
  /^_*(tcp|udp|inet|sock|unix|netlink|udpv6)?_*\w*_?(sendmsg|sendmsg_locked|sendpage|sendto|send_mss|shutdown|disconnect|accept|connect|bind|listen|ioctl)$|^(tcp_close|__tcp_close|inet_release|inet6_release|__sock_release|sock_close|__fput|do_exit|do_group_exit|do_notify_parent|tcp_poll|sock_poll|udp_poll|datagram_poll|ep_\w+|do_epoll_\w+|do_poll|do_select|core_sys_select|schedule_hrtimeout\w*|poll_schedule_timeout|do_nanosleep|hrtimer_nanosleep|futex_\w+|do_futex|pipe_(read|write|wait)\w*|sock_write_iter|vfs_write|do_wait\w*|do_fork|kernel_clone|tcp_setsockopt|do_tcp_setsockopt|sock_setsockopt)$/;

const NOT_INET = /^(unix_\w+|netlink|packet)_recvmsg$/;

/**
 * Two names of one action are counted once: names share a `group`; of a group one source is counted, and nested levels
 * (larger number) only when no outer level was recorded.
 */
const GROUPS: Record<string, [string, number]> = nameTable({
  skb_copy_datagram_iovec: ['copy', 1],
  skb_copy_datagram_iter: ['copy', 1],
  skb_copy_and_csum_datagram_iovec: ['csum-copy', 1],
  skb_copy_and_csum_datagram_msg: ['csum-copy', 1],
  io_zcrx_copy_chunk: ['zcrx-copy', 1],
  tcp_copy_to_iovec: ['copy', 2],
  receive_fallback_to_copy: ['copy', 2],
  tcp_copy_straggler_data: ['copy', 2],
  tcp_zc_handle_leftover: ['copy', 2],
  __skb_datagram_iter: ['copy', 3],
  simple_copy_to_iter: ['copy', 4],
  _copy_to_iter: ['copy', 5],
  copy_to_iter: ['copy', 5],
  memcpy_toiovec: ['copy', 4],
  memcpy_toiovecend: ['copy', 4],
  dma_skb_copy_datagram_iovec: ['submit', 1],
  idxd_dma_submit_memcpy: ['submit', 1],
  idxd_submit_desc: ['submit', 2],
  dma_memcpy_to_iovec: ['submit', 2],
  dma_memcpy_pg_to_iovec: ['submit', 2],
  dma_async_memcpy_buf_to_pg: ['descriptor', 1],
  dma_async_memcpy_pg_to_pg: ['descriptor', 1],
  dma_async_memcpy_buf_to_buf: ['descriptor', 1],
  tcp_send_ack: ['ack', 1],
  __tcp_send_ack: ['ack', 2],
  net_dev_queue: ['ack', 3],
  tcp_cleanup_rbuf: ['ack-decision', 1],
  __tcp_cleanup_rbuf: ['ack-decision', 2],
  __tcp_ack_snd_check: ['ack-decision', 3],
  tcp_rcv_established: ['segment', 1],
  tcp_probe: ['segment', 1],
  tcp_v4_do_rcv: ['segment', 2],
  tcp_v6_do_rcv: ['segment', 2],
  tcp_rcv_state_process: ['segment', 3],
  tcp_v4_rcv: ['segment', 4],
  tcp_v6_rcv: ['segment', 4],
  udp_rcv: ['datagram', 1],
});

export interface ProbeRole {
  readonly name: string;
  /** Id of the name without compiler suffix: function-tracer parents are compared by it. */
  readonly id: number;
  /** Dense numbers of the name and of its group, from 0: places in the tables of traits.ts. */
  readonly index: number;
  readonly groupIndex: number;
  readonly callRank: number;
  readonly needsEvidence: boolean;
  readonly holdsSeveral: boolean;
  readonly group: string;
  readonly level: number;
  /** tcp_v4_rcv and friends never run from the backlog: inside a call they are borrowed softirq time. */
  readonly isSoftirqInput: boolean;
  readonly isUdp: boolean;
  readonly isTcp: boolean;
  /** A plain receive function or a level around one: it queues, copies, waits and nothing else. */
  readonly hasLoop: boolean;
  /** Runs under the socket lock from entry to return. */
  readonly isLocked: boolean;
  /** release_sock. */
  readonly isRelease: boolean;
  /** getsockopt: releases the socket after a zero-copy receive. */
  readonly releasesAfterZerocopy: boolean;
  /** What it calls can be TCP input, its answers and wakeups. */
  readonly isInputWork: boolean;
  /** A function of another system call, or of the end of a process: no receive call is around it. */
  readonly isOtherCall: boolean;
  /** tcp_prequeue: wakes the reader itself. */
  readonly isPrequeue: boolean;
  /** What it calls schedule() for is the data or the lock of a socket. */
  readonly isSocketWait: boolean;
  /** Flags of a call in which a level of this name is entered (CallFlag). */
  readonly callFlags: number;
  /** io_uring_enter: one syscall, requests of all kinds. */
  readonly isRing: boolean;
  /** tcp_rcv_space_adjust: once for every skb that a TCP receive copied. */
  readonly isSpaceAdjust: boolean;
}

/** Callers of schedule() that wait for the socket; any other (poll, return to user space) is outside the call. */
const SOCKET_WAIT = new Set([
  'sk_wait_data',
  '__skb_wait_for_more_packets',
  'wait_for_more_packets',
  'wait_for_packet',
  '__lock_sock',
  'tls_rx_rec_wait',
]);
const SOFTIRQ_INPUT = new Set(['tcp_v4_rcv', 'tcp_v6_rcv', 'udp_rcv']);

/** Meaning of probe names for the timeline, made once per name. */
export class ProbeRoles {
  private readonly strings: StringTable;
  private readonly roles: ProbeRole[] = [];
  private readonly indexes = new Map<string, number>();
  private readonly groups = new Map<string, number>();
  readonly unnamed: ProbeRole;

  constructor(strings: StringTable) {
    this.strings = strings;
    this.unnamed = this.makeRole('', -1);
  }

  roleOf(id: number): ProbeRole {
    if (id < 0) return this.unnamed;
    let role = this.roles[id];
    if (role === undefined) {
      const name = asPropertyName(stripCompilerSuffix(this.strings.textOf(id)));
      role = this.makeRole(name, this.strings.intern(name));
      this.roles[id] = role;
    }
    return role;
  }

  private makeRole(name: string, id: number): ProbeRole {
    const syscall = name.replace(/^(__x64_sys_|__se_sys_|compat_sys_|__sys_|SyS_|sys_)/, '');
    const rank = CALL_RANK[name] ?? CALL_RANK[syscall] ?? 3;
    const isProtocol = rank >= 2 || name.startsWith('io_') || name === 'tcp_zerocopy_receive';
    const [group, level] = GROUPS[name] ?? [name, 1];
    const isUdp = name === 'udp_recvmsg' || name === 'udpv6_recvmsg';
    const isTcp = name === 'tcp_recvmsg' || name === 'tcp_recvmsg_locked' || name === 'tcp_splice_read';
    return {
      name,
      id,
      index: numberOf(this.indexes, name),
      groupIndex: numberOf(this.groups, group),
      callRank: rank,
      needsEvidence: NEEDS_EVIDENCE.has(name) || NEEDS_EVIDENCE.has(syscall) || (rank > 1 && rank < 2),
      holdsSeveral: HOLDS_SEVERAL.has(name) || HOLDS_SEVERAL.has(syscall),
      group,
      level,
      isSoftirqInput: SOFTIRQ_INPUT.has(name),
      isUdp,
      isTcp,
      hasLoop: !WITHOUT_LOOP.has(name) && !WITHOUT_LOOP.has(syscall),
      isLocked: name === 'tcp_recvmsg_locked',
      isRelease: name === 'release_sock',
      releasesAfterZerocopy:
        name === 'do_tcp_getsockopt' || name === 'tcp_getsockopt' || name === 'sockopt_release_sock',
      isInputWork: INPUT_WORK.test(name) && !OTHER_CALL.test(name) && !isTcp && !isUdp,
      isOtherCall: OTHER_CALL.test(name) || (SYSCALL_PREFIX.test(name) && CALL_RANK[syscall] === undefined),
      isPrequeue: name === 'tcp_prequeue',
      isSocketWait: SOCKET_WAIT.has(name),
      callFlags:
        (isProtocol ? CallFlag.socketEvidence : 0) |
        (isTcp ? CallFlag.tcp : 0) |
        (isUdp ? CallFlag.udp : 0) |
        (NOT_INET.test(name) ? CallFlag.notInet : 0) |
        (name === 'io_recvzc' ? CallFlag.ioUringZc : 0),
      isRing: name === 'io_uring_enter',
      isSpaceAdjust: name === 'tcp_rcv_space_adjust',
    };
  }

  /** Indexes of the names of a group. */
  indexesOf(group: string): Set<number> {
    return new Set(this.roles.filter((role) => role.group === group).map((role) => role.index));
  }

  /** -1: no name of this group has been seen. */
  groupIndexOf(group: string): number {
    return this.groups.get(group) ?? -1;
  }
}

/** Engines keep one copy of a property name: comparing it with a name in the program is comparing two addresses. */
function asPropertyName(name: string): string {
  return Object.keys({ [name]: true })[0];
}

function numberOf(numbers: Map<string, number>, name: string): number {
  let number = numbers.get(name);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(name, number);
  }
  return number;
}
