import type { EventRow } from '../state/event-row.ts';
import { TimeBins } from './time-bins.ts';

interface Count {
  count: number;
  firstNs: number;
  lastNs: number;
  firstLine: number;
}

/** Reasons that are no drop, and places where a reader frees what it has read (kernels before the reasons of 5.17). */
const FREE_REASON = /^(SKB_)?CONSUMED$/;
const FREE_PLACE =
  /^(tcp_recvmsg\w*|tcp_eat_recv_skb|sk_eat_skb|tcp_read_sock|tcp_splice_\w+|__skb_free_datagram_locked|skb_free_datagram\w*|skb_attempt_defer_free|consume_skb|napi_consume_skb|skb_consume_udp|unix_\w+_(recvmsg|read_generic)|netlink_recvmsg)$/;

/** Different chains kept of one reason and place. */
const MAX_CHAINS = 200;

/** What was dropped or refused on the way, where and why. */
export class Drops {
  /** By reason and place. */
  readonly freed = new Map<
    string,
    Count & { reason: string; place: string; chains: Map<number, number>; bins: TimeBins }
  >();
  readonly refused = new Map<string, Count & { event: string; flow: string }>();
  readonly trouble = new Map<string, Count & { event: string }>();
  private readonly textOf: (id: number) => string;

  constructor(textOf: (id: number) => string) {
    this.textOf = textOf;
  }

  free(row: EventRow): void {
    const reason = this.textOf(row.aux);
    const place = row.parent.name;
    const key = `${reason} ${place}`;
    const known = this.freed.get(key);
    if (known === undefined)
      this.freed.set(key, { reason, place, chains: new Map(), bins: new TimeBins(), ...firstOf(row) });
    else addTo(known, row);
    const { chains, bins } = known ?? this.freed.get(key)!;
    bins.add(row.at);
    const chain = row.arg1;
    if (Number.isNaN(chain)) return;
    if (chains.has(chain) || chains.size < MAX_CHAINS) chains.set(chain, (chains.get(chain) ?? 0) + 1);
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
  if (known === undefined) map.set(key, { ...parts, ...firstOf(row) });
  else addTo(known, row);
}

const firstOf = (row: EventRow): Count => ({ count: 1, firstNs: row.at, lastNs: row.at, firstLine: row.line });

function addTo(known: Count, row: EventRow): void {
  known.count++;
  known.lastNs = row.at;
}

/** `reason` decides where the kernel prints one; NOT_SPECIFIED and older kernels: the function that freed it. */
export function isNoDrop(reason: string, place: string): boolean {
  if (FREE_REASON.test(reason)) return true;
  return (reason === '' || reason === 'NOT_SPECIFIED') && FREE_PLACE.test(place);
}

/**
 * Up to 5.16 the line has the address of the caller alone: `kfree_skb: skbaddr=ffff88002ce39b00 protocol=2048
 * location=ffffffff812b02aa`. A reader frees what it has read by the same function.
 */
export const isUnnamedPlace = (reason: string, place: string): boolean =>
  (reason === '' || reason === 'NOT_SPECIFIED') && /^(?:0x)?[0-9a-f]*$/.test(place);
