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
  /** Its rows are those of `order` from `from` to `to`, one array for all receivers of the run: see rowsOf. */
  order: Int32Array;
  from: number;
  to: number;
  threads: number;
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
  const read = readCallsOf(calls);
  const list: Receiver[] = [];
  /** Place in the list by group; of UDP by name. */
  const places = new Map<number | string, number>();
  const placeOfRow = new Int32Array(calls.length);
  for (let row = 0; row < calls.length; row++) {
    const isUdp = read.protocol.get(row) === Protocol.udp;
    const tid = read.tid.get(row);
    const comm = calls.strings.textOf(read.comm.get(row));
    const key = isUdp ? threads.commOf(tid, comm) : threads.groupOf(tid, comm);
    let place = places.get(key);
    if (place === undefined) {
      place = list.push(blankReceiver(threads.commOf(tid, comm), isUdp ? 'UDP' : 'TCP')) - 1;
      places.set(key, place);
    }
    placeOfRow[row] = place;
    list[place].to++;
  }
  places.clear();
  giveRows(list, placeOfRow);
  for (const receiver of list) {
    for (const row of rowsOf(receiver)) addCall(receiver, run, row, read);
    receiver.threads = tidsOf(run, receiver).length;
    receiver.spanNs = sumSpans(rowsOf(receiver), read);
  }
  nameApart(run, list);
  return list.sort(
    (a, b) =>
      Number(a.protocol === 'UDP') - Number(b.protocol === 'UDP') ||
      weightOf(b) - weightOf(a) ||
      callsOf(b) - callsOf(a) ||
      (a.name < b.name ? -1 : 1),
  );
}

/** The rows in the order of their receivers, of each in their own; `to` is the number of its rows before and their end after. */
function giveRows(list: readonly Receiver[], placeOfRow: Int32Array): void {
  const order = new Int32Array(placeOfRow.length);
  let end = 0;
  for (const receiver of list) {
    receiver.order = order;
    receiver.from = end;
    end += receiver.to;
    receiver.to = receiver.from;
  }
  for (let row = 0; row < placeOfRow.length; row++) order[list[placeOfRow[row]].to++] = row;
}

export const rowsOf = ({ order, from, to }: Receiver): Int32Array => order.subarray(from, to);
export const callsOf = ({ from, to }: Receiver): number => to - from;

/** Its threads, each once. */
export function tidsOf({ calls }: Run, receiver: Receiver): number[] {
  const tids = calls.column('tid');
  if (callsOf(receiver) === 1) return [tids.get(receiver.order[receiver.from])];
  return [...new Set(Array.from(rowsOf(receiver), (row) => tids.get(row)))];
}

/** Time from the first begin to the last end in every file; NaN where no call has both. */
function sumSpans(rows: Int32Array, read: Read): number {
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
  if (spans.size === 0) return Number.NaN;
  let sum = 0;
  for (const { from, to } of spans.values()) sum += to - from;
  return sum;
}

/** Calls that hide their bytes count as if each had brought as much as the others on average, at least one byte. */
export function weightOf(receiver: Receiver): number {
  const { bytes, hidden } = receiver;
  const shown = callsOf(receiver) - hidden;
  return bytes + hidden * Math.max(1, shown > 0 ? bytes / shown : 1);
}

/** Of a receiver whose connections no line names: sets of its own for each of a million take 320 MB. */
const NONE: ReadonlySet<string> = new Set();
const NO_ROWS = new Int32Array(0);
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
    order: NO_ROWS,
    from: 0,
    to: 0,
    threads: 0,
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
function nameApart(run: Run, receivers: readonly Receiver[]): void {
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
    const tids = tidsOf(run, receiver).sort((a, b) => a - b);
    receiver.name = `${receiver.comm} (${end === undefined ? `thread ${tids[0]}` : isServer(ours, theirs) ? `port ${ours}` : `to ${end}`})`;
  }
}
