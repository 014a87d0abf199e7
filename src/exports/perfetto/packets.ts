import {
  DebugAnnotation,
  Interned,
  InternedData,
  SEQUENCE_CLEARED,
  SEQUENCE_NEEDED,
  ThreadDescriptor,
  Trace,
  TracePacket,
  TrackDescriptor,
  TrackEvent,
  TrackEventType,
} from './fields.ts';
import { ProtoBuffer } from './proto-buffer.ts';

const SEQUENCE_ID = 1;
/** Generous for any event of ours: a dozen annotations of numbers and interned texts. */
const EVENT_BYTES = 2048;
const TWO_32 = 4_294_967_296;

/** A moment on the capture's clock: `baseNs` of its file + a relative time that a double holds exactly. */
export interface Moment {
  baseHigh: number;
  baseLow: number;
  ns: number;
}

/** Name, value, name, value …; null values are left out: unknown is not 0. */
export type Annotations = readonly (number | string | null)[];

export interface EventParts {
  track: number;
  category: string;
  name: string;
  annotations: Annotations;
  /** -1 none. */
  flow: number;
  /** Number of the call that the event belongs to; -1 none. */
  call: number;
}

/** Writes packets of one sequence; a text is spelled out in the packet that first uses it and is a number afterwards. */
export class PacketWriter {
  private readonly out = new ProtoBuffer();
  private isFirst = true;
  private readonly known = {
    categories: new Map<string, number>(),
    eventNames: new Map<string, number>(),
    annotationNames: new Map<string, number>(),
    stringValues: new Map<string, number>(),
  };
  private fresh: { kind: keyof typeof InternedData; iid: number; text: string }[] = [];

  /** Bytes waiting to be taken. */
  get pending(): number {
    return this.out.length;
  }

  take(): Uint8Array {
    return this.out.take();
  }

  /** `thread` null: a track of its own, not one of a thread. */
  describeTrack(uuid: number, name: string, thread: { tid: number } | null): void {
    const { out } = this;
    out.reserve(EVENT_BYTES);
    const packet = out.begin(Trace.packet);
    this.putSequence();
    const track = out.begin(TracePacket.trackDescriptor);
    out.number(TrackDescriptor.uuid, uuid);
    if (thread === null) out.text(TrackDescriptor.name, name);
    else {
      const descriptor = out.begin(TrackDescriptor.thread);
      // The text of a tracer has the thread, hardly ever its process: each thread stands as one.
      out.number(ThreadDescriptor.pid, thread.tid);
      out.number(ThreadDescriptor.tid, thread.tid);
      out.text(ThreadDescriptor.threadName, name);
      out.end(descriptor);
    }
    out.end(track);
    out.end(packet);
  }

  beginSlice(at: Moment, parts: EventParts): void {
    this.putEvent(at, TrackEventType.sliceBegin, parts);
  }

  instant(at: Moment, parts: EventParts): void {
    this.putEvent(at, TrackEventType.instant, parts);
  }

  endSlice(at: Moment, track: number): void {
    const { out } = this;
    out.reserve(EVENT_BYTES);
    const packet = this.beginPacket(at);
    const event = out.begin(TracePacket.trackEvent);
    out.number(TrackEvent.type, TrackEventType.sliceEnd);
    out.number(TrackEvent.trackUuid, track);
    out.end(event);
    out.end(packet);
  }

  private putEvent(at: Moment, type: number, parts: EventParts): void {
    const { out } = this;
    out.reserve(EVENT_BYTES);
    const packet = this.beginPacket(at);
    const event = out.begin(TracePacket.trackEvent);
    out.number(TrackEvent.type, type);
    out.number(TrackEvent.trackUuid, parts.track);
    out.number(TrackEvent.categoryIids, this.intern('categories', parts.category));
    out.number(TrackEvent.nameIid, this.intern('eventNames', parts.name));
    const { annotations } = parts;
    for (let i = 0; i < annotations.length; i += 2) {
      const value = annotations[i + 1];
      if (value !== null) this.annotate(annotations[i] as string, value);
    }
    if (parts.flow >= 0) out.fixed64(TrackEvent.flowIds, parts.flow);
    if (parts.call >= 0) out.number(TrackEvent.correlationId, parts.call);
    out.end(event);
    if (this.fresh.length > 0) this.putInterned();
    out.end(packet);
  }

  private annotate(name: string, value: number | string): void {
    const { out } = this;
    const start = out.begin(TrackEvent.debugAnnotations);
    out.number(DebugAnnotation.nameIid, this.intern('annotationNames', name));
    if (typeof value === 'string') out.number(DebugAnnotation.stringValueIid, this.intern('stringValues', value));
    else out.number(value < 0 ? DebugAnnotation.intValue : DebugAnnotation.uintValue, value);
    out.end(start);
  }

  private beginPacket(at: Moment): number {
    const { out } = this;
    const packet = out.begin(Trace.packet);
    const high = Math.floor(at.ns / TWO_32);
    const low = at.baseLow + (at.ns - high * TWO_32);
    out.tag(TracePacket.timestamp, 0);
    out.varint64(at.baseHigh + high + (low >= TWO_32 ? 1 : 0), low >= TWO_32 ? low - TWO_32 : low);
    this.putSequence();
    return packet;
  }

  private putSequence(): void {
    this.out.number(TracePacket.sequenceId, SEQUENCE_ID);
    this.out.number(TracePacket.sequenceFlags, this.isFirst ? SEQUENCE_CLEARED | SEQUENCE_NEEDED : SEQUENCE_NEEDED);
    this.isFirst = false;
  }

  private intern(kind: keyof typeof InternedData, text: string): number {
    const table = this.known[kind];
    const known = table.get(text);
    if (known !== undefined) return known;
    const iid = table.size + 1;
    table.set(text, iid);
    this.fresh.push({ kind, iid, text });
    return iid;
  }

  private putInterned(): void {
    const { out } = this;
    const start = out.begin(TracePacket.internedData);
    for (const { kind, iid, text } of this.fresh) {
      out.reserve(EVENT_BYTES);
      const entry = out.begin(InternedData[kind]);
      out.number(Interned.iid, iid);
      out.text(Interned.text, text);
      out.end(entry);
    }
    out.end(start);
    this.fresh = [];
  }
}
