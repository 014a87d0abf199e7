import { Edge, Kind, Source } from '../../src/model/events.ts';
import { ThreadStates } from '../events/thread-states.ts';
import type { EventWriter } from '../events/writer.ts';
import { scanSignedDec } from '../text/numbers.ts';
import { bytesOf, findByte, findBytes, NAME_BYTES, skipBlanks, startsWith, textOf } from '../text/scan.ts';
import { isSyscallText, makeNameEntry, type NameEntry, unreadScopeOf } from './events.ts';
import { KprobeDecoder } from './kprobe.ts';
import { LineHead, Outcome } from './line-head.ts';
import { addMark, endOfProbeMark, findProbeMark, isMarkText } from './marks.ts';
import { ByteTable } from './names.ts';
import { makeSyscallEntry, SyscallDecoder, type SyscallEntry, syscallNumbers } from './syscalls.ts';

export { LineHead, Outcome } from './line-head.ts';

/** Marker texts are kept for clock marks and notes; a program that writes millions of them gets the first ones kept. */
const MAX_MARKER_TEXTS = 20_000;

const NR = bytesOf('NR ');
const EQUALS = bytesOf(' = ');
const EXIT_ARROW = bytesOf('-> ');

/**
 * Payloads of receive-path events, from bytes to rows, shared by the ftrace, trace-cmd, function_graph and perf readers.
 * A reader fills `head`, finds the event name, asks `nameOf` and hands the payload to `decode`; or hands a whole ftrace
 * body to `decodeBody`.
 */
export class PayloadDecoder {
  readonly head: LineHead;
  private readonly writer: EventWriter;
  private readonly names: ByteTable<NameEntry>;
  readonly kprobes: KprobeDecoder;
  readonly threads: ThreadStates;
  private readonly syscalls: SyscallDecoder;
  private readonly bySyscallNumber = new Map<number, SyscallEntry>();
  private markerTexts = 0;
  /** netif_receive_skb_entry is used only where netif_receive_skb was not recorded: both tell of one packet. */
  private useReceiveEntry = false;

  constructor(writer: EventWriter, threads: ThreadStates = new ThreadStates()) {
    this.writer = writer;
    this.head = new LineHead(writer);
    this.names = new ByteTable((text) => makeNameEntry(text, writer.context, this.useReceiveEntry), 12, 50_000);
    this.kprobes = new KprobeDecoder(this.head);
    this.threads = threads;
    this.syscalls = new SyscallDecoder(this.head, threads);
    const context = writer.context;
    const arch = context.facts.find((fact) => fact.key === 'arch' || fact.key === 'uname')?.text ?? '';
    for (const [number, name] of Object.entries(syscallNumbers(arch))) {
      const meaning = context.vocabulary.lookUpSyscall(name);
      if (meaning !== undefined) {
        this.bySyscallNumber.set(Number(number), makeSyscallEntry(meaning, context.strings.intern(meaning.name)));
      }
    }
  }

  /** Whole lines from the head of the file (up to a MiB), before the first line is decoded: number styles. */
  learn(buf: Uint8Array, start: number, end: number): void {
    const text = textOf(buf, start, end);
    this.kprobes.learn(text);
    this.useReceiveEntry = text.includes('netif_receive_skb_entry:') && !/netif_receive_skb: /.test(text);
  }

  /** The event name [start, end), with or without system. The name is not counted yet. */
  nameOf(buf: Uint8Array, start: number, end: number): NameEntry {
    return this.names.get(buf, start, end);
  }

  /** Counts the event and decodes its payload (without leading blanks). An Outcome. */
  decode(entry: NameEntry, buf: Uint8Array, start: number, end: number): number {
    this.writer.countName(entry.countId);
    const outcome = this.decodePayload(entry, buf, start, end);
    this.writer.report.events++;
    if (outcome === Outcome.damaged) this.addUnread(entry);
    else if (outcome === Outcome.unused && !entry.isKnown) this.writer.report.unknownEvents++;
    else if (outcome === Outcome.malformed) {
      this.tornEntry = entry;
      this.tornStart = start;
    }
    return outcome;
  }

  /** The event whose payload was malformed last, and where it began. */
  tornEntry: NameEntry | null = null;
  tornStart = 0;

  /** The same event with a longer payload: not counted twice. */
  decodeAgain(entry: NameEntry, buf: Uint8Array, start: number, end: number): number {
    return this.decodePayload(entry, buf, start, end);
  }

  /** A line of `entry` could not be read: whatever it would have told of a call is not known. */
  addUnread(entry: NameEntry): void {
    const { unreadableEvents } = this.writer.report;
    unreadableEvents.set(entry.text, (unreadableEvents.get(entry.text) ?? 0) + 1);
    const scope = unreadScopeOf(entry);
    if (scope >= 0) this.writer.batch.arg0[this.head.addRow(Kind.unread, Source.marker, Edge.point, -1)] = scope;
  }

  private decodePayload(entry: NameEntry, buf: Uint8Array, start: number, end: number): number {
    this.head.isDamaged = false;
    const outcome = this.readPayload(entry, buf, start, end);
    return outcome === Outcome.used && this.head.isDamaged ? Outcome.damaged : outcome;
  }

  private readPayload(entry: NameEntry, buf: Uint8Array, start: number, end: number): number {
    if (start < end && buf[start] === 40 && entry.syscall === null) {
      const mark = entry.mayMark ? findProbeMark(buf, start, end) : -1;
      if (mark >= 0) return addMark(this.head, buf, mark, endOfProbeMark(buf, mark, end));
      entry.mayMark = false;
      const outcome = this.kprobes.decode(entry.kprobe, buf, start, end);
      if (outcome !== Outcome.foreign) {
        entry.isKnown = true;
        return outcome;
      }
      // A probe's `(place)` that does not end: the line is cut.
      if (entry.decode === null && !entry.isMarker && !entry.isFreeText && this.kprobes.knows(entry.kprobe))
        return Outcome.malformed;
    }
    const decode = entry.decode;
    if (decode !== null) return decode(this.head, entry, buf, start, end);
    if (entry.syscall !== null) {
      if (entry.isSyscallExit) return this.syscalls.exit(entry.syscall, buf, start, end, false);
      return this.syscalls.enterNamed(entry.syscall, buf, start, end);
    }
    if (entry.raw !== 0) return this.decodeRaw(entry.raw, buf, start, end);
    if (entry.isMarker) return this.addMarker(buf, start, end);
    return Outcome.unused;
  }

  /** raw_syscalls: `NR 45 (3, 7f…, 20000, 0, 0, 0)` and `NR 45 = 1448`. */
  private decodeRaw(raw: 1 | 2, buf: Uint8Array, start: number, end: number): number {
    if (!startsWith(buf, start, end, NR)) return Outcome.malformed;
    const entry = this.bySyscallNumber.get(scanSignedDec(buf, start + NR.length, end));
    if (entry === undefined) return Outcome.unused;
    if (raw === 1) {
      const open = findByte(buf, start, end, 40);
      return open < 0 ? Outcome.malformed : this.syscalls.enterRaw(entry, buf, open + 1, end);
    }
    const equals = findBytes(buf, start, end, EQUALS);
    if (equals < 0) return Outcome.malformed;
    return this.syscalls.exit(entry, buf, equals + EQUALS.length, end, true);
  }

  /** trace_marker text, e.g. `clock_sync CLOCK_MONOTONIC=13140326394`. */
  addMarker(buf: Uint8Array, start: number, end: number): number {
    if (isMarkText(buf, start, end)) return addMark(this.head, buf, start, end);
    const row = this.head.addRow(Kind.marker, Source.marker, Edge.point, -1);
    if (this.markerTexts < MAX_MARKER_TEXTS) {
      this.markerTexts++;
      this.writer.batch.aux[row] = this.writer.intern(buf, start, Math.min(end, start + 1024));
    }
    return Outcome.used;
  }

  /** `sys_recvfrom(fd: 3, …)` and `sys_recvfrom -> 0x5a8`: syscall events lose their names in ftrace text. */
  decodeSyscallText(entry: NameEntry, isExit: boolean, buf: Uint8Array, start: number, end: number): number {
    this.writer.countName(entry.countId);
    this.writer.report.events++;
    if (entry.syscall === null) return Outcome.unused;
    this.head.isDamaged = false;
    const outcome = isExit
      ? this.syscalls.exit(entry.syscall, buf, start, end, false)
      : this.syscalls.enterNamed(entry.syscall, buf, start, end);
    if (outcome !== Outcome.used || !this.head.isDamaged) return outcome;
    this.addUnread(entry);
    return Outcome.damaged;
  }

  /** `name: payload` of an event seen before; foreign otherwise. Cheap enough to be asked before anything else. */
  decodeKnown(buf: Uint8Array, start: number, end: number): number {
    const guessed = this.names.guess(buf, start, end, 58);
    if (guessed === undefined) return Outcome.foreign;
    const payload = this.names.guessEnd + 1;
    if (payload >= end || buf[payload] !== 32) return Outcome.foreign;
    return this.decode(guessed, buf, skipBlanks(buf, payload, end), end);
  }

  /**
   * A body in ftrace's own words: `name: payload`, `sys_x(…)`, `sys_x -> 0x…`. Outcome.foreign for anything else
   * (function lines are the reader's own business).
   */
  decodeBody(buf: Uint8Array, start: number, end: number): number {
    const outcome = this.decodeKnown(buf, start, end);
    if (outcome !== Outcome.foreign) return outcome;
    let pos = start;
    while (pos < end && NAME_BYTES[buf[pos]] === 1) pos++;
    if (pos === start || pos === end) return Outcome.foreign;
    const c = buf[pos];
    if (c === 58) {
      if (pos + 1 < end && buf[pos + 1] !== 32 && buf[pos + 1] !== 9) return Outcome.foreign;
      return this.decode(this.names.get(buf, start, pos), buf, skipBlanks(buf, pos + 1, end), end);
    }
    if (c === 40) {
      const entry = this.names.get(buf, start, pos);
      if (!isSyscallText(entry) || buf[end - 1] !== 41) return Outcome.foreign;
      return this.decodeSyscallText(entry, false, buf, pos + 1, end);
    }
    if (c === 32 && startsWith(buf, pos + 1, end, EXIT_ARROW)) {
      const entry = this.names.get(buf, start, pos);
      return this.decodeSyscallText(entry, true, buf, pos + 1 + EXIT_ARROW.length, end);
    }
    if (c === 43) return this.decodeOffsetMarker(buf, start, pos, end);
    return Outcome.foreign;
  }

  /** sym-offset option: `tracing_mark_write+0x126/0x3f0 <ffff…>: text`, `tcp_recvmsg+0x1c/0x90: trace_printk text`. */
  private decodeOffsetMarker(buf: Uint8Array, start: number, nameEnd: number, end: number): number {
    let pos = nameEnd;
    while (pos < end && buf[pos] !== 58) pos++;
    if (pos >= end || (pos + 1 < end && buf[pos + 1] !== 32)) return Outcome.foreign;
    for (let i = nameEnd; i < pos; i++) if (buf[i] === 45 && buf[i - 1] === 60) return Outcome.foreign;
    return this.decode(this.names.get(buf, start, nameEnd), buf, skipBlanks(buf, pos + 1, end), end);
  }
}
