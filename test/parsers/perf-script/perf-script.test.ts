import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeHead } from '../../../parsers/detect/sniff.ts';
import { perfScriptFormat } from '../../../parsers/formats/perf-script/index.ts';
import { FIXTURES, fixture, fixtureBytes, readPerfScript, unbalanced } from './support.ts';

const NAMES = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.txt'))
  .sort();

const count = (text: string, pattern: RegExp): number => (text.match(pattern) ?? []).length;

/** Lines of prose that a fixture holds on purpose: comments of hand-made files, the mail around a paste. */
const PROSE: readonly (readonly [RegExp, number])[] = [
  [/external-address/, 8],
  [/prose-around-and-quality-sentence/, 6],
  [/weird-stack-line|invalid-ret-addr/, 1],
];
const proseLines = (name: string): number => PROSE.find(([pattern]) => pattern.test(name))?.[1] ?? 0;

describe('every fixture', () => {
  for (const name of NAMES) {
    it(`${name} is recognised and every line is accounted for`, () => {
      const bytes = fixtureBytes(name);
      expect(perfScriptFormat.detect(makeHead(bytes, true)).score).toBeGreaterThanOrEqual(10);
      const reading = readPerfScript([bytes]);
      const { account } = reading.result.report;
      const text = fixture(name);
      expect(account.lines).toBe(text.split('\n').length - (text.endsWith('\n') ? 1 : 0));
      expect(unbalanced(reading)).toBe(0);
      expect(account.malformed).toBe(0);
      expect(account.unknown).toBe(proseLines(name));
    });
  }
});

describe('field layouts', () => {
  const layout = (name: string) => readPerfScript(fixture(`field-layouts/${name}.txt`));
  const reference = layout('tp-default');

  it('gives the same events whatever columns are printed', () => {
    const bare = (name: string) => layout(name).rows.map(({ kind, tid, probe, args }) => ({ kind, tid, probe, args }));
    for (const name of [
      'tp-flags',
      'tp-tod',
      'tp-nocomm',
      'tp-nocpu',
      'tp-notime',
      'tp-minimal',
      'tp-pid-tid',
      'tp-period',
      'tp-ns',
    ]) {
      expect(bare(name), name).toEqual(bare('tp-default'));
    }
  });

  it('keeps time, cpu and task where they are printed and says so where they are not', () => {
    const first = reference.rows[0];
    expect(first).toMatchObject({ kind: 'softirqBegin', atNs: 1989568129000n, cpu: 1, tid: 22, comm: 'ksoftirqd/1' });
    expect(layout('tp-ns').rows[0].atNs).toBe(1989568129683n);
    expect(layout('tp-ns').result.report.clock).toEqual({ kind: 'seconds', resolutionNs: 1 });
    expect(reference.result.report.clock).toEqual({ kind: 'seconds', resolutionNs: 1000 });
    expect(layout('tp-notime').rows[0]).toMatchObject({ atNs: null, cpu: 1, comm: 'ksoftirqd/1' });
    expect(layout('tp-notime').result.report).toMatchObject({ firstNs: null, clock: { kind: 'none' } });
    expect(layout('tp-nocpu').rows[0]).toMatchObject({ cpu: -1, comm: 'ksoftirqd/1' });
    expect(layout('tp-minimal').rows[0]).toMatchObject({ cpu: -1, comm: '', atNs: 1989568129000n });
  });

  it('does not take differences for times', () => {
    const delta = layout('tp-deltatime');
    expect(delta.rows.every((row) => row.atNs === null)).toBe(true);
    expect(delta.diagnostics.countOf('no-clock')).toBe(1);
    expect(delta.result.report.notes.join()).toContain('--deltatime');
    const relative = layout('tp-reltime');
    expect(relative.result.report.clock.kind).toBe('relative');
    expect(relative.result.report.firstNs).toBe(0n);
    expect(relative.rows.some((row) => row.atNs === 39162000n || row.atNs! > 1000n)).toBe(true);
  });

  it('adds up differences of nine digits exactly', () => {
    const text = [0, 5_000_000_001, 17, 3, 999_999_999, 4]
      .map(
        (ns) =>
          `a 1 [000] ${Math.floor(ns / 1e9)}.${String(ns % 1e9).padStart(9, '0')}: irq:softirq_entry: vec=3 [action=NET_RX]\n`,
      )
      .join('');
    const reading = readPerfScript(text);
    expect(reading.rows.map((row) => row.atNs)).toEqual([
      0n,
      5000000001n,
      5000000018n,
      5000000021n,
      6000000020n,
      6000000024n,
    ]);
    expect(reading.result.report.lastNs).toBe(6000000024n);
  });

  it('keeps the header as facts', () => {
    const { facts, report } = layout('tp-header').result;
    const fact = (domain: string, key: string) => facts.find((f) => f.domain === domain && f.key === key)?.text;
    expect(fact('header', 'arch')).toBe('x86_64');
    expect(fact('header', 'cmdline')).toMatch(/^\/usr\/bin\/perf record -q -a/);
    expect(fact('header', 'captured on')).toBe('Sat Nov 21 03:55:06 2026');
    expect(fact('kernel', 'release')).toBe('6.18.44');
    expect(fact('cpu', 'count')).toBe('2');
    expect(fact('header', 'clockid')).toBe('monotonic (1)');
    expect(report.notes).toContain('clock of the capture: monotonic');
    expect(report.account.comment).toBe(count(fixture('field-layouts/tp-header.txt'), /^#.*$/gm));
  });

  it('decodes the receive path', () => {
    const enter = reference.rows.find((row) => row.kind === 'callEnter');
    expect(enter).toMatchObject({ comm: 'rxbench', probe: 'recvfrom' });
    expect(enter?.args[0]).toBe(65536);
    expect(reference.result.report.eventNames.get('syscalls:sys_enter_recvfrom')).toBe(
      count(fixture('field-layouts/tp-default.txt'), /sys_enter_recvfrom/g),
    );
  });
});

describe('layouts without ids', () => {
  const payload = 'syscalls:sys_enter_recvfrom: fd: 0x00000004, ubuf: 0x7f00, size: 0x00001000, flags: 0x00000000\n';
  it.each([
    ['-F comm,time,event,trace', '         rxbench  3886.149035:  '],
    ['-F comm,cpu,time,event,trace --ns', '         rxbench [001]  3886.149035273:  '],
    ['-F cpu,time,event,trace', ' [001]  3886.149035:  '],
    ['-F time,event,trace', ' 3886.149035:  '],
  ])('%s is known and read', (_, left) => {
    const text = (left + payload).repeat(6);
    const lines = text.trimEnd().split('\n');
    expect(perfScriptFormat.detect({ text, lines, isWholeFile: true }).score).toBeGreaterThanOrEqual(60);
    const { rows } = readPerfScript(text);
    expect(rows.map((row) => [row.kind, row.args[0], row.tid])).toEqual(lines.map(() => ['callEnter', 4096, -1]));
  });

  it('is not claimed of kernel logs and prose', () => {
    const text = '[   12.345678] usb 1-1: new device\n12.345678: see note: the end\nat 10.000001: nothing\n';
    expect(perfScriptFormat.detect({ text, lines: text.trimEnd().split('\n'), isWholeFile: true }).score).toBe(0);
  });
});

describe('first look at the head', () => {
  const entry =
    'a 1 [000] 1.000001: net:netif_receive_skb_entry: dev=lo napi_id=0x1 skbaddr=0xffff888100000000 len=100\n';
  const plain = 'a 1 [000] 1.000002: net:netif_receive_skb: dev=lo skbaddr=0xffff888100000000 len=100\n';

  it('takes the entry event of a packet only where the other was not recorded', () => {
    expect(readPerfScript(entry).rows.map((row) => row.kind)).toEqual(['segmentArrived']);
    // The entry event is kept for the arrival side; as a segment the packet is counted once.
    const rows = readPerfScript(entry + plain).rows.map((row) => [row.line, row.kind]);
    expect(rows).toEqual([
      [1, 'skbEntered'],
      [2, 'segmentArrived'],
    ]);
  });

  it('learns from the syscall beside it how a probe argument is printed', () => {
    const call = (size: string, length: string) =>
      `a 1 [000] 1.000001: syscalls:sys_enter_recvfrom: fd: 0x3, ubuf: 0x7f0000000000, size: ${size}, flags: 0x0\n` +
      `a 1 [000] 1.000002: kprobes:tcp_recvmsg: (ffffffff812baad0) sk=ffff880038b32880 len=${length}\n`;
    const lengthOf = (text: string) =>
      readPerfScript(text)
        .rows.filter((row) => row.kind === 'callEnter')
        .at(-1)?.args[0];
    expect(lengthOf(call('0x00001000', '1000'))).toBe(4096);
    expect(lengthOf(call('0x00001000', '4096'))).toBe(4096);
  });
});

describe('call chains', () => {
  it('counts frames of trace events as read, but makes no profile of them', () => {
    const reading = readPerfScript(fixture('call-chains/cc-default.txt'));
    expect(reading.result.profiles).toEqual([]);
    expect(reading.result.report.samples).toBe(0);
    expect(reading.folded.size).toBe(4);
    expect([...reading.folded.keys()][0]).toMatch(/^rxbench;.*;schedule;__schedule$/);
  });

  it('names a frame by its address when that is all there is', () => {
    const reading = readPerfScript(fixture('call-chains/cc-ip-only.txt'));
    expect([...reading.folded.keys()][0]).toMatch(/^rxbench;[0-9a-f]+;.*;ffffffff821facd8$/);
  });

  it('gives the same chains with and without offsets and dsos', () => {
    const chains = (name: string) => [...readPerfScript(fixture(`call-chains/${name}.txt`)).folded];
    expect(chains('cc-noinline-symoff')).toEqual(chains('cc-default'));
    expect(chains('cc-nodso')).toEqual(chains('cc-default'));
    expect(chains('cc-ip-sym')).toEqual(chains('cc-default'));
  });

  it('keeps inlined frames, source lines and a stray blank in one record', () => {
    const reading = readPerfScript(
      'app 7 [000] 1.000001:     100 cycles: \n\n' +
        '\t          55d0c1 inner(int) (inlined)\n  a.c:12\n' +
        '\t          55d0c1 outer+0x1 (/bin/app)\n  ??:0\n' +
        '\t          55d0c9 main+0x9 (/bin/app)\n  app[55d0c9]\n\n',
    );
    expect([...reading.folded]).toEqual([['app;main;outer;inner(int)', 1]]);
    expect(reading.result.report.account).toEqual({
      lines: 9,
      parsed: 7,
      comment: 2,
      unused: 0,
      unknown: 0,
      malformed: 0,
    });
    expect(reading.result.profiles[0].rows[0]).toMatchObject({
      symbol: 'inner(int)',
      image: '',
      samples: 1,
      weight: 100,
    });
  });

  it('ends a record where branch stacks or registers stand instead of the blank', () => {
    const reading = readPerfScript(
      'a 7 1.000001: cycles: \n\t          55d0c1 f+0x1 (/bin/a)\n 0x4008bf/0x400870/P/-/-/7  0x400875/0x400874/M/X/A/1/COND  \n' +
        'a 7 1.000002: cycles: \n\t          55d0c1 f+0x1 (/bin/a)\n ABI:2    AX:0x1    BX:0x2 \n' +
        'a 7 1.000003: cycles: \n\t          55d0c1 f+0x1 (/bin/a)',
    );
    expect([...reading.folded]).toEqual([['a;f', 3]]);
    expect(reading.result.report.account.parsed).toBe(8);
  });

  it('replaces only what a folded line cannot carry', () => {
    const reading = readPerfScript(
      'my app;x 12 [000] 1.000001: cycles: \n\t            1000 Ljava/io/PrintStream;::print (/tmp/perf-1.map)\n\n',
    );
    expect([...reading.folded]).toEqual([['my app:x;Ljava/io/PrintStream:::print', 1]]);
  });
});

describe('samples', () => {
  it('aggregates self samples by event, cpu, task and leaf', () => {
    const text = fixture('kernel-3.10/cpu-clock.txt');
    const { profiles, report } = readPerfScript(text).result;
    expect(profiles).toHaveLength(1);
    expect(profiles[0]).toMatchObject({ event: 'cpu-clock', totalSamples: count(text, /cpu-clock: $/gm) });
    expect(profiles[0].rows.reduce((sum, row) => sum + row.samples, 0)).toBe(report.samples);
    expect(profiles[0].rows[0].image).toBe('[kernel.kallsyms]');
  });

  it('weights by period where it is printed', () => {
    const { profiles } = readPerfScript(fixture('kernel-3.10/cpu-clock-by-perf-6.1.txt')).result;
    expect(profiles[0]).toMatchObject({ totalSamples: 4, totalWeight: 4 * 2004008 - 0 });
  });

  it('keeps one table per event', () => {
    const text = fixture('public-bsd/i686.txt');
    const { profiles } = readPerfScript(text).result;
    const totals = Object.fromEntries(profiles.map((table) => [table.event, table.totalSamples]));
    for (const event of ['cycles', 'instructions', 'cache-misses']) {
      expect(totals[event]).toBe(count(text, new RegExp(` ${event}:`, 'g')));
    }
  });

  it('finds the address behind addr, data source and weight columns', () => {
    const { profiles } = readPerfScript(fixture('public-bsd/derived-weight-mem.txt')).result;
    expect(profiles[0].rows.every((row) => row.symbol === '[unknown]')).toBe(true);
    expect(profiles[0].rows.some((row) => row.image === '/usr/local/bin/highlanderd')).toBe(true);
  });

  it('reads records without event lines', () => {
    const reading = readPerfScript(fixture('samples/sm-ip-sym-only.txt'));
    expect(reading.result.report.samples).toBe(6);
    expect([...reading.folded.keys()][0]).toBe('[unknown];handle_amd');
    const llvm = readPerfScript(fixture('public-apache/llvm-profgen-noprobe.mmap.txt'));
    expect(llvm.result.report).toMatchObject({ samples: 3, account: { unused: 1, parsed: 3 } });
  });

  it('reads the same samples with the frame on the event line', () => {
    const inline = readPerfScript(fixture('samples/sm-hidden-G.txt')).result.profiles[0];
    expect(inline.totalSamples).toBe(20);
    expect(inline.rows.find((row) => row.symbol === 'handle_amd')?.image).toContain('ld-linux-x86-64.so.2');
  });
});

describe('side records', () => {
  it('counts losses and keeps their place', () => {
    const text = fixture('side-records/lost.txt');
    const reading = readPerfScript(text);
    const amounts = [...text.matchAll(/PERF_RECORD_LOST lost (\d+)/g)].map((found) => Number(found[1]));
    expect(reading.result.report.lostEvents).toBe(amounts.reduce((a, b) => a + b, 0));
    expect(reading.result.report.lost.map((range) => range.amount)).toEqual(amounts);
    const lost = reading.rows.filter((row) => row.kind === 'lost');
    expect(lost.map((row) => row.args.slice(0, 2))).toEqual(amounts.map((amount) => [amount, 0]));
    expect(lost[0].atNs).toBe(3641175832000n);
    expect(reading.diagnostics.countOf('lost-events')).toBe(amounts.length);
  });

  it('does not begin the trace at synthesized records', () => {
    const reading = readPerfScript(fixture('side-records/synthesized.txt') + fixture('field-layouts/tp-default.txt'));
    expect(reading.result.report.firstNs).toBe(1989568129000n);
    expect(reading.result.report.clock.kind).toBe('seconds');
  });

  it('takes losses told in other words', () => {
    const reading = readPerfScript(
      ' instruction trace error type 1 time 641.256845844 cpu 3 pid 3174 tid 3174 ip 0x0 code 7: Overflow packet\n' +
        ' instruction trace error type 1 time 641.256845845 cpu 3 pid 3174 tid 3174 ip 0x0 code 5: Failed to get instruction\n' +
        'Processed 100 events and lost 3 chunks!\n' +
        'a 1 [000] 1.000001: PERF_RECORD_AUX offset: 0 size: 0x10 flags: 0x1 [T]\n' +
        'a 1 [000] 1.000001: PERF_RECORD_LOST_SAMPLES lost 12\n',
    );
    expect(reading.result.report.lost.map((range) => [range.source, range.amount])).toEqual([
      ['instruction trace', Number.NaN],
      ['perf lost chunks', Number.NaN],
      ['PERF_RECORD_AUX', Number.NaN],
      ['PERF_RECORD_LOST_SAMPLES', 12],
    ]);
    expect(reading.result.report.account).toMatchObject({ parsed: 4, unused: 1 });
  });
});

describe('task names', () => {
  it('are read whatever they look like', () => {
    const odd = readPerfScript(fixture('odd-names/colon-dash-angle.txt')).result.report.tasks;
    expect(odd.get('a:b-1 <x> 0')).toBe(count(fixture('odd-names/colon-dash-angle.txt'), /^ +a:b-1 <x> 0 /gm));
    expect(odd.get('a:b-1 <x> 1')).toBe(count(fixture('odd-names/colon-dash-angle.txt'), /^ +a:b-1 <x> 1 /gm));
    const names = [...readPerfScript(fixture('odd-names/bracket-paren-space.txt')).result.report.tasks.keys()];
    expect(names).toContain('[x]-y (z)');
    expect(names).toContain('my app-12');
    expect([
      ...readPerfScript(fixture('public-mit/perfview-corner_case_process_names.txt')).result.report.tasks.keys(),
    ]).toEqual(['6', '77', 'k/2', 'k/[2]', 'k:2']);
  });

  it('may be any bytes', () => {
    const name = Uint8Array.from([0xff, 0xfe, 0x20, 0xc3]);
    const tail = new TextEncoder().encode(' 12 [000] 1.000001: irq:softirq_entry: vec=3 [action=NET_RX]\n');
    const reading = readPerfScript([name, tail]);
    expect(reading.rows).toHaveLength(1);
    expect(reading.rows[0]).toMatchObject({ tid: 12, cpu: 0, kind: 'softirqBegin' });
  });
});

describe('text around the records', () => {
  it('is unknown, not malformed, and a gap is noted', () => {
    const reading = readPerfScript(
      'user@host:~# perf script\n' +
        'Failed to open /x, continuing without symbols\n' +
        'a 1 [000] 1.000001: irq:softirq_entry: vec=3 [action=NET_RX]\n' +
        '[...]\n' +
        'a 1 [000] 1.000002: irq:softirq_exit: vec=3 [action=NET_RX]\n' +
        'That is all.\n',
    );
    expect(reading.result.report.account).toEqual({
      lines: 6,
      parsed: 2,
      comment: 1,
      unused: 0,
      unknown: 3,
      malformed: 0,
    });
    expect(reading.rows.map((row) => row.kind)).toEqual(['softirqBegin', 'boundary', 'softirqEnd']);
    expect(reading.diagnostics.countOf('gap-in-text')).toBe(1);
  });

  it('accepts a BOM, CR LF and a last record without newline', () => {
    const text = fixture('public-mit/speedscope-simple.txt');
    const plain = readPerfScript(text);
    const dressed = readPerfScript(`\ufeff${text.replaceAll('\n', '\r\n')}`);
    expect([...dressed.folded]).toEqual([...plain.folded]);
    expect([...plain.folded.values()]).toEqual([1]);
  });

  it('counts a cut last line as a cut tail', () => {
    const reading = readPerfScript('a 1 [000] 1.000001: irq:softirq_entry: vec=3 [action=NET_RX]\na 1 [00');
    expect(reading.result.report.account).toMatchObject({ parsed: 1, unknown: 1, malformed: 0 });
    expect(reading.diagnostics.countOf('truncated-tail')).toBe(1);
  });

  it('keeps a line break inside a payload with its event', () => {
    const reading = readPerfScript(
      'a 1 [000] 1.000001: ftrace:print: _text: hello\nworld\na 1 [000] 1.000002: irq:softirq_entry: vec=3 [action=NET_RX]\n',
    );
    expect(reading.result.report.account.unknown).toBe(0);
    expect(reading.rows.at(-1)?.kind).toBe('softirqBegin');
  });
});

describe('detection', () => {
  it('leaves the lines of other tracers alone', () => {
    const others = [
      '          <idle>-0     [001] d..2.    75.266932: sched_switch: prev_comm=a prev_pid=1 ==> next_comm=b next_pid=2',
      '         rxbench-586   [001]    86.782919: sched_switch:         a:1 [120] S ==> b:2 [120]',
      ' 0)   6.740 us    |    lock_sock_nested();',
      '   35.230836 |   1)  rxbench-197   |   4.867 us    |  } /* free_frozen_pages ret=0x1 */',
      'samples  %        image name               symbol name',
      '1234     12.3456  vmlinux                  copy_user_generic_string',
      '     0.000 ( 0.116 ms): recvfrom(fd: 4, ubuf: 0x7f, size: 65536)   = 65536',
      ' rxbench-586       1..... 107501us+: tcp_rcv_state_process <-tcp_v4_do_rcv',
      '  8888,,cycles,100,100.00,,',
    ].join('\n');
    expect(
      perfScriptFormat.detect(makeHead(new TextEncoder().encode(`${others}\n`.repeat(20)), true)).score,
    ).toBeLessThan(10);
  });
});
