import { ofFlow } from '../arrivals/own.ts';
import { writeBytes, writeCount } from '../words.ts';
import { counterDeltas } from './counter-deltas.ts';
import { groupSum, type Lens, withArrivals } from './lens.ts';

const COUNTERS =
  /^TcpExt\.(TCPRcvCollapsed|PruneCalled|RcvPruned|OfoPruned|TCPToZeroWindowAdv|TCPWantZeroWindowAdv|TCPZeroWindowDrop|TCPRcvQDrop|TCPRcvCoalesce)$/;
/** Two segments of Ethernet: with less the sender waits for every single update of the window. */
const SMALL_BYTES = 2 * 1448;
const MAX_ROWS = 20;

/** The receive window that the connections offered (tcp_probe), and what the memory of sockets had to give. */
export const window: Lens = {
  id: 'window',
  title: 'Receive window',
  look(sights) {
    const flows = groupSum(
      withArrivals(sights).flatMap(({ own }) => ofFlow(own, own.totals.flows).filter((f) => f.windowMin !== null)),
      (f) => f.flow,
      (to, f) => {
        to.segments += f.segments;
        to.payloadBytes += f.payloadBytes;
        to.windowMin = Math.min(to.windowMin!, f.windowMin!);
        to.windowMax = Math.max(to.windowMax!, f.windowMax!);
      },
    ).sort((a, b) => b.payloadBytes - a.payloadBytes);
    const moved = counterDeltas(sights.map(({ run }) => run)).filter(
      ({ key, delta }) => COUNTERS.test(key) && delta > 0,
    );
    if (flows.length === 0 && moved.length === 0) return null;
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
    if (moved.length > 0) sentences.push(`Memory of sockets: ${moved.map((d) => `${d.key} +${d.delta}`).join(', ')}.`);
    return {
      sentences,
      tables: [
        {
          caption: 'Receive window by connection',
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
