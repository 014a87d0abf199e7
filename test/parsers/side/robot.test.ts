import { describe, expect, it } from 'vitest';
import { readFixture } from '../text/support.ts';
import { type Read, readText } from './support.ts';

const fixture = (name: string): string => new TextDecoder().decode(readFixture(name));
const figures = ({ facts }: Read): Record<string, number> =>
  Object.fromEntries(facts.filter(({ value }) => !Number.isNaN(value)).map(({ key, value }) => [key, value]));

describe('tables of the kernel test robot', () => {
  it('case kernel-test-robot-table: before, after, change and deviation', async () => {
    const read = await readText(fixture('robot/tables/mail.txt'));
    expect(read.files[0]).toMatchObject({ format: 'robot', variant: '4 rows' });
    expect(read.files[0].account).toMatchObject({ parsed: 4, unknown: 0, malformed: 0 });
    const said = figures(read);
    expect(said).toMatchObject({
      'netperf.Throughput_Mbps|before': 21050,
      'netperf.Throughput_Mbps|after': 18440,
      'netperf.Throughput_Mbps|change': -12.4,
      'netperf.Throughput_Mbps|after_stddev': 2,
      'perf-profile.self.cycles-pp.rep_movs_alternative|change': -3.1,
      'perf-profile.self.cycles-pp.tcp_rcvbuf_grow|change': 6.9,
    });
    const change = (metric: string) => read.facts.find(({ key }) => key === `${metric}|change`)!;
    expect(change('netperf.Throughput_Mbps').unit).toBe('%');
    expect(change('perf-profile.self.cycles-pp.tcp_rcvbuf_grow').unit).toBe('points');
  });

  it('the ± as mails damage it, several commits, tables of failures', async () => {
    const read = await readText(`aaaa11112222     bbbb33334444     cccc55556666
---------------- --------------------------- ---------------------------
       fail:runs  %reproduction    fail:runs  %reproduction    fail:runs
           |             |             |             |             |
           :6          100%           6:6            0%           :6     dmesg.WARNING:at_net
         %stddev     %change         %stddev     %change         %stddev
             \\          |                \\          |                \\
     21050 =C2=B1  1%     -12.4%      18440 =C2=B1  2%      -1.0%      20839        netperf.Throughput_Mbps
 1.234e+09           +1.7%  1.255e+09           +0.0%  1.234e+09        perf-stat.i.cycles
      0.00            +0.5        0.52 ?141%      +0.0        0.00        perf-profile.children.cycles-pp.tcp_prune_queue
`);
    expect(read.files[0].account).toMatchObject({ parsed: 3, unused: 1, unknown: 0, malformed: 0 });
    const changes = read.facts.filter(({ key }) => key === 'netperf.Throughput_Mbps|change');
    expect(changes.map(({ value, record }) => [record, value])).toEqual([
      ['robot#1', -12.4],
      ['robot#1.2', -1],
    ]);
    expect(figures(read)['perf-stat.i.cycles|before']).toBe(1.234e9);
    expect(figures(read)['perf-profile.children.cycles-pp.tcp_prune_queue|after_stddev']).toBe(141);
  });
});

describe('kperf', () => {
  it('what the target received, and how busy its CPUs were', async () => {
    const read = await readText(fixture('kperf/0.1/people.txt'));
    expect(read.files[0]).toMatchObject({ format: 'kperf', variant: '1 result' });
    expect(read.files[0].account).toMatchObject({ unknown: 0, malformed: 0 });
    expect(figures(read)).toEqual({
      bits_per_second: 98_123_000_000,
      bytes: 122_653_750_000,
      seconds: 10,
      receiver_net_cpu4_busy_pct: 49.3,
      receiver_net_cpu4_softirq_pct: 41,
      receiver_app_cpu5_busy_pct: 42,
      receiver_app_cpu5_softirq_pct: 0,
    });
  });

  it('--csv: the right half is the receiver', async () => {
    const read = await readText(fixture('kperf/0.1/csv.txt'));
    expect(read.files[0].account).toMatchObject({ parsed: 1, unknown: 0, malformed: 0 });
    expect(figures(read)).toEqual({
      bits_per_second: 98_123_000_000,
      receiver_net_cpu_idle_pct: 50.7,
      receiver_app_cpu_idle_pct: 58,
    });
  });
});
