import { describe, expect, it } from 'vitest';
import { CallTable } from '../../src/model/calls.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { judgeRuns } from '../../src/verdict/index.ts';
import { loadFixture } from './lenses/support.ts';
import { addCall, makeRun } from './make-run.ts';

describe('drops on the strip of the whole capture', () => {
  it('stand where they fell, without duplicates and without what fell beside the calls', async () => {
    const { timeline } = await loadFixture('drops-rcvbuf-udp/perf.txt.gz');
    const table = new CallTable(new StringTable());
    for (let i = 0; i < 40; i++) addCall(table, i * 1e6, { mechanism: 'plain-copy', bytes: 4096 });
    const drop = (reason: string, place: string, bins: [number, number][]) => ({
      reason,
      place,
      count: bins.reduce((sum, [, count]) => sum + count, 0),
      firstNs: 0,
      lastNs: 0,
      firstLine: 1,
      isFree: false,
      over: { callFile: 0, binNs: 100_000, bins: bins.map(([bin, count]) => ({ bin, count })) },
    });
    const drops = [
      drop('SOCKET_RCVBUFF', 'udp_queue_rcv_one_skb', [
        [100, 7],
        [300, 2],
        [90_000, 50],
      ]),
      drop('TCP_OLD_DATA', 'tcp_data_queue', [[200, 9]]),
    ];
    const run = makeRun('mixed', { calls: table });
    const { overview } = judgeRuns(
      [{ ...run, timeline: { ...run.timeline, arrivals: { ...timeline.arrivals!, drops } } }],
      { tool: 'test' },
    );
    const [stretch] = overview![0].stretches;
    const { values } = stretch.tracks.find(({ id }) => id === 'drops')!;
    const found = values.flatMap((value, i) => (value ? [[Math.floor((i * stretch.bucketNs) / 1e6), value]] : []));
    expect(found).toEqual([
      [9, 7],
      [29, 2],
    ]);
  });
});
