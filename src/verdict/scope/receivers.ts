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
  tids: Set<number>;
  socks: ReadonlySet<string>;
  /** Connections that lines name. */
  flows: ReadonlySet<string>;
  /** Bytes by connection (else socket). */
  bytesByFlow: Map<string, number>;
  /** Sum of what calls returned. */
  bytes: number;
  /** Whole calls that returned bytes no line tells. */
  hidden: number;
  durationNs: number;
  spanNs: number;
}

/** First begin and last end of a receiver's calls in a file. */
interface Span {
  readonly file: number;
  from: number;
  to: number;
}

/** Receivers by thread and id of its name: a name is looked up once. Nearly every thread has one name only. */
class ReceiversByThread {
  private readonly comms = new Map<number, number>();
  private readonly receivers = new Map<number, Receiver>();
  private readonly renamed = new Map<number, Map<number, Receiver>>();

  get(tid: number, comm: number, find: () => Receiver): Receiver {
    const first = this.comms.get(tid);
    if (first === comm) return this.receivers.get(tid)!;
    if (first !== undefined) return entryOf(entryOf(this.renamed, tid, makeMap<number, Receiver>), comm, find);
    const receiver = find();
    this.comms.set(tid, comm);
    this.receivers.set(tid, receiver);
    return receiver;
  }
}

const makeMap = <K, V>(): Map<K, V> => new Map<K, V>();

/** Receivers of a run, the one with most bytes first (then most calls); UDP behind TCP. */
export function findReceivers(run: Run): Receiver[] {
  const { calls } = run;
  const threads = groupThreads(calls);
  const found = new Map<string, Receiver>();
  const known = [new ReceiversByThread(), new ReceiversByThread()];
  const spans = new Map<Receiver, Span[]>();
  const read = readCallsOf(calls);
  for (let row = 0; row < calls.length; row++) {
    const isUdp = read.protocol.get(row) === Protocol.udp;
    const tid = read.tid.get(row);
    const commId = read.comm.get(row);
    const receiver = known[isUdp ? 0 : 1].get(tid, commId, () => {
      const comm = threads.commOf(tid, calls.strings.textOf(commId));
      const key = isUdp ? `UDP ${comm}` : threads.groupOf(tid, comm);
      return entryOf(found, key, () => blankReceiver(comm, isUdp ? 'UDP' : 'TCP'));
    });
    addCall(receiver, run, row, read);
    const from = read.startNs.get(row);
    const to = read.endNs.get(row);
    if (!(to > from)) continue;
    const file = read.file.get(row);
    const ofReceiver = spans.get(receiver);
    const span = ofReceiver?.findLast((each) => each.file === file);
    if (ofReceiver === undefined) spans.set(receiver, [{ file, from, to }]);
    else if (span === undefined) ofReceiver.push({ file, from, to });
    else {
      if (from < span.from) span.from = from;
      if (to > span.to) span.to = to;
    }
  }
  for (const [receiver, ofReceiver] of spans)
    for (const { from, to } of ofReceiver)
      receiver.spanNs = (Number.isNaN(receiver.spanNs) ? 0 : receiver.spanNs) + to - from;
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

/** Calls that hide their bytes count as if each had brought as much as the others on average, at least one byte. */
export function weightOf({ bytes, hidden, rows }: Receiver): number {
  const shown = rows.length - hidden;
  return bytes + hidden * Math.max(1, shown > 0 ? bytes / shown : 1);
}

/** Of a receiver whose connections no line names: sets of its own for each of a million take 320 MB. */
const NONE: ReadonlySet<string> = new Set();
const withText = (set: ReadonlySet<string>, text: string): ReadonlySet<string> =>
  set === NONE ? new Set([text]) : (set as Set<string>).add(text);

function blankReceiver(comm: string, protocol: Receiver['protocol']): Receiver {
  return {
    name: comm,
    comm,
    protocol,
    rows: [],
    tids: new Set(),
    socks: NONE,
    flows: NONE,
    bytesByFlow: new Map(),
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

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function addCall(receiver: Receiver, { calls }: Run, row: number, read: Read): void {
  // A list made of its first item has no room for sixteen more.
  if (receiver.rows.length === 0) receiver.rows = [row];
  else receiver.rows.push(row);
  receiver.tids.add(read.tid.get(row));
  const sock = calls.strings.textOf(read.sock.get(row));
  const named = calls.strings.textOf(read.flow.get(row));
  if (named !== '') receiver.flows = withText(receiver.flows, named);
  const flow = named || sock;
  if (flow !== '') receiver.socks = withText(receiver.socks, sock || flow);
  const returned = read.returnedBytes.get(row);
  const isPeek = (read.flags.get(row) & MSG_PEEK) !== 0;
  if (returned > 0 && !isPeek) {
    receiver.bytes += returned;
    receiver.bytesByFlow.set(flow, (receiver.bytesByFlow.get(flow) ?? 0) + returned);
  } else if (hidesBytes(calls, row)) receiver.hidden++;
  const duration = read.durationNs.get(row);
  if (duration > 0) receiver.durationNs += duration;
}

/** The connection with most bytes. */
export function mainFlowOf({ bytesByFlow, socks }: Receiver): string {
  const [best] = [...bytesByFlow].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return best?.[0] || ([...socks].sort()[0] ?? '');
}

/** Several receivers of one task name: `redis-server` alone, but `iperf3 (port 5201)` and `iperf3 (to 10.0.0.1:5201)`. */
function nameApart(receivers: readonly Receiver[]): void {
  const keyOf = ({ comm, protocol }: Receiver): string => `${protocol} ${comm}`;
  const namesakes = new Map<string, number>();
  for (const receiver of receivers) namesakes.set(keyOf(receiver), (namesakes.get(keyOf(receiver)) ?? 0) + 1);
  for (const receiver of receivers) {
    if (namesakes.get(keyOf(receiver)) === 1) continue;
    const flow = mainFlowOf(receiver);
    const [ours, theirs] = portsOf(flow);
    const end = flow.split(' ')[1];
    const tids = [...receiver.tids].sort((a, b) => a - b);
    receiver.name = `${receiver.comm} (${end === undefined ? `thread ${tids[0]}` : isServer(ours, theirs) ? `port ${ours}` : `to ${end}`})`;
  }
}
