import type { CallTable } from '../../model/calls.ts';
import type { Run } from '../../model/capture.ts';
import { Protocol } from '../../model/sockets/protocol.ts';
import { hidesBytes, MSG_PEEK } from '../call-view.ts';
import { isServer, portsOf } from './filter.ts';
import { groupThreads } from './groups.ts';

/** One receiver of one run and the rows that are its calls. */
export interface Receiver {
  name: string;
  comm: string;
  protocol: 'TCP' | 'UDP';
  rows: number[];
  /** Each once. */
  tids: number[];
  socks: ReadonlySet<string>;
  /** Connections that lines name. */
  flows: ReadonlySet<string>;
  /** Bytes by connection (else socket), and of calls of which neither is known. */
  bytesByFlow: ReadonlyMap<string, number>;
  bytesUnnamed: number;
  /** Sum of what calls returned. */
  bytes: number;
  /** Whole calls that returned bytes no line tells. */
  hidden: number;
  durationNs: number;
  spanNs: number;
}

/** Receivers of a run, the one with most bytes first (then most calls); UDP behind TCP. */
export function findReceivers(run: Run): Receiver[] {
  const { calls } = run;
  const threads = groupThreads(calls);
  /** By group; of UDP by name. */
  const found = new Map<number | string, Receiver>();
  const read = readCallsOf(calls);
  for (let row = 0; row < calls.length; row++) {
    const isUdp = read.protocol.get(row) === Protocol.udp;
    const tid = read.tid.get(row);
    const comm = calls.strings.textOf(read.comm.get(row));
    const key = isUdp ? threads.commOf(tid, comm) : threads.groupOf(tid, comm);
    let receiver = found.get(key);
    if (receiver === undefined) {
      receiver = blankReceiver(threads.commOf(tid, comm), isUdp ? 'UDP' : 'TCP');
      found.set(key, receiver);
    }
    addCall(receiver, run, row, read);
  }
  for (const receiver of found.values()) sumUp(receiver, read);
  const list = [...found.values()];
  nameApart(list);
  return list.sort(
    (a, b) =>
      Number(a.protocol === 'UDP') - Number(b.protocol === 'UDP') ||
      weightOf(b) - weightOf(a) ||
      b.rows.length - a.rows.length ||
      (a.name < b.name ? -1 : 1),
  );
}

/** Threads, and the time from the first begin to the last end in every file. */
function sumUp(receiver: Receiver, read: Read): void {
  const { rows } = receiver;
  receiver.tids = rows.length === 1 ? [read.tid.get(rows[0])] : [...new Set(rows.map((row) => read.tid.get(row)))];
  const spans = new Map<number, { from: number; to: number }>();
  for (const row of rows) {
    const from = read.startNs.get(row);
    const to = read.endNs.get(row);
    if (!(to > from)) continue;
    const file = read.file.get(row);
    const span = spans.get(file);
    if (span === undefined) spans.set(file, { from, to });
    else {
      if (from < span.from) span.from = from;
      if (to > span.to) span.to = to;
    }
  }
  for (const { from, to } of spans.values())
    receiver.spanNs = (Number.isNaN(receiver.spanNs) ? 0 : receiver.spanNs) + to - from;
}

/** Calls that hide their bytes count as if each had brought as much as the others on average, at least one byte. */
export function weightOf({ bytes, hidden, rows }: Receiver): number {
  const shown = rows.length - hidden;
  return bytes + hidden * Math.max(1, shown > 0 ? bytes / shown : 1);
}

/** Of a receiver whose connections no line names: sets of its own for each of a million take 320 MB. */
const NONE: ReadonlySet<string> = new Set();
const NO_BYTES: ReadonlyMap<string, number> = new Map();
const withText = (set: ReadonlySet<string>, text: string): ReadonlySet<string> =>
  set === NONE ? new Set([text]) : (set as Set<string>).add(text);

function withBytes(map: ReadonlyMap<string, number>, flow: string, bytes: number): ReadonlyMap<string, number> {
  if (map === NO_BYTES) return new Map([[flow, bytes]]);
  return (map as Map<string, number>).set(flow, (map.get(flow) ?? 0) + bytes);
}

function blankReceiver(comm: string, protocol: Receiver['protocol']): Receiver {
  return {
    name: comm,
    comm,
    protocol,
    rows: [],
    tids: [],
    socks: NONE,
    flows: NONE,
    bytesByFlow: NO_BYTES,
    bytesUnnamed: 0,
    bytes: 0,
    hidden: 0,
    durationNs: 0,
    spanNs: Number.NaN,
  };
}

const READ = [
  'protocol',
  'tid',
  'comm',
  'file',
  'startNs',
  'endNs',
  'sock',
  'flow',
  'returnedBytes',
  'flags',
  'durationNs',
] as const;
type Read = Record<(typeof READ)[number], ReturnType<CallTable['column']>>;
const readCallsOf = (calls: CallTable): Read =>
  Object.fromEntries(READ.map((name) => [name, calls.column(name)])) as Read;

function addCall(receiver: Receiver, { calls }: Run, row: number, read: Read): void {
  // A list made of its first item has no room for sixteen more.
  if (receiver.rows.length === 0) receiver.rows = [row];
  else receiver.rows.push(row);
  const sock = calls.strings.textOf(read.sock.get(row));
  const named = calls.strings.textOf(read.flow.get(row));
  if (named !== '') receiver.flows = withText(receiver.flows, named);
  const flow = named || sock;
  if (flow !== '') receiver.socks = withText(receiver.socks, sock || flow);
  const returned = read.returnedBytes.get(row);
  const isPeek = (read.flags.get(row) & MSG_PEEK) !== 0;
  if (returned > 0 && !isPeek) {
    receiver.bytes += returned;
    if (flow === '') receiver.bytesUnnamed += returned;
    else receiver.bytesByFlow = withBytes(receiver.bytesByFlow, flow, returned);
  } else if (hidesBytes(calls, row)) receiver.hidden++;
  const duration = read.durationNs.get(row);
  if (duration > 0) receiver.durationNs += duration;
}

/** The connection with most bytes; of a receiver that got most on unknown ones the first by name. */
export function mainFlowOf({ bytesByFlow, bytesUnnamed, socks }: Receiver): string {
  let [best, most] = ['', bytesUnnamed];
  for (const [flow, bytes] of bytesByFlow)
    if (bytes > most || (bytes === most && best !== '' && flow < best)) [best, most] = [flow, bytes];
  if (best !== '') return best;
  for (const sock of socks) if (best === '' || sock < best) best = sock;
  return best;
}

/** Several receivers of one task name: `redis-server` alone, but `iperf3 (port 5201)` and `iperf3 (to 10.0.0.1:5201)`. */
function nameApart(receivers: readonly Receiver[]): void {
  // Of UDP there is one of a name.
  const namesakes = new Map<string, number>();
  for (const { comm, protocol } of receivers)
    if (protocol === 'TCP') namesakes.set(comm, (namesakes.get(comm) ?? 0) + 1);
  if (namesakes.size === receivers.length) return;
  for (const receiver of receivers) {
    if (receiver.protocol === 'UDP' || namesakes.get(receiver.comm) === 1) continue;
    const flow = mainFlowOf(receiver);
    const [ours, theirs] = portsOf(flow);
    const end = flow.split(' ')[1];
    const tids = [...receiver.tids].sort((a, b) => a - b);
    receiver.name = `${receiver.comm} (${end === undefined ? `thread ${tids[0]}` : isServer(ours, theirs) ? `port ${ours}` : `to ${end}`})`;
  }
}
