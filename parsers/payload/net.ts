import { Edge, Kind, Source } from '../../src/model/events.ts';
import { scanHex, scanNumber } from '../text/numbers.ts';
import { bytesOf, findBytes, findField, findLastBytes, isDigit, skipWord, startsWith } from '../text/scan.ts';

import { type Decode, type LineHead, Outcome } from './line-head.ts';

const SKBADDR = bytesOf('skbaddr=');
const LEN = bytesOf('len=');
const DATA_LEN = bytesOf('data_len=');
const SKADDR = bytesOf('skaddr=');
const SK_ADDRESS = bytesOf('sk address = ');
const FAMILY = bytesOf('family = ');
/** Up to 4.16. */
const OLD_LENGTH = bytesOf('length=');
const RCV_WND = bytesOf('rcv_wnd=');
const DEV = bytesOf('dev=');
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
    if (skb >= 0) batch.obj[row] = head.addressAt(buf, skb, end);
    else head.isDamaged = true;
    batch.arg0[row] = head.wantedAt(buf, length, end);
    if (event.kind === Kind.segmentArrived) {
      batch.arg1[row] = lengthKind;
      takeDevice(head, row, buf, start, end);
    }
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

/** `dev=eth0` stands first: its name in aux. */
export function takeDevice(head: LineHead, row: number, buf: Uint8Array, start: number, end: number): void {
  if (!startsWith(buf, start, end, DEV)) return;
  const at = start + DEV.length;
  head.writer.batch.aux[row] = head.writer.intern(buf, at, skipWord(buf, at, end));
}

/** tcp_probe: src=… dest=… … data_len=1448 … rcv_wnd=65160 … [skbaddr=… skaddr=…]; older: … length=1500 … */
export const decodeTcpProbe: Decode = (head, event, buf, start, end) => {
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const batch = head.writer.batch;
  const length = findField(buf, start, end, DATA_LEN);
  if (start < end) {
    const isOld = length < 0 && findField(buf, start, end, OLD_LENGTH) >= 0;
    if (!isOld) batch.arg0[row] = head.wantedAt(buf, length, end);
    batch.arg1[row] = head.wantedAt(buf, findField(buf, length < 0 ? start : length, end, RCV_WND), end);
  }
  head.takeFlow(row, buf, start, end, true);
  // both addresses stand at the end (6.7 on): `skbaddr=0xff11000026c84ec0 skaddr=0xff1100000bce7280`
  const tail = Math.max(start, end - ADDRESS_TAIL);
  const skb = findField(buf, tail, end, SKBADDR);
  if (skb >= 0) {
    batch.obj[row] = head.addressAt(buf, skb, end);
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

/** [skbaddr=… skaddr=…] [family=AF_INET] sport=… dport=… saddr=… daddr=… …: an event of one connection. */
export const decodeOfFlow: Decode = (head, event, buf, start, end) => {
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const skb = findField(buf, start, end, SKBADDR);
  if (skb >= 0) head.writer.batch.obj[row] = head.addressAt(buf, skb, end);
  head.takeSock(row, buf, findField(buf, start, end, SKADDR), end);
  head.takeFlow(row, buf, start, end, true);
  return Outcome.used;
};

/** … oldstate=TCP_ESTABLISHED newstate=TCP_CLOSE_WAIT: the new state as text in aux. */
export const decodeSockState: Decode = (head, event, buf, start, end) => {
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const at = findField(buf, start, end, NEW_STATE);
  if (at < 0 && start < end) head.isDamaged = true;
  if (at >= 0 && end - at < 24) head.writer.batch.aux[row] = head.writer.intern(buf, at, skipWord(buf, at, end));
  if (startsWith(buf, start, end, SKADDR)) head.takeSock(row, buf, start + SKADDR.length, end);
  return Outcome.used;
};

/** sk address = …, family = AF_INET protocol = IPPROTO_TCP, length = 65536, error = 0, flags = 0x0 (failures: length -11) */
export const decodeRecvLength: Decode = (head, event, buf, start, end) => {
  const length = findBytes(buf, start, end, LENGTH);
  if (length < 0) return decodeRecvFields(head, event, buf, start, end);
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const batch = head.writer.batch;
  batch.arg0[row] = head.numberAt(buf, length + LENGTH.length, end);
  const error = findBytes(buf, length, end, ERROR);
  batch.arg1[row] = head.wantedAt(buf, error < 0 ? -1 : error + ERROR.length, end);
  const flags = findLastBytes(buf, length, end, FLAGS);
  if (flags >= 0) batch.arg2[row] = scanHex(buf, flags + FLAGS.length, end);
  if (Number.isNaN(batch.arg2[row])) head.isDamaged = true;
  const protocol = findBytes(buf, start, length, PROTOCOL);
  if (protocol < 0) head.isDamaged = true;
  else {
    const family = findBytes(buf, start, protocol, FAMILY);
    const familyNumber = family < 0 ? 0 : readConstant(buf, family + FAMILY.length, end, FAMILIES);
    batch.arg3[row] = familyNumber * 1024 + readConstant(buf, protocol + PROTOCOL.length, end, PROTOCOLS);
  }
  const sock = findBytes(buf, start, length, SK_ADDRESS);
  head.takeSock(row, buf, sock < 0 ? -1 : sock + SK_ADDRESS.length, end);
  return Outcome.used;
};

/** The kernel names the usual ones and prints all others as hex: `family = AF_INET protocol = 0x11`. */
const FAMILIES: readonly (readonly [Uint8Array, number])[] = [
  [bytesOf('AF_INET6'), 10],
  [bytesOf('AF_INET'), 2],
];
const PROTOCOLS: readonly (readonly [Uint8Array, number])[] = [
  [bytesOf('IPPROTO_TCP'), 6],
  [bytesOf('IPPROTO_UDP'), 17],
  [bytesOf('IPPROTO_MPTCP'), 262],
  [bytesOf('IPPROTO_SCTP'), 132],
  [bytesOf('IPPROTO_DCCP'), 33],
];
const OTHER_CONSTANT = 1023;

function readConstant(
  buf: Uint8Array,
  at: number,
  end: number,
  names: readonly (readonly [Uint8Array, number])[],
): number {
  if (isDigit(buf[at])) {
    const number = scanNumber(buf, at, end);
    return number >= 0 && number < OTHER_CONSTANT ? number : OTHER_CONSTANT;
  }
  for (const [name, number] of names) if (startsWith(buf, at, end, name)) return number;
  return OTHER_CONSTANT;
}

const RET = bytesOf('ret=');
const FLAGS_FIELD = bytesOf('flags=');
const PROTOCOL_FIELD = bytesOf('protocol=');
const SK = bytesOf('sk=');
const FAMILY_FIELD = bytesOf('family=');

/** The same with the option `fields`: sk=0xff… (-…) family=0x2 (2) protocol=0x6 (6) ret=0x4e20 (20000) flags=0x0 (0) */
const decodeRecvFields: Decode = (head, event, buf, start, end) => {
  const ret = findField(buf, start, end, RET);
  if (ret < 0) return Outcome.malformed;
  const value = scanNumber(buf, ret, end);
  if (Number.isNaN(value)) return Outcome.malformed;
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const batch = head.writer.batch;
  // include/trace/events/sock.h: length is ret, error is ret where that is negative
  batch.arg0[row] = value;
  batch.arg1[row] = value < 0 ? value : 0;
  const flags = findField(buf, start, end, FLAGS_FIELD);
  batch.arg2[row] = head.wantedAt(buf, flags, end);
  const protocol = findField(buf, start, end, PROTOCOL_FIELD);
  const family = findField(buf, start, end, FAMILY_FIELD);
  if (protocol >= 0)
    batch.arg3[row] =
      (family < 0 ? 0 : readConstant(buf, family, end, FAMILIES)) * 1024 + readConstant(buf, protocol, end, PROTOCOLS);
  head.takeSock(row, buf, findField(buf, start, end, SK), end);
  return Outcome.used;
};
