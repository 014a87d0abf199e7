import type { CallTable } from '../../model/calls.ts';
import { Protocol } from '../../model/sockets/protocol.ts';
import { isServer, portsOf } from './filter.ts';

/** Threads of one process, as far as the text tells: numbers of groups by thread. */
export interface ThreadGroups {
  groupOf(tid: number, comm: string): string;
  /** Usual task name of a thread: marks of sides are task names too. */
  commOf(tid: number, comm: string): string;
}

const MARK = /^recvscope:/;

/**
 * Threads of one task name are one receiver when a line says so (same process) and when their connections have our port (a
 * server) or the other end (a client) in common. Both ends of a test on one machine are then two receivers though they have
 * one name. Threads without any known connection belong together by name.
 */
export function groupThreads(calls: CallTable): ThreadGroups {
  const comms = nameThreads(calls);
  const parents = new Map<string, string>();
  const find = (key: string): string => {
    let root = key;
    while ((parents.get(root) ?? root) !== root) root = parents.get(root)!;
    parents.set(key, root);
    return root;
  };
  const unite = (a: string, b: string): void => {
    const [x, y] = [find(a), find(b)];
    if (x !== y) parents.set(y, x);
  };
  const commOf = (tid: number, comm: string): string => comms.get(tid) ?? comm;
  const keyOf = (tid: number, comm: string): string => `${tid > 0 ? tid : ''} ${commOf(tid, comm)}`;
  const known = new Map<string, Set<string>>();
  const unknown = new Map<string, Set<string>>();
  for (const row of listDistinctRows(calls)) {
    const tid = calls.get('tid', row);
    const comm = commOf(tid, calls.strings.textOf(calls.get('comm', row)));
    const key = keyOf(tid, comm);
    const links = linksOf(calls, row);
    for (const link of links) unite(`${comm} ${link}`, key);
    const list = links.length > 0 ? known : unknown;
    list.set(comm, (list.get(comm) ?? new Set()).add(key));
  }
  for (const [comm, keys] of unknown) {
    const roots = new Set([...(known.get(comm) ?? [])].map(find));
    const strangers = [...keys].filter((key) => !(known.get(comm)?.has(key) ?? false));
    const home = roots.size === 1 ? [...roots][0] : `${comm} without connection`;
    for (const key of strangers) unite(home, key);
  }
  return { commOf, groupOf: (tid, comm) => find(keyOf(tid, comm)) };
}

/** One row, the first, of each thread, task name, process and connection: the million others say nothing new. TCP's only. */
function listDistinctRows(calls: CallTable): number[] {
  const [protocols, tids, comms, tgids, flows] = (['protocol', 'tid', 'comm', 'tgid', 'flow'] as const).map((name) =>
    calls.column(name),
  );
  // Nearly every thread has one name, process and connection: its first row tells them, sets are for the others.
  const firstRows = new Map<number, number>();
  const others = new Map<number, Map<number, Set<number>>>();
  const rows: number[] = [];
  for (let row = 0; row < calls.length; row++) {
    if (protocols.get(row) === Protocol.udp) continue;
    const tid = tids.get(row);
    const first = firstRows.get(tid);
    if (first === undefined) {
      firstRows.set(tid, row);
      rows.push(row);
      continue;
    }
    const [comm, flow, tgid] = [comms.get(row), flows.get(row), tgids.get(row)];
    if (comms.get(first) === comm && flows.get(first) === flow && tgids.get(first) === tgid) continue;
    let ofThread = others.get(tid);
    if (ofThread === undefined) {
      ofThread = new Map();
      others.set(tid, ofThread);
    }
    const named = comm * STRIDE + flow;
    const known = ofThread.get(named);
    if (known?.has(tgid)) continue;
    if (known === undefined) ofThread.set(named, new Set([tgid]));
    else known.add(tgid);
    rows.push(row);
  }
  return rows;
}

/** More strings than a table holds; two ids make one exact number. -1 = absent. */
const STRIDE = 2 ** 26;

function linksOf(calls: CallTable, row: number): string[] {
  const links: string[] = [];
  const tgid = calls.get('tgid', row);
  const flow = calls.strings.textOf(calls.get('flow', row));
  if (tgid >= 0) links.push(`process ${tgid}`);
  if (flow !== '') {
    const [ours, theirs] = portsOf(flow);
    links.push(isServer(ours, theirs) ? `port ${ours}` : `to ${flow.split(' ')[1]}`);
  }
  return links;
}

/** The name under which a thread made most calls. */
function nameThreads(calls: CallTable): Map<number, string> {
  const counts = new Map<number, Map<string, number>>();
  for (let row = 0; row < calls.length; row++) {
    const tid = calls.get('tid', row);
    const comm = calls.strings.textOf(calls.get('comm', row));
    if (tid <= 0 || comm === '' || MARK.test(comm)) continue;
    const names = counts.get(tid) ?? new Map<string, number>();
    names.set(comm, (names.get(comm) ?? 0) + 1);
    counts.set(tid, names);
  }
  const best = new Map<number, string>();
  for (const [tid, names] of counts)
    best.set(tid, [...names].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0]);
  return best;
}
