import type { EventRow } from '../state/event-row.ts';

interface Count {
  count: number;
  firstNs: number;
  lastNs: number;
  firstLine: number;
}

/** Reasons that are no drop, and places where a reader frees what it has read (kernels before the reasons of 5.17). */
const FREE_REASON = /^(SKB_)?CONSUMED$/;
const FREE_PLACE =
  /^(tcp_recvmsg\w*|tcp_eat_recv_skb|tcp_read_sock|tcp_splice_\w+|__skb_free_datagram_locked|skb_free_datagram\w*|skb_attempt_defer_free|consume_skb|napi_consume_skb|skb_consume_udp|unix_\w+_(recvmsg|read_generic)|netlink_recvmsg)$/;

/** What was dropped or refused on the way, where and why. */
export class Drops {
  /** By reason and place. */
  readonly freed = new Map<string, Count & { reason: string; place: string }>();
  readonly refused = new Map<string, Count & { event: string; flow: string }>();
  readonly trouble = new Map<string, Count & { event: string }>();
  private readonly textOf: (id: number) => string;

  constructor(textOf: (id: number) => string) {
    this.textOf = textOf;
  }

  free(row: EventRow): void {
    const reason = this.textOf(row.aux);
    const place = row.parent.name;
    note(this.freed, `${reason} ${place}`, row, { reason, place });
  }

  refuse(row: EventRow): void {
    const event = row.role.name;
    const flow = this.textOf(row.aux);
    // Both ends of a flood of datagrams: the receiving one is enough.
    const own = flow.split(' ')[0];
    note(this.refused, `${event} ${own}`, row, { event, flow: own });
  }

  suffer(row: EventRow): void {
    note(this.trouble, row.role.name, row, { event: row.role.name });
  }
}

function note<T extends object>(map: Map<string, Count & T>, key: string, row: EventRow, parts: T): void {
  const known = map.get(key);
  if (known === undefined) {
    map.set(key, { ...parts, count: 1, firstNs: row.at, lastNs: row.at, firstLine: row.line });
    return;
  }
  known.count++;
  known.lastNs = row.at;
}

/** `reason` decides where the kernel prints one; NOT_SPECIFIED and older kernels: the function that freed it. */
export function isNoDrop(reason: string, place: string): boolean {
  if (FREE_REASON.test(reason)) return true;
  return (reason === '' || reason === 'NOT_SPECIFIED') && FREE_PLACE.test(place);
}
