import { Edge, Kind, Source } from '../../src/model/events.ts';
import { scanAddress, scanDec, scanHex, scanNumber } from '../text/numbers.ts';
import { bytesOf, findBytes, findField, findLastBytes, isDigit, skipWord, startsWith } from '../text/scan.ts';
import { type Decode, Outcome } from './line-head.ts';

const SKBADDR = bytesOf('skbaddr=');
const LEN = bytesOf('len=');
const DATA_LEN = bytesOf('data_len=');
const SKADDR = bytesOf('skaddr=');
const SK_ADDRESS = bytesOf('sk address = ');
const PROTOCOL_TCP = bytesOf('IPPROTO_TCP');
const PROTOCOL_UDP = bytesOf('IPPROTO_UDP');
const LENGTH = bytesOf('length = ');
const ERROR = bytesOf('error = ');
const FLAGS = bytesOf('flags = ');
const PROTOCOL = bytesOf('protocol = ');
const NEW_STATE = bytesOf('newstate=');

/**
 * dev=eth0 skbaddr=ffff… len=1500: netif_receive_skb, net_dev_queue, net_dev_xmit, skb_copy_datagram_iovec.
 * `lengthKind`: what the printed length counts (segmentArrived in src/model/events.ts).
 * The address may be `(____ptrval____)` (early boot) or hashed: it then tells skbs of one file apart at best.
 */
export function makeSkbDecoder(lengthKind: number): Decode {
  return (head, event, buf, start, end) => {
    const skb = findSkb(buf, start, end);
    // `len=` follows the address in every version
    const length = findField(buf, skb < 0 ? start : skb, end, LEN);
    if (skb < 0 && length < 0) return Outcome.malformed;
    const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
    const batch = head.writer.batch;
    if (skb >= 0) batch.obj[row] = scanAddress(buf, skb, end);
    if (length >= 0) batch.arg0[row] = scanNumber(buf, length, end);
    if (event.kind === Kind.segmentArrived) batch.arg1[row] = lengthKind;
    return Outcome.used;
  };
}

/** `skbaddr=` stands first, or second behind `dev=eth0`, in almost every event and version. */
function findSkb(buf: Uint8Array, start: number, end: number): number {
  let pos = start;
  if (buf[pos] === 100) {
    while (pos < end && buf[pos] !== 32) pos++;
    pos++;
  }
  return startsWith(buf, pos, end, SKBADDR) ? pos + SKBADDR.length : findField(buf, start, end, SKBADDR);
}

/** tcp_probe: … data_len=1448 … [skbaddr=… skaddr=…]; older: … length=1500 … */
export const decodeTcpProbe: Decode = (head, event, buf, start, end) => {
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const batch = head.writer.batch;
  const length = findField(buf, start, end, DATA_LEN);
  if (length >= 0) batch.arg0[row] = scanNumber(buf, length, end);
  // both addresses stand at the end (6.7 on): `skbaddr=0xff11000026c84ec0 skaddr=0xff1100000bce7280`
  const tail = Math.max(start, end - ADDRESS_TAIL);
  const skb = findField(buf, tail, end, SKBADDR);
  if (skb >= 0) {
    batch.obj[row] = scanAddress(buf, skb, end);
    head.takeSock(row, buf, findField(buf, skb, end, SKADDR), end);
  }
  return Outcome.used;
};
const ADDRESS_TAIL = 60;

/** tcp_rcv_space_adjust, sk_data_ready, tcp_receive_reset: the fact that it happened; `skaddr=` stands first if at all. */
export const decodePlain: Decode = (head, event, buf, start, end) => {
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  if (startsWith(buf, start, end, SKADDR)) head.takeSock(row, buf, start + SKADDR.length, end);
  return Outcome.used;
};

/** … oldstate=TCP_ESTABLISHED newstate=TCP_CLOSE_WAIT: the new state as text in aux. */
export const decodeSockState: Decode = (head, event, buf, start, end) => {
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const at = findField(buf, start, end, NEW_STATE);
  if (at >= 0 && end - at < 24) head.writer.batch.aux[row] = head.writer.intern(buf, at, skipWord(buf, at, end));
  if (startsWith(buf, start, end, SKADDR)) head.takeSock(row, buf, start + SKADDR.length, end);
  return Outcome.used;
};

/** sk address = …, family = AF_INET protocol = IPPROTO_TCP, length = 65536, error = 0, flags = 0x0 (failures: length -11) */
export const decodeRecvLength: Decode = (head, event, buf, start, end) => {
  const length = findBytes(buf, start, end, LENGTH);
  if (length < 0) return Outcome.malformed;
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const batch = head.writer.batch;
  batch.arg0[row] = scanNumber(buf, length + LENGTH.length, end);
  const error = findBytes(buf, length, end, ERROR);
  if (error >= 0) batch.arg1[row] = scanNumber(buf, error + ERROR.length, end);
  const flags = findLastBytes(buf, length, end, FLAGS);
  if (flags >= 0) batch.arg2[row] = scanHex(buf, flags + FLAGS.length, end);
  const protocol = findBytes(buf, start, length, PROTOCOL);
  if (protocol >= 0) {
    const name = protocol + PROTOCOL.length;
    const number = isDigit(buf[name]) ? scanDec(buf, name, end) : -1;
    if (number === 6 || startsWith(buf, name, end, PROTOCOL_TCP)) batch.arg3[row] = 1;
    else if (number === 17 || startsWith(buf, name, end, PROTOCOL_UDP)) batch.arg3[row] = 2;
  }
  const sock = findBytes(buf, start, length, SK_ADDRESS);
  head.takeSock(row, buf, sock < 0 ? -1 : sock + SK_ADDRESS.length, end);
  return Outcome.used;
};
