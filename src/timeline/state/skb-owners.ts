import { CallFlag, type OpenCall } from './open-call.ts';

/** Segments wait for their copy; beyond so many the oldest are forgotten. */
const MAX_SKBS = 65_536;

/**
 * The connection of a call whose own lines name none: that of the segment it copies.
 *   tcp_probe: … src=10.99.0.1:5005 dest=10.99.0.2:42012 … data_len=100 … skbaddr=0xffff88830f80d8e0 skaddr=0xffff888106a63780
 *   skb_copy_datagram_iovec: skbaddr=0xffff88830f80d8e0 len=100
 */
export class SkbOwners {
  /** By skb: interned socket address or -1, interned flow. */
  private readonly owners = new Map<number, { sock: number; flow: number }>();

  note(skb: number, sock: number, flow: number): void {
    if (Number.isNaN(skb)) return;
    const known = this.owners.get(skb);
    if (known !== undefined) {
      known.sock = sock;
      known.flow = flow;
      return;
    }
    if (this.owners.size >= MAX_SKBS) {
      const { value } = this.owners.keys().next();
      if (value !== undefined) this.owners.delete(value);
    }
    this.owners.set(skb, { sock, flow });
  }

  /** A copy of `call` out of `skb`. */
  claim(skb: number, call: OpenCall): void {
    const owner = this.owners.get(skb);
    if (owner === undefined) return;
    call.flags |= CallFlag.tcp | CallFlag.socketEvidence;
    if (call.sock < 0) call.sock = owner.sock;
    if (call.sock < 0 && call.flow < 0) call.flow = owner.flow;
  }
}
