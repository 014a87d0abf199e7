/**
 * The part of Perfetto's trace format that is used here: field numbers of protos/perfetto/trace/trace_packet.proto,
 * track_event/*.proto and interned_data.proto, which its authors declare stable for TrackEvent.
 */
export const Trace = { packet: 1 } as const;
export const TracePacket = {
  timestamp: 8,
  sequenceId: 10,
  trackEvent: 11,
  internedData: 12,
  sequenceFlags: 13,
  trackDescriptor: 60,
} as const;
export const TrackEvent = {
  categoryIids: 3,
  debugAnnotations: 4,
  type: 9,
  nameIid: 10,
  trackUuid: 11,
  flowIds: 47,
  correlationId: 52,
} as const;
export const TrackEventType = { sliceBegin: 1, sliceEnd: 2, instant: 3 } as const;
export const TrackDescriptor = { uuid: 1, name: 2, thread: 4 } as const;
export const ThreadDescriptor = { pid: 1, tid: 2, threadName: 5 } as const;
export const InternedData = { categories: 1, eventNames: 2, annotationNames: 3, stringValues: 29 } as const;
/** EventCategory, EventName, DebugAnnotationName and InternedString are all { iid = 1, text = 2 }. */
export const Interned = { iid: 1, text: 2 } as const;
export const DebugAnnotation = { nameIid: 1, uintValue: 3, intValue: 4, stringValue: 6, stringValueIid: 17 } as const;
/** sequence_flags: state cleared (first packet) and needed (every packet). */
export const SEQUENCE_CLEARED = 1;
export const SEQUENCE_NEEDED = 2;
