import type { Run } from '../../model/capture.ts';
import { ofFlow } from '../arrivals/own.ts';
import { writeBytes, writeCount, writePct } from '../words.ts';
import { counterDeltas } from './counter-deltas.ts';
import { type Card, captionOf, groupSum, type Lens, withArrivals } from './lens.ts';

const COUNTERS =
  /^TcpExt\.(TCPRcvCollapsed|PruneCalled|RcvPruned|OfoPruned|TCPToZeroWindowAdv|TCPWantZeroWindowAdv|TCPZeroWindowDrop|TCPRcvQDrop|TCPRcvCoalesce)$/;
/** Two segments of Ethernet: with less the sender waits for every single update of the window. */
const SMALL_BYTES = 2 * 1448;
const MAX_ROWS = 20;
/** More than the half. */
const MOST_PCT = 50;

/** The receive window that the connections offered (tcp_probe), and what the memory of sockets had to give. */
export const window: Lens = {
  id: 'window',
  title: 'Receive window',
  look(sights) {
    const runs = sights.map(({ run }) => run);
    const seen = withArrivals(sights);
    const flows = groupSum(
      seen.flatMap(({ own }) => ofFlow(own, own.totals.flows).filter((f) => f.windowMin !== null)),
      (f) => f.flow,
      (to, f) => {
        to.segments += f.segments;
        to.payloadBytes += f.payloadBytes;
        to.windowMin = Math.min(to.windowMin!, f.windowMin!);
        to.windowMax = Math.max(to.windowMax!, f.windowMax!);
      },
    ).sort((a, b) => b.payloadBytes - a.payloadBytes);
    const moved = counterDeltas(runs).filter(({ key, delta }) => COUNTERS.test(key) && delta > 0);
    const tuned = seen.flatMap(({ own }) => ofFlow(own, own.totals.buffers ?? [])).sort((a, b) => b.asked - a.asked);
    if (flows.length + moved.length + tuned.length === 0) return null;
    const sentences: string[] = [];
    if (flows.length > 0) {
      const closed = flows.filter((f) => f.windowMin! < SMALL_BYTES);
      const grown = flows.filter((f) => f.windowMax! > f.windowMin!);
      sentences.push(
        `The window of the busiest connection went from ${writeBytes(flows[0].windowMin!)} to ${writeBytes(flows[0].windowMax!)} (${writeCount(flows[0].segments, 'segment')}).`,
        closed.length > 0
          ? `${writeCount(closed.length, 'connection')} offered less than two segments (${SMALL_BYTES} bytes) at some moment: there the reader or its buffer held the sender back; raise SO_RCVBUF (tcp_rmem) or read faster.`
          : 'No connection ever offered less than two segments: the window never stopped the sender.',
      );
      if (grown.length > 0 && closed.length === 0)
        sentences.push(
          `In ${writeCount(grown.length, 'connection')} it grew or shrank by autotuning and by what was queued.`,
        );
    }
    if (tuned.length > 0) sentences.push(tellTuning(tuned));
    const limit = flows.length > 0 ? findLimit(seen, flows) : null;
    if (limit !== null) sentences.push(limit.sentence);
    if (moved.length > 0) sentences.push(`Memory of sockets: ${moved.map((d) => `${d.key} +${d.delta}`).join(', ')}.`);
    return {
      sentences,
      card: limit,
      tables: [
        {
          caption: captionOf('Receive window by connection', MAX_ROWS, flows.length),
          columns: [
            { title: 'connection', unit: '' },
            { title: 'segments', unit: 'count' },
            { title: 'payload', unit: 'bytes' },
            { title: 'smallest', unit: 'bytes' },
            { title: 'largest', unit: 'bytes' },
          ],
          rows: flows.slice(0, MAX_ROWS).map((f) => [f.flow, f.segments, f.payloadBytes, f.windowMin, f.windowMax]),
        },
      ].filter((table) => table.rows.length > 0),
    };
  },
};

/** Of the connection that asked most often: the event comes before the buffer is raised, so a second one tells whether it was. */
function tellTuning(tuned: readonly { flow: string; asked: number; firstBytes: number; lastBytes: number }[]): string {
  const [most] = tuned;
  const how =
    most.lastBytes > most.firstBytes
      ? `autotuning raised its receive buffer from ${writeBytes(most.firstBytes)} to ${writeBytes(most.lastBytes)} by the last of them`
      : most.asked > 1
        ? `its receive buffer stayed at ${writeBytes(most.lastBytes)}: SO_RCVBUF fixes it, net.ipv4.tcp_moderate_rcvbuf is 0, or the largest of tcp_rmem is reached`
        : `its receive buffer was ${writeBytes(most.lastBytes)} then`;
  const name = most.flow === '' ? 'a connection' : most.flow.replace(' ', ' ← ');
  return `The reader of ${name} took more in a round trip than ever before ${writeCount(most.asked, 'time')} (tcp_rcvbuf_grow): ${how}.`;
}

interface Flow {
  flow: string;
  segments: number;
  windowMin: number | null;
}

/**
 * Who limits: a window that closed is the reader's or its buffer's doing. Else the reader tells, as far as its calls do: between the
 * first and the last call of a thread, asleep in them for want of data it is not the limit, awake in them it or its CPU is. What it
 * does between its calls (epoll_wait, its own work) no line tells; polling readers tell nothing.
 */
function findLimit(sights: ReturnType<typeof withArrivals>, flows: readonly Flow[]): Card | null {
  const closed = flows.filter((f) => f.windowMin! < SMALL_BYTES);
  const base = { n: flows.length, unitOfN: 'connections' };
  if (closed.length > 0)
    return {
      ...base,
      role: 'problem',
      title: 'The receive window held the sender back',
      sentence: `${closed.length} of ${writeCount(flows.length, 'connection')} offered as little as ${writeBytes(Math.min(...closed.map((f) => f.windowMin!)))}: the reader or its buffer limits.`,
      nextStep: 'Raise SO_RCVBUF (net.ipv4.tcp_rmem) or read faster.',
    };
  if (sights.some(({ own }) => own.totals.busyPollNs > 0)) return null;
  const { spanNs, asleepNs, awakeNs } = sumThreads(sights.map(({ run }) => run));
  const [asleepPct, awakePct] = [(100 * asleepNs) / spanNs, (100 * awakeNs) / spanNs];
  const told = `The window never stopped the sender; from its first call to its last the reader was asleep in calls for ${writePct(asleepPct)} of the time and awake in them for ${writePct(awakePct)}`;
  if (asleepPct >= MOST_PCT)
    return {
      ...base,
      role: 'note',
      title: 'The sender or the network limits',
      sentence: `${told}: most of the time the sender or the network limits.`,
      nextStep: '',
    };
  if (awakePct >= MOST_PCT)
    return {
      ...base,
      role: 'note',
      title: 'The reader limits',
      sentence: `${told}: most of the time it or its CPU limits.`,
      nextStep: '',
    };
  return null;
}

/** Time of the threads from first to last call, and asleep and not asleep in whole calls of these; NaN where sleeps are unknown. */
function sumThreads(runs: readonly Run[]): { spanNs: number; asleepNs: number; awakeNs: number } {
  const sum = { spanNs: 0, asleepNs: 0, awakeNs: 0 };
  for (const { calls } of runs) {
    const spans = new Map<string, { first: number; last: number }>();
    for (let row = 0; row < calls.length; row++) {
      const [start, end, asleep] = [calls.get('startNs', row), calls.get('endNs', row), calls.get('sleepNs', row)];
      if (!(end >= start)) continue;
      // Files may be recordings of different times.
      const key = `${calls.get('file', row)} ${calls.get('tid', row)}`;
      const span = spans.get(key);
      spans.set(key, { first: Math.min(span?.first ?? start, start), last: Math.max(span?.last ?? end, end) });
      sum.asleepNs += asleep;
      sum.awakeNs += end - start - asleep;
    }
    for (const { first, last } of spans.values()) sum.spanNs += last - first;
  }
  return sum;
}
