import { Edge, Kind, Source } from '../../src/model/events.ts';
import { copyBytes } from '../text/bytes.ts';
import { cursor, hexDigitOf, scanHex, scanNumber, scanSignedDec, scanSignedHex } from '../text/numbers.ts';
import { bytesOf, findBytes, skipBlanks, startsWith } from '../text/scan.ts';
import { type FieldPlan, type KprobeEntry, type KprobePlan, KprobePlanner, Role } from './kprobe-plan.ts';
import { type LineHead, Outcome } from './line-head.ts';
import { Style } from './numbers.ts';

const RETURN_ARROW = bytesOf(' <- ');

const MAX_WARNINGS = 1000;
const MAX_NOTES = 20;

/**
 * kprobe, kretprobe and fprobe events of all tools:
 *   tcp_recvmsg: (tcp_recvmsg+0x0/0x200) sk=0x… len=65536                      ftrace: the place names the function
 *   tcp_recvmsg_ret: (inet_recvmsg+0x52/0x130 <- tcp_recvmsg) ret=65536        the function is right of the arrow
 *   probe:tcp_recvmsg__return: (ffffffffa628de40 <- ffffffffa62c93b2) arg1=0x5a8   perf, trace-cmd: the event name decides
 */
export class KprobeDecoder {
  /** The plan that read the last line. */
  lastPlan: KprobePlan | null = null;
  /** And the event it belonged to. */
  lastEntry: KprobeEntry | null = null;
  /** Raised when a field turns out to be written in another style than thought. */
  generation = 0;
  private readonly head: LineHead;
  private readonly planner: KprobePlanner;

  constructor(head: LineHead) {
    this.head = head;
    this.planner = new KprobePlanner(head.writer.context);
  }

  /** Whole lines from the head of the file: how the fields of probes are written. */
  learn(text: string): void {
    this.planner.styles.learn(text);
  }

  /** `start` is at the '('. */
  decode(entry: KprobeEntry, buf: Uint8Array, start: number, end: number): number {
    this.lastEntry = entry;
    this.lastPlan = null;
    // Most lines repeat a place seen before, byte for byte.
    let plan = entry.entry;
    if (plan !== null && startsWith(buf, start, end, plan.whole)) return this.use(entry, plan, buf, start, end);
    plan = entry.return;
    if (plan !== null && startsWith(buf, start, end, plan.whole)) return this.use(entry, plan, buf, start, end);
    let close = start + 1;
    while (close < end && buf[close] !== 41) close++;
    if (close === end) return Outcome.foreign;
    const arrow = findBytes(buf, start, close, RETURN_ARROW);
    const isReturn = arrow >= 0;
    const placeStart = isReturn ? arrow + RETURN_ARROW.length : start + 1;
    plan = isReturn ? entry.return : entry.entry;
    if (plan === null || !samePlace(plan.place, buf, placeStart, close)) {
      plan = this.planner.makePlan(entry, isReturn, buf, placeStart, close);
      if (isReturn) entry.return = plan;
      else entry.entry = plan;
    }
    plan.whole = copyBytes(buf, start, close + 1);
    return this.use(entry, plan, buf, start, end);
  }

  /** A line of this event has been read as a probe's, or its name is that of a function of the vocabulary. */
  knows(entry: KprobeEntry): boolean {
    return entry.entry !== null || entry.return !== null || this.planner.resolveEvent(entry.event) !== null;
  }

  private use(entry: KprobeEntry, plan: KprobePlan, buf: Uint8Array, start: number, end: number): number {
    this.lastPlan = plan;
    return plan.isUsed ? this.addRow(entry, plan, buf, start + plan.whole.length, end) : Outcome.unused;
  }

  private addRow(entry: KprobeEntry, plan: KprobePlan, buf: Uint8Array, start: number, end: number): number {
    const head = this.head;
    const batch = head.writer.batch;
    const meaning = plan.symbol.meaning!;
    const kind = plan.isReturn ? meaning.exit : meaning.enter;
    const row = head.addRow(kind, Source.kprobe, plan.isReturn ? Edge.exit : Edge.enter, plan.symbol.id);
    if (!this.readFields(plan, row, buf, start, end)) {
      plan.fields = this.planner.learnFields(entry, plan, buf, start, end);
      plan.isShort = countNamed(plan.fields) < this.planner.styles.fieldsOf(entry.event, plan.isReturn);
      this.readFields(plan, row, buf, start, end);
    }
    if (plan.isShort) head.isDamaged = true;
    if (kind === Kind.pinEnd) {
      // ret is the pinned list: NULL = refused, ERR_PTR up to 2.6.27 (its low 52 bits are near 2^52)
      const list = batch.arg0[row];
      batch.obj[row] = list;
      batch.arg0[row] = Number.isNaN(list) ? list : list === 0 || list > 2 ** 52 - 4096 ? 0 : 1;
      return Outcome.used;
    }
    return Outcome.used;
  }

  /** Walks ` a=1 b=2`; false when the keys are not those of the plan. */
  private readFields(plan: KprobePlan, row: number, buf: Uint8Array, start: number, end: number): boolean {
    const { head } = this;
    // See addRow: the value is a pointer.
    const isAddress = plan.isReturn && plan.symbol.meaning!.exit === Kind.pinEnd;
    const batch = head.writer.batch;
    const { fields } = plan;
    let pos = start;
    for (let k = 0; ; k++) {
      while (pos < end && buf[pos] === 32) pos++;
      if (pos >= end) return k === fields.length;
      if (k === fields.length) return false;
      const field = fields[k];
      if (!startsWith(buf, pos, end, field.key)) return false;
      const at = pos + field.key.length;
      pos = at;
      while (pos < end && buf[pos] !== 32) pos++;
      switch (field.role) {
        case Role.none:
          break;
        case Role.word:
          // `l` of a line that was cut is no `len=`.
          if (pos > at) return false;
          break;
        case Role.sock:
          head.takeSock(row, buf, at, pos);
          break;
        case Role.object:
          batch.obj[row] = head.addressAt(buf, at, pos);
          break;
        default: {
          const value = isAddress ? head.addressAt(buf, at, pos) : this.readNumber(plan, field, buf, at, pos);
          if (Number.isNaN(value) && buf[at] !== 40) head.isDamaged = true;
          if (field.role === 0) batch.arg0[row] = value;
          else if (field.role === 1) batch.arg1[row] = value;
          else if (field.role === 2) batch.arg2[row] = value;
          else batch.arg3[row] = value;
        }
      }
    }
  }

  private readNumber(plan: KprobePlan, field: FieldPlan, buf: Uint8Array, at: number, end: number): number {
    if (field.style === Style.bareHex) {
      if (buf[at] === 45) return scanSignedDec(buf, at, end);
      const value = scanSignedHex(buf, at, end);
      if (!field.certain && value > 15) this.warn(field, 'hex');
      return value;
    }
    const value = scanNumber(buf, at, end);
    if (cursor.end < end && hexDigitOf(buf[cursor.end]) >= 0) {
      // a letter after all: the field is bare hex, and what was read before may be wrong
      if (value > 9 || !field.certain) this.warn(field, 'hex from here on');
      field.style = Style.bareHex;
      field.certain = true;
      this.generation++;
      return plan.isReturn ? scanSignedHex(buf, at, end) : scanHex(buf, at, end);
    }
    if (!field.certain && value > 9) this.warn(field, 'decimal');
    return value;
  }

  /** Counted once a field, however many lines carry it: it is one doubt. */
  private warn(field: FieldPlan, reading: string): void {
    const { writer, line } = this.head;
    const name = `${this.lastEntry!.event}.${field.name}`;
    if (this.warned.has(name)) return;
    const example = { file: writer.context.fileName, line, text: name, reason: `read as ${reading}` };
    writer.context.diagnostics.count('hex-ambiguous', example);
    if (this.warned.size < MAX_WARNINGS) this.warned.add(name);
    if (this.warned.size > MAX_NOTES) return;
    writer.report.notes.push(`kprobe argument ${name} read as ${reading}: nothing in the bundle says which`);
  }
  private readonly warned = new Set<string>();

  /** Nothing proves how the last event writes this field, and nobody has been told yet. */
  mustWarn(field: FieldPlan): boolean {
    return !field.certain && !this.warned.has(`${this.lastEntry!.event}.${field.name}`);
  }
}

function countNamed(fields: readonly FieldPlan[]): number {
  return fields.reduce((sum, { role }) => sum + (role === Role.word ? 0 : 1), 0);
}

/** An empty place stands for every address: the event name was asked. */
function samePlace(place: Uint8Array, buf: Uint8Array, start: number, end: number): boolean {
  if (place.length === 0) return isAddress(buf, start, end);
  if (place.length !== end - start) return false;
  for (let i = 0; i < place.length; i++) if (place[i] !== buf[start + i]) return false;
  return true;
}

/** `ffffffff8f5b8250`, `0xffff…`, nothing at all; an offset may follow. */
function isAddress(buf: Uint8Array, start: number, end: number): boolean {
  let at = skipBlanks(buf, start, end);
  if (at === end || buf[at] === 43) return true;
  if (buf[at] === 48 && buf[at + 1] === 120) at += 2;
  const first = at;
  while (at < end && hexDigitOf(buf[at]) >= 0 && buf[at] >= 48 && !(buf[at] >= 65 && buf[at] <= 70)) at++;
  return at - first >= 6 && at - first <= 16 && (at === end || buf[at] === 43 || buf[at] === 32);
}
