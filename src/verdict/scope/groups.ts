import type { CallTable } from '../../model/calls.ts';
import { Protocol } from '../../model/sockets/protocol.ts';
import { isServer, portsOf } from './filter.ts';

/** Threads of one process, as far as the text tells: numbers of groups by thread. */
export interface ThreadGroups {
  groupOf(tid: number, comm: string): number;
  /** Usual task name of a thread: marks of sides are task names too. */
  commOf(tid: number, comm: string): string;
}

const MARK = /^recvscope:/;

/** Bits of a thread: some line of it names a connection or a process; some line names none. */
const LINKED = 1;
const UNLINKED = 2;
const SEVERAL = -1;

/** What is united step by step (union-find): threads, and what links them. Numbers, not objects: there may be a million. */
class Nodes {
  private readonly parents: number[] = [];
  /** Task name of a thread, '' of a link. */
  readonly comms: string[] = [];
  readonly bits: number[] = [];

  add(comm: string): number {
    const node = this.parents.push(this.parents.length) - 1;
    this.comms.push(comm);
    this.bits.push(0);
    return node;
  }

  find(node: number): number {
    let root = node;
    while (this.parents[root] !== root) root = this.parents[root];
    this.parents[node] = root;
    return root;
  }

  unite(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)];
    if (x !== y) this.parents[y] = x;
  }

  nodeIn<K>(map: Map<K, number>, key: K, comm: string): number {
    const known = map.get(key);
    if (known !== undefined) return known;
    const node = this.add(comm);
    map.set(key, node);
    return node;
  }
}

/**
 * Threads of one task name are one receiver when a line says so (same process) and when their connections have our port (a
 * server) or the other end (a client) in common. Both ends of a test on one machine are then two receivers though they have
 * one name. Threads without any known connection belong together by name.
 */
export function groupThreads(calls: CallTable): ThreadGroups {
  const nodes = new Nodes();
  const byThread = nameThreads(calls, nodes);
  /** Threads without number or without a name of their own. */
  const byName = new Map<string, number>();
  const nodeOf = (tid: number, comm: string): number =>
    byThread.get(tid) ?? nodes.nodeIn(byName, `${tid > 0 ? tid : ''} ${comm}`, comm);
  linkThreads(calls, nodes, nodeOf);
  uniteStrangers(nodes);
  return {
    commOf(tid, comm) {
      const node = byThread.get(tid);
      return node === undefined ? comm : nodes.comms[node];
    },
    groupOf: (tid, comm) => nodes.find(nodeOf(tid, comm)),
  };
}

function linkThreads(calls: CallTable, nodes: Nodes, nodeOf: (tid: number, comm: string) => number): void {
  const byLink = new Map<string, number>();
  for (const row of listDistinctRows(calls)) {
    const node = nodeOf(calls.get('tid', row), calls.strings.textOf(calls.get('comm', row)));
    const links = linksOf(calls, row);
    for (const link of links) nodes.unite(nodes.nodeIn(byLink, `${nodes.comms[node]} ${link}`, ''), node);
    nodes.bits[node] |= links.length > 0 ? LINKED : UNLINKED;
  }
}

/** Threads without connection join the one group of their name, or each other where there is none or several. */
function uniteStrangers(nodes: Nodes): void {
  const { comms, bits } = nodes;
  const roots = new Map<string, number>();
  bits.forEach((thread, node) => {
    if ((thread & LINKED) === 0) return;
    const root = nodes.find(node);
    const known = roots.get(comms[node]);
    if (known === undefined) roots.set(comms[node], root);
    else if (known !== root) roots.set(comms[node], SEVERAL);
  });
  const homes = new Map<string, number>();
  bits.forEach((thread, node) => {
    if (thread !== UNLINKED) return;
    const root = roots.get(comms[node]) ?? SEVERAL;
    const home = root === SEVERAL ? homes.get(comms[node]) : root;
    if (home === undefined) homes.set(comms[node], node);
    else nodes.unite(home, node);
  });
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

/** Nodes of threads, with the name under which each made most calls. Nearly every one has one: others are counted. */
function nameThreads(calls: CallTable, nodes: Nodes): Map<number, number> {
  const { strings } = calls;
  const [tids, comms] = [calls.column('tid'), calls.column('comm')];
  const isNamed = (tid: number, comm: string): boolean => tid > 0 && comm !== '' && !MARK.test(comm);
  const byThread = new Map<number, number>();
  const counts = new Map<number, Map<string, number>>();
  for (let row = 0; row < calls.length; row++) {
    const [tid, comm] = [tids.get(row), strings.textOf(comms.get(row))];
    const known = byThread.get(tid);
    if (known !== undefined && nodes.comms[known] === comm) continue;
    if (!isNamed(tid, comm)) continue;
    if (known === undefined) byThread.set(tid, nodes.add(comm));
    else counts.set(tid, new Map());
  }
  if (counts.size === 0) return byThread;
  for (let row = 0; row < calls.length; row++) {
    const ofThread = counts.get(tids.get(row));
    if (ofThread === undefined) continue;
    const comm = strings.textOf(comms.get(row));
    if (isNamed(tids.get(row), comm)) ofThread.set(comm, (ofThread.get(comm) ?? 0) + 1);
  }
  for (const [tid, ofThread] of counts)
    nodes.comms[byThread.get(tid)!] = [...ofThread].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0];
  return byThread;
}
