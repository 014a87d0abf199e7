import { describe, expect, it } from 'vitest';
import { findFact, findSysctl, hasNoEngine } from '../../../src/model/environment.ts';
import { sumCounterDelta } from '../../../src/model/kernel/counters.ts';
import { readFixture } from '../text/support.ts';
import { catchCode, type Read, read, readText, withFolder } from './support.ts';

const decoder = new TextDecoder();
const fixture = (name: string): string => decoder.decode(readFixture(name));

describe('perf report', () => {
  it('reads every layout of one recording to the same shares', async () => {
    const shares: [string, number][][] = [];
    for (const name of ['3.10/comma.txt', '3.10/bar-utilization.txt', '6.1/comma.txt', '6.1/chains.txt']) {
      const { profiles, files } = await readText(fixture(`perf-report/${name}`));
      expect(files[0].account.malformed).toBe(0);
      expect(profiles[0]).toMatchObject({ event: 'cpu-clock', totalWeight: 4697394752, isDifference: false });
      shares.push(profiles[0].rows.slice(0, 3).map((row) => [`${row.app} ${row.image} ${row.symbol}`, row.percent]));
    }
    expect(shares[0]).toEqual([
      ['swapper [kernel.kallsyms] default_idle', 63.52],
      ['iperf [kernel.kallsyms] _raw_spin_unlock_irqrestore', 9.3],
      ['swdma1 [kernel.kallsyms] _raw_spin_unlock_irqrestore', 8.83],
    ]);
    for (const other of shares) expect(other).toEqual(shares[0]);
  });

  it('takes Self, not Children, and leaves out functions that only called', async () => {
    const { profiles } = await readText(fixture('perf-report/6.1/children.txt'));
    expect(profiles[0].rows[0]).toMatchObject({ symbol: 'default_idle', percent: 63.52 });
    expect(profiles[0].rows.reduce((sum, row) => sum + row.percent, 0)).toBeLessThanOrEqual(100);
  });

  it('keeps samples and CPUs, and a table per event', async () => {
    const cpu = await readText(fixture('perf-report/3.10/cpu-samples.txt'));
    expect(cpu.profiles[0].rows[0]).toMatchObject({ cpu: 0, samples: 917, symbol: 'default_idle', app: 'swapper' });
    const events = await readText(fixture('perf-report/3.10/events.txt'));
    expect(events.profiles.map((table) => table.event)).toContain('net:netif_receive_skb');
    expect(new Set(events.profiles.map((table) => table.event)).size).toBe(events.profiles.length);
    const fields = await readText(fixture('perf-report/6.18/fields.txt'));
    expect(fields.profiles[0]).toMatchObject({ totalSamples: 127 });
    expect(fields.profiles[0].rows[0]).toMatchObject({ samples: 22, weight: 5500000, app: 'rxbench' });
  });

  it('does not take call chains for rows', async () => {
    const flat = await readText(fixture('perf-report/3.10/flat-chains.txt'));
    expect(flat.profiles[0].rows.reduce((sum, row) => sum + row.percent, 0)).toBeLessThanOrEqual(100.5);
    const folded = await readText(fixture('perf-report/6.18/folded.txt'));
    expect(folded.profiles[0].rows.every((row) => !row.symbol.includes(';'))).toBe(true);
  });

  it('gives every event of a group its own table', async () => {
    const text = fixture('perf-report/6.1/group.txt');
    const sums = [0, 0];
    for (const [, a, b] of text.matchAll(/% +(\d+) +(\d+) {2}ls /g)) {
      sums[0] += Number(a);
      sums[1] += Number(b);
    }
    for (const content of [text, fixture('perf-report/6.1/group.csv')]) {
      const { profiles, files } = await readText(content);
      expect(files[0].account).toMatchObject({ unused: 0, malformed: 0, unknown: 0 });
      expect(profiles.map(({ event }) => event)).toEqual(['cpu-clock', 'page-faults']);
      expect(profiles[0].rows[0]).toMatchObject({ symbol: 'iowrite16', app: 'ls', samples: 168, percent: 12.08 });
      expect(profiles[1].rows[0]).toMatchObject({ symbol: '_int_malloc', samples: 25, percent: 15.81 });
    }
    const counted = (await readText(text)).profiles.map(({ rows }) => rows.reduce((sum, row) => sum + row.samples, 0));
    expect(counted).toEqual(sums);
  });

  it('reads -v, --hierarchy and a table whose titles were cut off', async () => {
    const verbose = await readText(fixture('perf-report/6.1/verbose.txt'));
    expect(verbose.profiles[0].rows[0]).toMatchObject({
      symbol: 'pv_native_safe_halt',
      app: 'swapper',
      percent: 25.04,
    });
    expect(verbose.files[0].account.unused).toBe(0);
    const hierarchy = await readText(fixture('perf-report/6.1/hierarchy.txt'));
    const place = { symbol: '_raw_spin_unlock_irqrestore', image: '[kernel.kallsyms]', app: 'iperf3' };
    expect(hierarchy.profiles[0].rows[0]).toMatchObject({ ...place, samples: 1428, percent: 18.53 });
    expect(hierarchy.profiles[0].rows.reduce((sum, row) => sum + row.percent, 0)).toBeLessThanOrEqual(100);
    const titled = await readText(fixture('perf-report/6.1/samples.txt'));
    const bare = await readText(fixture('perf-report/6.1/samples.txt').replace(/^#.*\n/gm, ''));
    const rowsOf = (read: Read): unknown[] =>
      read.profiles[0].rows.map(({ symbol, image, app, samples, percent }) => [symbol, image, app, samples, percent]);
    expect(rowsOf(bare)).toEqual(rowsOf(titled));
    expect(bare.files[0].notes[0]).toContain('without titles');
    const comma = fixture('perf-report/6.1/comma.txt');
    expect(rowsOf(await readText(comma.replace(/^#.*\n/gm, '')))).toEqual(rowsOf(await readText(comma)));
    const chains = fixture('perf-report/6.1/children.txt');
    expect(rowsOf(await readText(chains.replace(/^#.*\n/gm, '')))).toEqual(rowsOf(await readText(chains)));
  });

  it('takes ratios and weighted differences for no percentage points', async () => {
    const text = fixture('perf-report/6.18/diff.txt').replace(/Delta Abs/, '    Ratio');
    const { profiles } = await readText(text);
    expect(profiles[0].rows.length).toBeGreaterThan(3);
    expect(profiles[0].rows.every(({ percent }) => Number.isNaN(percent))).toBe(true);
  });

  it('reads perf diff as differences', async () => {
    const { profiles } = await readText(fixture('perf-report/6.18/diff.csv'));
    expect(profiles[0]).toMatchObject({ format: 'perf-diff', isDifference: true });
    expect(profiles[0].rows.slice(0, 2).map((row) => [row.symbol, row.percent, row.weight])).toEqual([
      ['handle_softirqs', -1.63, 3.15],
      ['__netif_receive_skb_core.constprop.0', 1.52, Number.NaN],
    ]);
    const text = await readText(fixture('perf-report/6.18/diff.txt'));
    expect(text.profiles[0].rows).toHaveLength(profiles[0].rows.length);
  });

  it('takes any separator', async () => {
    const csv = fixture('perf-report/6.1/comma.txt');
    const expected = (await readText(csv)).profiles[0].rows;
    for (const separator of [';', '\t', '|', '^']) {
      const { profiles } = await readText(
        csv.replace(/^(?!# [^O]).*,.*$/gm, (line) => line.replaceAll(',', separator)),
      );
      expect(profiles[0].rows).toEqual(expected.map((row) => ({ ...row })));
    }
  });
});

describe('perf stat', () => {
  const totalOf = async (text: string, event: string): Promise<number> =>
    findFact((await readText(text)).facts, 'perf-stat', event)?.value ?? Number.NaN;

  it('reads plain rows of 3.10, 6.1 and JSON', async () => {
    expect(await totalOf(fixture('perf-stat/3.10/plain.csv'), 'page-faults')).toBe(152);
    expect(await totalOf(fixture('perf-stat/6.1/plain.csv'), 'page-faults')).toBe(64);
    expect(await totalOf(fixture('perf-stat/6.18/rows.json'), 'context-switches')).toBe(217);
    const { facts } = await readText(fixture('perf-stat/6.1/plain.csv'));
    expect(findFact(facts, 'perf-stat', 'cycles')).toMatchObject({ text: '<not supported>', value: Number.NaN });
    expect(findFact(facts, 'perf-stat', 'task-clock')).toMatchObject({ value: 14.32, unit: 'msec' });
    expect(findFact(facts, 'perf-stat', 'task-clock|CPUs utilized')?.value).toBe(1.078);
  });

  it('adds intervals, CPUs and cores once', async () => {
    expect(await totalOf(fixture('perf-stat/6.1/interval.csv'), 'page-faults')).toBe(76);
    expect(await totalOf(fixture('perf-stat/6.1/percore.csv'), 'page-faults')).toBe(4510 + 17906);
    // --summary repeats the sum of the intervals.
    expect(await totalOf(fixture('perf-stat/6.1/summary.csv'), 'page-faults')).toBe(75);
    expect(await totalOf(fixture('perf-stat/6.18/interval-per-cpu.csv'), 'context-switches')).toBe(
      130 + 95 + 52 + 1134,
    );
    const { facts } = await readText(fixture('perf-stat/6.18/interval-per-cpu.csv'));
    expect(findFact(facts, 'perf-stat', 'context-switches@0.171800013 CPU1')?.value).toBe(1134);
  });

  it('rejoins event names with commas and finds the variance of -r', async () => {
    const text =
      '1500,,cpu/event=0xb7,umask=0x1/u,2.50%,1000000,50.00,,\n<not counted>,,cpu_core/cycles/P,0,0.00,,\n12,,r1a8:u,1000000,100.00,,\n';
    const { facts, files } = await readText(text);
    expect(files[0].account.malformed + files[0].account.unknown).toBe(0);
    expect(findFact(facts, 'perf-stat', 'cpu/event=0xb7,umask=0x1/u')?.value).toBe(1500);
    expect(findFact(facts, 'perf-stat', 'cpu/event=0xb7,umask=0x1/u|variance')?.value).toBe(2.5);
    expect(findFact(facts, 'perf-stat', 'cpu/event=0xb7,umask=0x1/u|running')?.value).toBe(50);
  });

  it('ties a row of empty fields to the event above it', async () => {
    const { facts } = await readText(
      '1000,,instructions,5000,100.00,0.80,insn per cycle\n,,,,,0.40,stalled cycles per insn\n900,,cycles,5000,100.00,,\n',
    );
    expect(findFact(facts, 'perf-stat', 'instructions|stalled cycles per insn')?.value).toBe(0.4);
    expect(findFact(facts, 'perf-stat', 'instructions')?.value).toBe(1000);
  });

  it('takes other separators', async () => {
    for (const separator of [';', '\t', '|']) {
      const text = fixture('perf-stat/6.1/plain.csv').replaceAll(',', separator);
      expect(await totalOf(text, 'page-faults')).toBe(64);
    }
  });
});

describe('iperf as it prints for people', () => {
  const GIB = 2 ** 30;
  const figures = async (name: string): Promise<number[][]> => {
    const { facts, files } = await readText(fixture(`iperf-text/${name}`));
    expect(files[0].account).toMatchObject({ unknown: 0, malformed: 0 });
    expect(files[0].notes[0]).toContain('rounded');
    const tests = [...new Set(facts.map(({ record }) => record))];
    return tests.map((record) =>
      ['bytes', 'seconds', 'bits_per_second', 'streams'].map(
        (key) => facts.find((fact) => fact.record === record && fact.key === key)!.value,
      ),
    );
  };

  it('takes the SUM of the whole test, once', async () => {
    expect(await figures('2.1.8/client-2-streams.txt')).toEqual([[Math.round(1.84 * GIB), 1.0115, 15.7e9, 2]]);
    expect(await figures('3.12/client-2-streams.txt')).toEqual([[Math.round(2.63 * GIB), 2.01, 11.2e9, 2]]);
  });

  it('keeps the tests of a server and the directions of --bidir apart', async () => {
    expect((await figures('2.1.8/server.txt')).map(([, , rate]) => rate)).toEqual([14.9e9, 20e9, 21.3e9, 21.7e9]);
    expect((await figures('3.12/bidir.txt')).map(([, , rate]) => rate)).toEqual([8.65e9, 5.33e9]);
  });

  it('takes what arrived, leaves omitted seconds out, reads other units', async () => {
    expect(await figures('3.12/reverse-omit.txt')).toEqual([[Math.round(1.8 * GIB), 1, 15.5e9, 1]]);
    expect(await figures('2.1.8/kbytes.txt')).toEqual([[2652032 * 1024, 1.0163, 2609384 * 8192, 1]]);
    const { facts } = await readText(fixture('iperf-text/2.1.8/udp-client.txt'));
    expect(['jitter_ms', 'lost', 'datagrams'].map((key) => findFact(facts, 'iperf', key)?.value)).toEqual([
      0.001, 0, 4461,
    ]);
  });

  it('is outranked by exact figures of the bundle, whatever the names', async () => {
    const files = {
      'z.txt': fixture('iperf-text/3.12/client-2-streams.txt'),
      'a.json': fixture('iperf3-json/3.12/client.json'),
    };
    const { facts } = await withFolder(files, (folder) => read(folder));
    expect(findFact(facts, 'iperf', 'bytes')?.file).toBe('a.json');
  });

  it('adds up the intervals of an output that was cut', async () => {
    const text = fixture('iperf-text/3.12/client-2-streams.txt');
    const { facts } = await readText(text.slice(0, text.lastIndexOf('[ ID]')));
    expect(findFact(facts, 'iperf', 'bytes')?.value).toBe(Math.round(1.37 * GIB) + Math.round(1.26 * GIB));
    expect(findFact(facts, 'iperf', 'seconds')?.value).toBe(2);
  });
});

describe('iperf', () => {
  it('tells why a test failed', async () => {
    const { files, facts } = await readText(fixture('iperf3-json/3.12/refused.json'));
    expect(files[0].notes).toEqual(['iperf3 test 1 failed: unable to connect to server: Connection refused']);
    expect(facts.some(({ domain }) => domain === 'iperf')).toBe(false);
  });

  it('counts the whole test once', async () => {
    const { facts } = await readText(fixture('iperf-csv/2.1.8/server.csv'));
    const bytes = facts.filter((fact) => fact.key === 'bytes');
    expect(bytes.map((fact) => [fact.value, fact.record])).toEqual([
      [1787953212, 'iperf#1'],
      [2145386556, 'iperf#2'],
    ]);
    expect(facts.filter((fact) => fact.key === 'interval')).toHaveLength(4);
    const single = await readText(fixture('iperf-csv/2.1.8/whole.csv'));
    expect(single.facts.filter((fact) => fact.key === 'bytes')).toHaveLength(1);
  });

  it('lets the SUM row stand for its streams', async () => {
    const rows = [
      '20260101000001,10.0.0.1,5001,10.0.0.2,40001,4,0.0-1.0,100,800',
      '20260101000001,10.0.0.1,5001,10.0.0.2,40002,5,0.0-1.0,200,1600',
      '20260101000001,10.0.0.1,0,10.0.0.2,0,-1,0.0-1.0,300,2400',
      '20260101000002,10.0.0.1,5001,10.0.0.2,40001,4,1.0-2.0,110,880',
      '20260101000002,10.0.0.1,5001,10.0.0.2,40002,5,1.0-2.0,210,1680',
      '20260101000002,10.0.0.1,0,10.0.0.2,0,-1,1.0-2.0,320,2560',
      '20260101000002,10.0.0.1,5001,10.0.0.2,40001,4,0.0-2.0,210,840',
      '20260101000002,10.0.0.1,5001,10.0.0.2,40002,5,0.0-2.0,410,1640',
      '20260101000002,10.0.0.1,0,10.0.0.2,0,-1,0.0-2.0,620,2480',
    ];
    const { facts } = await readText(`${rows.join('\n')}\n`);
    expect(facts.filter((fact) => fact.key === 'bytes').map((fact) => fact.value)).toEqual([620]);
    expect(findFact(facts, 'iperf', 'streams')?.value).toBe(2);
  });

  it('adds intervals of a test that was interrupted', async () => {
    const { facts } = await readText(
      '20260101000001,10.0.0.1,5001,10.0.0.2,40001,4,0.0-1.0,1000,8000\n20260101000002,10.0.0.1,5001,10.0.0.2,40001,4,1.0-2.0,3000,24000\n',
    );
    expect(facts.filter((fact) => fact.key === 'bytes').map((fact) => fact.value)).toEqual([4000]);
    expect(findFact(facts, 'iperf', 'bits_per_second')?.value).toBe(16000);
  });

  it('reads iperf3 JSON: what was received, not sent', async () => {
    for (const name of ['client', 'server', 'udp-client']) {
      const text = fixture(`iperf3-json/3.12/${name}.json`);
      const { end } = JSON.parse(text);
      const sum = [end.sum_received, end.sum, end.sum_sent].find((each) => (each?.bytes ?? 0) > 0);
      const { facts, files } = await readText(text);
      expect(findFact(facts, 'iperf', 'bytes')?.value).toBe(sum.bytes);
      expect(findFact(facts, 'iperf', 'seconds')?.value).toBe(sum.seconds);
      expect(files[0].account.unknown).toBe(0);
    }
  });
});

describe('side snapshots', () => {
  it('reads a mixed file line by line', async () => {
    const { facts, files } = await readText(fixture('side-snapshot/3.10/one.txt'));
    expect(files[0].account).toMatchObject({ unknown: 0, malformed: 0 });
    expect(findSysctl(facts, 'net.ipv4.tcp_dma_copybreak')).toBe(4096);
    expect(findFact(facts, 'sysctl', 'net.ipv4.tcp_rmem')?.text).toBe('4096\t87380\t6291456');
    expect(findFact(facts, 'kernel', 'release')?.text).toBe('3.10.105');
    expect(findFact(facts, 'cpu', 'count')?.value).toBe(3);
    expect(findFact(facts, 'cpu', 'model')?.text).toBe('Intel Core i7 9xx (Nehalem Class Core i7)');
    expect(findFact(facts, 'other', 'dev.#1.mtu')?.value).toBe(1500);
  });

  it('reads probe definitions and tracefs settings', async () => {
    const probes = await readText(fixture('side-snapshot/3.10/probes.txt'));
    const entry = findFact(probes.facts, 'kprobe-definition', 'tcp_recvmsg');
    expect(entry?.text).toBe('p:kprobes/tcp_recvmsg tcp_recvmsg sk=%si len=%cx:u64 nonblock=%r8:s32 flags=%r9:s32');
    const options = await readText(fixture('side-snapshot/3.10/tracefs.txt'));
    expect(findFact(options.facts, 'trace-option', 'trace_clock')?.text).toBe('local');
    expect(findFact(options.facts, 'trace-option', 'tracer')?.text).toBe('nop');
    const buffer = await readText(fixture('side-snapshot/3.10/buffer.txt'));
    expect(findFact(buffer.facts, 'buffer-stats', 'overrun')?.value).toBe(0);
  });

  it('reads ethtool, lscpu and ss', async () => {
    const features = await readText(fixture('side-snapshot/6.18/ethtool-k.txt'));
    expect(findFact(features.facts, 'ethtool', 'vrx.features.tcp-segmentation-offload')?.text).toBe('on');
    const machine = await readText(fixture('side-snapshot/6.18/lscpu.txt'));
    expect(findFact(machine.facts, 'cpu', 'count')?.value).toBe(2);
    const sockets = await readText(fixture('side-snapshot/6.18/ss-tinm.mid.txt'));
    expect(findFact(sockets.facts, 'socket', 'skmem.rb')?.value).toBe(1849229);
  });

  it('does not mix the figures of several sockets of ss', async () => {
    const socket = (from: string, to: string, counters: string) =>
      `ESTAB 0      0          ${from}     ${to} ino:3601337 sk:1103 cgroup:/ <->\n\t skmem:(r0,rb655069,t0,tb3939840,f0,w0,o0,bl0,d0) ts sack bbr wscale:10,10 rto:200 ${counters}\n`;
    const { facts, files } = await readText(
      `State Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n${socket('127.0.0.1:7730', '127.0.0.1:37462', 'bytes_received:61210624')}${socket('127.0.0.1:37462', '127.0.0.1:7730', 'bytes_sent:61210624')}`,
    );
    expect(files[0].account).toMatchObject({ parsed: 4, comment: 1, unknown: 0 });
    expect(findFact(facts, 'socket', 'tcp.bytes_received')?.value).toBe(61210624);
    expect(findFact(facts, 'socket', 'tcp.bytes_sent')).toBeUndefined();
    expect(findFact(facts, 'socket', 'tcp.127.0.0.1:37462>127.0.0.1:7730.bytes_sent')?.value).toBe(61210624);
  });

  it('finds before and after by the counters, whatever the names', async () => {
    const one = fixture('side-snapshot/3.10/one.txt');
    const two = fixture('side-snapshot/3.10/two.txt');
    const bundles: Record<string, string>[] = [
      { 'a.txt': one, 'b.txt': two },
      { 'a.txt': two, 'b.txt': one },
      { 'x.side-before.txt': two, 'x.side-after.txt': one },
    ];
    for (const files of bundles) {
      const { facts } = await withFolder(files, (folder) => read(folder));
      expect(sumCounterDelta(facts, 'dma', 'bytes_transferred')).toBe(38316632);
      expect(sumCounterDelta(facts, 'dma', 'memcpy_count')).toBe(35842);
    }
    const joined = await readText(two + one);
    expect(sumCounterDelta(joined.facts, 'dma', 'bytes_transferred')).toBe(38316632);
  });

  it('a pattern that matched nothing says that no engine is there; values below it say the reverse', async () => {
    const sysctl = 'net.ipv4.tcp_dma_copybreak = 4096\n';
    for (const line of [
      '/sys/class/dma/*/memcpy_count ',
      '/sys/class/dma/dma*chan*/in_use',
      'grep: /sys/class/dma/*/memcpy_count: No such file or directory',
      "head: cannot open '/sys/class/dma/*/bytes_transferred' for reading: No such file or directory",
      "ls: cannot access '/sys/class/dma/*': No such file or directory",
    ]) {
      const { facts, files } = await readText(`${sysctl}${line}\n`);
      expect(hasNoEngine(facts), line).toBe(true);
      expect(files[0].account.unknown, line).toBe(0);
    }
    // sh knows no braces: nothing of that name can be there.
    const braces = 'grep: /sys/class/dma/*/{memcpy_count,in_use}: No such file or directory\n';
    expect(hasNoEngine((await readText(sysctl + braces)).facts)).toBe(false);
    expect(hasNoEngine((await readText(`${sysctl}/sys/class/dma/*/memcpy_count:\n1284\n7\n`)).facts)).toBe(false);
  });

  it('reads engine counters in every spelling', async () => {
    const texts = [
      '/sys/class/dma/dma0chan0/bytes_transferred 4096\n/sys/class/dma/dma0chan0/memcpy_count 2\n',
      '/sys/class/dma/dma0chan0/bytes_transferred:4096\n/sys/class/dma/dma0chan0/memcpy_count:2\n',
      'dma0chan0/bytes_transferred:4096\ndma0chan0/memcpy_count:2\n',
      '==> /sys/class/dma/dma0chan0/bytes_transferred <==\n4096\n\n==> /sys/class/dma/dma0chan0/memcpy_count <==\n2\n',
    ];
    for (const text of texts) {
      const { facts, files } = await readText(text);
      expect(facts.map((fact) => [fact.domain, fact.key, fact.value])).toEqual([
        ['dma', 'dma0chan0.bytes_transferred', 4096],
        ['dma', 'dma0chan0.memcpy_count', 2],
      ]);
      expect(files[0].account.unknown).toBe(0);
    }
    const { facts } = await readText(
      '/proc/sys/net/ipv4/tcp_dma_copybreak:4096\n/proc/sys/net/ipv4/tcp_low_latency:1\n',
    );
    expect(findSysctl(facts, 'net.ipv4.tcp_low_latency')).toBe(1);
  });

  it('a single snapshot has no moment', async () => {
    const { facts } = await readText(fixture('side-snapshot/3.10/one.txt'));
    expect(new Set(facts.map((fact) => fact.moment))).toEqual(new Set(['']));
    expect(sumCounterDelta(facts, 'dma', 'bytes_transferred')).toBeNaN();
  });

  it('a bundle of figures alone gives profiles and facts', async () => {
    const { profiles, facts, files } = await withFolder(
      { throughput: fixture('iperf-csv/2.1.8/whole.csv'), profile: fixture('opreport/3.10/symbols.txt') },
      (folder) => read(folder),
    );
    expect(profiles).toHaveLength(1);
    expect(findFact(facts, 'iperf', 'bytes')).toBeDefined();
    expect(files.map((file) => file.format).sort()).toEqual(['iperf-csv', 'opreport']);
  });
});

describe('side files of other ages and options', () => {
  it('reads lscpu -J like lscpu', async () => {
    const json = `{
   "lscpu": [
      {
         "field": "CPU(s):",
         "data": "2",
         "children": [
            {
               "field": "On-line CPU(s) list:",
               "data": "0,1"
            }
         ]
      },{
         "field": "Model name:",
         "data": "AMD EPYC"
      }
   ]
}
`;
    const { facts, files } = await readText(json);
    expect(files[0].account).toMatchObject({ parsed: 6, unknown: 0, malformed: 0 });
    expect(['count', 'model', 'lscpu.On-line CPU(s) list'].map((key) => findFact(facts, 'cpu', key)?.text)).toEqual([
      '2',
      'AMD EPYC',
      '0,1',
    ]);
  });

  it('names the CPUs of a table by its titles: CPU 1 is off line', async () => {
    const { facts } = await readText(
      '                    CPU0       CPU2       \n      NET_RX:         10         32\n       TIMER:          1          2\n',
    );
    expect(findFact(facts, 'softirqs', 'NET_RX')?.value).toBe(42);
    expect(findFact(facts, 'softirqs', 'NET_RX.cpu2')?.value).toBe(32);
    expect(findFact(facts, 'softirqs', 'NET_RX.cpu1')).toBeUndefined();
  });

  it('reads groups with one name, snmp6, queue numbers of drivers, sockets of an old lscpu', async () => {
    const snmp = await readText('IcmpMsg: InType3\nIcmpMsg: 2\nUdp: InDatagrams NoPorts\nUdp: 7 0\n');
    expect(findFact(snmp.facts, 'netstat', 'IcmpMsg.InType3')?.value).toBe(2);
    const snmp6 = await readText('Ip6InReceives                   \t12\nUdp6InDatagrams                 \t4\n');
    expect(findFact(snmp6.facts, 'netstat', 'Udp6.InDatagrams')?.value).toBe(4);
    const driver = await readText('NIC statistics:\n     [0]: rx_ucast_packets: 77\n     rx_bytes: 5\n');
    expect(driver.files[0].account).toMatchObject({ parsed: 2, unknown: 0 });
    const old = await readText('CPU(s):                4\nCPU socket(s):         2\n');
    expect(old.files[0].account).toMatchObject({ parsed: 2, unknown: 0 });
  });

  it('names perf stat --metric-only for what it is', async () => {
    const text = '# started on Sat Nov 21 05:59:48 2026\n\ninsn per cycle,branch-misses of all branches,\n0.85,2.10,\n';
    const failed = await catchCode(readText(text));
    expect(failed.code).toBe('nothing-recognised');
    expect(failed.message).toContain('perf stat --metric-only');
  });
});

describe('uname without a host name', () => {
  it('gives the release; a sentence that begins with Linux does not', async () => {
    for (const [text, release] of [
      ['Linux 2.6.32.69 x86_64', '2.6.32.69'],
      ['Linux 3.10.105 i686 GNU/Linux', '3.10.105'],
      ['Linux 2.6 kernel', undefined],
    ] as const) {
      const { facts } = await readText(`net.ipv4.tcp_sack = 1\nnet.ipv4.tcp_dma_copybreak = 4096\n${text}\n`);
      expect(findFact(facts, 'kernel', 'release')?.text).toBe(release);
    }
  });
});
