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
  socks: Set<string>;
  /** Connections that lines name. */
  flows: Set<string>;
  /** Bytes by connection (else socket). */
  bytesByFlow: Map<string, number>;
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
  const found = new Map<string, Receiver>();
  const spans = new Map<string, { from: number; to: number }>();
  for (let row = 0; row < calls.length; row++) {
    const isUdp = calls.get('protocol', row) === Protocol.udp;
    const tid = calls.get('tid', row);
    const comm = threads.commOf(tid, calls.strings.textOf(calls.get('comm', row)));
    const key = isUdp ? `UDP ${comm}` : threads.groupOf(tid, comm);
    let receiver = found.get(key);
    if (receiver === undefined) {
      receiver = blankReceiver(comm, isUdp ? 'UDP' : 'TCP');
      found.set(key, receiver);
    }
    addCall(receiver, run, row);
    const [from, to] = [calls.get('startNs', row), calls.get('endNs', row)];
    if (!(to > from)) continue;
    const place = `${key}\n${calls.get('file', row)}`;
    const span = spans.get(place) ?? { from, to };
    spans.set(place, { from: Math.min(span.from, from), to: Math.max(span.to, to) });
  }
  for (const [place, { from, to }] of spans) {
    const receiver = found.get(place.slice(0, place.lastIndexOf('\n')))!;
    receiver.spanNs = (Number.isNaN(receiver.spanNs) ? 0 : receiver.spanNs) + to - from;
  }
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

function blankReceiver(comm: string, protocol: Receiver['protocol']): Receiver {
  return {
    name: comm,
    comm,
    protocol,
    rows: [],
    tids: new Set(),
    socks: new Set(),
    flows: new Set(),
    bytesByFlow: new Map(),
    bytes: 0,
    hidden: 0,
    durationNs: 0,
    spanNs: Number.NaN,
  };
}

function addCall(receiver: Receiver, { calls }: Run, row: number): void {
  receiver.rows.push(row);
  receiver.tids.add(calls.get('tid', row));
  const sock = calls.strings.textOf(calls.get('sock', row));
  const named = calls.strings.textOf(calls.get('flow', row));
  if (named !== '') receiver.flows.add(named);
  const flow = named || sock;
  if (flow !== '') receiver.socks.add(sock || flow);
  const returned = calls.get('returnedBytes', row);
  const isPeek = (calls.get('flags', row) & MSG_PEEK) !== 0;
  if (returned > 0 && !isPeek) {
    receiver.bytes += returned;
    receiver.bytesByFlow.set(flow, (receiver.bytesByFlow.get(flow) ?? 0) + returned);
  } else if (hidesBytes(calls, row)) receiver.hidden++;
  const duration = calls.get('durationNs', row);
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
