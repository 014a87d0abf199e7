import { describe, expect, it } from 'vitest';
import { readTitles } from '../../parsers/formats/oprofile/columns.ts';
import { readText } from './side/support.ts';
import { readFixture } from './text/support.ts';

const decoder = new TextDecoder();
const fixture = (name: string): string => decoder.decode(readFixture(name));
const sumOf = (rows: readonly { samples: number }[]): number => rows.reduce((sum, row) => sum + row.samples, 0);

describe('opreport tables of one session', () => {
  it('count the same samples in every layout', async () => {
    const symbols = await readText(fixture('opreport/3.10/symbols.txt'));
    const images = await readText(fixture('opreport/3.10/images.txt'));
    const xml = await readText(fixture('opreport-xml/3.10/symbols.xml'));
    // 10731 samples are 75.0367 percent.
    expect(symbols.profiles[0].totalSamples).toBe(14301);
    expect(sumOf(symbols.profiles[0].rows)).toBe(14301);
    expect(images.profiles[0].totalSamples).toBe(14301);
    expect(xml.profiles[0].totalSamples).toBe(14301);
    const counts = (rows: readonly { symbol: string; samples: number }[]) =>
      rows.map((row) => `${row.symbol} ${row.samples}`).sort();
    expect(counts(xml.profiles[0].rows)).toEqual(counts(symbols.profiles[0].rows));
    expect(symbols.profiles[0]).toMatchObject({
      event: 'timer',
      sampling: 'timer interrupt',
      imagesOnly: false,
      isDifference: false,
    });
    expect(images.profiles[0]).toMatchObject({ format: 'opreport-images', imagesOnly: true });
  });

  it('keeps names with blanks whole', async () => {
    const { profiles } = await readText(fixture('opreport/3.10/symbols.txt'));
    expect(profiles[0].rows.find((row) => row.symbol.startsWith('/bin/busybox'))).toMatchObject({
      image: 'busybox (deleted)',
      symbol: '/bin/busybox (deleted)',
      samples: 23,
    });
  });

  it('separates CPUs by row and adds them in one table', async () => {
    const { profiles } = await readText(fixture('opreport/3.10/symbols-per-cpu.txt'));
    expect(profiles).toHaveLength(1);
    const idle = profiles[0].rows.filter((row) => row.symbol === 'default_idle');
    expect(idle.map((row) => [row.cpu, row.samples, row.percent])).toEqual([
      [0, 5672, 90.8974],
      [1, 2671, 59.1191],
      [2, 4058, 83.5151],
    ]);
    // A class without samples of a symbol has no row: tcp_v4_rcv ran on CPU 0 only.
    expect(new Set(profiles[0].rows.filter((row) => row.symbol === 'tcp_v4_rcv').map((row) => row.cpu))).toEqual(
      new Set([0]),
    );
  });

  it('does not count dependent images twice', async () => {
    for (const name of ['images-per-cpu', 'images-global-percent']) {
      const { profiles, files } = await readText(fixture(`opreport/3.10/${name}.txt`));
      expect(files[0].account.unknown + files[0].account.malformed).toBe(0);
      const perCpu = [0, 1, 2].map((cpu) => sumOf(profiles[0].rows.filter((row) => row.cpu === cpu)));
      // 5969 = 95.6571 %, 2756 = 61.0004 %, 4859 = 100 %
      expect(perCpu).toEqual([6240, 4518, 4859]);
      const busybox = profiles[0].rows.filter((row) => row.app === 'busybox (deleted)' && row.cpu === 0);
      expect(busybox.map((row) => row.image)).toContain('vmlinux-3.10.105');
      expect(sumOf(busybox)).toBe(198);
    }
  });

  it('counts only the rows at the margin of a call graph and of --details', async () => {
    const graph = await readText(fixture('opreport/3.10/callgraph.txt'));
    const lines = fixture('opreport/3.10/callgraph.txt').split('\n');
    const centres = lines.filter((line) => /^\d/.test(line));
    expect(graph.profiles[0].format).toBe('opreport-callgraph');
    expect(graph.profiles[0].rows).toHaveLength(centres.length);
    expect(graph.profiles[0].rows[0]).toMatchObject({ symbol: 'default_idle', samples: 12401, percent: 79.4071 });
    // 12401 / 79.4071 %
    expect(graph.profiles[0].totalSamples).toBe(15617);
    const details = await readText(fixture('opreport/3.10/details.txt'));
    expect(details.profiles[0].rows.slice(0, 2).map((row) => [row.symbol, row.samples])).toEqual([
      ['default_idle', 10731],
      ['swdma_thread', 853],
    ]);
    expect(details.profiles[0].rows.every((row) => row.symbol !== '')).toBe(true);
  });

  it('reads cumulative, line number and headerless columns alike', async () => {
    const plain = (await readText(fixture('opreport/3.10/symbols.txt'))).profiles[0].rows.slice(0, 30);
    for (const name of ['cumulative', 'line-numbers', 'no-header']) {
      const { profiles } = await readText(fixture(`opreport/3.10/${name}.txt`));
      const rows = profiles[0].rows.slice(0, 30);
      expect(rows.map((row) => [row.symbol, row.image, row.samples, row.percent])).toEqual(
        plain.map((row) => [row.symbol, row.image, row.samples, row.percent]),
      );
    }
  });

  it('marks a differential report', async () => {
    const { profiles } = await readText(fixture('opreport/3.10/difference.txt'));
    expect(profiles[0].isDifference).toBe(true);
    expect(profiles[0].rows[2]).toMatchObject({ symbol: 'swdma_tx_submit', samples: 411 });
  });
});

describe('opreport spellings', () => {
  const head =
    'CPU: P4 / Xeon, speed 1700.48 MHz (estimated)\nCounted GLOBAL_POWER_EVENTS events (time during which processor is not stopped) with a unit mask of 0x01 (mandatory) count 100000\n';

  it('several events side by side give a table each', async () => {
    const { profiles } = await readText(
      'CPU: Core 2, speed 2.667e+06 MHz (estimated)\n' +
        'Counted CPU_CLK_UNHALTED events (Clock cycles when not halted) with a unit mask of 0x00 (Unhalted core cycles) count 100000\n' +
        'Counted LLC_MISSES events () with a unit mask of 0x41 (No unit mask) count 6000\n' +
        'samples  %        samples  %        image name               symbol name\n' +
        '180505286 57.7844  110      2.7638  vmlinux-t   poll_idle\n' +
        '1000     9.9e-04  0              0  anon (tgid:3189 range:0xf72aa000-0xf72fa000)  (no symbols)\n' +
        '5        1.7e-06  30        0.7538  libc.so.6                std::vector<int, std::allocator<int> >::push_back(int const&)\n',
    );
    expect(profiles.map((table) => [table.event, table.sampling, table.rows.length])).toEqual([
      ['CPU_CLK_UNHALTED', 'count 100000', 3],
      ['LLC_MISSES', 'count 6000', 2],
    ]);
    expect(profiles[0].rows[0]).toMatchObject({ image: 'vmlinux-t', symbol: 'poll_idle', samples: 180505286 });
    expect(profiles[0].rows[1]).toMatchObject({
      image: 'anon (tgid:3189 range:0xf72aa000-0xf72fa000)',
      symbol: '(no symbols)',
      percent: 9.9e-4,
    });
    expect(profiles[1].rows[1].symbol).toBe('std::vector<int, std::allocator<int> >::push_back(int const&)');
    expect(profiles[0].totalSamples).toBe(Math.round((180505286 / 57.7844) * 100));
  });

  it('joins titles that a mail program wrapped, with two events and application names', async () => {
    const head =
      'Counted GLOBAL_POWER_EVENTS events (time during which processor is not\n' +
      'stopped) with a unit mask of 0x01 (mandatory) count 100000\n' +
      'Counted BSQ_CACHE_REFERENCE events (cache references seen by the bus\n' +
      'unit) with a unit mask of 0x100 (read 2nd level cache miss) count 10000\n';
    const rows =
      '11843    57.7844\n300     9.9000  vmlinux\nvmlinux                  tcp_recvmsg\n' +
      '500       2.0000  20        1.0000  vmlinux                  iperf\nschedule\n';
    for (const titles of [
      'samples  %        samples  %        image name               app name\nsymbol name\n',
      'samples  %        samples  %        image\nname               app name                 symbol name\n',
      'samples  %        samples  %\nimage name               app name                 symbol name\n',
    ]) {
      const { profiles, files } = await readText(
        `CPU: P4 / Xeon, speed 3000.27 MHz (estimated)\n${head}${titles}${rows}`,
      );
      expect(files[0].account).toMatchObject({ parsed: 5, comment: 7, unknown: 0, malformed: 0 });
      expect(
        profiles.map(({ event, rows: of }) => [event, of.map((row) => [row.samples, row.image, row.app, row.symbol])]),
      ).toEqual([
        [
          'GLOBAL_POWER_EVENTS',
          [
            [11843, 'vmlinux', 'vmlinux', 'tcp_recvmsg'],
            [500, 'vmlinux', 'iperf', 'schedule'],
          ],
        ],
        [
          'BSQ_CACHE_REFERENCE',
          [
            [300, 'vmlinux', 'vmlinux', 'tcp_recvmsg'],
            [20, 'vmlinux', 'iperf', 'schedule'],
          ],
        ],
      ]);
    }
  });

  it('joins lines that a mail program wrapped', async () => {
    const { profiles, files } = await readText(
      'CPU: P4 / Xeon, speed 1700.48 MHz (estimated)\n' +
        'Counted GLOBAL_POWER_EVENTS events (time during which processor is not\n' +
        'stopped) with a unit mask of 0x01 (mandatory) count\n100000\n' +
        'samples  %        image name               symbol name\n' +
        '48876    18.1772  vmlinux-2.6.18\n__copy_user_intel\n' +
        '11843\n4.4045 e1000.ko                 e1000_clean\n' +
        '9000     3.3471  vmlinux-2.6.18           tcp_recvmsg\n',
    );
    expect(profiles[0].event).toBe('GLOBAL_POWER_EVENTS');
    expect(profiles[0].rows.map((row) => [row.samples, row.image, row.symbol])).toEqual([
      [48876, 'vmlinux-2.6.18', '__copy_user_intel'],
      [11843, 'e1000.ko', 'e1000_clean'],
      [9000, 'vmlinux-2.6.18', 'tcp_recvmsg'],
    ]);
    expect(files[0].account).toMatchObject({ unknown: 0, malformed: 0 });
  });

  it('takes the table of a paper as it stands', async () => {
    const { profiles } = await readText(
      'Samples  Percent   Function\n48876    18.1772   __copy_user_intel\n17643    6.5616    tcp_v4_rcv\n4112     1.5293    e1000_intr\n',
    );
    expect(profiles[0].rows.map((row) => [row.symbol, row.samples, row.percent])).toEqual([
      ['__copy_user_intel', 48876, 18.1772],
      ['tcp_v4_rcv', 17643, 6.5616],
      ['e1000_intr', 4112, 1.5293],
    ]);
    // 48876 / 18.1772 %
    expect(profiles[0].totalSamples).toBe(268886);
    const indented = await readText(
      '    Samples Percent Function\n    48876 18.1772 __copy_user_intel\n    17643 6.5616 tcp_v4_rcv\n',
    );
    expect(indented.profiles[0].rows.map((row) => row.samples)).toEqual([48876, 17643]);
  });

  it('takes percent signs of 2003 and images alone', async () => {
    const { profiles } = await readText(
      `${head}samples  %        app name                 symbol name\n7871     100%      a.out                    main\n`,
    );
    expect(profiles[0].rows[0]).toMatchObject({ samples: 7871, percent: 100, symbol: 'main' });
  });

  it('knows a title line from prose', () => {
    expect(
      readTitles('samples  %        linenr info                 image name               symbol name'),
    ).not.toBeNull();
    expect(readTitles('samples are taken from the image name of the process')).toBeNull();
    expect(readTitles('samples')).toBeNull();
  });
});

describe('opannotate', () => {
  it('takes the totals of functions, at the top of each', async () => {
    const { profiles, files } = await readText(fixture('opannotate/3.10/assembly.txt'));
    expect(files[0].format).toBe('opannotate');
    expect(profiles[0].rows[0]).toMatchObject({ symbol: 'tcp_service_net_dma', samples: 65, percent: 69.1489 });
    expect(profiles[0].event).toBe('timer');
  });

  it('takes source with percent signs', async () => {
    const { profiles } = await readText(
      '               :int main()\n               :{  /* main total: 7871 100% */\n 7871 100%     :        return 0;\n               :}\n',
    );
    expect(profiles[0].rows).toMatchObject([{ symbol: 'main', samples: 7871, percent: 100 }]);
  });
});

describe('opannotate --assembly', () => {
  it('counts a function once that objdump printed once per section', async () => {
    const text = fixture('opannotate/3.10/assembly.txt');
    const body = text.slice(text.indexOf('*/\n') + 3);
    const once = await readText(text);
    const thrice = await readText(text + body + body);
    expect(sumOf(thrice.profiles[0].rows)).toBe(sumOf(once.profiles[0].rows));
    expect(thrice.profiles[0].totalSamples).toBe(once.profiles[0].totalSamples);
    expect(thrice.files[0].samples).toBe(once.files[0].samples);
  });
});

describe('opreport --xml', () => {
  it('ignores callers and callees, and survives a cut', async () => {
    const { profiles, diagnostics, files } = await readText(fixture('opreport-xml/3.10/callgraph-cut.xml'));
    expect(profiles[0].format).toBe('opreport-callgraph');
    expect(profiles[0].rows[0].samples).toBe(36);
    expect(diagnostics.countOf('truncated-tail')).toBe(1);
    // The process says how many samples there are; their symbols' names would have come behind the cut.
    expect(sumOf(profiles[0].rows)).toBeLessThan(15617);
    expect(profiles[0]).toMatchObject({ totalSamples: 15617, imagesOnly: true });
    expect(files[0].notes).toContain('cut before the table of names: counts by image only');
  });

  it('reads classes, processes and counts of schema 2', async () => {
    const xml = `<?xml version="1.0" ?>
<profile schemaversion="2.0" cputype="i386/core_2" mhz="2000" title="opreport --xml ">
<setup><eventsetup id="0" eventname="CPU_CLK_UNHALTED" unitmask="0" setupcount="100000"/></setup>
<classes><class name="c0" cpu="0" event="0"/><class name="c1" cpu="1" event="0"/></classes>
<process pid="12" name="iperf"><thread tid="12"><count class="c0">
7</count>
<module name="/boot/vmlinux"><count class="c0"> 7 </count><count class="c1">2</count>
<symbol idref="0"><count class="c0">7</count><count class="c1">2</count></symbol></module></thread></process>
<symboltable><symboldata id="0" name="tcp_recvmsg" startingaddr="ffffffff81000000"/></symboltable>
</profile>
`;
    const { profiles } = await readText(xml);
    expect(profiles[0]).toMatchObject({ event: 'CPU_CLK_UNHALTED', sampling: 'count 100000', totalSamples: 9 });
    expect(profiles[0].rows.map((row) => [row.symbol, row.app, row.image, row.cpu, row.samples])).toEqual([
      ['tcp_recvmsg', 'iperf', '/boot/vmlinux', 0, 7],
      ['tcp_recvmsg', 'iperf', '/boot/vmlinux', 1, 2],
    ]);
  });
});
