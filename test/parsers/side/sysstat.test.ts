import { describe, expect, it } from 'vitest';
import { readFixture } from '../text/support.ts';
import { type Read, readText } from './support.ts';

const fixture = (name: string): string => new TextDecoder().decode(readFixture(name));
const figures = ({ facts }: Read): Record<string, number> =>
  Object.fromEntries(facts.map(({ key, value }) => [key, value]));

describe('mpstat, sar and pidstat', () => {
  it('rows are facts with time, averages without', async () => {
    const mpstat = await readText(fixture('sysstat/12/mpstat.txt'));
    expect(mpstat.files[0]).toMatchObject({ format: 'sysstat' });
    expect(mpstat.files[0].account).toMatchObject({ parsed: 3, comment: 3, unknown: 0, malformed: 0 });
    expect(figures(mpstat)).toMatchObject({ 'CPU 0|%soft@03:20:02 AM': 97, 'CPU all|%idle': 63.57 });
    const sar = await readText(fixture('sysstat/12/sar.txt'));
    expect(figures(sar)).toMatchObject({ 'IFACE eth0|rxpck/s@03:20:02': 812345, 'IFACE eth0|%ifutil@03:20:02': 98.4 });
    const pidstat = await readText(fixture('sysstat/12/pidstat.txt'));
    expect(figures(pidstat)['UID 1000 PID 4321 Command rxbench|%system@03:20:02']).toBe(61);
  });

  it('a row with a column too few is malformed and no fact', async () => {
    const read = await readText(fixture('sysstat/12/sar.txt').replace(' 98.40', ''));
    expect(read.files[0].account.malformed).toBe(1);
    expect(read.facts).toEqual([]);
  });
});

describe('folded stacks', () => {
  it('are a profile and come out as they went in', async () => {
    const text = fixture('folded/stacks/folded.txt');
    const read = await readText(text, { wantFolded: true });
    expect(read.files[0]).toMatchObject({ format: 'folded', samples: 534 });
    expect(read.files[0].account).toMatchObject({ parsed: 3, unknown: 0, malformed: 0 });
    expect(read.profiles[0].rows.map(({ app, symbol, samples }) => [app, symbol, samples])).toEqual([
      ['swapper', 'do_idle', 400],
      ['rxbench', 'skb_copy_datagram_iter', 120],
      ['rxbench', 'release_sock', 14],
    ]);
    const lines = [...read.folded!.counts].map(([stack, count]) => `${stack} ${count}\n`);
    expect(lines.join('')).toBe(text);
  });
});
