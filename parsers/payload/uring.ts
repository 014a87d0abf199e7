import { Edge, Source } from '../../src/model/events.ts';
import { scanAddress, scanNumber } from '../text/numbers.ts';
import { bytesOf, findField, isDigit, skipBlanks, startsWith } from '../text/scan.ts';
import { type Decode, Outcome } from './line-head.ts';

const OPCODE = bytesOf('opcode ');
const OP = bytesOf('op ');
const OPCODE_FIELD = bytesOf('opcode=');
const RESULT_FIELD = bytesOf('res=');
const REQ_FIELD = bytesOf('req=');
const REQ = bytesOf('req ');
const RESULT = bytesOf('result ');

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
export const decodeUringSubmit: Decode = (head, event, buf, start, end) => {
  const named = findField(buf, start, end, OPCODE);
  let at = named >= 0 ? named : findField(buf, start, end, OP);
  // option `fields`
  if (at < 0) at = findField(buf, start, end, OPCODE_FIELD);
  if (at < 0) return Outcome.malformed;
  let code = 0;
  if (isDigit(buf[at])) code = OPCODE_NUMBERS.get(scanNumber(buf, at, end)) ?? 0;
  else {
    for (const [name, value] of OPCODES) {
      if (code === 0 && startsWith(buf, at, end, name)) code = value;
    }
  }
  if (code === 0) return Outcome.unused;
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  head.writer.batch.arg0[row] = code;
  let req = findField(buf, start, end, REQ);
  if (req < 0) req = findField(buf, start, end, REQ_FIELD);
  if (req >= 0) head.writer.batch.obj[row] = scanAddress(buf, req, end);
  return Outcome.used;
};

/** ring …, req …, user_data 0x…, result 65536, cflags 0x0 */
export const decodeUringComplete: Decode = (head, event, buf, start, end) => {
  let at = findField(buf, start, end, RESULT);
  if (at < 0) at = findField(buf, start, end, RESULT_FIELD);
  if (at < 0) return Outcome.malformed;
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  head.writer.batch.arg0[row] = head.numberAt(buf, skipBlanks(buf, at, end), end);
  let req = findField(buf, start, end, REQ);
  if (req < 0) req = findField(buf, start, end, REQ_FIELD);
  if (req >= 0) head.writer.batch.obj[row] = scanAddress(buf, req, end);
  return Outcome.used;
};
