import { Edge, Kind, Source } from '../../src/model/events.ts';
import { cursor, scanDec, scanNumber, scanSignedDec } from '../text/numbers.ts';
import { bytesOf, findBytes, findField, findLastBytes, isDigit, skipBlanks, startsWith } from '../text/scan.ts';
import { type EventMeaning, type LineHead, Outcome } from './line-head.ts';
import { readTaskState } from './task-state.ts';

const PREV_COMM = bytesOf('prev_comm=');
const PREV_PID = bytesOf(' prev_pid=');
const PREV_STATE = bytesOf(' prev_state=');
/** Of ' ==> next_comm=': the bytes from the arrow head on, because '>' is rare and '=' is not. */
const ARROW_NEXT_COMM = bytesOf('> next_comm=');
/** `prev_comm= prev_pid=1 ` is the least that stands before it. */
const FIRST_HALF_BYTES = 22;
const RAW_NEXT_COMM = bytesOf(' next_comm=');
const NEXT_PID = bytesOf(' next_pid=');
const NEXT_PRIO = bytesOf(' next_prio=');
const ARROW = bytesOf(' ==> ');
const TASK = bytesOf('task ');
const COMM = bytesOf('comm=');
const PID = bytesOf(' pid=');
const PRIO = bytesOf(' prio=');
const TARGET_CPU = bytesOf('target_cpu=');
const SUCCESS = bytesOf('success=');
const PLUGIN_CPU = bytesOf('CPU:');
const ORIG_CPU = bytesOf('orig_cpu=');
const DEST_CPU = bytesOf('dest_cpu=');
const FROM = bytesOf('from:');
const TO = bytesOf('to:');

/**
 * sched_switch in its three spellings; emits the leaving and the arriving task:
 *   prev_comm=a prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=b next_pid=2 next_prio=120      2.6.33 on
 *   task a:1 [120] (S) ==> b:2 [120]                                                                2.6.30 – 2.6.32
 *   a:1 [120] S ==> b:2 [120]                                                                       trace-cmd plugin
 *   prev_comm=a prev_pid=0x1 (1) prev_prio=0x78 (120) prev_state=0x1 (1) next_comm=b …              option fields, 6.4 on
 * A task name holds blanks and '=': pids are looked for from the right of each half.
 */
export function decodeSwitch(head: LineHead, event: EventMeaning, buf: Uint8Array, start: number, end: number): number {
  if (startsWith(buf, start, end, PREV_COMM)) {
    let arrow = findBytes(buf, start + FIRST_HALF_BYTES, end, ARROW_NEXT_COMM);
    let nextComm = arrow + ARROW_NEXT_COMM.length;
    if (arrow < 0) {
      // report -R and other raw printers leave the arrow out
      arrow = findLastBytes(buf, start, end, RAW_NEXT_COMM);
      if (arrow < 0) return Outcome.malformed;
      nextComm = arrow + RAW_NEXT_COMM.length;
    }
    const prevPid = findLastBytes(buf, start, arrow, PREV_PID);
    const nextPid = findLastBytes(buf, nextComm, end, NEXT_PID);
    if (prevPid < 0 || nextPid < 0) return Outcome.malformed;
    const prevTid = scanNumber(buf, prevPid + PREV_PID.length, arrow);
    const stateAt = findLastBytes(buf, prevPid, arrow, PREV_STATE);
    const state = stateAt < 0 ? Number.NaN : readTaskState(buf, stateAt + PREV_STATE.length, arrow);
    if (Number.isNaN(state) || findLastBytes(buf, nextPid, end, NEXT_PRIO) < 0) head.isDamaged = true;
    const nextTid = scanNumber(buf, nextPid + NEXT_PID.length, end);
    if (Number.isNaN(prevTid) || Number.isNaN(nextTid)) return Outcome.malformed;
    setTask(prev, start + PREV_COMM.length, prevPid, prevTid);
    setTask(next, nextComm, nextPid, nextTid);
    return addSwitch(head, event, buf, state);
  }
  return decodePlainSwitch(head, event, buf, start, end);
}

function decodePlainSwitch(head: LineHead, event: EventMeaning, buf: Uint8Array, start: number, end: number): number {
  const left = startsWith(buf, start, end, TASK) ? start + TASK.length : start;
  const arrow = findLastBytes(buf, left, end, ARROW);
  if (arrow < 0) return Outcome.malformed;
  const prevEnd = findTaskColon(buf, left, arrow);
  if (prevEnd < 0) return Outcome.malformed;
  setTask(prev, left, prevEnd, taskTid);
  // after '[prio]': ' (S)' or ' S'
  let pos = skipBlanks(buf, taskRest, arrow);
  if (pos < arrow && buf[pos] === 40) pos++;
  const state = readTaskState(buf, pos, arrow);
  const right = arrow + ARROW.length;
  const nextEnd = findTaskColon(buf, right, end);
  if (nextEnd < 0) return Outcome.malformed;
  setTask(next, right, nextEnd, taskTid);
  return addSwitch(head, event, buf, state);
}

let taskTid = 0;
let taskRest = 0;
/** 'name:123 [120] …' from the right: position of the ':' before the pid. Leaves taskTid and taskRest (after '[prio]'). */
function findTaskColon(buf: Uint8Array, start: number, end: number): number {
  let open = end - 1;
  while (open > start && buf[open] !== 91) open--;
  while (open > start) {
    if (isDigit(buf[open + 1]) || buf[open + 1] === 45) {
      let digits = open - 1;
      while (digits > start && buf[digits] === 32) digits--;
      const pidEnd = digits + 1;
      while (digits > start && isDigit(buf[digits])) digits--;
      if (pidEnd - digits > 1 && (buf[digits] === 58 || (buf[digits] === 45 && buf[digits - 1] === 58))) {
        const colon = buf[digits] === 58 ? digits : digits - 1;
        taskTid = scanSignedDec(buf, colon + 1, pidEnd);
        let close = open + 1;
        while (close < end && buf[close] !== 93) close++;
        taskRest = Math.min(end, close + 1);
        return colon;
      }
    }
    open--;
    while (open > start && buf[open] !== 91) open--;
  }
  return -1;
}

/** Where the name of a task stands and its pid. */
interface TaskField {
  start: number;
  end: number;
  tid: number;
}
/** Of the switch being read: no object per line. */
const prev: TaskField = { start: 0, end: 0, tid: 0 };
const next: TaskField = { start: 0, end: 0, tid: 0 };

function setTask(field: TaskField, start: number, end: number, tid: number): void {
  field.start = start;
  field.end = end;
  field.tid = tid;
}

/** The rows of `prev` leaving in `state` and of `next` arriving. */
function addSwitch(head: LineHead, event: EventMeaning, buf: Uint8Array, state: number): number {
  const writer = head.writer;
  const batch = writer.batch;
  const out = head.addRow(Kind.switchOut, Source.tracepoint, Edge.point, event.probe);
  batch.tid[out] = prev.tid;
  batch.comm[out] = writer.fieldComm(prev.tid, buf, prev.start, prev.end);
  batch.arg0[out] = state;
  batch.arg1[out] = next.tid;
  const into = head.addRow(Kind.switchIn, Source.tracepoint, Edge.point, event.probe);
  batch.tid[into] = next.tid;
  batch.comm[into] = writer.fieldComm(next.tid, buf, next.start, next.end);
  batch.arg1[into] = prev.tid;
  return Outcome.used;
}

/**
 * sched_wakeup, sched_waking, sched_wakeup_new:
 *   comm=x pid=1 prio=120 [success=1] target_cpu=003
 *   task x:33 [120] success=1 [002]                  2.6.30 – 2.6.32
 *   x:23 [120] [success=1] CPU:001                   trace-cmd plugin
 */
export function decodeWakeup(head: LineHead, event: EventMeaning, buf: Uint8Array, start: number, end: number): number {
  let tid = Number.NaN;
  let cpu = Number.NaN;
  let successAt = -1;
  if (startsWith(buf, start, end, COMM)) {
    const pid = findLastBytes(buf, start, end, PID);
    if (pid < 0) return Outcome.malformed;
    tid = scanNumber(buf, pid + PID.length, end);
    cpu = readUsualTarget(buf, cursor.end, end);
    if (Number.isNaN(cpu)) {
      // Behind the pid: a task name may hold the word.
      successAt = findLastBytes(buf, pid, end, SUCCESS);
      const target = findField(buf, pid, end, TARGET_CPU);
      cpu = head.wantedAt(buf, target, end);
    }
  } else {
    const left = startsWith(buf, start, end, TASK) ? start + TASK.length : start;
    successAt = findLastBytes(buf, start, end, SUCCESS);
    const limit = successAt < 0 ? end : successAt;
    const plugin = findLastBytes(buf, left, end, PLUGIN_CPU);
    const colon = findTaskColon(buf, left, plugin > 0 ? Math.min(plugin, limit) : limit);
    if (colon < 0) return Outcome.malformed;
    tid = taskTid;
    if (plugin >= 0) cpu = scanDec(buf, plugin + PLUGIN_CPU.length, end);
    else cpu = readTrailingCpu(buf, limit, end);
  }
  const success = head.numberAt(buf, successAt < 0 ? -1 : successAt + SUCCESS.length, end);
  if (Number.isNaN(tid)) return Outcome.malformed;
  const row = head.addRow(Kind.wakeup, Source.tracepoint, Edge.point, event.probe);
  const batch = head.writer.batch;
  batch.arg0[row] = tid;
  batch.arg1[row] = cpu;
  batch.arg2[row] = success;
  return Outcome.used;
}

/** ' prio=120 target_cpu=003' and nothing else behind the pid; NaN for other spellings. */
function readUsualTarget(buf: Uint8Array, pos: number, end: number): number {
  if (!startsWith(buf, pos, end, PRIO)) return Number.NaN;
  scanSignedDec(buf, pos + PRIO.length, end);
  const target = cursor.end + 1;
  if (buf[cursor.end] !== 32 || !startsWith(buf, target, end, TARGET_CPU)) return Number.NaN;
  const cpu = scanDec(buf, target + TARGET_CPU.length, end);
  return cursor.end === end ? cpu : Number.NaN;
}

/** 'success=1 [002]' */
function readTrailingCpu(buf: Uint8Array, start: number, end: number): number {
  for (let i = end - 1; i >= start; i--) if (buf[i] === 91) return scanDec(buf, i + 1, end);
  return Number.NaN;
}

/** comm=x pid=1 prio=120 orig_cpu=0 dest_cpu=1 · task x:33 [120] from: 0  to: 1 */
export function decodeMigrate(
  head: LineHead,
  event: EventMeaning,
  buf: Uint8Array,
  start: number,
  end: number,
): number {
  let tid = Number.NaN;
  let from = findField(buf, start, end, ORIG_CPU);
  let to = findField(buf, start, end, DEST_CPU);
  if (startsWith(buf, start, end, COMM)) {
    const pid = findLastBytes(buf, start, end, PID);
    if (pid >= 0) tid = scanNumber(buf, pid + PID.length, end);
  } else {
    const left = startsWith(buf, start, end, TASK) ? start + TASK.length : start;
    if (findTaskColon(buf, left, end) >= 0) tid = taskTid;
    if (from < 0) from = findField(buf, left, end, FROM);
    if (to < 0) to = findField(buf, left, end, TO);
  }
  if (Number.isNaN(tid)) return Outcome.malformed;
  const row = head.addRow(Kind.migrate, Source.tracepoint, Edge.point, event.probe);
  const batch = head.writer.batch;
  batch.arg0[row] = tid;
  batch.arg1[row] = head.wantedAt(buf, from < 0 ? -1 : skipBlanks(buf, from, end), end);
  batch.arg2[row] = head.wantedAt(buf, to < 0 ? -1 : skipBlanks(buf, to, end), end);
  return Outcome.used;
}
