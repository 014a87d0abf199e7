import { Edge, Kind, Source } from '../../src/model/events.ts';
import { bytesOf, findBytes, findField, skipWord, startsWith } from '../text/scan.ts';
import { type Decode, type LineHead, Outcome } from './line-head.ts';

/** How a mark begins, whoever wrote it: `recvscope side=A loops=3`. */
export const MARK_TEXT = bytesOf('recvscope side=');
const NEW_COMM = bytesOf('newcomm=');
const MARK_COMM = bytesOf('recvscope:');
const QUOTE = 34;

export function isMarkText(buf: Uint8Array, start: number, end: number): boolean {
  return startsWith(buf, start, end, MARK_TEXT);
}

/** A mark is a marker row whose text (aux) is that of the mark, whatever carried it. */
export function addMark(head: LineHead, buf: Uint8Array, start: number, end: number): number {
  const row = head.addRow(Kind.marker, Source.marker, Edge.point, -1);
  head.writer.batch.aux[row] = head.writer.intern(buf, start, Math.min(end, start + 1024));
  return Outcome.used;
}

/**
 * A task that names itself marks a side; the name back is no mark:
 *   task:task_rename: pid=2454 oldcomm=abab newcomm=recvscope:A oom_score_adj=0
 */
export const decodeRename: Decode = (head, _event, buf, start, end) => {
  const at = findField(buf, start, end, NEW_COMM);
  if (at < 0 || !startsWith(buf, at, end, MARK_COMM)) return Outcome.unused;
  const name = at + MARK_COMM.length;
  const size = skipWord(buf, name, end) - name;
  const text = new Uint8Array(MARK_TEXT.length + size);
  text.set(MARK_TEXT);
  text.set(buf.subarray(name, name + size), MARK_TEXT.length);
  return addMark(head, text, 0, text.length);
};

/** The string argument of a user probe: `(55d6f7059860) text="recvscope side=A"`. -1: none; else the end is `markEnd`. */
export function findProbeMark(buf: Uint8Array, start: number, end: number): number {
  const at = findBytes(buf, start, end, MARK_TEXT);
  return at > start && buf[at - 1] === QUOTE ? at : -1;
}

export function endOfProbeMark(buf: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) if (buf[i] === QUOTE) return i;
  return end;
}
