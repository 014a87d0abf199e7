import type { ReceiverRow, Scope } from '../../model/analysis/scope.ts';
import type { Run } from '../../model/capture.ts';
import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import { pickCalls } from '../../model/sockets/pick-calls.ts';
import { WAKE_REASONS } from '../../model/wake-reasons.ts';
import { finite } from '../make-finding.ts';
import type { ScopeFilter } from '../options.ts';
import { writeBytes, writeCount, writePct } from '../words.ts';
import { isFilterEmpty, matchesFilter, writeFilter } from './filter.ts';
import { callsOf, findReceivers, mainFlowOf, type Receiver, rowsOf, tidsOf, weightOf } from './receivers.ts';

/** Runs with the calls that are judged, and what is said about the others. */
export interface Scoped {
  runs: Run[];
  scope: Scope;
}

/** A page or a saved analysis holds no more: a list of a million receivers is read by nobody. */
const MAX_LISTED = 1000;

interface RunReceivers {
  run: Run;
  receivers: Receiver[];
}

/**
 * Without a filter the TCP receiver that got most bytes is judged, the same one in every run where there is such a one;
 * with a filter all calls that match. Calls keep their numbers.
 */
export function scopeRuns(runs: readonly Run[], filter: ScopeFilter | undefined): Scoped {
  return scopeSides([runs], filter).sides[0];
}

/** Both sides of a comparison: the receiver that both have, of those the one with most bytes. */
export function scopeSides(
  sides: readonly (readonly Run[])[],
  filter: ScopeFilter | undefined,
): { sides: Scoped[]; isUnlike: boolean } {
  const found = sides.map((runs) => runs.map((run): RunReceivers => ({ run, receivers: findReceivers(run) })));
  if (!isFilterEmpty(filter)) {
    const scoped = found.map((side) => keepMatching(side, filter!));
    return { sides: scoped, isUnlike: false };
  }
  const common = findCommon(found.flat());
  const isUnlike =
    common === '' &&
    found.length > 1 &&
    new Set(
      found
        .flat()
        .map(mainComm)
        .filter((comm) => comm !== ''),
    ).size > 1;
  return { sides: found.map((side) => keepChosen(side, common, isUnlike)), isUnlike };
}

const tcpOf = ({ receivers }: RunReceivers): Receiver[] => receivers.filter(({ protocol }) => protocol === 'TCP');
const mainComm = (side: RunReceivers): string => tcpOf(side)[0]?.comm ?? '';

/** Task name that every run with calls has, the one with most bytes; '' where there is none. */
function findCommon(runs: readonly RunReceivers[]): string {
  const withCalls = runs.filter((run) => tcpOf(run).length > 0);
  const weights = new Map<string, number>();
  /** Runs that have the name, of those seen so far. */
  const seen = new Map<string, number>();
  withCalls.forEach((run, i) => {
    for (const receiver of tcpOf(run)) {
      const { comm } = receiver;
      weights.set(comm, (weights.get(comm) ?? 0) + weightOf(receiver));
      if (i === (seen.get(comm) ?? 0)) seen.set(comm, i + 1);
    }
  });
  let [best, most] = ['', Number.NEGATIVE_INFINITY];
  for (const [comm, weight] of weights)
    if (seen.get(comm) === withCalls.length && (weight > most || (weight === most && comm < best)))
      [best, most] = [comm, weight];
  return best;
}

function keepChosen(side: readonly RunReceivers[], common: string, isUnlike: boolean): Scoped {
  const chosen = side.map((run) => tcpOf(run).find(({ comm }) => comm === common) ?? tcpOf(run)[0]);
  const isAlone = side.every(({ receivers }) => receivers.length <= 1);
  const runs = side.map(({ run, receivers }, i) =>
    receivers.length <= 1 || chosen[i] === undefined ? run : keepRows(run, rowsOf(chosen[i]), tidsOf(run, chosen[i])),
  );
  const judged = [...new Set(chosen.flatMap((receiver) => (receiver === undefined ? [] : [receiver.name])))];
  const list = listReceivers(side, (receiver, i) => receiver === chosen[i]);
  const comms = new Set(chosen.flatMap((receiver) => (receiver === undefined ? [] : [receiver.comm])));
  // One program that listened on another port in each run: its name and how many.
  const name = judged.length > 1 && comms.size === 1 ? `${[...comms][0]} (${judged.length} ports)` : judged.join(', ');
  const sentence = isAlone ? '' : describeChoice(side, chosen, name);
  return {
    runs,
    scope: { asked: '', judged: name, sentence, ...list, leftOut: leftOutOf(runs), isUnlike },
  };
}

function keepMatching(side: readonly RunReceivers[], filter: ScopeFilter): Scoped {
  const asked = writeFilter(filter);
  const matching = ({ run }: RunReceivers): number[] =>
    [...Array(run.calls.length).keys()].filter((row) => matchesFilter(run.calls, row, filter));
  const rows = side.map(matching);
  // A side without captures: a report without a baseline.
  if (side.length > 0 && rows.every((list) => list.length === 0)) throw nothingMatches(side, filter, asked);
  const runs = side.map(({ run }, i) => {
    const tids = new Set(rows[i].map((row) => run.calls.get('tid', row)));
    return keepRows(run, rows[i], [...tids]);
  });
  const isIn = rows.map((list) => new Set(list));
  const judged = new Set(
    side.flatMap(({ receivers }, i) => receivers.filter((r) => rowsOf(r).some((row) => isIn[i].has(row)))),
  );
  const names = [...new Set([...judged].map((receiver) => receiver.name))];
  const name = nameFew(names);
  const all = side.reduce((sum, { run }) => sum + run.calls.length, 0);
  const kept = rows.reduce((sum, list) => sum + list.length, 0);
  return {
    runs,
    scope: {
      asked,
      judged: name,
      sentence: `Only what matches ${asked} is judged: ${kept.toLocaleString('en-US')} of ${writeCount(all, 'receive call')}, of ${name}.`,
      ...listReceivers(side, (receiver) => judged.has(receiver)),
      leftOut: leftOutOf(runs),
      isUnlike: false,
    },
  };
}

type Listed = Pick<Scope, 'receivers' | 'unlisted'>;

/** The first receivers of every run, a judged one always. */
function listReceivers(side: readonly RunReceivers[], isJudged: (receiver: Receiver, run: number) => boolean): Listed {
  const receivers = side.flatMap((run, i) => listRows(run, (receiver) => isJudged(receiver, i)));
  const unlisted = side.reduce((sum, run) => sum + run.receivers.length, 0) - receivers.length;
  return unlisted > 0 ? { receivers, unlisted } : { receivers };
}

const MAX_NAMED = 12;
const nameFew = (names: readonly string[]): string =>
  names.length <= MAX_NAMED
    ? names.join(', ')
    : `${names.slice(0, MAX_NAMED).join(', ')} and ${names.length - MAX_NAMED} more`;

function nothingMatches(side: readonly RunReceivers[], filter: ScopeFilter, asked: string): RecvscopeError {
  const calls = side.flatMap(({ run }) => run.calls);
  const knowsFlows = calls.some((table) => [...Array(table.length).keys()].some((row) => table.get('flow', row) >= 0));
  const names = [...new Set(side.flatMap(({ receivers }) => receivers.map((receiver) => receiver.name)))];
  const hint =
    (filter.port !== undefined || filter.socket !== undefined) && !knowsFlows
      ? 'no line of the capture names both ends of a connection: record tcp:tcp_probe and tcp:tcp_rcv_space_adjust'
      : names.length === 0
        ? 'the capture has no receive call'
        : `receivers in it: ${nameFew(names)}`;
  return new RecvscopeError('scope-empty', ExitCode.usage, `no receive call matches ${asked}`, hint);
}

/** Wakeups by reason are those of the threads that stay. */
function keepRows(run: Run, rows: ArrayLike<number>, tids: readonly number[]): Run {
  const { timeline } = run;
  const own = new Set(tids);
  const byThread = timeline.wakesByThread ?? [];
  const wakeReasons = WAKE_REASONS.flatMap((reason) => {
    const entries = byThread.filter((entry) => entry.reason === reason && own.has(entry.tid));
    if (entries.length === 0) return [];
    const sum = (pick: (entry: (typeof entries)[number]) => number): number =>
      entries.reduce((total, entry) => total + pick(entry), 0);
    const [count, useless] = [sum((e) => e.count), sum((e) => e.useless)];
    return [{ reason, count, useful: count - useless, useless, early: sum((e) => e.early) }];
  });
  return {
    ...run,
    calls: pickCalls(run.calls, rows),
    timeline: { ...timeline, wakeReasons: byThread.length > 0 ? wakeReasons : timeline.wakeReasons },
  };
}

function listRows({ run, receivers }: RunReceivers, isJudged: (receiver: Receiver) => boolean): ReceiverRow[] {
  const total = receivers.reduce((sum, receiver) => sum + receiver.durationNs, 0);
  const listed = receivers.filter((receiver, i) => i < MAX_LISTED || isJudged(receiver)).slice(0, 2 * MAX_LISTED);
  return listed.map((receiver) => ({
    run: run.name,
    side: run.side,
    name: receiver.name,
    protocol: receiver.protocol,
    threads: receiver.threads,
    sockets: receiver.socks.size,
    socket: mainFlowOf(receiver),
    calls: callsOf(receiver),
    ...bytesOf(run, receiver),
    timeSharePct: total > 0 ? (100 * receiver.durationNs) / total : null,
    spanNs: finite(receiver.spanNs),
    isJudged: isJudged(receiver),
  }));
}

/** Where some calls hide their bytes the payload that tcp_probe showed for its connections stands for all of them. */
function bytesOf(run: Run, receiver: Receiver): Pick<ReceiverRow, 'bytes' | 'bytesFrom'> {
  if (receiver.hidden === 0) return { bytes: receiver.bytes, bytesFrom: 'calls' };
  const ends = new Set([...receiver.flows].map((flow) => flow.split(' ')[0]));
  const flows = (run.timeline.arrivals?.flows ?? []).filter(({ flow }) => ends.has(flow.split(' ')[0]));
  const bytes = flows.reduce((sum, flow) => sum + flow.payloadBytes, 0);
  return bytes > 0 ? { bytes, bytesFrom: 'tcp_probe' } : { bytes: null, bytesFrom: '' };
}

function describeChoice(
  side: readonly RunReceivers[],
  chosen: readonly (Receiver | undefined)[],
  name: string,
): string {
  const names = new Set(side.flatMap(({ receivers }) => receivers.map((receiver) => receiver.name)));
  if (name === '') return `${names.size} receivers, none of them by TCP.`;
  const bytes = chosen.reduce((sum, receiver) => sum + (receiver?.bytes ?? 0), 0);
  const others = side.flatMap(({ receivers }) => receivers);
  const all = others.reduce((sum, receiver) => sum + receiver.bytes, 0);
  const udp = others.filter((r) => r.protocol === 'UDP' && r.bytes > bytes).map((r) => r.name);
  const most =
    udp.length === 0
      ? 'received most'
      : `received most by TCP (${[...new Set(udp)].join(', ')} received more by UDP, which is not judged)`;
  const share = all > 0 ? `, ${writePct((100 * bytes) / all)} of the bytes of all` : '';
  return `${names.size} receivers are in ${side.length === 1 ? 'this capture' : 'these captures'}; judged is ${name}, which ${most}: ${writeBytes(bytes)}${share}; --comm, --port or --pid choose another.`;
}

function leftOutOf(runs: readonly Run[]): Scope['leftOut'] {
  const kinds = new Map<string, Scope['leftOut'][number]>();
  for (const { kind, calls, bytes } of runs.flatMap((run) => run.timeline.leftOut ?? [])) {
    const known = kinds.get(kind) ?? { kind, calls: 0, bytes: 0 };
    kinds.set(kind, { kind, calls: known.calls + calls, bytes: known.bytes + bytes });
  }
  return [...kinds.values()].sort((a, b) => b.calls - a.calls || (a.kind < b.kind ? -1 : 1));
}
