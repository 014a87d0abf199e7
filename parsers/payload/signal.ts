import { Edge, Source } from '../../src/model/events.ts';
import { scanNumber } from '../text/numbers.ts';
import { bytesOf, findField, findLastBytes } from '../text/scan.ts';
import { type Decode, Outcome } from './line-head.ts';

const SIG = bytesOf('sig=');
const PID = bytesOf(' pid=');

/** signal_generate: sig=14 errno=0 code=128 comm=x pid=322 grp=1 res=0 · signal_deliver: sig=14 errno=0 code=128 sa_… */
export const decodeSignal: Decode = (head, event, buf, start, end) => {
  const sig = findField(buf, start, end, SIG);
  if (sig < 0) return Outcome.malformed;
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  const batch = head.writer.batch;
  batch.arg0[row] = head.numberAt(buf, sig, end);
  const pid = findLastBytes(buf, start, end, PID);
  if (pid >= 0) batch.arg1[row] = scanNumber(buf, pid + PID.length, end);
  return Outcome.used;
};
