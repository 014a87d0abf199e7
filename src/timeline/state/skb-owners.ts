import { BoundedMap } from './bounded-map.ts';
import { CallFlag, type OpenCall } from './open-call.ts';

/** Segments wait for their copy; beyond so many the oldest are forgotten. */
const MAX_SKBS = 65_536;
const MSG_PEEK = 2;

interface Owner {
  /** Interned address of the socket, -1 unknown. */
  sock: number;
  /** Interned both ends. */
  flow: number;
  /** Payload that no call has taken yet: then the address is free for a segment of anybody. */
  leftBytes: number;
}

/**
 * The connection of a call whose own lines name none: that of the segment it copies.
 *   tcp_probe: … src=10.99.0.1:5005 dest=10.99.0.2:42012 … data_len=100 … skbaddr=0xffff88830f80d8e0 skaddr=0xffff888106a63780
 *   skb_copy_datagram_iovec: skbaddr=0xffff88830f80d8e0 len=100
 */
export class SkbOwners {
  private readonly owners = new BoundedMap<Owner>(MAX_SKBS);

  /** tcp_probe of a segment with payload. */
  note(skb: number, owner: Owner): void {
    if (!Number.isNaN(skb)) this.owners.set(skb, owner);
  }

  /** A copy of `call` out of `skb`; NaN bytes: not told. */
  claim(skb: number, bytes: number, call: OpenCall): void {
    const owner = this.owners.get(skb);
    if (owner === undefined) return;
    if ((call.callFlags & MSG_PEEK) === 0) owner.leftBytes -= bytes;
    if (!(owner.leftBytes > 0)) this.owners.delete(skb);
    if (call.sock >= 0) return;
    call.flags |= CallFlag.tcp | CallFlag.socketEvidence;
    call.sock = owner.sock;
    if (owner.sock < 0 && call.flow < 0) call.flow = owner.flow;
  }
}
