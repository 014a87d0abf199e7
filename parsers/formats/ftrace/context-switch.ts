import { Edge, Kind, Source } from '../../../src/model/events.ts';
import { type LineHead, Outcome } from '../../payload/line-head.ts';
import { readTaskState } from '../../payload/task-state.ts';
import { cursor, scanDec } from '../../text/numbers.ts';
import { isDigit, skipBlanks } from '../../text/scan.ts';

/**
 * The context-switch lines of the sched_switch (2.6.2x) and wakeup tracers:
 *   3997:120:R ==> [003]  4055:120:R bash        switch        3997:120:R   + [003]  4055:120:S bash        wakeup
 */
export function decodeContextSwitch(head: LineHead, buf: Uint8Array, start: number, end: number): number {
  let pos = skipBlanks(buf, start, end);
  if (!scanTriple(buf, pos, end)) return Outcome.foreign;
  const prevTid = tripleTid;
  const prevState = readTaskState(buf, tripleState, end);
  pos = skipBlanks(buf, tripleState + 1, end);
  const isSwitch = buf[pos] === 61 && buf[pos + 1] === 61 && buf[pos + 2] === 62;
  const isWakeup = buf[pos] === 43;
  if (!isSwitch && !isWakeup) return Outcome.foreign;
  pos = skipBlanks(buf, pos + (isSwitch ? 3 : 1), end);
  let cpu = Number.NaN;
  if (buf[pos] === 91) {
    cpu = scanDec(buf, pos + 1, end);
    pos = skipBlanks(buf, cursor.end + 1, end);
  }
  if (!scanTriple(buf, pos, end)) return Outcome.foreign;
  const { writer } = head;
  const probe = writer.context.strings.intern(isWakeup ? 'sched_wakeup' : 'sched_switch');
  writer.report.events++;
  writer.countName(probe);
  const batch = writer.batch;
  if (isWakeup) {
    const row = head.addRow(Kind.wakeup, Source.tracepoint, Edge.point, probe);
    batch.arg0[row] = tripleTid;
    batch.arg1[row] = cpu;
    return Outcome.used;
  }
  const out = head.addRow(Kind.switchOut, Source.tracepoint, Edge.point, probe);
  batch.tid[out] = prevTid;
  batch.arg0[out] = prevState;
  batch.arg1[out] = tripleTid;
  const into = head.addRow(Kind.switchIn, Source.tracepoint, Edge.point, probe);
  batch.tid[into] = tripleTid;
  batch.comm[into] = -1;
  batch.arg1[into] = prevTid;
  return Outcome.used;
}

let tripleTid = 0;
let tripleState = 0;
/** `3997:120:R`: pid, priority, state; leaves tripleTid and the position of the state. */
function scanTriple(buf: Uint8Array, pos: number, end: number): boolean {
  if (pos >= end || !isDigit(buf[pos])) return false;
  tripleTid = scanDec(buf, pos, end);
  let i = skipBlanks(buf, cursor.end + 1, end);
  if (buf[cursor.end] !== 58 || !isDigit(buf[i])) return false;
  while (i < end && isDigit(buf[i])) i++;
  if (buf[i] !== 58 || i + 1 >= end) return false;
  tripleState = i + 1;
  return true;
}
