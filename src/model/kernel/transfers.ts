import { PAGE_BYTES } from './pinned-pages.ts';

/**
 * How many engine transfers a segment makes and how long they are (dma_skb_copy_datagram_iovec, 2.6.18–3.17): one piece for
 * the linear part, one for each page fragment, each cut where the user's buffer has a page border.
 */
const IP_TCP_BYTES = 40;
const TIMESTAMP_BYTES = 12;
export const ETHERNET_MTU = 1500;
export const JUMBO_MTU = 9000;

/** Payload of a full segment: IPv4 and TCP headers off, 12 bytes of timestamps unless they are switched off. */
export function segmentBytes(mtu: number, hasTimestamps = true): number {
  return mtu - IP_TCP_BYTES - (hasTimestamps ? TIMESTAMP_BYTES : 0);
}

/** Transfers of a segment in `pieces` parts on average over the alignment of the buffer: pieces + (L − pieces) / 4096. */
export function transfersPerSegment(payloadBytes: number, pieces = 1): number {
  return pieces + (payloadBytes - pieces) / PAGE_BYTES;
}

/** 1448 bytes in one piece: 1,070.0; linear part and one fragment: 615.4; 8948 bytes: 2,810. Never more than a page. */
export function meanTransferBytes(payloadBytes: number, pieces = 1): number {
  return payloadBytes / transfersPerSegment(payloadBytes, pieces);
}

/** Pieces of a full segment that a mean transfer size implies: 1,069.7 → 1.00, 612 → 2.01. */
export function impliedPieces(meanBytes: number, payloadBytes: number): number {
  return (payloadBytes / meanBytes - payloadBytes / PAGE_BYTES) / (1 - 1 / PAGE_BYTES);
}

/** The smallest MTU whose mean transfer reaches `bytes`; null: none does, a transfer ends at the page border. */
export function findSufficientMtu(bytes: number, hasTimestamps = true): number | null {
  // L / (1 + (L − 1) / P) ≥ b  ⇔  L ≥ b (P − 1) / (P − b).
  if (!(bytes < PAGE_BYTES)) return null;
  const payload = Math.ceil((Math.max(bytes, 1) * (PAGE_BYTES - 1)) / (PAGE_BYTES - bytes) - 1e-9);
  const mtu = payload + IP_TCP_BYTES + (hasTimestamps ? TIMESTAMP_BYTES : 0);
  return mtu <= MAX_MTU ? mtu : null;
}
/** Of IPv4; what Ethernet cards take ends at 9,000 to 9,600. */
const MAX_MTU = 65_535;
