import { describe, expect, it } from 'vitest';
import { findFact } from '../../src/model/environment.ts';
import { readProjectFile } from '../support/source-tree.ts';
import { readText } from './side/support.ts';

const fixture = (name: string) => readText(readProjectFile(`fixtures/captures/${name}`));

/** `off 930 36.1 __copy_tofrom_user` for each case, in order; the line of the throughput last. */
async function casesOf(name: string): Promise<string[]> {
  const { facts, files } = await fixture(`prose/${name}`);
  expect(files.every(({ format }) => format === 'prose')).toBe(true);
  const records = [...new Set(facts.filter((f) => f.record.startsWith('case#')).map(({ record }) => record))];
  return records.map((record) => {
    const of = facts.filter((fact) => fact.record === record);
    const rate = of.find(({ key }) => key === 'bits_per_second');
    const share = of.find(({ key }) => key.startsWith('share.'));
    const text = (key: string): string => of.find((fact) => fact.key === key)?.text ?? '-';
    return `${text('offload')} ${(rate?.value ?? Number.NaN) / 1e6} ${share?.value ?? '-'} ${share?.key.slice(6) ?? '-'} busy ${text('busy_pct')} lowat ${text('rcvlowat_bytes')} line ${rate?.line}`;
  });
}

describe('figures that a text states', () => {
  it('the three sentences of the question, on one line each and wrapped below bullets', async () => {
    expect(await casesOf('three-sentences.txt')).toEqual([
      'off 930 36.1 __copy_tofrom_user busy - lowat - line 1',
      'on 890 33.5 __copy_tofrom_user busy - lowat - line 2',
      'on 874 25.1 __copy_tofrom_user busy - lowat 204800 line 3',
    ]);
    expect(await casesOf('wrapped-bullets.txt')).toEqual([
      'off 930 36.1 __copy_tofrom_user busy - lowat - line 3',
      'on 890 33.5 __copy_tofrom_user busy - lowat - line 5',
      'on 874 25.1 __copy_tofrom_user busy - lowat 204800 line 7',
    ]);
  });

  it('settings of no case: window, read length, the author’s kernel', async () => {
    const { facts } = await fixture('prose/wrapped-bullets.txt');
    expect(findFact(facts, 'stated', 'window_bytes')?.value).toBe(256_000);
    expect(findFact(facts, 'stated', 'read_bytes')?.value).toBe(2_097_152);
    expect(findFact(facts, 'kernel', 'release')?.text).toBe('2.6.32.2');
  });

  it('a second sentence completes a case: idle shares make 59 and 70 % busy', async () => {
    expect(await casesOf('mail-with-idle.txt')).toEqual([
      'off 941 22.4 copy_user_generic_string busy 59 lowat - line 4',
      'on 905 20.1 copy_user_generic_string busy 70 lowat - line 5',
    ]);
  });

  it('megabytes a second, decimal commas and a window as iperf prints it, in a quoted reply', async () => {
    expect(await casesOf('quoted-list.txt')).toEqual([
      'off 896 31 __copy_to_user_ll busy - lowat - line 1',
      'on 832 27.5 __copy_to_user_ll busy - lowat - line 2',
      'on 792 21 __copy_to_user_ll busy - lowat 131072 line 3',
    ]);
    const { facts } = await fixture('prose/quoted-list.txt');
    expect(findFact(facts, 'iperf', 'window_bytes')?.value).toBe(416 * 1024);
    expect(findFact(facts, 'iperf', 'window_asked_bytes')?.value).toBe(208 * 1024);
  });

  it('headings own the iperf rows and tables below them', async () => {
    expect((await casesOf('headings-with-tables.txt')).map((text) => text.split(' ').slice(0, 2))).toEqual([
      ['off', '936'],
      ['on', '893'],
    ]);
    const { profiles } = await fixture('prose/headings-with-tables.txt');
    expect(profiles.map((table) => [table.caseRecord, table.rows.length, table.rows[0].line])).toEqual([
      ['case#1', 3, 6],
      ['case#2', 5, 15],
    ]);
  });

  it('rows of a table; from A to B when it was enabled', async () => {
    expect((await casesOf('markdown-table.txt')).map((text) => text.split(' ').slice(0, 3))).toEqual([
      ['off', '930', '36.1'],
      ['on', '890', '33.5'],
    ]);
    expect((await casesOf('from-to.txt')).map((text) => text.split(' ').slice(0, 2))).toEqual([
      ['off', '9410'],
      ['on', '7900'],
    ]);
  });

  it('takes no figure from sentences about other offloads, links or plans', async () => {
    for (const text of [
      'Our NIC has TCP offload disabled and the disk does 200 MB/s. Nothing about receive here at all.\n',
      'For the 10 Gbit/s case we would like to see what with and without NET_DMA means to people who read this list.\n',
      'Checksum offload enabled gives 9 Gbit/s on this card, and we are happy with it as it is.\n',
    ]) {
      const parts = await readText(text).catch(() => null);
      expect(parts?.facts ?? []).toEqual([]);
    }
  });

  it('a trace in a mail stays a trace', async () => {
    const trace =
      'iperf-905   [001]  110.664329: sched_switch: prev_comm=iperf prev_pid=905 prev_prio=120 prev_state=S ==> next_comm=swapper next_pid=0 next_prio=120\n';
    const { files } = await readText(`Hello list, with NET_DMA enabled the reader sleeps a lot:\n${trace.repeat(20)}`);
    expect(files.map(({ format }) => format)).not.toContain('prose');
  });
});

describe('a case that is told by a pronoun', () => {
  it.each(['Turning it on', 'When it is enabled', 'Enabling it', 'With it on'])('%s', async (words) => {
    const text = `I get 112 MB/s with NET_DMA off.\n${words} I only get 105 MB/s.\n`;
    const { facts } = await readText(text);
    const of = (key: string) => facts.filter((fact) => fact.key === key).map(({ text, value }) => [text, value]);
    expect(of('bits_per_second').map(([, value]) => value)).toEqual([896e6, 840e6]);
    expect(of('case').map(([title]) => title)).toEqual(['NET_DMA off', 'NET_DMA on']);
  });

  it('means nothing without a name before it', async () => {
    const { facts } = await readText('Turning it on I get 105 MB/s.\nwith NET_DMA off I get 112 MB/s.\n');
    expect(facts.filter(({ key }) => key === 'case').map(({ text }) => text)).toEqual(['NET_DMA off']);
  });
});

describe('what is no figure of a case', () => {
  it('an arrow between two shares, and options of a command line below a case', async () => {
    const { facts } = await readText(
      'bandwidth with NET_DMA off: 9.3 Gb/s\nbandwidth with NET_DMA on: 8.7 Gb/s\ncopy_user_generic_unrolled 21.0% -> 14.5%\niperf -s -w 512K -l 64K\n',
    );
    expect(facts.filter(({ key }) => key.startsWith('share.'))).toEqual([]);
    expect(facts.filter(({ record }) => record === 'settings').map(({ key, value }) => [key, value])).toEqual([
      ['window_bytes', 524_288],
      ['read_bytes', 65_536],
    ]);
    expect(facts.filter(({ key }) => key === 'bits_per_second').map(({ value }) => value)).toEqual([9.3e9, 8.7e9]);
  });
});

describe('what a terminal shows', () => {
  it('values of a pattern are numbered, uname -r is a release, ip -s link counts bytes', async () => {
    const { facts } = await readText(
      [
        'root@n3:/# uname -r',
        '3.2.0-4-amd64',
        'rx$ cat /sys/class/dma/dma*chan*/memcpy_count',
        '1284',
        '7',
        'root@n3:/# ip -s link show eth0',
        '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP qlen 1000',
        '    link/ether 00:1b:21:aa:bb:cc brd ff:ff:ff:ff:ff:ff',
        '    RX: bytes  packets  errors  dropped overrun mcast',
        '    99123123123 81231231 0       0       0       1231',
        '    TX: bytes  packets  errors  dropped carrier collsns',
        '    123123 12312 0       0       0       0',
        '',
      ].join('\n'),
    );
    expect(findFact(facts, 'kernel', 'release')?.text).toBe('3.2.0-4-amd64');
    expect(facts.filter(({ domain }) => domain === 'dma').map(({ key, value }) => [key, value])).toEqual([
      ['channel#1.memcpy_count', 1284],
      ['channel#2.memcpy_count', 7],
    ]);
    expect(findFact(facts, 'other', 'dev.eth0.rx_bytes')?.value).toBe(99_123_123_123);
    expect(findFact(facts, 'other', 'dev.eth0.tx_bytes')?.value).toBe(123_123);
  });

  it('engine-never-used: values of grep, a prompt before each command, a counter below its grep', async () => {
    const { facts, files } = await fixture('side-snapshot/pasted/engine-never-used.txt');
    expect(files[0].account.unknown).toBe(0);
    expect(findFact(facts, 'dma', 'dma1chan0.in_use')?.value).toBe(0);
    expect(findFact(facts, 'ethtool', 'eth2.stats.rx_bytes')?.value).toBe(812_399_120_331);
  });

  it('cat of two counters, kernel config, modules, boot log, ethtool -l -x -n -k -c', async () => {
    const { facts, files } = await fixture('side-snapshot/pasted/engine-loaded-without-client.txt');
    expect(files[0].account.unknown).toBe(0);
    const text = (domain: Parameters<typeof findFact>[1], key: string) => findFact(facts, domain, key)?.text;
    expect([text('dma', 'dma0chan0.in_use'), text('dma', 'dma0chan0.memcpy_count')]).toEqual(['1', '0']);
    expect([text('kernel', 'config.NET_DMA'), text('kernel', 'module.ioatdma')]).toEqual(['n', '24']);
    expect(text('dma', 'dmesg')).toContain('irq 66');
    expect([text('ethtool', 'eth0.channels.Combined'), text('ethtool', 'eth0.channels.maximum.Combined')]).toEqual([
      '4',
      '8',
    ]);
    expect([text('ethtool', 'eth0.rules.total'), text('ethtool', 'eth0.features.rx-checksumming')]).toEqual([
      '0',
      'off',
    ]);
    expect(text('ethtool', 'eth0.coalesce.rx-usecs')).toBe('3');
  });

  it('a setting that is typed: sysctl -w, echo into /proc/sys', async () => {
    const { facts } = await readText(
      '$ sudo sysctl -w net.ipv4.tcp_dma_copybreak=2048\n# echo 1 > /proc/sys/net/ipv4/tcp_low_latency\n',
    );
    expect(findFact(facts, 'sysctl', 'net.ipv4.tcp_dma_copybreak')?.value).toBe(2048);
    expect(findFact(facts, 'sysctl', 'net.ipv4.tcp_low_latency')?.value).toBe(1);
  });
});
