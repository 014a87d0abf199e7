import { Edge, Source } from '../../src/model/events.ts';
import { scanNumber } from '../text/numbers.ts';
import { bytesOf, findBytes, findField, isDigit, startsWith } from '../text/scan.ts';
import { type Decode, Outcome } from './line-head.ts';

const IRQ = bytesOf('irq=');
const VECTOR = bytesOf('vector=');
const VEC = bytesOf('vec=');
const SOFTIRQ = bytesOf('softirq=');
const ACTION = bytesOf('action=');
const NET_RX = bytesOf('NET_RX');
const NET_TX = bytesOf('NET_TX');
const TIMER = bytesOf('TIMER');

/** irq=10 name=virtio1 · irq=27 handler=virtio1-input · irq=10 ret=handled · vector=236 */
export const decodeIrq: Decode = (head, event, buf, start, end) => {
  let at = findField(buf, start, end, IRQ);
  if (at < 0) at = findField(buf, start, end, VECTOR);
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  if (start < end) head.writer.batch.arg0[row] = head.wantedAt(buf, at, end);
  return Outcome.used;
};

/** vec=3 [action=NET_RX] · softirq=3 action=NET_RX (2.6.30) · vec=3 (report -R) */
export const decodeSoftirq: Decode = (head, event, buf, start, end) => {
  const code = readSoftirq(buf, start, end);
  if (code < 0) return Outcome.malformed;
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  head.writer.batch.arg0[row] = code;
  return Outcome.used;
};

const isLetter = (c: number): boolean => (c | 32) >= 97 && (c | 32) <= 122;

/** 1 NET_RX, 2 NET_TX, 3 TIMER, 0 other; -1 unreadable. The name decides; 1, 2, 3 have meant TIMER, NET_TX, NET_RX since 2.6. */
function readSoftirq(buf: Uint8Array, start: number, end: number): number {
  if (startsWith(buf, start, end, VEC) && isDigit(buf[start + 4]) && (start + 5 === end || buf[start + 5] === 32)) {
    const vector = buf[start + 4];
    return vector === 51 ? 1 : vector === 50 ? 2 : vector === 49 ? 3 : 0;
  }
  const action = findBytes(buf, start, end, ACTION);
  if (action >= 0) {
    const name = action + ACTION.length;
    if (startsWith(buf, name, end, NET_RX)) return 1;
    if (startsWith(buf, name, end, NET_TX)) return 2;
    if (startsWith(buf, name, end, TIMER)) return 3;
    if (name < end && isLetter(buf[name])) return 0;
  }
  let at = findField(buf, start, end, VEC);
  if (at < 0) at = findField(buf, start, end, SOFTIRQ);
  if (at < 0) return -1;
  const vector = scanNumber(buf, at, end);
  return vector === 3 ? 1 : vector === 2 ? 2 : vector === 1 ? 3 : Number.isNaN(vector) ? -1 : 0;
}
