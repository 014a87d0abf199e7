// src/model/diagnostics/index.ts
function printable(text) {
  return text.slice(0, 200).replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\uFFFD");
}

// reports/clean.ts
var CHUNK = 200;
function cleanText(text) {
  return text.split("\n").map((line) => {
    let out = "";
    for (let at = 0; at < line.length; at += CHUNK) out += printable(line.slice(at, at + CHUNK));
    return out;
  }).join("\n");
}
function foldSpaces(text) {
  return text.replace(/[^\S\u00a0]+/g, " ").trim();
}

// src/model/columns.ts
var PAGE_BITS = 14;
var PAGE_ROWS = 1 << PAGE_BITS;
var PAGE_MASK = PAGE_ROWS - 1;
var PagedColumn = class {
  pages = [];
  rows = 0;
  makePage;
  constructor(makePage) {
    this.makePage = makePage;
  }
  get length() {
    return this.rows;
  }
  push(value) {
    const row = this.rows++;
    if ((row & PAGE_MASK) === 0) this.pages.push(this.makePage(PAGE_ROWS));
    this.pages[row >>> PAGE_BITS][row & PAGE_MASK] = value;
    return row;
  }
  /** Appends a row that the caller writes, at `placeInPage(row)` of the page returned. */
  openRow() {
    const row = this.rows++;
    if ((row & PAGE_MASK) === 0) this.pages.push(this.makePage(PAGE_ROWS));
    return this.pages[row >>> PAGE_BITS];
  }
  get(row) {
    return this.pages[row >>> PAGE_BITS][row & PAGE_MASK];
  }
  set(row, value) {
    this.pages[row >>> PAGE_BITS][row & PAGE_MASK] = value;
  }
  add(row, value) {
    this.pages[row >>> PAGE_BITS][row & PAGE_MASK] += value;
  }
};
function placeInPage(row) {
  return row & PAGE_MASK;
}
var float64Column = () => new PagedColumn((rows) => new Float64Array(rows));
var int32Column = () => new PagedColumn((rows) => new Int32Array(rows));
var uint8Column = () => new PagedColumn((rows) => new Uint8Array(rows));

// src/model/phases.ts
var PHASES = [
  "pin",
  "submit",
  "copy",
  "wait",
  "unpin",
  "sleep",
  "wakeLatency",
  "backlog",
  "interrupt",
  "ack",
  "unattributed"
];
var PhaseIndex = Object.fromEntries(PHASES.map((name, index) => [name, index]));
var PHASE_TITLES = {
  pin: "pin user buffer",
  submit: "DMA submission",
  copy: "CPU copy",
  wait: "DMA completion wait",
  unpin: "unpin and dirty",
  sleep: "sleep (waiting for data)",
  wakeLatency: "wake latency (woken, not yet on CPU)",
  backlog: "socket lock and backlog",
  interrupt: "CPU taken (irq, softirq, preemption)",
  ack: "ACK and receive-buffer cleanup",
  unattributed: "unattributed"
};
var DETAILS = [
  "preempted",
  "lock",
  "switching",
  "busyPoll",
  "map",
  "unmap",
  "free",
  "queue",
  "entry"
];

// src/model/calls.ts
var CallState = {
  cutAtStart: 1,
  cutAtEnd: 2,
  /** Events were lost inside the call or on its CPU while it was open. */
  lossInside: 4,
  migrated: 8,
  /** Ended by a signal: -ERESTARTSYS (-512) or -EINTR (-4). */
  interrupted: 16,
  /** No clock in the capture: only durations and order are known. */
  timeless: 32,
  /** The task is not known (function_graph without proc before the first banner). */
  unknownTask: 64,
  /** Failed: negative return other than a signal (EAGAIN, ECONNRESET, …). */
  failed: 128
};
var UNFIT_FOR_STATISTICS = CallState.cutAtStart | CallState.cutAtEnd | CallState.lossInside | CallState.interrupted | CallState.failed;
function nameCallState(state) {
  const names = Object.entries(CallState).filter(([, bit]) => (state & bit) !== 0).map(([name]) => name.replace(/[A-Z]/g, (c2) => `-${c2.toLowerCase()}`));
  return names.length === 0 ? "complete" : names.join("+");
}
var MECHANISM_IDS = [
  "unknown",
  "none",
  "plain-copy",
  "net-dma",
  "net-dma+copy",
  "tcp-zerocopy-receive",
  "io-uring-zcrx",
  "dsa"
];
var FLOATS = [
  "startNs",
  "endNs",
  "durationNs",
  "requestedBytes",
  "returnedBytes",
  "flags",
  "firstLine",
  "lastLine",
  "earlyCopyNs",
  "engineBusyNs",
  "overlapNs",
  "descriptors",
  "dmaBytes",
  "cpuCopyBytes",
  "mappedBytes",
  "dmaCopies",
  "earlyCopies",
  "cpuCopies",
  "sleeps",
  "wakeups",
  "usefulWakeups",
  "earlyWakeups",
  "segments",
  "softirqEarlyBytes",
  "availableBytes",
  "targetBytes",
  "ackCount",
  "delackNs",
  "traceEvents"
];
var INTS = [
  "file",
  "tid",
  "comm",
  "entry",
  "sock",
  "cpuStart",
  "cpuEnd",
  "declineReason",
  "declineKnownBy",
  "wakeReason",
  "copyCpu"
];
var BYTES = ["mechanism", "pinned", "link", "state", "protocol"];
var PINNED_UNKNOWN = 2;
var CallTable = class {
  strings;
  /** Names of the input files, index = `file` column; baseNs by file: absolute ns = baseNs[file] + startNs. */
  files = [];
  columns = /* @__PURE__ */ new Map();
  /** Segments of the calls for which they were kept (all calls of small captures, worst and sampled ones of large). */
  segmentsByCall = /* @__PURE__ */ new Map();
  floats = [];
  ints = [];
  bytes = [];
  byIndex;
  rows = 0;
  constructor(strings2) {
    this.strings = strings2;
    for (const name of [...FLOATS, ...PHASES.map((p) => `${p}Ns`), ...DETAILS.map((d) => `${d}Ns`)])
      this.columns.set(name, addTo(this.floats, float64Column()));
    for (const name of INTS) this.columns.set(name, addTo(this.ints, int32Column()));
    for (const name of BYTES) this.columns.set(name, addTo(this.bytes, uint8Column()));
    this.byIndex = [...this.columns].map(([name, column]) => ({
      name,
      column,
      absent: absentValueOf(name)
    }));
  }
  get length() {
    return this.rows;
  }
  get columnNames() {
    return [...this.columns.keys()];
  }
  column(name) {
    return this.columns.get(name);
  }
  get(name, row) {
    return this.columns.get(name).get(row);
  }
  /** Appends a row; columns not given are absent (NaN, -1; 0 for mechanism, link, state, protocol; 2 for pinned). */
  addRow(values) {
    for (const { name, column, absent } of this.byIndex) column.push(values[name] ?? absent);
    return this.rows++;
  }
  /** Appends a row given as numbers in the order of `columnNames`, absent ones as in `absentNumbers`. */
  addNumbers(values) {
    const { floats, ints, bytes } = this;
    const at = placeInPage(this.rows);
    let k = 0;
    for (let i = 0; i < floats.length; i++) floats[i].openRow()[at] = values[k++];
    for (let i = 0; i < ints.length; i++) ints[i].openRow()[at] = values[k++];
    for (let i = 0; i < bytes.length; i++) bytes[i].openRow()[at] = values[k++];
    return this.rows++;
  }
  numbersAt(row) {
    return Float64Array.from(this.byIndex, ({ column }) => column.get(row));
  }
  setNumbers(row, values) {
    for (let i = 0; i < this.byIndex.length; i++) this.byIndex[i].column.set(row, values[i]);
  }
  /** A row in which nothing is known. */
  get absentNumbers() {
    return Float64Array.from(this.byIndex, ({ absent }) => absent);
  }
  rowAt(row) {
    const out = {};
    for (const [name, column] of this.columns) out[name] = column.get(row);
    return out;
  }
};
function addTo(list, item) {
  list.push(item);
  return item;
}
function absentValueOf(name) {
  if (INTS.includes(name)) return -1;
  if (BYTES.includes(name)) return name === "pinned" ? PINNED_UNKNOWN : 0;
  return Number.NaN;
}

// src/model/mechanism.ts
var DECLINE_REASONS = [
  "none",
  "enough-data-queued",
  "below-copybreak",
  "peek",
  "low-latency",
  "no-channel",
  "alignment-refused",
  "pin-failed",
  "not-tcp",
  "no-offload-in-kernel",
  "not-visible"
];

// src/exports/perfetto/fields.ts
var Trace = { packet: 1 };
var TracePacket = {
  timestamp: 8,
  sequenceId: 10,
  trackEvent: 11,
  internedData: 12,
  sequenceFlags: 13,
  trackDescriptor: 60
};
var TrackEvent = {
  categoryIids: 3,
  debugAnnotations: 4,
  type: 9,
  nameIid: 10,
  trackUuid: 11,
  flowIds: 47,
  correlationId: 52
};
var TrackEventType = { sliceBegin: 1, sliceEnd: 2, instant: 3 };
var TrackDescriptor = { uuid: 1, name: 2, thread: 4 };
var ThreadDescriptor = { pid: 1, tid: 2, threadName: 5 };
var InternedData = { categories: 1, eventNames: 2, annotationNames: 3, stringValues: 29 };
var Interned = { iid: 1, text: 2 };
var DebugAnnotation = { nameIid: 1, uintValue: 3, intValue: 4, stringValue: 6, stringValueIid: 17 };
var SEQUENCE_CLEARED = 1;
var SEQUENCE_NEEDED = 2;

// src/exports/perfetto/proto-buffer.ts
var LENGTH_BYTES = 3;
var START_BYTES = 1 << 19;
var TWO_32 = 4294967296;
var encoder = new TextEncoder();
var WireType = { varint: 0, fixed64: 1, bytes: 2 };
var ProtoBuffer = class {
  buffer = new Uint8Array(START_BYTES);
  at = 0;
  get length() {
    return this.at;
  }
  /** What was written since the last call; the buffer is used again. */
  take() {
    const taken = this.buffer.slice(0, this.at);
    this.at = 0;
    return taken;
  }
  /** Room for `bytes` more: called once a packet, so that the writers below need not look. */
  reserve(bytes) {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = new Uint8Array(2 * (this.at + bytes));
    larger.set(this.buffer.subarray(0, this.at));
    this.buffer = larger;
  }
  /** A whole number up to 2^53; negative ones take the ten bytes that int64 prescribes. */
  varint(value) {
    if (value < 0) {
      this.varint64(Math.floor(value / TWO_32), value - Math.floor(value / TWO_32) * TWO_32);
      return;
    }
    if (value >= TWO_32) {
      this.varint64(Math.floor(value / TWO_32), value % TWO_32);
      return;
    }
    let rest = value >>> 0;
    while (rest > 127) {
      this.buffer[this.at++] = rest & 127 | 128;
      rest >>>= 7;
    }
    this.buffer[this.at++] = rest;
  }
  /** high · 2^32 + low as an unsigned 64-bit number. */
  varint64(high, low) {
    let h = high >>> 0;
    let l = low >>> 0;
    while (h > 0 || l > 127) {
      this.buffer[this.at++] = l & 127 | 128;
      l = (l >>> 7 | h << 25) >>> 0;
      h >>>= 7;
    }
    this.buffer[this.at++] = l;
  }
  tag(field, wire) {
    this.varint(field * 8 + wire);
  }
  number(field, value) {
    this.varint(field * 8 + WireType.varint);
    this.varint(value);
  }
  /** Little-endian; whole numbers up to 2^53. */
  fixed64(field, value) {
    this.tag(field, WireType.fixed64);
    let rest = value;
    for (let i = 0; i < 8; i++) {
      this.buffer[this.at++] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }
  text(field, value) {
    const bytes = encoder.encode(value);
    this.reserve(bytes.length + 16);
    this.tag(field, WireType.bytes);
    this.varint(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }
  /** Returns where the message begins, for `end`. */
  begin(field) {
    this.tag(field, WireType.bytes);
    this.at += LENGTH_BYTES;
    return this.at;
  }
  end(start) {
    const size = this.at - start;
    this.buffer[start - 3] = size & 127 | 128;
    this.buffer[start - 2] = size >>> 7 & 127 | 128;
    this.buffer[start - 1] = size >>> 14;
  }
};

// src/exports/perfetto/packets.ts
var SEQUENCE_ID = 1;
var EVENT_BYTES = 2048;
var TWO_322 = 4294967296;
var PacketWriter = class {
  out = new ProtoBuffer();
  isFirst = true;
  known = {
    categories: /* @__PURE__ */ new Map(),
    eventNames: /* @__PURE__ */ new Map(),
    annotationNames: /* @__PURE__ */ new Map(),
    stringValues: /* @__PURE__ */ new Map()
  };
  fresh = [];
  /** Bytes waiting to be taken. */
  get pending() {
    return this.out.length;
  }
  take() {
    return this.out.take();
  }
  /** `thread` null: a track of its own, not one of a thread. */
  describeTrack(uuid, name, thread) {
    const { out } = this;
    out.reserve(EVENT_BYTES);
    const packet = out.begin(Trace.packet);
    this.putSequence();
    const track = out.begin(TracePacket.trackDescriptor);
    out.number(TrackDescriptor.uuid, uuid);
    if (thread === null) out.text(TrackDescriptor.name, name);
    else {
      const descriptor = out.begin(TrackDescriptor.thread);
      out.number(ThreadDescriptor.pid, thread.tid);
      out.number(ThreadDescriptor.tid, thread.tid);
      out.text(ThreadDescriptor.threadName, name);
      out.end(descriptor);
    }
    out.end(track);
    out.end(packet);
  }
  beginSlice(at, parts) {
    this.putEvent(at, TrackEventType.sliceBegin, parts);
  }
  instant(at, parts) {
    this.putEvent(at, TrackEventType.instant, parts);
  }
  endSlice(at, track) {
    const { out } = this;
    out.reserve(EVENT_BYTES);
    const packet = this.beginPacket(at);
    const event = out.begin(TracePacket.trackEvent);
    out.number(TrackEvent.type, TrackEventType.sliceEnd);
    out.number(TrackEvent.trackUuid, track);
    out.end(event);
    out.end(packet);
  }
  putEvent(at, type, parts) {
    const { out } = this;
    out.reserve(EVENT_BYTES);
    const packet = this.beginPacket(at);
    const event = out.begin(TracePacket.trackEvent);
    out.number(TrackEvent.type, type);
    out.number(TrackEvent.trackUuid, parts.track);
    out.number(TrackEvent.categoryIids, this.intern("categories", parts.category));
    out.number(TrackEvent.nameIid, this.intern("eventNames", parts.name));
    for (const [name, value] of parts.annotations) if (value !== null) this.annotate(name, value);
    if (parts.flow >= 0) out.fixed64(TrackEvent.flowIds, parts.flow);
    if (parts.call >= 0) out.number(TrackEvent.correlationId, parts.call);
    out.end(event);
    if (this.fresh.length > 0) this.putInterned();
    out.end(packet);
  }
  annotate(name, value) {
    const { out } = this;
    const start = out.begin(TrackEvent.debugAnnotations);
    out.number(DebugAnnotation.nameIid, this.intern("annotationNames", name));
    if (typeof value === "string") out.number(DebugAnnotation.stringValueIid, this.intern("stringValues", value));
    else out.number(value < 0 ? DebugAnnotation.intValue : DebugAnnotation.uintValue, value);
    out.end(start);
  }
  beginPacket(at) {
    const { out } = this;
    const packet = out.begin(Trace.packet);
    const high = Math.floor(at.ns / TWO_322);
    const low = at.baseLow + (at.ns - high * TWO_322);
    out.tag(TracePacket.timestamp, 0);
    out.varint64(at.baseHigh + high + (low >= TWO_322 ? 1 : 0), low >= TWO_322 ? low - TWO_322 : low);
    this.putSequence();
    return packet;
  }
  putSequence() {
    this.out.number(TracePacket.sequenceId, SEQUENCE_ID);
    this.out.number(TracePacket.sequenceFlags, this.isFirst ? SEQUENCE_CLEARED | SEQUENCE_NEEDED : SEQUENCE_NEEDED);
    this.isFirst = false;
  }
  intern(kind, text) {
    const table = this.known[kind];
    const known = table.get(text);
    if (known !== void 0) return known;
    const iid = table.size + 1;
    table.set(text, iid);
    this.fresh.push({ kind, iid, text });
    return iid;
  }
  putInterned() {
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
};

// src/exports/perfetto/tracks.ts
var Tracks = class {
  groups = /* @__PURE__ */ new Map();
  threads = /* @__PURE__ */ new Set();
  packets;
  last = 0;
  constructor(packets) {
    this.packets = packets;
  }
  get count() {
    return this.last;
  }
  /** `tid`: a track of a thread, as far as that thread has none yet (a second clock shows the same thread again). */
  place(group, name, tid, startNs, endNs) {
    let entry = this.groups.get(group);
    if (entry === void 0) {
      entry = { tracks: [] };
      this.groups.set(group, entry);
    }
    const free = entry.tracks.find((track) => track.endNs <= startNs);
    if (free !== void 0) {
      free.endNs = endNs;
      return free.uuid;
    }
    const uuid = ++this.last;
    const place = entry.tracks.push({ uuid, endNs });
    const isThread = tid > 0 && place === 1 && !this.threads.has(tid);
    if (isThread) this.threads.add(tid);
    this.packets.describeTrack(uuid, place === 1 ? name : `${name} (${place})`, isThread ? { tid } : null);
    return uuid;
  }
};

// src/exports/perfetto/index.ts
var CHUNK_BYTES = 1 << 18;
var NO_LENGTH = Number.NEGATIVE_INFINITY;
function* writePerfetto(table, identity, count) {
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
var blankPerfettoCount = () => ({
  calls: 0,
  marked: 0,
  withoutTime: 0,
  slices: 0,
  tracks: 0
});
function rowsByStart(table, count) {
  const start = table.column("startNs");
  const end = table.column("endNs");
  const file = table.column("file");
  const rows = [];
  for (let row = 0; row < table.length; row++) {
    if (Number.isNaN(start.get(row)) && Number.isNaN(end.get(row))) count.withoutTime++;
    else rows.push(row);
  }
  const keyOf = (row) => Number.isNaN(start.get(row)) ? end.get(row) : start.get(row);
  return rows.sort((a, b) => file.get(a) - file.get(b) || keyOf(a) - keyOf(b) || a - b);
}
var CallWriter = class {
  packets = new PacketWriter();
  tracks = new Tracks(this.packets);
  table;
  count;
  bases;
  lanes = [];
  texts = /* @__PURE__ */ new Map();
  flows = 0;
  constructor(table, count) {
    this.table = table;
    this.count = count;
    this.bases = table.files.map(({ baseNs }) => ({
      baseHigh: Number(BigInt.asUintN(32, baseNs >> 32n)),
      baseLow: Number(BigInt.asUintN(32, baseNs))
    }));
  }
  /** Whose capture this is, as a mark at its first call. */
  putIdentity(row, { labels, ...known }) {
    const ns = this.startOf(row);
    const track = this.tracks.place("capture", "capture", 0, ns, ns);
    const annotations = [
      ...Object.entries(known),
      ...Object.entries(labels).map(([key, value]) => [`label ${key}`, value])
    ];
    this.packets.instant(this.momentOf(row, ns), {
      track,
      category: "capture",
      name: "capture",
      annotations,
      flow: -1,
      call: -1
    });
  }
  putCall(row) {
    const { table, packets } = this;
    const [startNs, endNs] = [table.get("startNs", row), table.get("endNs", row)];
    const isWhole = endNs >= startNs;
    const at = this.startOf(row);
    const track = this.threadTrack(row, at, isWhole ? endNs : at);
    const parts = {
      track,
      category: "receive",
      name: `${this.textOf("entry", row) ?? "receive"} ${MECHANISM_IDS[table.get("mechanism", row)]}`,
      annotations: this.describeCall(row),
      flow: -1,
      call: row
    };
    if (!isWhole) {
      this.count.marked++;
      packets.instant(this.momentOf(row, at), { ...parts, name: `${parts.name} (cut)` });
      return;
    }
    this.count.calls++;
    this.count.slices++;
    const segments = table.segmentsByCall.get(row) ?? [];
    const phases = segments.filter((segment) => segment.lane === "process");
    const flowOf = this.putWakeups(row, segments, phases);
    packets.beginSlice(this.momentOf(row, startNs), parts);
    for (const [index, segment] of phases.entries()) this.putPhase(row, track, segment, flowOf.get(index) ?? -1);
    packets.endSlice(this.momentOf(row, endNs), track);
    for (const segment of segments)
      if (segment.lane === "engine" || segment.lane === "softirq") this.lanes.push({ segment, row });
  }
  putPhase(row, track, segment, flow) {
    if (segment.phase === null) return;
    this.count.slices++;
    this.packets.beginSlice(this.momentOf(row, segment.startNs), {
      track,
      category: "phase",
      name: PHASE_TITLES[segment.phase],
      annotations: [
        ["cpu", numberOrNull(segment.cpu)],
        ["line", numberOrNull(segment.line)]
      ],
      flow,
      call: row
    });
    this.packets.endSlice(this.momentOf(row, segment.endNs), track);
  }
  /** Marks on the waker's side. They stand before the call in the file: of two events at one moment the first is the source. */
  putWakeups(row, segments, phases) {
    const flowOf = /* @__PURE__ */ new Map();
    for (const { lane, startNs, cpu, line, label } of segments) {
      if (lane !== "waker") continue;
      const target = phases.findIndex((phase) => phase.startNs >= startNs);
      const isFree = target >= 0 && !flowOf.has(target);
      const flow = isFree ? ++this.flows : -1;
      if (isFree) flowOf.set(target, flow);
      const track = this.tracks.place(
        `waker ${cpu}`,
        cpu < 0 ? "wakeups" : `wakeups from CPU ${cpu}`,
        0,
        startNs,
        NO_LENGTH
      );
      this.packets.instant(this.momentOf(row, startNs), {
        track,
        category: "wakeup",
        name: label,
        annotations: [["line", numberOrNull(line)]],
        flow,
        call: row
      });
    }
    return flowOf;
  }
  /** Work for calls elsewhere, in the order in which it began on its CPU. */
  sortedLanes() {
    const file = this.table.column("file");
    return this.lanes.sort(
      (a, b) => file.get(a.row) - file.get(b.row) || a.segment.startNs - b.segment.startNs || b.segment.endNs - a.segment.endNs || a.row - b.row
    );
  }
  putLane({ segment, row }) {
    const { lane, startNs, endNs, cpu, line, label } = segment;
    this.count.slices++;
    const group = `${lane} ${this.table.get("file", row)} ${cpu}`;
    const track = this.tracks.place(group, cpu < 0 ? lane : `${lane} CPU ${cpu}`, 0, startNs, endNs);
    this.packets.beginSlice(this.momentOf(row, startNs), {
      track,
      category: lane,
      name: label,
      annotations: [["line", numberOrNull(line)]],
      flow: -1,
      call: row
    });
    this.packets.endSlice(this.momentOf(row, endNs), track);
  }
  threadTrack(row, startNs, endNs) {
    const tid = this.table.get("tid", row);
    const name = `${this.textOf("comm", row) ?? "thread"}${tid > 0 ? ` ${tid}` : ""}`;
    return this.tracks.place(`thread ${this.table.get("file", row)} ${tid}`, name, tid, startNs, endNs);
  }
  describeCall(row) {
    const { table } = this;
    const number = (name) => numberOrNull(table.get(name, row));
    const returned = table.get("returnedBytes", row);
    const reason = DECLINE_REASONS[table.get("declineReason", row)] ?? null;
    return [
      ["call", row],
      ["requested_bytes", number("requestedBytes")],
      ["returned_bytes", Number.isFinite(returned) ? Math.round(returned) : null],
      ["mechanism", MECHANISM_IDS[table.get("mechanism", row)]],
      ["decline_reason", reason],
      ["dma_bytes", number("dmaBytes")],
      ["cpu_copy_bytes", number("cpuCopyBytes")],
      ["sleeps", number("sleeps")],
      ["wakeups", number("wakeups")],
      ["sock", this.textOf("sock", row)],
      ["state", nameCallState(table.get("state", row))],
      ["first_line", number("firstLine")],
      ["last_line", number("lastLine")]
    ];
  }
  textOf(name, row) {
    const id = this.table.get(name, row);
    if (id < 0) return null;
    let text = this.texts.get(id);
    if (text === void 0) {
      text = foldSpaces(cleanText(this.table.strings.textOf(id)));
      this.texts.set(id, text);
    }
    return text;
  }
  startOf(row) {
    const start = this.table.get("startNs", row);
    return Number.isNaN(start) ? this.table.get("endNs", row) : start;
  }
  momentOf(row, ns) {
    const { baseHigh, baseLow } = this.bases[this.table.get("file", row)];
    return { baseHigh, baseLow, ns: Math.round(ns) };
  }
};
var numberOrNull = (value) => value >= 0 ? Math.round(value) : null;

// src/model/environment.ts
function findFact(facts, domain, key) {
  for (let i = facts.length - 1; i >= 0; i--) if (facts[i].domain === domain && facts[i].key === key) return facts[i];
  return void 0;
}

// src/model/identity.ts
var LABEL = "label.";
function identifyCapture({ captureId, labels, files, facts }) {
  const told = (domain, key) => findFact(facts, domain, key)?.text || null;
  return {
    captureId: captureId ?? null,
    host: nameOrNull(told("header", "hostname")) ?? nameOrNull(hostOfUname(told("kernel", "uname"))),
    bootId: told("sysctl", "kernel.random.boot_id"),
    kernel: findKernelRelease(facts) || null,
    cpuModel: told("cpu", "model"),
    nic: told("other", "nic") ?? findNic(facts),
    driver: told("ethtool", "driver"),
    tracer: listTracers(files),
    clock: told("trace-option", "trace_clock") ?? told("header", "clockid")?.replace(/\s*\(.*$/, "") ?? null,
    startedAt: told("header", "captured on") ?? told("other", "date"),
    labels: sortLabels([
      ...facts.filter((f) => f.domain === "other" && f.key.startsWith(LABEL)).map((f) => toLabel(f)),
      ...Object.entries(labels ?? {})
    ])
  };
}
function findKernelRelease(facts) {
  const release = findFact(facts, "kernel", "release")?.text;
  if (release !== void 0 && release !== "") return release;
  const sources = [findFact(facts, "kernel", "uname")?.text, findFact(facts, "header", "os release")?.text];
  for (const text of sources) {
    const found = text?.match(/\b\d+\.\d+(?:\.\d+)?[\w.+-]*/);
    if (found) return found[0];
  }
  return "";
}
var nameOrNull = (name) => name === "(none)" ? null : name;
function hostOfUname(uname) {
  return uname === null ? null : /^Linux (\S+) \d+\.\d+/.exec(uname)?.[1] ?? null;
}
function findNic(facts) {
  const devices = /* @__PURE__ */ new Set();
  for (const fact of facts) {
    const asked = fact.domain === "ethtool" ? /^(.+?)\.(?:features|coalesce|ring|settings|stats)\./.exec(fact.key) : null;
    if (asked !== null) devices.add(asked[1]);
  }
  return devices.size === 1 ? [...devices][0] : null;
}
function listTracers(files) {
  const formats = new Set(files.filter((file) => file.events > 0).map((file) => file.format));
  return formats.size === 0 ? null : [...formats].sort().join(", ");
}
var toLabel = (fact) => [fact.key.slice(LABEL.length), fact.text];
function sortLabels(labels) {
  const last = new Map(labels);
  return Object.fromEntries([...last].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
}

// src/model/string-table.ts
var StringTable = class {
  texts = [];
  bytes = [];
  idByText = /* @__PURE__ */ new Map();
  chains = /* @__PURE__ */ new Map();
  decoder = new TextDecoder("utf-8");
  encoder = new TextEncoder();
  get size() {
    return this.texts.length;
  }
  /** The text of an id; '' for -1 (absent). */
  textOf(id) {
    return id < 0 ? "" : this.texts[id];
  }
  intern(text) {
    const known = this.idByText.get(text);
    if (known !== void 0) return known;
    const bytes = this.encoder.encode(text);
    return this.add(text, bytes, hashBytes(bytes, 0, bytes.length));
  }
  internBytes(buffer, start, end) {
    const hash = hashBytes(buffer, start, end);
    const chain = this.chains.get(hash);
    if (chain !== void 0) {
      for (const id of chain) if (equalBytes(this.bytes[id], buffer, start, end)) return id;
    }
    const copy = Uint8Array.prototype.slice.call(buffer, start, end);
    const text = this.decoder.decode(copy);
    const known = this.idByText.get(text);
    if (known !== void 0 && equalBytes(this.bytes[known], buffer, start, end)) return known;
    return this.add(text, copy, hash);
  }
  add(text, bytes, hash) {
    const id = this.texts.length;
    this.texts.push(text);
    this.bytes.push(bytes);
    if (!this.idByText.has(text)) this.idByText.set(text, id);
    const chain = this.chains.get(hash);
    if (chain === void 0) this.chains.set(hash, [id]);
    else chain.push(id);
    return id;
  }
};
function hashBytes(buffer, start, end) {
  let hash = 2166136261;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ buffer[i], 16777619);
  return hash >>> 0;
}
function equalBytes(stored, buffer, start, end) {
  if (stored.length !== end - start) return false;
  for (let i = 0; i < stored.length; i++) if (stored[i] !== buffer[start + i]) return false;
  return true;
}

// ../../../tmp/bench-pf2.ts
var strings = new StringTable();
var t = new CallTable(strings);
t.files.push({ name: "a", baseNs: 1000000000000n });
var ph = ["pin", "submit", "copy", "wait", "unpin", "sleep"];
for (let i = 0; i < 1e5; i++) {
  const s = i * 2e3;
  const r = t.addRow({ file: 0, tid: 100 + i % 8, comm: strings.intern("iperf"), entry: strings.intern("recvfrom"), startNs: s, endNs: s + 6e3 * 2, requestedBytes: 131072, returnedBytes: 65536, mechanism: 3, dmaBytes: 65536, cpuCopyBytes: 0, sleeps: 1, wakeups: 1, firstLine: i, lastLine: i + 9 });
  const segs = ph.map((p, k) => ({ lane: "process", phase: p, startNs: s + k * 2e3, endNs: s + (k + 1) * 2e3, cpu: 1, line: i, label: "" }));
  segs.push({ lane: "waker", phase: null, startNs: s + 2e3, endNs: s + 2e3, cpu: 0, line: i, label: "wakeup: psh" });
  t.segmentsByCall.set(r, segs);
}
var c = blankPerfettoCount();
var u0 = process.cpuUsage();
var n = 0;
var chunks = [];
for (const ch of writePerfetto(t, identifyCapture({ files: [], facts: [] }), c)) {
  n += ch.length;
  chunks.push(ch);
}
var u = process.cpuUsage(u0);
console.log("cpu s", (u.user + u.system) / 1e6, "bytes", n, c, "rss", process.memoryUsage().rss >> 20);
