import type { Release } from './release.ts';

/** A tracepoint or a function that exists only from or only until a release of mainline. */
export interface DatedName {
  name: string;
  /** First release that has it; null: as old as NET_DMA (2.6.18) or older. */
  from: Release | null;
  /** Last release that has it; null: still there. */
  until: Release | null;
}

const since = (from: Release, ...names: string[]): DatedName[] => names.map((name) => ({ name, from, until: null }));
const until = (last: Release, ...names: string[]): DatedName[] =>
  names.map((name) => ({ name, from: null, until: last }));

/**
 * Tracepoints, by the first mainline release that has them. Distributions carry some back into older kernels, so a printed
 * release outweighs a name (era.ts).
 */
export const DATED_EVENTS: readonly DatedName[] = [
  ...since([2, 6, 37], 'netif_receive_skb', 'netif_rx', 'net_dev_queue', 'softirq_raise'),
  ...since([3, 1], 'sock_rcvqueue_full', 'sock_exceed_buf_limit'),
  ...since([3, 14], 'netif_receive_skb_entry', 'napi_gro_receive_entry', 'netif_rx_entry', 'napi_gro_frags_entry'),
  ...since([4, 3], 'sched_waking'),
  ...since([4, 15], 'tcp_destroy_sock', 'tcp_retransmit_skb', 'tcp_send_reset', 'tcp_receive_reset'),
  ...since([4, 16], 'tcp_probe', 'inet_sock_set_state'),
  ...since([4, 18], 'tcp_rcv_space_adjust'),
  ...since([4, 19], 'netif_receive_skb_list_entry'),
  ...since([5, 0], 'napi_gro_receive_exit', 'netif_receive_skb_exit', 'netif_rx_exit', 'napi_gro_frags_exit'),
  ...since([5, 5], 'io_uring_complete', 'io_uring_create', 'io_uring_cqring_wait'),
  ...since([6, 3], 'sk_data_ready', 'sock_recv_length', 'sock_send_length'),
  ...since([6, 4], 'ipi_send_cpu', 'ipi_send_cpumask', 'io_uring_submit_req'),
  ...since([6, 5], 'csd_queue_cpu', 'csd_function_entry', 'csd_function_exit'),
  ...since([6, 16], 'tcp_rcvbuf_grow'),
];

/** Functions as tracers, profiles and call chains print them, by the releases that define them. */
export const DATED_FUNCTIONS: readonly DatedName[] = [
  ...until(
    [3, 17, 99],
    'dma_pin_iovec_pages',
    'dma_unpin_iovec_pages',
    'dma_skb_copy_datagram_iovec',
    'dma_memcpy_to_iovec',
    'dma_memcpy_pg_to_iovec',
    'tcp_dma_try_early_copy',
    'net_dma_rebalance',
    'net_dma_find_channel',
  ),
  { name: 'tcp_service_net_dma', from: [2, 6, 35], until: [3, 17, 99] },
  ...until([3, 18, 99], 'skb_copy_datagram_iovec', 'memcpy_toiovec', 'memcpy_toiovecend', 'sock_aio_read'),
  ...until([4, 13, 99], 'tcp_prequeue_process', 'tcp_prequeue', 'tcp_copy_to_iovec'),
  ...until([6, 3, 99], 'copy_user_enhanced_fast_string', 'copy_user_generic_string', 'copy_user_generic_unrolled'),
  ...since([3, 19], 'skb_copy_datagram_iter', 'wait_woken', 'sock_read_iter'),
  ...since([4, 17], '__x64_sys_recvfrom', '__x64_sys_read', '__x64_sys_recvmsg', '__x64_sys_recvmmsg'),
  ...since([5, 0], '__skb_datagram_iter', 'simple_copy_to_iter'),
  ...since([5, 11], 'tcp_recvmsg_locked'),
  ...since([5, 19], 'skb_attempt_defer_free', 'tcp_eat_recv_skb'),
  ...since([6, 4], 'rep_movs_alternative'),
  ...since([6, 10], 'tcp_recvmsg_dmabuf'),
];
// __tcp_cleanup_rbuf and _copy_to_iter came between two trees that were looked at (5.15 and 6.1, 4.12 and 4.14).
const BETWEEN: readonly DatedName[] = [...since([5, 16], '__tcp_cleanup_rbuf'), ...since([4, 13], '_copy_to_iter')];

/** Names that are a tracepoint's and a function's, or what users like to call their probes: bare they prove nothing. */
const AMBIGUOUS = new Set([
  'netif_receive_skb',
  'netif_rx',
  'tcp_retransmit_skb',
  'tcp_rcv_space_adjust',
  'tcp_rcvbuf_grow',
  'sk_data_ready',
  'skb_copy_datagram_iovec',
]);

const EVENTS = new Map(DATED_EVENTS.map((dated) => [dated.name, dated]));
const FUNCTIONS = new Map([...DATED_FUNCTIONS, ...BETWEEN].map((dated) => [dated.name, dated]));

export function findDatedEvent(name: string): DatedName | undefined {
  return EVENTS.get(name);
}

/** A name without its system and without its line: an event only where nothing else is called so. */
export function findDatedName(name: string): { kind: 'event' | 'function'; dated: DatedName } | undefined {
  if (AMBIGUOUS.has(name)) return undefined;
  const event = findDatedEvent(name);
  if (event !== undefined) return { kind: 'event', dated: event };
  const dated = findDatedFunction(name);
  return dated === undefined ? undefined : { kind: 'function', dated };
}

/** Compiler suffixes (`.isra.0`, `.constprop.3`, `.part.7`) belong to the same function. */
export function findDatedFunction(name: string): DatedName | undefined {
  return FUNCTIONS.get(name.replace(/\.(isra|constprop|part|cold)\b.*$/, ''));
}

/** Names that no kernel with NET_DMA (2.6.18 to 3.17) has. */
export function isAfterNetDma(dated: DatedName | undefined): boolean {
  return dated?.from != null && (dated.from[0] > 3 || (dated.from[0] === 3 && dated.from[1] >= 18));
}
