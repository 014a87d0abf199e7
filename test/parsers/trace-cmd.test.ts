import { describe, expect, it } from 'vitest';
import { ftraceFormat } from '../../parsers/formats/ftrace/index.ts';
import { traceCmdFormat } from '../../parsers/formats/trace-cmd/index.ts';
import { accountGap, readAll, readFixture } from './text/support.ts';

const read = (name: string) => readAll(traceCmdFormat, readFixture(`trace-cmd/${name}`));
const line = (body: string, time = '    12.345678') => `          reader-77    [001] ${time}: ${body}\n`;
const decoder = new TextDecoder();

describe('trace-cmd report', () => {
  it.each([
    ['report-3.1/report.txt', 80],
    ['report-3.1/report-l.txt', 80],
    ['report-3.1/report-t.txt', 80],
    ['report-3.1/report-R.txt', 80],
    ['report-3.1/function.txt', 60],
    ['report-3.1/graph.txt', 60],
    ['report-3.1/kprobes.txt', 110],
    ['odd-names-6.1/report.txt', 41],
  ])('%s: every line is accounted for', (name, lines) => {
    const seen = read(name);
    expect(seen.result.report.account).toMatchObject({ lines, comment: 1, malformed: 0, unknown: 0 });
    expect(accountGap(seen)).toBe(0);
  });

  it('reads the same recording alike plain and in nanoseconds', () => {
    const strip = (name: string) => read(name).rows.map((row) => [row.kind, row.cpu, row.tid, row.probe, row.args]);
    expect(strip('report-3.1/report-t.txt')).toEqual(strip('report-3.1/report.txt'));
    const [first] = read('report-3.1/report-t.txt').rows;
    expect(read('report-3.1/report.txt').rows[0].at).toBe(Math.floor(first.at / 1000) * 1000);
  });

  it('reads -l and -R of one recording alike where both print a thing', () => {
    const kinds = (name: string) => read(name).rows.map((row) => [row.kind, row.cpu, row.tid, row.at]);
    expect(kinds('report-3.1/report-l.txt')).toEqual(kinds('report-3.1/report-R.txt').slice(0, 73));
  });

  it('reads kprobes by their event name: the text has addresses only', () => {
    const { rows } = read('report-3.1/kprobes.txt');
    const calls = rows.filter(
      (row) => row.kind === 'callEnter' && row.source === 'kprobe' && row.probe === 'tcp_recvmsg',
    );
    const exits = rows.filter(
      (row) => row.kind === 'callExit' && row.source === 'kprobe' && row.probe === 'tcp_recvmsg',
    );
    expect(calls.length).toBeGreaterThan(0);
    expect(exits.length).toBeGreaterThan(0);
    expect(calls[0]).toMatchObject({ sock: expect.stringMatching(/^ffff8/), args: [64, 0, Number.NaN, Number.NaN] });
  });

  it('reads two-dash parents, indented functions and -R fields', () => {
    const text = [
      'cpus=2\n',
      line('function: tcp_recvmsg <-- inet_recvmsg'),
      line('function:                 tcp_recvmsg'),
      line('sys_enter_recvfrom: __syscall_nr=45 fd=0x00000003 ubuf=0x7f size=0x00010000 flags=0x00000040'),
      line('sys_exit_recvfrom: __syscall_nr=45 ret=0xfffffffffffffe00'),
    ].join('');
    const { rows } = readAll(traceCmdFormat, text);
    expect(rows).toMatchObject([
      { kind: 'callEnter', probe: 'tcp_recvmsg', parent: 'inet_recvmsg' },
      { kind: 'callEnter', probe: 'tcp_recvmsg', parent: '' },
      { kind: 'callEnter', probe: 'recvfrom', args: [65536, 64, 3, Number.NaN] },
      { kind: 'callExit', args: [-512, Number.NaN, Number.NaN, Number.NaN] },
    ]);
  });

  it('reads losses, the preamble and what a report can hold besides', () => {
    const text = [
      'version = 6\nCPU 3 is empty\ncpus=6\n',
      line('bprint:               some_function: fig: cpu=0'),
      ' gid=4\n',
      'CPU:3 [17 EVENTS DROPPED]\n',
      'CPU:3 [EVENTS DROPPED]\n',
      'CPU:1 [SUBBUFFER START]\n',
      line('thermal_power_cpu_get_power: [FAILED TO PARSE] cpumask=ARRAY[0f, 00] freq=0x82208'),
      line('sched_switch:         [FAILED TO PARSE] prev_comm=x'),
      line('sched_switch:         a:77 [120] R ==> b:78 [120] Latency: 94.643 usecs'),
    ].join('');
    const seen = readAll(traceCmdFormat, text);
    expect(seen.rows.map((row) => row.kind)).toEqual(['lost', 'lost', 'switchOut', 'switchIn']);
    expect(seen.result.report).toMatchObject({ variant: 'version 6', lostEvents: 17 });
    expect(seen.result.report.account).toMatchObject({
      lines: 11,
      parsed: 3,
      comment: 4,
      unused: 4,
      unknown: 0,
      malformed: 0,
    });
  });

  it('function_graph: what cannot be read is malformed, losses end the open calls of their CPU only', () => {
    const graph = (body: string, time: string) => line(body, `    12.${time}`);
    const open = graph('funcgraph_entry:                   |  tcp_recvmsg() {', '000001');
    const leaf = graph('funcgraph_entry:        0.841 us   |    ktime_get();', '000002');
    const damaged = graph('funcgraph_entry:        0.841 us   |    ktime_g', '000003');
    const close = graph('funcgraph_exit:       + 20.530 us  |  }', '000005');
    const whole = readAll(traceCmdFormat, `cpus=2\n${open}${leaf}${damaged}${close}`);
    expect(whole.rows.map((row) => [row.kind, row.edge])).toEqual([
      ['callEnter', 'enter'],
      ['callExit', 'exit'],
    ]);
    expect(whole.result.report.account).toMatchObject({ lines: 5, comment: 1, parsed: 2, unused: 1, malformed: 1 });
    expect(whole.result.report.malformedExamples).toMatchObject([{ line: 4, reason: 'bad-payload' }]);
    const kinds = (between: string) =>
      readAll(traceCmdFormat, `cpus=2\n${open}${between}${close}`).rows.map((row) => row.kind);
    expect(kinds('CPU:1 [7 EVENTS DROPPED]\n')).toEqual(['callEnter', 'lost']);
    expect(kinds('CPU:0 [7 EVENTS DROPPED]\n')).toEqual(['callEnter', 'lost', 'callExit']);
    const dropped = readAll(traceCmdFormat, `cpus=2\n${close}`);
    expect(dropped.diagnostics.countOf('lost-graph-entry')).toBe(1);
  });

  it('takes file names off the lines of several inputs', () => {
    const two = [
      '    host.dat:           reader-77    [001]    12.345678: function:             tcp_recvmsg\n',
      ' guest.dat: '.padStart(14),
      '          writer-78    [000]    12.345679: function:             tcp_recvmsg\n',
      `${' '.repeat(14)}          writer-78    [000]    12.345680: function:             tcp_recvmsg\n`,
    ].join('');
    const { rows } = readAll(traceCmdFormat, two.repeat(3));
    expect(new Set(rows.map((row) => row.comm))).toEqual(new Set(['reader', 'writer']));
  });

  it('reads times below one second, which have no dot', () => {
    const text =
      line('function:             tcp_recvmsg', '      345678') +
      line('function:             tcp_recvmsg', '     1.345678');
    expect(readAll(traceCmdFormat, text).rows.map((row) => row.at)).toEqual([345678000, 1345678000]);
  });

  it('skips the difference column of --ts-diff', () => {
    const { rows } = readAll(traceCmdFormat, line('(+12)     function:             tcp_recvmsg'));
    expect(rows[0]).toMatchObject({ kind: 'callEnter', at: 345678000 });
  });
});

describe('telling trace-cmd from ftrace', () => {
  const score = (format: typeof ftraceFormat, name: string) => {
    const text = decoder.decode(readFixture(name));
    return format.detect({ text, lines: text.split('\n'), isWholeFile: true }).score;
  };
  it.each([
    'trace-cmd/report-3.1/report.txt',
    'trace-cmd/report-3.1/report-l.txt',
    'trace-cmd/report-3.1/graph.txt',
    'trace-cmd/odd-names-6.1/report.txt',
  ])('%s is trace-cmd', (name) => expect(score(traceCmdFormat, name)).toBeGreaterThan(score(ftraceFormat, name)));
  it.each([
    'ftrace/kprobes-3.10/trace.txt',
    'ftrace/lost/trace_pipe.txt',
    'ftrace/layouts/latency-3.10.txt',
    'ftrace/events-2.6.32/trace.txt',
  ])('%s is ftrace', (name) => expect(score(ftraceFormat, name)).toBeGreaterThan(score(traceCmdFormat, name)));
});
