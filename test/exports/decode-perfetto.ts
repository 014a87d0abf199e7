import path from 'node:path';
import protobuf from 'protobufjs';
import { ROOT } from '../support/source-tree.ts';

export interface DecodedEvent {
  type: 'begin' | 'end' | 'instant';
  atNs: bigint;
  track: number;
  name: string;
  category: string;
  call: number | null;
  flows: string[];
  annotations: Record<string, string | number>;
}

export interface DecodedTrace {
  events: DecodedEvent[];
  tracks: Map<number, { name: string; tid: number | null }>;
  /** What an importer would stumble over. */
  complaints: string[];
}

interface Packet {
  timestamp?: string;
  trustedPacketSequenceId?: number;
  sequenceFlags?: number;
  timestampClockId?: number;
  trackDescriptor?: { uuid: string; name?: string; thread?: { pid: number; tid: number; threadName: string } };
  internedData?: Record<string, { iid: string; name: string }[]>;
  trackEvent?: {
    type: string;
    trackUuid: string;
    nameIid?: string;
    categoryIids?: string[];
    flowIds?: string[];
    correlationId?: string;
    debugAnnotations?: { nameIid: string; uintValue?: string; intValue?: string; stringValueIid?: string }[];
  };
}

const Trace = protobuf.loadSync(path.join(ROOT, 'test/exports/track-event.proto')).lookupType('perfetto.protos.Trace');
const TYPES: Record<string, DecodedEvent['type']> = {
  TYPE_SLICE_BEGIN: 'begin',
  TYPE_SLICE_END: 'end',
  TYPE_INSTANT: 'instant',
};

/** Decodes with the schema and resolves interned texts in the order of the packets, as an importer does. */
export function decodePerfetto(bytes: Uint8Array): DecodedTrace {
  const { packet = [] } = Trace.toObject(Trace.decode(bytes), { longs: String, enums: String }) as {
    packet?: Packet[];
  };
  const complaints: string[] = [];
  const interned = new Map<string, string>();
  const tracks: DecodedTrace['tracks'] = new Map();
  const events: DecodedEvent[] = [];
  const textOf = (kind: string, iid: string): string => {
    const text = interned.get(`${kind} ${iid}`);
    if (text === undefined) complaints.push(`${kind} ${iid} is not spelled out`);
    return text ?? '';
  };
  packet.forEach((p, index) => {
    if (p.trustedPacketSequenceId !== 1) complaints.push(`packet ${index} is of no sequence`);
    if (p.sequenceFlags !== (index === 0 ? 3 : 2)) complaints.push(`packet ${index} has flags ${p.sequenceFlags}`);
    if (p.timestampClockId !== undefined) complaints.push(`packet ${index} names a clock without a snapshot`);
    for (const [kind, entries] of Object.entries(p.internedData ?? {}))
      for (const { iid, name } of entries) {
        if (interned.has(`${kind} ${iid}`)) complaints.push(`${kind} ${iid} twice`);
        interned.set(`${kind} ${iid}`, name);
      }
    if (p.trackDescriptor !== undefined) {
      const { uuid, name, thread } = p.trackDescriptor;
      if (tracks.has(Number(uuid))) complaints.push(`track ${uuid} twice`);
      if (thread !== undefined && [...tracks.values()].some((track) => track.tid === thread.tid))
        complaints.push(`two tracks for thread ${thread.tid}`);
      tracks.set(Number(uuid), { name: name ?? thread?.threadName ?? '', tid: thread?.tid ?? null });
    }
    const e = p.trackEvent;
    if (e === undefined) return;
    if (!tracks.has(Number(e.trackUuid))) complaints.push(`event on track ${e.trackUuid}, which nobody described`);
    if (p.timestamp === undefined) complaints.push(`packet ${index} has no time`);
    const annotations: DecodedEvent['annotations'] = {};
    for (const a of e.debugAnnotations ?? [])
      annotations[textOf('debugAnnotationNames', a.nameIid)] =
        a.stringValueIid !== undefined
          ? textOf('debugAnnotationStringValues', a.stringValueIid)
          : Number(a.uintValue ?? a.intValue);
    events.push({
      type: TYPES[e.type],
      atNs: BigInt(p.timestamp ?? 0),
      track: Number(e.trackUuid),
      name: e.nameIid === undefined ? '' : textOf('eventNames', e.nameIid),
      category: (e.categoryIids ?? []).map((iid) => textOf('eventCategories', iid)).join(),
      call: e.correlationId === undefined ? null : Number(e.correlationId),
      flows: e.flowIds ?? [],
      annotations,
    });
  });
  return { events, tracks, complaints: [...complaints, ...checkNesting(events)] };
}

export interface DecodedSlice extends DecodedEvent {
  endNs: bigint;
  depth: number;
}

/** Slices of the whole trace, by the stack of each track. */
export function slicesOf(events: readonly DecodedEvent[]): DecodedSlice[] {
  const stacks = new Map<number, DecodedSlice[]>();
  const out: DecodedSlice[] = [];
  for (const event of events) {
    const stack = stacks.get(event.track) ?? [];
    stacks.set(event.track, stack);
    if (event.type === 'begin') {
      const slice = { ...event, endNs: -1n, depth: stack.length };
      stack.push(slice);
      out.push(slice);
    } else if (event.type === 'end') stack.pop()!.endNs = event.atNs;
  }
  return out;
}

/** On each track: time never goes back, every begin has its end, nothing is closed that is not open. */
function checkNesting(events: readonly DecodedEvent[]): string[] {
  const complaints: string[] = [];
  const open = new Map<number, number>();
  const last = new Map<number, bigint>();
  for (const { type, atNs, track, name } of events) {
    if (atNs < (last.get(track) ?? 0n) && !isMark(type)) complaints.push(`${name} on track ${track} goes back in time`);
    if (!isMark(type)) last.set(track, atNs);
    const depth = (open.get(track) ?? 0) + (type === 'begin' ? 1 : type === 'end' ? -1 : 0);
    if (depth < 0) complaints.push(`track ${track} ends a slice that is not open`);
    open.set(track, depth);
  }
  for (const [track, depth] of open) if (depth !== 0) complaints.push(`${depth} slices of track ${track} stay open`);
  return complaints;
}

const isMark = (type: DecodedEvent['type']): boolean => type === 'instant';
