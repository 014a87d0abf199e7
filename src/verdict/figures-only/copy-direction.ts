import type { ProfileChain } from '../../model/profile.ts';
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
  chains: readonly ProfileChain[] = [],
): CopyDirection {
  const proven = tellByChains(split, isCopy, chains);
  if (proven !== null) return proven;
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

/** Shares in a tree are rounded to a hundredth, and branches below perf's limit of 0.5 % are not printed. */
const CHAIN_SHARE = 0.95;

/**
 * Call trees prove what flat rows cannot: of every copy row its share below (or above, by the tree's direction) functions that
 * only receive, and below those that only send. null: no tree of a copy row.
 */
function tellByChains(
  split: SplitProfile,
  isCopy: (symbol: string, category: string) => boolean,
  chains: readonly ProfileChain[],
): CopyDirection | null {
  const isCopyName = new Set(
    split.rows.filter((r) => r.kind === 'busy' && isCopy(r.row.symbol, r.category)).map((r) => r.row.symbol),
  );
  const receiving = (name: string): boolean => RECEIVING.test(plainName(name)) || RECEIVE_COPY.test(plainName(name));
  const sending = (name: string): boolean => SENDING.test(plainName(name));
  let receives = 0;
  let sends = 0;
  // Trees of callers: the copy's own row, the branches are who called it. The outermost share of a direction counts once.
  for (const chain of chains.filter((c) => isCopyName.has(c.row))) {
    const isOutermost = (of: (name: string) => boolean): boolean =>
      chain.path.some(of) && !openAbove(chains, chain, of);
    if (isOutermost(receiving)) receives += chain.percent;
    else if (isOutermost(sending)) sends += chain.percent;
  }
  if (receives === 0 && sends === 0) {
    // Trees of callees: the row is the caller, the copy is a leaf; with --children it is below several rows.
    for (const chain of chains.filter((c) => isCopyName.has(c.symbol))) {
      const path = [chain.row, ...chain.path];
      if (path.some(receiving)) receives = Math.max(receives, chain.percent);
      else if (path.some(sending)) sends = Math.max(sends, chain.percent);
    }
  }
  if (receives === 0 && sends === 0) return null;
  if (receives / (receives + sends) >= CHAIN_SHARE) return 'receive';
  return sends / (receives + sends) >= CHAIN_SHARE ? 'transmit' : 'unknown';
}

/** A branch nearer to the row has that direction already: its share holds this one. */
function openAbove(chains: readonly ProfileChain[], chain: ProfileChain, of: (name: string) => boolean): boolean {
  return chains.some(
    (other) =>
      other !== chain &&
      other.row === chain.row &&
      other.path.length < chain.path.length &&
      other.path.every((name, i) => chain.path[i] === name) &&
      other.path.some(of),
  );
}
