import { describe, expect, it } from 'vitest';
import { ftraceFormat } from '../../parsers/formats/ftrace/index.ts';
import { CONTEXT_UNKNOWN, Context } from '../../src/model/events.ts';
import { accountGap, eventLine, readAll, readFixture } from './text/support.ts';

const read = (name: string) => readAll(ftraceFormat, readFixture(`ftrace/${name}`));
const functionLine = 'tcp_recvmsg <-inet_recvmsg';

describe('the left part of an event line', () => {
  it('takes any task name', () => {
    for (const name of [
      'kworker/u16:2',
      '[9]:-0 /*x* 0',
      '-bash',
      'a-b-77',
      'rx: 1.5: foo()',
      'x [001] 1.0: y',
      '日本語é',
      '0) | }',
    ]) {
      const [row] = readAll(ftraceFormat, eventLine(functionLine, `${name}-140`)).rows;
      expect(row).toMatchObject({ comm: name, tid: 140, cpu: 1, at: 345678000 });
    }
  });

  it('takes names of any length, thread groups, wide cpus and pids that overflow their column', () => {
    const lines = [
      'com.google.android.youtube-23071 (23071) [002] d..5 12.000001: tcp_recvmsg <-x',
      '          reader-77    (-------) [123] ..s1.    12.000002: tcp_recvmsg <-x',
      '          reader-4194304 (  4711) [1234] .....    12.000003: tcp_recvmsg <-x',
      '          reader-77    [01]    12.000004: tcp_recvmsg <-x',
    ];
    const { rows } = readAll(ftraceFormat, lines.join('\n'));
    expect(rows.map((row) => [row.comm, row.tid, row.cpu])).toEqual([
      ['com.google.android.youtube', 23071, 2],
      ['reader', 77, 123],
      ['reader', 4194304, 1234],
      ['reader', 77, 1],
    ]);
  });

  it('reads the flags of every length, or none', () => {
    const context = (flags: string) =>
      readAll(ftraceFormat, eventLine(functionLine, 'a-1', '1.000001', '000', flags)).rows[0].context;
    expect(context('')).toBe(CONTEXT_UNKNOWN);
    expect(context('....')).toBe(0);
    expect(context('dNh1')).toBe(Context.irqsOff | Context.needResched | Context.hardirqFlag);
    expect(context('b.s2.')).toBe(Context.bhOff | Context.softirqFlag);
    expect(context('DBH4.')).toBe(
      Context.irqsOff | Context.bhOff | Context.needResched | Context.hardirqFlag | Context.softirqFlag,
    );
  });

  it('learns the flag columns of an RT kernel from the drawing', () => {
    const drawing = [
      '# tracer: function',
      '#                                _-------=> irqs-off',
      '#                               / _------=> need-resched',
      '#                              | / _-----=> need-resched-lazy',
      '#                              || / _----=> hardirq/softirq',
      '#                              ||| / _---=> preempt-depth',
      '',
    ].join('\n');
    const line = eventLine(functionLine, 'a-1', '1.000001', '000', 'd.Lh1.1');
    expect(readAll(ftraceFormat, drawing + line).rows[0].context).toBe(Context.irqsOff | Context.hardirqFlag);
  });

  it('keeps nanoseconds and eleven-digit seconds exact', () => {
    const { rows, result } = readAll(
      ftraceFormat,
      eventLine(functionLine, 'a-1', '28547692280.123456789') + eventLine(functionLine, 'a-1', '28547692281.000000001'),
    );
    expect(rows.map((row) => row.at)).toEqual([123456789, 1000000001]);
    expect(result.report.firstNs).toBe(28547692280_123456789n);
    expect(result.stream?.baseNs).toBe(28547692280_000000000n);
    expect(result.report.clock).toEqual({ kind: 'seconds', resolutionNs: 1 });
  });
});

describe('function lines', () => {
  const body = (text: string) => readAll(ftraceFormat, eventLine(text)).rows[0];
  it('reads parents, offsets, modules, arguments and repeats', () => {
    for (const text of [
      'tcp_recvmsg <-inet_recvmsg',
      'tcp_recvmsg+0x0/0xd10 <ffffffff812b3000> <-inet_recvmsg+0x6b/0x80 <ffffffff812d0a2b>',
      'tcp_recvmsg [tcp] <-inet_recvmsg [ipv4]',
      'tcp_recvmsg.isra.0 <-inet_recvmsg.part.3',
      'tcp_recvmsg <-inet_recvmsg (repeats: 3, last_ts: 12.345678)',
      'tcp_recvmsg (inet_recvmsg)',
    ]) {
      expect(body(text)).toMatchObject({
        kind: 'callEnter',
        source: 'function',
        probe: 'tcp_recvmsg',
        parent: 'inet_recvmsg',
      });
    }
    expect(body('tcp_recvmsg').parent).toBe('');
    const args = body(
      'tcp_recvmsg(sk=0xff1100000bce7280, msg=0xffa0, len=65536, flags=0x40, addr_len=0) <-inet_recvmsg',
    );
    expect(args).toMatchObject({ parent: 'inet_recvmsg', sock: 'ff1100000bce7280' });
    expect(args.args.slice(0, 2)).toEqual([65536, 64]);
  });

  it('maps the entry functions of receive syscalls of all eras to the call', () => {
    for (const name of ['sys_recvfrom', 'SyS_recvfrom', '__x64_sys_recvfrom', '__arm64_sys_recvfrom']) {
      expect(body(`${name} <-do_syscall_64`)).toMatchObject({
        kind: 'callEnter',
        source: 'function',
        probe: 'recvfrom',
      });
    }
  });

  it('counts functions it does not use as unused, and no function as an event name', () => {
    const { result } = readAll(ftraceFormat, eventLine('kfree <-x') + eventLine(functionLine));
    expect(result.report.account).toMatchObject({ lines: 2, parsed: 1, unused: 1 });
    expect([...result.report.eventNames]).toEqual([['function', 2]]);
  });
});

describe('real files', () => {
  it.each([
    ['kprobes-3.10/trace.txt', 130, 128],
    ['functions-3.10/trace.txt', 100, 51],
    ['events-2.6.32/trace.txt', 90, 65],
    ['events-6.18/trace.txt', 110, 73],
    ['functions-7.2/trace.txt', 70, 38],
    ['odd-names-6.1/trace.txt', 52, 36],
  ])('%s: every line is accounted for', (name, lines, rows) => {
    const seen = read(name);
    expect(seen.rows.length).toBe(rows);
    expect(seen.result.report.account).toMatchObject({ lines, malformed: 0, unknown: 0 });
    expect(accountGap(seen)).toBe(0);
  });

  it('reads the old spellings of 2.6.32', () => {
    const { rows } = read('events-2.6.32/trace.txt');
    expect(rows.every((row) => row.context === CONTEXT_UNKNOWN)).toBe(true);
    expect(rows.filter((row) => row.kind === 'marker').map((row) => row.aux)).toContain('recv seq=6 start');
    const copies = rows.filter((row) => row.kind === 'copyBegin' && row.probe === 'skb_copy_datagram_iovec');
    expect(new Set(copies.map((row) => row.source))).toEqual(new Set(['function', 'tracepoint']));
  });

  it('keeps every odd task name', () => {
    const names = [...read('odd-names-6.1/trace.txt').result.report.tasks.keys()];
    expect(names).toEqual(['<html><b>', '[x]-y (z)', 'a-b-c-99', 'my app-12', '日本語é']);
  });
});

describe('other layouts', () => {
  it('reads latency lines: cpu glued to the flags, relative microseconds', () => {
    const { rows, result } = read('layouts/latency-3.10.txt');
    expect(result.report).toMatchObject({
      variant: 'latency function',
      clock: { kind: 'relative', resolutionNs: 1000 },
    });
    expect(rows.find((row) => row.source === 'kprobe')).toMatchObject({
      cpu: 1,
      tid: 103,
      comm: 'rxsink',
      sock: 'ffff88002cd58000',
    });
    expect(rows.find((row) => row.line === 32)?.at).toBe(12264000);
  });

  it('reads verbose lines: absolute time in hex microseconds, flags as a number', () => {
    const { rows, result } = read('layouts/verbose-3.10.txt');
    expect(result.report.variant).toBe('verbose function');
    // [007f91ce] is 8360398 µs
    const row = rows.find((each) => each.line >= 24)!;
    expect(row).toMatchObject({ comm: 'rxsink', tid: 483, cpu: 1, source: 'function' });
    expect(result.stream!.baseNs + BigInt(row.at)).toBe(8_360_398_000n);
  });

  it('does not take ticks for nanoseconds', () => {
    const { rows, result, diagnostics } = read('layouts/clk_counter-3.10.txt');
    expect(rows.length).toBe(23);
    expect(rows.every((row) => Number.isNaN(row.at))).toBe(true);
    expect(result.report).toMatchObject({ clock: { kind: 'ticks' }, firstNs: null });
    expect(diagnostics.countOf('no-clock')).toBe(1);
  });

  it('reads bodies without any context', () => {
    const { rows, result } = read('layouts/fn-nocontext-6.1.txt');
    expect(rows[0]).toMatchObject({ cpu: -1, tid: -1, comm: '', kind: 'scheduleBegin' });
    expect(result.report.clock.kind).toBe('none');
  });

  it.each([
    'symoff-3.10',
    'noparent-3.10',
    'stack-3.10',
    'fn-tgid-6.1',
    'ev-tgid-6.1',
    'ev-raw-6.1',
    'fn-noparent-noirq-6.1',
  ])('%s: nothing unknown', (name) => {
    const seen = read(`layouts/${name}.txt`);
    expect(seen.result.report.account).toMatchObject({ malformed: 0, unknown: 0 });
    expect(accountGap(seen)).toBe(0);
  });

  it('reads latency headers of 2.6.26 without #', () => {
    const text = [
      '# tracer: irqsoff',
      '#',
      'irqsoff latency trace v1.1.5 on 2.6.26',
      '--------------------------------------------------------------------',
      ' latency: 97 us, #3/5, CPU#0 | (M:preempt VP:0, KP:0, SP:0 HP:0 #P:2)',
      '    -----------------',
      '    | task: swapper-0 (uid:0 nice:0 policy:0 rt_prio:0)',
      '    -----------------',
      ' => started at: apic_timer_interrupt',
      ' => ended at:   do_softirq',
      '',
      '  <idle>-0     0d..1    0us+: tcp_v4_rcv (apic_timer_interrupt)',
    ].join('\n');
    const seen = readAll(ftraceFormat, text);
    expect(seen.rows[0]).toMatchObject({ kind: 'segmentBegin', cpu: 0, tid: 0, comm: '<idle>', at: 0 });
    expect(seen.result.report.account).toMatchObject({ lines: 12, parsed: 1, comment: 11 });
    expect(seen.result.report.lostEvents).toBe(2);
  });
});

describe('losses', () => {
  it('counts overwritten entries from the header', () => {
    const { result, diagnostics } = read('lost/overwritten.txt');
    expect(result.report.lostEvents).toBe(5248);
    expect(result.report.lost[0]).toMatchObject({ source: 'entries header', cpu: -1, amount: 5248, line: 3 });
    expect(diagnostics.countOf('overwritten-events')).toBe(1);
  });

  it('puts a row where trace_pipe lost events', () => {
    const seen = read('lost/trace_pipe.txt');
    const lost = seen.rows.filter((row) => row.kind === 'lost');
    expect(lost).toMatchObject([{ cpu: 1, line: 21, args: [132, 1, Number.NaN, Number.NaN] }]);
    expect(seen.result.report.lostEvents).toBe(132);
    expect(seen.result.report.account.unknown).toBe(0);
  });

  it('knows the other signs', () => {
    const text = `##### CPU 3 buffer started ####\n${eventLine(functionLine)}CPU:0 [LOST EVENTS]\n[...]\n${eventLine(functionLine)}`;
    const seen = readAll(ftraceFormat, text);
    expect(seen.rows.map((row) => row.kind)).toEqual(['lost', 'callEnter', 'lost', 'boundary', 'callEnter']);
    expect(seen.diagnostics.countOf('gap-in-text')).toBe(1);
    expect(seen.result.report.account).toMatchObject({ parsed: 4, comment: 1 });
  });
});

describe('a clock that stands still', () => {
  it('is reported once per stretch, and not for the few lines a microsecond holds', () => {
    const same = (lines: number, time: string) => eventLine(functionLine, 'a-1', time).repeat(lines);
    const standing = readAll(ftraceFormat, same(700, '19.079527') + same(1, '19.079528') + same(40, '19.079529'));
    expect(standing.diagnostics.toRecords()).toMatchObject([{ name: 'clock-stands-still', count: 1 }]);
    expect(readAll(ftraceFormat, same(40, '19.079527')).diagnostics.toRecords()).toEqual([]);
  });
});

describe('damaged lines', () => {
  it('counts a line with task and cpu but without a time, and shows it', () => {
    const text = `          reader-77    [001] .... xx.yy: ${functionLine}\n${eventLine(functionLine)}`;
    const { result } = readAll(ftraceFormat, text);
    expect(result.report.account).toMatchObject({ parsed: 1, malformed: 1 });
    expect(result.report.malformedExamples).toMatchObject([{ line: 1, reason: 'no-timestamp' }]);
  });

  it('counts a known event whose fields are gone', () => {
    const text = eventLine('sched_switch: prev_comm=reader prev_p') + eventLine(functionLine);
    expect(readAll(ftraceFormat, text).result.report.malformedExamples).toMatchObject([{ reason: 'bad-payload' }]);
  });

  it('takes a damaged last line for a cut tail, with and without newline', () => {
    for (const end of ['', '\n']) {
      const text = `${eventLine(functionLine)}          reader-77    [001] ....    12.${end}`;
      const { result, diagnostics } = readAll(ftraceFormat, text);
      expect(result.report.account).toMatchObject({ parsed: 1, malformed: 0, unknown: 1 });
      expect(diagnostics.countOf('truncated-tail')).toBe(1);
    }
  });

  it('counts prose and prompts as not of the format', () => {
    const { result } = readAll(ftraceFormat, `# cat trace\nhello\n${eventLine(functionLine)}`);
    expect(result.report.account).toMatchObject({ parsed: 1, unknown: 2 });
  });

  it('passes over a line beyond the limit', () => {
    const { result, diagnostics } = readAll(ftraceFormat, `${'x'.repeat(5000)}\n${eventLine(functionLine)}`, {
      maxLineBytes: 1000,
    });
    expect(result.report.account).toMatchObject({ lines: 2, parsed: 1, malformed: 1 });
    expect(diagnostics.countOf('long-line')).toBe(1);
  });
});
