import type { Fact } from '../../../src/model/environment.ts';

/**
 * Which of two snapshots came first. The counters in them only grow, so they tell; names are asked only to find the
 * partner (`ev.side-before.txt`, `ev.side-after.txt`) and when no counter moved.
 */
interface Snapshot {
  file: string;
  record: string;
  facts: Fact[];
  counters: Map<string, number>;
}

/** What only grows while the machine runs. The statistics of a trace buffer do not: every trace has its own. */
function isCounter({ domain, key }: Fact): boolean {
  if (GAUGE.test(key)) return false;
  if (domain === 'dma' || domain === 'netstat' || domain === 'softirqs' || domain === 'interrupts') return true;
  if (domain === 'ethtool') return /(?:^|\.)stats\./.test(key);
  if (domain === 'cpu') return key.startsWith('stat.');
  return domain === 'other' && /^(?:softnet|dev)\./.test(key);
}
/** Values of those domains that go up and down. */
const GAUGE = /in_use|CurrEstab|RtoM|MaxConn|procs_|\.mtu$/;
const BEFORE_WORDS = /before|pre(?![a-z])|start|begin|\b0\b/i;
const AFTER_WORDS = /after|post|end|stop|\b1\b/i;

/** Facts with `moment` filled in; those of the earlier snapshot stand before those of the later one. */
export function orderMoments(facts: readonly Fact[]): Fact[] {
  const snapshots = collectSnapshots(facts);
  const momentOf = new Map<Fact, 'before' | 'after'>();
  for (const group of groupPartners(snapshots)) {
    const ordered = [...group].sort(compareSnapshots);
    const first = ordered[0];
    const last = ordered[ordered.length - 1];
    for (const fact of first.facts) momentOf.set(fact, 'before');
    for (const fact of last.facts) momentOf.set(fact, 'after');
  }
  const rank = { '': 0, before: 1, after: 2 };
  return facts
    .map((fact): Fact => ({ ...fact, moment: momentOf.get(fact) ?? fact.moment }))
    .map((fact, index) => ({ fact, index }))
    .sort((a, b) => rank[a.fact.moment] - rank[b.fact.moment] || a.index - b.index)
    .map(({ fact }) => fact);
}

function collectSnapshots(facts: readonly Fact[]): Snapshot[] {
  const snapshots = new Map<string, Snapshot>();
  for (const fact of facts) {
    if (!fact.record.startsWith('snapshot#')) continue;
    const id = `${fact.file}\0${fact.record}`;
    let snapshot = snapshots.get(id);
    if (snapshot === undefined) {
      snapshot = { file: fact.file, record: fact.record, facts: [], counters: new Map() };
      snapshots.set(id, snapshot);
    }
    snapshot.facts.push(fact);
    if (isCounter(fact) && !Number.isNaN(fact.value)) {
      snapshot.counters.set(`${fact.domain} ${fact.key}`, fact.value);
    }
  }
  return [...snapshots.values()].filter((snapshot) => snapshot.counters.size > 0);
}

/**
 * Snapshots of the same counters belong together. Several pairs in one folder (a pair per phase) are told apart by what
 * their names have in common; else the first and the last of them are the two ends.
 */
function groupPartners(snapshots: readonly Snapshot[]): Snapshot[][] {
  const groups: Snapshot[][] = [];
  for (const snapshot of snapshots) {
    const group = groups.find((each) => shareCounters(each[0], snapshot));
    if (group === undefined) groups.push([snapshot]);
    else group.push(snapshot);
  }
  return groups.flatMap(splitByName).filter((group) => group.length > 1);
}

function shareCounters(a: Snapshot, b: Snapshot): boolean {
  let common = 0;
  for (const key of a.counters.keys()) if (b.counters.has(key)) common++;
  return common >= Math.max(1, Math.min(a.counters.size, b.counters.size) * 0.5);
}

function splitByName(group: readonly Snapshot[]): Snapshot[][] {
  if (group.length <= 2) return [[...group]];
  const byStem = new Map<string, Snapshot[]>();
  for (const snapshot of group) {
    const stem = snapshot.file.replace(BEFORE_WORDS, '*').replace(AFTER_WORDS, '*');
    const list = byStem.get(stem);
    if (list === undefined) byStem.set(stem, [snapshot]);
    else list.push(snapshot);
  }
  const pairs = [...byStem.values()].filter((list) => list.length === 2);
  return pairs.length > 0 ? pairs : [[...group]];
}

/** Negative: a came first. The majority of the common counters decides (a wrapped or reset one does not). */
function compareSnapshots(a: Snapshot, b: Snapshot): number {
  let up = 0;
  let down = 0;
  for (const [key, value] of a.counters) {
    const other = b.counters.get(key);
    if (other === undefined || other === value) continue;
    if (other > value) up++;
    else down++;
  }
  if (up !== down) return up > down ? -1 : 1;
  return rankByName(a) - rankByName(b) || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.record < b.record ? -1 : 1);
}

function rankByName(snapshot: Snapshot): number {
  if (BEFORE_WORDS.test(snapshot.file)) return 0;
  return AFTER_WORDS.test(snapshot.file) ? 2 : 1;
}
