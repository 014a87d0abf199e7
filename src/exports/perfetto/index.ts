import { cleanText, foldSpaces } from '../../../reports/clean.ts';
import { type CallTable, MECHANISM_IDS, nameCallState, type Segment } from '../../model/calls.ts';
import type { CaptureIdentity } from '../../model/identity.ts';
import { DECLINE_REASONS } from '../../model/mechanism.ts';
import { PHASE_TITLES } from '../../model/phases.ts';
import { type Annotations, type Moment, PacketWriter } from './packets.ts';
import { Tracks } from './tracks.ts';

const CHUNK_BYTES = 1 << 18;
/** End of a mark: it is in nobody's way. */
const NO_LENGTH = Number.NEGATIVE_INFINITY;

/** What became of the calls: written as slices, as marks (an edge is missing), or left out (no clock). */
export interface PerfettoCount {
  calls: number;
  marked: number;
  withoutTime: number;
  slices: number;
  tracks: number;
}

/**
 * Perfetto's TrackEvent format (ui.perfetto.dev, trace_processor): a track a thread with the calls and, nested in them, their
 * phases; engine, softirq and wakeups on tracks of their own, because they overlap the call; an arrow from each wakeup to
 * what the reader did next; every piece of a call carries its number as correlation id.
 * Times are ns on the capture's own clock. `segmentsByCall` of the table has the phases.
 */
export function* writePerfetto(
  table: CallTable,
  identity: CaptureIdentity,
  count: PerfettoCount,
): Generator<Uint8Array> {
  const writer = new CallWriter(table, count);
  const rows = rowsByStart(table, count);
  if (rows.length > 0) writer.putIdentity(rows[0], identity);
  for (const row of rows) {
    writer.putCall(row);
    if (writer.packets.pending > CHUNK_BYTES) yield writer.packets.take();
  }
  for (const lane of writer.sortedLanes()) {
    writer.putLane(lane);
    if (writer.packets.pending > CHUNK_BYTES) yield writer.packets.take();
  }
  count.tracks = writer.tracks.count;
  yield writer.packets.take();
}

export const blankPerfettoCount = (): PerfettoCount => ({
  calls: 0,
  marked: 0,
  withoutTime: 0,
  slices: 0,
  tracks: 0,
});

function rowsByStart(table: CallTable, count: PerfettoCount): number[] {
  const start = table.column('startNs');
  const end = table.column('endNs');
  const file = table.column('file');
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    if (Number.isNaN(start.get(row)) && Number.isNaN(end.get(row))) count.withoutTime++;
    else rows.push(row);
  }
  const keyOf = (row: number): number => (Number.isNaN(start.get(row)) ? end.get(row) : start.get(row));
  return rows.sort((a, b) => file.get(a) - file.get(b) || keyOf(a) - keyOf(b) || a - b);
}

interface Lane {
  segment: Segment;
  row: number;
}

class CallWriter {
  readonly packets = new PacketWriter();
  readonly tracks = new Tracks(this.packets);
  private readonly table: CallTable;
  private readonly count: PerfettoCount;
  private readonly bases: { baseHigh: number; baseLow: number }[];
  private readonly lanes: Lane[] = [];
  private readonly fileColumn: { get(row: number): number };
  /** One for all: a packet is written at once. */
  private readonly moment: Moment = { baseHigh: 0, baseLow: 0, ns: 0 };
  private readonly states: string[] = [];
  private readonly texts = new Map<number, string>();
  private flows = 0;

  constructor(table: CallTable, count: PerfettoCount) {
    this.table = table;
    this.count = count;
    this.fileColumn = table.column('file');
    this.bases = table.files.map(({ baseNs }) => ({
      baseHigh: Number(BigInt.asUintN(32, baseNs >> 32n)),
      baseLow: Number(BigInt.asUintN(32, baseNs)),
    }));
  }

  /** Whose capture this is, as a mark at its first call. */
  putIdentity(row: number, { labels, ...known }: CaptureIdentity): void {
    const ns = this.startOf(row);
    const track = this.tracks.place('capture', 'capture', 0, ns, ns);
    const annotations: Annotations = [
      ...Object.entries(known).flat(),
      ...Object.entries(labels).flatMap(([key, value]) => [`label ${key}`, value]),
    ];
    this.packets.instant(this.momentOf(row, ns), {
      track,
      category: 'capture',
      name: 'capture',
      annotations,
      flow: -1,
      call: -1,
    });
  }

  putCall(row: number): void {
    const { table, packets } = this;
    const [startNs, endNs] = [table.get('startNs', row), table.get('endNs', row)];
    const isWhole = endNs >= startNs;
    const at = this.startOf(row);
    const track = this.threadTrack(row, at, isWhole ? endNs : at);
    const parts = {
      track,
      category: 'receive',
      name: `${this.textOf('entry', row) ?? 'receive'} ${MECHANISM_IDS[table.get('mechanism', row)]}`,
      annotations: this.describeCall(row),
      flow: -1,
      call: row,
    };
    if (!isWhole) {
      this.count.marked++;
      packets.instant(this.momentOf(row, at), { ...parts, name: `${parts.name} (cut)` });
      return;
    }
    this.count.calls++;
    this.count.slices++;
    const segments = table.segmentsByCall.get(row) ?? [];
    const phases = segments.filter((segment) => segment.lane === 'process');
    const flowOf = this.putWakeups(row, segments, phases);
    packets.beginSlice(this.momentOf(row, startNs), parts);
    for (const [index, segment] of phases.entries()) this.putPhase(row, track, segment, flowOf.get(index) ?? -1);
    packets.endSlice(this.momentOf(row, endNs), track);
    for (const segment of segments)
      if (segment.lane === 'engine' || segment.lane === 'softirq') this.lanes.push({ segment, row });
  }

  private putPhase(row: number, track: number, segment: Segment, flow: number): void {
    if (segment.phase === null) return;
    this.count.slices++;
    this.packets.beginSlice(this.momentOf(row, segment.startNs), {
      track,
      category: 'phase',
      name: PHASE_TITLES[segment.phase],
      annotations: ['cpu', numberOrNull(segment.cpu), 'line', numberOrNull(segment.line)],
      flow,
      call: row,
    });
    this.packets.endSlice(this.momentOf(row, segment.endNs), track);
  }

  /** Marks on the waker's side. They stand before the call in the file: of two events at one moment the first is the source. */
  private putWakeups(row: number, segments: readonly Segment[], phases: readonly Segment[]): Map<number, number> {
    const flowOf = new Map<number, number>();
    for (const { lane, startNs, cpu, line, label } of segments) {
      if (lane !== 'waker') continue;
      const target = phases.findIndex((phase) => phase.startNs >= startNs);
      const isFree = target >= 0 && !flowOf.has(target);
      const flow = isFree ? ++this.flows : -1;
      if (isFree) flowOf.set(target, flow);
      const track = this.tracks.place(
        `waker ${cpu}`,
        cpu < 0 ? 'wakeups' : `wakeups from CPU ${cpu}`,
        0,
        startNs,
        NO_LENGTH,
      );
      this.packets.instant(this.momentOf(row, startNs), {
        track,
        category: 'wakeup',
        name: label,
        annotations: ['line', numberOrNull(line)],
        flow,
        call: row,
      });
    }
    return flowOf;
  }

  /** Work for calls elsewhere, in the order in which it began on its CPU. */
  sortedLanes(): Lane[] {
    const file = this.table.column('file');
    return this.lanes.sort(
      (a, b) =>
        file.get(a.row) - file.get(b.row) ||
        a.segment.startNs - b.segment.startNs ||
        b.segment.endNs - a.segment.endNs ||
        a.row - b.row,
    );
  }

  putLane({ segment, row }: Lane): void {
    const { lane, startNs, endNs, cpu, line, label } = segment;
    this.count.slices++;
    const group = `${lane} ${this.table.get('file', row)} ${cpu}`;
    const track = this.tracks.place(group, cpu < 0 ? lane : `${lane} CPU ${cpu}`, 0, startNs, endNs);
    this.packets.beginSlice(this.momentOf(row, startNs), {
      track,
      category: lane,
      name: label,
      annotations: ['line', numberOrNull(line)],
      flow: -1,
      call: row,
    });
    this.packets.endSlice(this.momentOf(row, endNs), track);
  }

  private threadTrack(row: number, startNs: number, endNs: number): number {
    const tid = this.table.get('tid', row);
    const name = `${this.textOf('comm', row) ?? 'thread'}${tid > 0 ? ` ${tid}` : ''}`;
    return this.tracks.place(`thread ${this.table.get('file', row)} ${tid}`, name, tid, startNs, endNs);
  }

  private describeCall(row: number): Annotations {
    const { table } = this;
    const number = (name: Parameters<CallTable['get']>[0]): number | null => numberOrNull(table.get(name, row));
    const returned = table.get('returnedBytes', row);
    const reason = DECLINE_REASONS[table.get('declineReason', row)] ?? null;
    return [
      'call',
      row,
      'requested_bytes',
      number('requestedBytes'),
      'returned_bytes',
      Number.isFinite(returned) ? Math.round(returned) : null,
      'mechanism',
      MECHANISM_IDS[table.get('mechanism', row)],
      'decline_reason',
      reason,
      'dma_bytes',
      number('dmaBytes'),
      'cpu_copy_bytes',
      number('cpuCopyBytes'),
      'sleeps',
      number('sleeps'),
      'wakeups',
      number('wakeups'),
      'sock',
      this.textOf('sock', row),
      'state',
      this.stateOf(row),
      'first_line',
      number('firstLine'),
      'last_line',
      number('lastLine'),
    ];
  }

  private textOf(name: 'comm' | 'entry' | 'sock', row: number): string | null {
    const id = this.table.get(name, row);
    if (id < 0) return null;
    let text = this.texts.get(id);
    if (text === undefined) {
      text = foldSpaces(cleanText(this.table.strings.textOf(id)));
      this.texts.set(id, text);
    }
    return text;
  }

  private stateOf(row: number): string {
    const state = this.table.get('state', row);
    this.states[state] ??= nameCallState(state);
    return this.states[state];
  }

  private startOf(row: number): number {
    const start = this.table.get('startNs', row);
    return Number.isNaN(start) ? this.table.get('endNs', row) : start;
  }

  private momentOf(row: number, ns: number): Moment {
    const { moment } = this;
    const base = this.bases[this.fileColumn.get(row)];
    moment.baseHigh = base.baseHigh;
    moment.baseLow = base.baseLow;
    moment.ns = Math.round(ns);
    return moment;
  }
}

/** Absent numbers are NaN, or -1 in whole-number columns. */
const numberOrNull = (value: number): number | null => (value >= 0 ? Math.round(value) : null);
