/**
 * What a free by kfree_skb means for the data. `drop`: a packet was thrown away; `refused`: thrown away because nobody here
 * wanted it; `duplicate`: its data had arrived before; `unread`: thrown away when the socket was closed, nobody had read it.
 */
export type DropKind = 'drop' | 'refused' | 'duplicate' | 'unread';

/**
 * Reasons of enum skb_drop_reason (include/net/dropreason-core.h, 5.17 to 6.18) that are no loss of data. Not among them: PAWS
 * (an old timestamp may be a translator's), TCP_ZEROWINDOW and TCP_OVERWINDOW (new data without room), TCP_TOO_OLD_ACK (its data go too).
 */
const NO_LOSS: Readonly<Record<string, Exclude<DropKind, 'drop'>>> = {
  // "already received before (spurious retrans may happened)"
  TCP_OLD_DATA: 'duplicate',
  // "Old SEQ field (duplicate packet)": window probes and keepalives too
  TCP_OLD_SEQUENCE: 'duplicate',
  // "the data of skb is already in the ofo queue"
  TCP_OFOMERGE: 'duplicate',
  // "data already in receive queue"
  TCP_OFO_DROP: 'duplicate',
  // "PAWS check, old ACK packet": tcp_disordered_ack_check answers so for segments without data only
  TCP_RFC7323_PAWS_ACK: 'duplicate',
  DUP_FRAG: 'duplicate',
  NO_SOCKET: 'refused',
  // "don't belong to current host (interface is in promisc mode)"
  OTHERHOST: 'refused',
  UNICAST_IN_L2_MULTICAST: 'refused',
  IPV6_NDISC_NS_OTHERHOST: 'refused',
  IP_NOPROTO: 'refused',
  UNHANDLED_PROTO: 'refused',
  // unix_release_sock, netlink and others: "socket is close()d"
  SOCKET_CLOSE: 'unread',
  UNIX_DISCONNECT: 'unread',
  UNIX_SKIP_OOB: 'unread',
  // "bulk free" (from 6.7 on): the queue of a socket or device that is closed
  QUEUE_PURGE: 'unread',
};

/** The socket is closed with data that nobody read (__skb_queue_purge), where the kernel has no reason for it yet. */
const AT_CLOSE =
  /^(?:sk_stream_kill_queues|inet_sock_destruct|tcp_disconnect|(?:netlink|packet|unix)_sock_destruct(?:or)?)\b/;

/** Thrown away with data that nobody had received before, wanted or not. */
export const isDropped = (drop: { reason: string; place: string }): boolean =>
  ['drop', 'refused'].includes(classifyDrop(drop));

export function classifyDrop({ reason, place }: { reason: string; place: string }): DropKind {
  const known = NO_LOSS[reason];
  if (known !== undefined) return known;
  return AT_CLOSE.test(place) ? 'unread' : 'drop';
}
