import { describe, expect, it } from 'vitest';
import { isExact, type Row, readGraph } from './support.ts';

const HEAD: Record<string, string> = {
  plain: '# CPU  DURATION                  FUNCTION CALLS\n# |     |   |                     |   |   |   |\n',
  proc: '#     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS\n',
  cpuProc: '# CPU  TASK/PID         DURATION                  FUNCTION CALLS\n',
  nodur: '#     TIME        CPU  TASK/PID                      FUNCTION CALLS\n',
  latency: '#     TIME        CPU  TASK/PID       ||||     DURATION                  FUNCTION CALLS\n',
  verbose: '#     TIME        CPU||||     DURATION                  FUNCTION CALLS\n',
  relative: '#   REL TIME      CPU  TASK/PID       ||||     DURATION                  FUNCTION CALLS\n',
  noCpu: '#     TIME         DURATION                  FUNCTION CALLS\n',
  none: '#               FUNCTION CALLS\n#               |   |   |   |\n',
};

/** What one line gives, as far as the case asks. */
const CASES: { line: string; head: string; row: Partial<Row> | null; why?: string }[] = [
  {
    line: ' 0)               |  tcp_recvmsg() {',
    head: 'plain',
    row: { kind: 'callEnter', edge: 'enter', cpu: 0, depth: 0 },
  },
  {
    line: ' 0)   6.740 us    |    lock_sock_nested();',
    head: 'plain',
    row: { kind: 'lockBegin', edge: 'whole', dur: 6740, depth: 1 },
  },
  { line: '12) @ 248763.8 us |  } /* schedule */', head: 'plain', row: { edge: 'exit', dur: 248763800, cpu: 12 } },
  { line: ' 1) $ 1234567 us  |  } /* schedule */', head: 'plain', row: { edge: 'exit', dur: 1234567000 } },
  {
    line: ' 1) * 14557.38 us |        } /* sk_wait_data */',
    head: 'plain',
    row: { kind: 'sleepEnd', dur: 14557380, depth: 3 },
  },
  {
    line: '   21.652273 |   1)   rcu_pre-15   | + 17.496 us   |  } /* sk_wait_data */',
    head: 'proc',
    row: { kind: 'sleepEnd', at: 652273000, tid: 15, comm: 'rcu_pre', dur: 17496, depth: 0 },
  },
  {
    line: '   35.230836 |   1)  rxbench-197   |   4.867 us    |    } /* tcp_recvmsg ret=0x10000 */',
    head: 'proc',
    row: { kind: 'callExit', args: [65536, NaN, NaN, NaN], depth: 1 },
    why: '6.15 on',
  },
  {
    line: '   35.230836 |   1)  rxbench-197   |   4.867 us    |    } /* tcp_recvmsg = -11 */',
    head: 'proc',
    row: { kind: 'callExit', args: [-11, NaN, NaN, NaN] },
    why: '6.5 to 6.14',
  },
  {
    line: '   35.230836 |   1)  rxbench-197   |   4.867 us    |    } /* tcp_recvmsg ret=0xfffffffffffffe00 */',
    head: 'proc',
    row: { args: [-512, NaN, NaN, NaN] },
    why: 'funcgraph-retval-hex, 64 bits',
  },
  {
    line: '   35.230836 |   1)  rxbench-197   |   4.867 us    |    } /* tcp_recvmsg ret=0xfffffff5 */',
    head: 'proc',
    row: { args: [-11, NaN, NaN, NaN] },
    why: 'an int in a 64-bit register',
  },
  {
    line: '   35.230836 |   1)  rxbench-197   |   4.867 us    |    tcp_recvmsg(); /* ret=0x5a8 */',
    head: 'proc',
    row: { kind: 'callEnter', edge: 'whole', args: [NaN, NaN, NaN, 1448] },
    why: 'a leaf stands for both edges: its return value is in arg3',
  },
  {
    line: '  108.571652 |   0)  rxbench-482   |               |  inet_recvmsg(sock=0xff11, msg=0xffa0, size=0x10000, flags=64) { /* <-__sys_recvfrom+0xc0/0x160 */',
    head: 'proc',
    row: { kind: 'callEnter', args: [65536, 64, NaN, NaN], parent: '__sys_recvfrom' },
  },
  {
    line: '  108.571758 |   0)  rxbench-482   | + 86.179 us   |      lock_sock_nested(sk=0xff11000003be9280, subclass=0); /* <-tcp_recvmsg+0x63/0x1c0 ret=0x0 */',
    head: 'proc',
    row: { kind: 'lockBegin', sock: 'ff11000003be9280', parent: 'tcp_recvmsg', dur: 86179, depth: 2 },
  },
  {
    line: ' 0)               |  tcp_recvmsg(f=0x1, notify=1 [TWA_RESUME], text="a() { */ ;") {',
    head: 'plain',
    row: { kind: 'callEnter', edge: 'enter' },
    why: 'arguments may hold anything',
  },
  { line: ' 0)   0.150 us    |  skb_put [mod]();', head: 'plain', row: null, why: 'module name' },
  {
    line: ' 0)   0.150 us    |  tcp_recvmsg.part.0();',
    head: 'plain',
    row: { kind: 'callEnter', probe: 'tcp_recvmsg' },
  },
  {
    line: '   53.557522 |   0)  rxbench-399   |   tcp_recvmsg() {',
    head: 'nodur',
    row: { kind: 'callEnter', depth: 1, dur: NaN },
    why: 'without duration the indent starts one blank after the bar',
  },
  {
    line: '   41.873930 |   0)  rxbench-351   |  d.h2. |               |  tcp_v4_rcv() {',
    head: 'latency',
    row: { kind: 'segmentBegin', context: 1 | 4 },
  },
  {
    line: '   62.363601 |   0)  ..s2. | ! 114.000 us  |    tcp_v4_do_rcv();',
    head: 'verbose',
    row: { context: 2, dur: 114000 },
  },
  {
    line: '     1234 us |   0)  rxbench-351   |  ..s2. |               |  tcp_v4_rcv() {',
    head: 'relative',
    row: { kind: 'segmentBegin', at: 1234000, tid: 351 },
    why: 'display-graph of a latency tracer',
  },
  { line: ' 0)   9.000 us    |  tcp_recvmsg() {', head: 'plain', row: { kind: 'callEnter' } },
  { line: ' 0)   ==========> |', head: 'plain', row: null },
  { line: ' 0)   <========== |', head: 'plain', row: null },
  { line: ' (Overruns: 0)', head: 'plain', row: null },
  { line: 'tcp_v4_rcv() {', head: 'none', row: null, why: 'nothing tells the CPUs apart' },
  { line: '   35.257936 |  ! 123.344 us  |    tcp_v4_do_rcv();', head: 'noCpu', row: null },
  {
    line: ' 0)  a:b-1 <-225   |               |  tcp_recvmsg() {',
    head: 'cpuProc',
    row: { tid: 225, comm: 'a:b-1 <' },
  },
  { line: ' 0)   0) | }-443   |               |  tcp_recvmsg() {', head: 'cpuProc', row: { tid: 443, comm: '0) | }' } },
  {
    line: ' 0)  kworker-1234567 |               |  tcp_recvmsg() {',
    head: 'cpuProc',
    row: { tid: 1234567, comm: 'kworker' },
  },
  { line: ' 0)  migrati-20   |               |  tcp_recvmsg() {', head: 'cpuProc', row: { tid: 20, comm: 'migrati' } },
  {
    line: '   31.206786 |   1)    <idle>-0    |               |          /* softirq_entry: vec=3 [action=NET_RX] */',
    head: 'proc',
    row: { kind: 'softirqBegin', tid: 0, cpu: 1, args: [1, NaN, NaN, NaN] },
  },
  {
    line: '    4.967145 |   1)   rxsink-356   |               |  /* recv seq=4 start */',
    head: 'proc',
    row: { kind: 'marker', aux: 'recv seq=4 start' },
  },
  {
    line: '    4.967145 |   1)   rxsink-356   |               |  /* sched_switch: task rxsink:356 [120] (S) ==> swapper:0 [120] */',
    head: 'proc',
    row: { kind: 'switchOut', tid: 356, args: [1, 0, NaN, NaN] },
    why: '2.6.32',
  },
];

describe('one line of each layout', () => {
  it.each(CASES)('$head: $line', ({ line, head, row }) => {
    const { rows, result } = readGraph(`# tracer: function_graph\n#\n${HEAD[head]}${line}\n`);
    const { account } = result.report;
    expect(isExact(result.report)).toBe(true);
    expect([account.malformed, account.unknown]).toEqual([0, 0]);
    if (row === null) expect(rows).toEqual([]);
    else expect(rows[0]).toMatchObject(row);
  });

  it('two decimals, one and none', () => {
    const durations = ['1000.12', '12345.6', '999999.9', '0.1'].map(
      (us) => readGraph(`${HEAD.plain} 0)   ${us} us  |  schedule();\n`).rows[0].dur,
    );
    expect(durations).toEqual([1000120, 12345600, 999999900, 100]);
  });
});

describe('a damaged line is one malformed line', () => {
  it.each([
    ['   53.557522 |   0)  rxbench-399   | tcp_recv', 'columns'],
    ['   53.557522 |   0)  rxbench-399   |               |  tcp_recvmsg() ', 'statement'],
    ['   53.557522 |   0)  rxbench+399   |               |  tcp_recvmsg() {', 'columns'],
    ['   53.557522 |   0)  rxbench-399   |   4.8x7 us    |  tcp_recvmsg();', 'columns'],
  ])('%s', (line, reason) => {
    const good = '   53.557522 |   0)  rxbench-399   |   4.867 us    |  lock_sock_nested();\n';
    const { result } = readGraph(`${HEAD.proc}${good}${line}\n${good}`);
    expect(result.report.account).toMatchObject({ malformed: 1, parsed: 2 });
    expect(result.report.malformedExamples).toMatchObject([{ line: 3, reason }]);
  });

  it('a last line without newline is a cut tail', () => {
    const { result, diagnostics } = readGraph(
      `${HEAD.plain} 0)   6.740 us    |  lock_sock_nested();\n 0)   6.740 us    |  lock_so`,
    );
    expect(result.report.account).toMatchObject({ malformed: 0, unknown: 1, parsed: 1 });
    expect(diagnostics.countOf('truncated-tail')).toBe(1);
  });
});
