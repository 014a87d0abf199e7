import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRun } from '../../../src/cli/pipeline.ts';
import type { Run } from '../../../src/model/capture.ts';
import { askLenses } from '../../../src/verdict/lenses/index.ts';

/** Arrival and free of datagram `i`, 20 µs apart, as perf script and as the ring buffer's text show the same events. */
const at = (startUs: number, i: number): string => `500.${String(startUs + i * 20).padStart(6, '0')}`;
const DROP = 'rx_sk=0xffff888100e5cfc0 protocol=2048 location=udp_queue_rcv_one_skb+0x437 reason: SOCKET_RCVBUFF';
const perf = (n: number, startUs = 0): string =>
  Array.from(
    { length: n },
    (_, i) =>
      `udptx  4242 [000] ${at(startUs, i)}280: net:netif_receive_skb: dev=eth0 skbaddr=0xffff8881000000${10 + (i % 80)} len=1028\n` +
      `udptx  4242 [000] ${at(startUs, i)}990: skb:kfree_skb: skbaddr=0xffff8881000000${10 + (i % 80)} ${DROP}\n`,
  ).join('');
const ftrace = (n: number, startUs = 0): string =>
  `# tracer: nop\n#\n${Array.from(
    { length: n },
    (_, i) =>
      `           udptx-4242    [000] ..s1.   ${at(startUs, i)}: netif_receive_skb: dev=eth0 skbaddr=00000000e96291${10 + (i % 80)} len=1028\n` +
      `           udptx-4242    [000] ..s1.   ${at(startUs, i)}: kfree_skb: skbaddr=00000000e96291${10 + (i % 80)} ${DROP}\n`,
  ).join('')}`;

async function readBoth(texts: Record<string, string>): Promise<Run> {
  const folder = mkdtempSync(path.join(tmpdir(), 'two-recordings-'));
  try {
    for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(folder, name), text);
    return await loadRun(folder, {});
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const droppedIn = ({ timeline }: Run): number => timeline.arrivals!.drops.reduce((sum, d) => sum + d.count, 0);

describe('perf and ftrace in one folder', () => {
  it('at the same time: what both show counts once, from the one that shows more of it', async () => {
    const run = await readBoth({ 'perf.txt': perf(40), 'trace.txt': ftrace(60) });
    expect(droppedIn(run)).toBe(60);
    expect(run.timeline.arrivals!.segments.map((s) => s.received)).toEqual([60]);
    expect(run.timeline.notes.join()).toContain('recorded at the same time');
  });

  it('on other clocks whose times meet: not added up either', async () => {
    expect(droppedIn(await readBoth({ 'perf.txt': perf(40, 7), 'trace.txt': ftrace(30) }))).toBe(40);
  });

  it('one after the other: added up, and each told by itself', async () => {
    const run = await readBoth({ 'perf.txt': perf(40), 'trace.txt': ftrace(30, 5000) });
    expect(droppedIn(run)).toBe(70);
    const fact = askLenses([run]).facts.find(({ label }) => label === 'packets dropped')!;
    expect([fact.effect.estimate, ...fact.note.match(/\d+ in \S+\.txt/g)!]).toEqual([
      70,
      '40 in perf.txt',
      '30 in trace.txt',
    ]);
  });

  it('two prints of one recording without calls: once', async () => {
    const text = perf(40);
    const times = text.split('\n').slice(0, 60).join('\n');
    expect(droppedIn(await readBoth({ 'a.txt': text, 'b.txt': `${times}\n` }))).toBe(40);
  });

  it('perf of one CPU beside perf of another: both', async () => {
    const other = perf(30, 3).replaceAll('[000]', '[001]');
    expect(droppedIn(await readBoth({ 'cpu0.txt': perf(40), 'cpu1.txt': other }))).toBe(70);
  });
});
