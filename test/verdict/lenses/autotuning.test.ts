import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRun } from '../../../src/cli/pipeline.ts';
import { askLenses } from '../../../src/verdict/lenses/index.ts';

/** As 6.18 prints it for a socket of IPv6 that serves IPv4. */
const grow = (at: number, rcvbuf: number): string =>
  `iperf3  22776 [000] 500.00${at}184: tcp:tcp_rcvbuf_grow: time=187 rtt_us=185 copied=39096 inq=11584 space=14480 ooo=0 scaling_ratio=229 rcvbuf=${rcvbuf} rcv_ssthresh=22091 window_clamp=29312 rcv_wnd=21720 family=AF_INET6 sport=5201 dport=55528 saddr=10.88.0.1 daddr=10.88.0.2 saddrv6=::ffff:10.88.0.1 daddrv6=::ffff:10.88.0.2 skaddr=0xffff888163ffb0c0 sock_cookie=11ae\n`;

async function readBuffers(...rcvbufs: number[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'autotuning-'));
  try {
    const file = path.join(folder, 'perf.txt');
    writeFileSync(file, rcvbufs.map((rcvbuf, i) => grow(1000 + i, rcvbuf)).join(''));
    const run = await loadRun(file, {});
    const sentence =
      askLenses([run])
        .reports.find(({ id }) => id === 'window')
        ?.sentences.join() ?? '';
    return { buffers: run.timeline.arrivals?.buffers, sentence };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('receive buffer, as tcp_rcvbuf_grow shows it', () => {
  it('is raised by autotuning', async () => {
    const { buffers, sentence } = await readBuffers(131_072, 1_181_230, 1_181_230);
    expect(buffers).toEqual([
      { flow: '10.88.0.1:5201 10.88.0.2:55528', asked: 3, firstBytes: 131_072, lastBytes: 1_181_230, firstLine: 1 },
    ]);
    expect(sentence).toContain('128 KiB to 1.13 MiB');
  });

  it('stays where SO_RCVBUF fixes it; one event alone tells neither', async () => {
    expect((await readBuffers(32_768, 32_768)).sentence).toContain('SO_RCVBUF');
    const { sentence } = await readBuffers(32_768);
    expect(sentence).toContain('32 KiB');
    expect(sentence).not.toContain('SO_RCVBUF');
  });
});
