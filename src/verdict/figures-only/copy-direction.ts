import type { SplitProfile } from '../summaries/profile.ts';

/**
 * Which way the copy routines of a flat profile copied. `rep_movs_alternative`, `copy_user_generic*`, `memcpy` serve both
 * directions, so their rows alone prove nothing: 'receive' needs functions that only receiving runs and none that only
 * sending runs, in a table that lists (almost) every sample, or a copy row that is itself of the receive path.
 */
export type CopyDirection = 'receive' | 'transmit' | 'unknown';

/** Listed in full: what is missing could not hold a row worth naming. */
export const WHOLE_PCT = 99;

/** Copies of a socket buffer to the reader (net/core/datagram.c, net/ipv4/tcp_input.c). */
const RECEIVE_COPY =
  /^(__skb_datagram_iter|simple_copy_to_iter|skb_copy_datagram_\w+|skb_copy_and_csum_datagram\w*|tcp_copy_to_iovec|memcpy_toiovec\w*)$/;
/** Functions that run for received data only; TCP input also runs for the ACKs a sender gets. */
const RECEIVING =
  /^(tcp_recvmsg(_locked)?|inet6?_recvmsg|sock_recvmsg|udp_recvmsg|tcp_cleanup_rbuf|__tcp_cleanup_rbuf|tcp_rcv_space_adjust|tcp_data_queue|tcp_queue_rcv|sock_read_iter|__sys_recv\w+|sys_recv\w+)$/;
const SENDING =
  /^(tcp_sendmsg(_locked)?|tcp_sendpage|inet6?_sendmsg|sock_sendmsg|udp_sendmsg|sk_stream_alloc_skb|tcp_stream_alloc_skb|skb_do_copy_data_nocache|skb_add_data_nocache|_?copy_from_iter|_copy_from_iter\w*|csum_and_copy_from_\w+|sock_write_iter|tcp_push)$/;

const plainName = (symbol: string): string => symbol.replace(/\.(isra|constprop|part|cold)\b.*$/, '');

export function tellCopyDirection(
  split: SplitProfile,
  isCopy: (symbol: string, category: string) => boolean,
): CopyDirection {
  let receives = 0;
  let sends = 0;
  let copied = 0;
  let receiveCopied = 0;
  for (const { row, category, weight, kind } of split.rows) {
    if (kind !== 'busy') continue;
    const name = plainName(row.symbol);
    if (RECEIVE_COPY.test(name) || RECEIVING.test(name)) receives += weight;
    if (SENDING.test(name)) sends += weight;
    if (!isCopy(row.symbol, category)) continue;
    copied += weight;
    if (RECEIVE_COPY.test(name)) receiveCopied += weight;
  }
  if (copied > 0 && receiveCopied === copied) return 'receive';
  if (sends > 0 && receives === 0) return 'transmit';
  return receives > 0 && sends === 0 && split.coveredPct >= WHOLE_PCT ? 'receive' : 'unknown';
}
