import { Edge, type EventKind, Kind, Source } from '../src/model/events.ts';
import type { StringId } from '../src/model/units.ts';
import { type LineHead, Outcome } from './payload-line.ts';
import {
  bytesOf,
  cursor,
  findBytes,
  findField,
  findLastBytes,
  isDigit,
  scanAddress,
  scanDec,
  scanHex,
  scanNumber,
  scanSignedDec,
  skipBlanks,
  skipWord,
  startsWith,
} from './scan.ts';

const IRQ = bytesOf('irq=');
const VECTOR = bytesOf('vector=');
const VEC = bytesOf('vec=');
const SOFTIRQ = bytesOf('softirq=');
const ACTION = bytesOf('action=');
const NET_RX = bytesOf('NET_RX');
const NET_TX = bytesOf('NET_TX');
const TIMER = bytesOf('TIMER');
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
const SIG = bytesOf('sig=');
const PID = bytesOf(' pid=');
const OPCODE = bytesOf('opcode ');
const OP = bytesOf('op ');
const REQ = bytesOf('req ');
const RESULT = bytesOf('result ');

/** irq=10 name=virtio1 · irq=27 handler=virtio1-input · irq=10 ret=handled · vector=236 */
export function decodeIrq(
  head: LineHead,
  kind: EventKind,
  probe: StringId,
  buf: Uint8Array,
  start: number,
  end: number,
) {
  let at = findField(buf, start, end, IRQ);
  if (at < 0) at = findField(buf, start, end, VECTOR);
  const row = head.addRow(kind, Source.tracepoint, Edge.point, probe);
  if (at >= 0) head.writer.batch.arg0[row] = scanNumber(buf, at, end);
  return Outcome.used;
}

/** vec=3 [action=NET_RX] · softirq=3 action=NET_RX (2.6.30) · vec=3 (report -R) */
export function decodeSoftirq(
  head: LineHead,
  kind: EventKind,
  probe: StringId,
  buf: Uint8Array,
  start: number,
  end: number,
): number {
  const code = readSoftirq(buf, start, end);
  if (code < 0) return Outcome.malformed;
  const row = head.addRow(kind, Source.tracepoint, Edge.point, probe);
  head.writer.batch.arg0[row] = code;
  return Outcome.used;
}

/** 1 NET_RX, 2 NET_TX, 3 TIMER, 0 other; -1 unreadable. The name decides; 1, 2, 3 have meant TIMER, NET_TX, NET_RX since 2.6. */
function readSoftirq(buf: Uint8Array, start: number, end: number): number {
  if (startsWith(buf, start, end, VEC) && isDigit(buf[start + 4]) && !isDigit(buf[start + 5])) {
    const vector = buf[start + 4];
    return vector === 51 ? 1 : vector === 50 ? 2 : vector === 49 ? 3 : 0;
  }
  const action = findBytes(buf, start, end, ACTION);
  if (action >= 0) {
    const name = action + ACTION.length;
    if (startsWith(buf, name, end, NET_RX)) return 1;
    if (startsWith(buf, name, end, NET_TX)) return 2;
    if (startsWith(buf, name, end, TIMER)) return 3;
    if (name < end && !isDigit(buf[name])) return 0;
  }
  let at = findField(buf, start, end, VEC);
  if (at < 0) at = findField(buf, start, end, SOFTIRQ);
  if (at < 0) return -1;
  const vector = scanNumber(buf, at, end);
  return vector === 3 ? 1 : vector === 2 ? 2 : vector === 1 ? 3 : Number.isNaN(vector) ? -1 : 0;
}

/**
 * dev=eth0 skbaddr=ffff… len=1500: netif_receive_skb, net_dev_queue, net_dev_xmit, skb_copy_datagram_iovec.
 * The address may be `(____ptrval____)` (early boot) or hashed: it then tells skbs of one file apart at best.
 */
export function decodeSkb(
  head: LineHead,
  kind: EventKind,
  probe: StringId,
  buf: Uint8Array,
  start: number,
  end: number,
  lengthKind: number,
): number {
  const skb = findSkb(buf, start, end);
  // `len=` follows the address in every version
  const length = findField(buf, skb < 0 ? start : skb, end, LEN);
  if (skb < 0 && length < 0) return Outcome.malformed;
  const row = head.addRow(kind, Source.tracepoint, Edge.point, probe);
  const batch = head.writer.batch;
  if (skb >= 0) batch.obj[row] = scanAddress(buf, skb, end);
  if (length >= 0) batch.arg0[row] = scanNumber(buf, length, end);
  if (kind === Kind.segmentArrived) batch.arg1[row] = lengthKind;
  return Outcome.used;
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
export function decodeTcpProbe(
  head: LineHead,
  kind: EventKind,
  probe: StringId,
  buf: Uint8Array,
  start: number,
  end: number,
): number {
  const row = head.addRow(kind, Source.tracepoint, Edge.point, probe);
  const batch = head.writer.batch;
  const length = findField(buf, start, end, DATA_LEN);
  if (length >= 0) batch.arg0[row] = scanNumber(buf, length, end);
  // both addresses stand at the end (6.7 on): `skbaddr=0xff11000026c84ec0 skaddr=0xff1100000bce7280`
  const tail = Math.max(start, end - ADDRESS_TAIL);
  const skb = findField(buf, tail, end, SKBADDR);
  if (skb >= 0) {
    batch.obj[row] = scanAddress(buf, skb, end);
    takeSock(head, row, buf, findField(buf, skb, end, SKADDR), end);
  }
  return Outcome.used;
}
const ADDRESS_TAIL = 60;

/** tcp_rcv_space_adjust, sk_data_ready, tcp_receive_reset: the fact that it happened; `skaddr=` stands first if at all. */
export function decodePlain(
  head: LineHead,
  kind: EventKind,
  probe: StringId,
  buf: Uint8Array,
  start: number,
  end: number,
): number {
  const row = head.addRow(kind, Source.tracepoint, Edge.point, probe);
  if (startsWith(buf, start, end, SKADDR)) takeSock(head, row, buf, start + SKADDR.length, end);
  return Outcome.used;
}

/** … oldstate=TCP_ESTABLISHED newstate=TCP_CLOSE_WAIT: the new state as text in aux. */
export function decodeSockState(
  head: LineHead,
  kind: EventKind,
  probe: StringId,
  buf: Uint8Array,
  start: number,
  end: number,
): number {
  const row = head.addRow(kind, Source.tracepoint, Edge.point, probe);
  const at = findField(buf, start, end, NEW_STATE);
  if (at >= 0 && end - at < 24) head.writer.batch.aux[row] = head.writer.intern(buf, at, skipWord(buf, at, end));
  if (startsWith(buf, start, end, SKADDR)) takeSock(head, row, buf, start + SKADDR.length, end);
  return Outcome.used;
}

/** sk address = …, family = AF_INET protocol = IPPROTO_TCP, length = 65536, error = 0, flags = 0x0 (failures: length -11) */
export function decodeRecvLength(
  head: LineHead,
  kind: EventKind,
  probe: StringId,
  buf: Uint8Array,
  start: number,
  end: number,
): number {
  const length = findBytes(buf, start, end, LENGTH);
  if (length < 0) return Outcome.malformed;
  const row = head.addRow(kind, Source.tracepoint, Edge.point, probe);
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
  takeSock(head, row, buf, sock < 0 ? -1 : sock + SK_ADDRESS.length, end);
  return Outcome.used;
}

/** signal_generate: sig=14 errno=0 code=128 comm=x pid=322 grp=1 res=0 · signal_deliver: sig=14 errno=0 code=128 sa_… */
export function decodeSignal(
  head: LineHead,
  kind: EventKind,
  probe: StringId,
  buf: Uint8Array,
  start: number,
  end: number,
): number {
  const sig = findField(buf, start, end, SIG);
  if (sig < 0) return Outcome.malformed;
  const row = head.addRow(kind, Source.tracepoint, Edge.point, probe);
  const batch = head.writer.batch;
  batch.arg0[row] = scanNumber(buf, sig, end);
  const pid = findLastBytes(buf, start, end, PID);
  if (pid >= 0) batch.arg1[row] = scanSignedDec(buf, pid + PID.length, end);
  return Outcome.used;
}

const OPCODES: readonly (readonly [Uint8Array, number])[] = [
  [bytesOf('RECV_ZC'), 3],
  [bytesOf('RECVMSG'), 2],
  [bytesOf('RECV'), 1],
];
/** enum io_uring_op of include/uapi/linux/io_uring.h. */
const OPCODE_NUMBERS = new Map([
  [27, 1],
  [10, 2],
  [58, 3],
]);

/** ring …, req …, user_data 0x…, opcode RECV, flags 0x0, sq_thread 0 · (5.x) ring …, op 27, data 0x…, … */
export function decodeUringSubmit(
  head: LineHead,
  kind: EventKind,
  probe: StringId,
  buf: Uint8Array,
  start: number,
  end: number,
): number {
  const named = findField(buf, start, end, OPCODE);
  const at = named >= 0 ? named : findField(buf, start, end, OP);
  if (at < 0) return Outcome.malformed;
  let code = 0;
  if (isDigit(buf[at])) code = OPCODE_NUMBERS.get(scanNumber(buf, at, end)) ?? 0;
  else {
    for (const [name, value] of OPCODES) {
      if (code === 0 && startsWith(buf, at, end, name)) code = value;
    }
  }
  if (code === 0) return Outcome.unused;
  const row = head.addRow(kind, Source.tracepoint, Edge.point, probe);
  head.writer.batch.arg0[row] = code;
  const req = findField(buf, start, end, REQ);
  if (req >= 0) head.writer.batch.obj[row] = scanAddress(buf, req, end);
  return Outcome.used;
}

/** ring …, req …, user_data 0x…, result 65536, cflags 0x0 */
export function decodeUringComplete(
  head: LineHead,
  kind: EventKind,
  probe: StringId,
  buf: Uint8Array,
  start: number,
  end: number,
): number {
  const at = findField(buf, start, end, RESULT);
  if (at < 0) return Outcome.malformed;
  const row = head.addRow(kind, Source.tracepoint, Edge.point, probe);
  head.writer.batch.arg0[row] = scanNumber(buf, skipBlanks(buf, at, end), end);
  const req = findField(buf, start, end, REQ);
  if (req >= 0) head.writer.batch.obj[row] = scanAddress(buf, req, end);
  return Outcome.used;
}

/** The socket of a row: the address as text without 0x, so that all tools spell it alike. -1 = not printed. */
export function takeSock(head: LineHead, row: number, buf: Uint8Array, at: number, end: number): void {
  if (at < 0) return;
  let start = at;
  if (end - start > 2 && buf[start] === 48 && buf[start + 1] === 120) start += 2;
  const address = scanAddress(buf, start, end);
  if (cursor.hexDigits >= 6)
    head.writer.batch.sock[row] = head.socks.idOf(head.writer, address, buf, start, cursor.end);
}
