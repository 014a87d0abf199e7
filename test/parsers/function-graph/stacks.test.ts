import { describe, expect, it } from 'vitest';
import { loadCase, readGraph } from './support.ts';

const PLAIN = '# tracer: function_graph\n#\n# CPU  DURATION                  FUNCTION CALLS\n';
const banner = (cpu: number, from: string, to: string) =>
  ` ------------------------------------------\n ${cpu})  ${from}   =>  ${to}  \n ------------------------------------------\n\n`;

describe('names of closing braces', () => {
  it('come from the stack of the task, across a sleep and a change of CPU', () => {
    const text = `# CPU  TASK/PID         DURATION                  FUNCTION CALLS
 0)  rxbench-100   |               |  tcp_recvmsg() {
 0)  rxbench-100   |               |    sk_wait_data() {
 0)    <idle>-0    |               |  tcp_v4_rcv() {
 1)    <idle>-0    |               |  tcp_v4_do_rcv() {
 1)    <idle>-0    |   1.000 us    |  }
 0)    <idle>-0    |   2.000 us    |  }
 1)  rxbench-100   | # 3000.000 us |    }
 1)  rxbench-100   | # 4000.000 us |  }
`;
    const { rows, diagnostics } = readGraph(text);
    const exits = rows.filter((row) => row.edge === 'exit');
    expect(exits.map((row) => [row.probe, row.cpu, row.tid, row.dur])).toEqual([
      ['tcp_v4_do_rcv', 1, 0, 1000],
      ['tcp_v4_rcv', 0, 0, 2000],
      ['sk_wait_data', 1, 100, 3_000_000],
      ['tcp_recvmsg', 1, 100, 4_000_000],
    ]);
    expect(diagnostics.countOf('lost-graph-entry')).toBe(0);
  });

  it('without proc the task is the one the banner of the CPU named, before the first banner its left side', () => {
    const text = `${PLAIN} 1)               |  tcp_recvmsg() {
 1)               |    sk_wait_data() {
${banner(1, 'rxbench-701', '  <idle>-0')} 1)   0.500 us    |  tcp_v4_rcv();
${banner(1, '  <idle>-0 ', 'rxbench-701')} 1) ! 500.000 us  |    }
 1) ! 600.000 us  |  }
`;
    const { rows } = readGraph(text);
    expect(rows.map((row) => [row.probe, row.edge, row.tid, row.comm])).toEqual([
      ['tcp_recvmsg', 'enter', 701, 'rxbench'],
      ['sk_wait_data', 'enter', 701, 'rxbench'],
      ['tcp_v4_rcv', 'whole', 0, '<idle>'],
      ['sk_wait_data', 'exit', 701, 'rxbench'],
      ['tcp_recvmsg', 'exit', 701, 'rxbench'],
    ]);
  });

  it('a brace without entry is counted; with a name it is still a return with its duration', () => {
    const { rows, diagnostics } = readGraph(
      `${PLAIN} 0)   5.000 us    |    }\n 0) + 20.000 us   |  } /* tcp_recvmsg */\n`,
    );
    expect(rows).toMatchObject([{ kind: 'callExit', edge: 'exit', dur: 20000 }]);
    expect(diagnostics.countOf('lost-graph-entry')).toBe(2);
  });

  it('a smaller depth pops silently and counts the missing return', () => {
    const { rows, diagnostics } = readGraph(
      `${PLAIN} 0)               |  tcp_recvmsg() {\n 0)               |    sk_wait_data() {\n 0) + 20.000 us   |  }\n`,
    );
    expect(rows.map((row) => row.kind)).toEqual(['callEnter', 'sleepBegin', 'callExit']);
    expect(diagnostics.countOf('lost-graph-return')).toBe(1);
    expect(diagnostics.countOf('lost-graph-entry')).toBe(0);
  });

  it('migration/0--1 of 2.6.2x is nobody', () => {
    const text = `${PLAIN}${banner(0, 'migration/0--1', 'sshd-1755')} 0)   0.500 us    |  tcp_recvmsg();\n`;
    expect(readGraph(text).rows).toMatchObject([{ tid: 1755, comm: 'sshd' }]);
  });
});

describe('loss and gaps', () => {
  it('a LOST line is a row and clears what was open on its CPU', () => {
    const { rows, result } = readGraph(
      `${PLAIN} 1)               |  tcp_recvmsg() {\n 0)               |  tcp_v4_rcv() {\nCPU:1 [LOST 503 EVENTS]\n 1)   9.000 us    |  }\n 0)   8.000 us    |  }\n`,
    );
    expect(rows.map((row) => row.kind)).toEqual(['callEnter', 'segmentBegin', 'lost', 'segmentEnd']);
    expect(rows[2]).toMatchObject({ cpu: 1, args: [503, 1, NaN, NaN] });
    expect(result.report).toMatchObject({ lostEvents: 503, lost: [{ cpu: 1, amount: 503, line: 6 }] });
  });

  it('the recorded pipe says three losses', () => {
    const { result } = readGraph(loadCase('7.2-pipe-lost'));
    expect(result.report.lost.map(({ cpu, amount }) => [cpu, amount])).toEqual([
      [1, 503],
      [1, 303],
      [1, 406],
    ]);
  });

  it.each(['...', '[...]', '.', '  [snip]'])('%s is a gap: nothing is carried across', (gap) => {
    const { rows } = readGraph(`${PLAIN} 0)               |  tcp_recvmsg() {\n${gap}\n 0)   9.000 us    |  }\n`);
    expect(rows.map((row) => row.kind)).toEqual(['callEnter', 'boundary']);
  });

  it('hundreds of lines in one stamp: the clock stands still', () => {
    expect(readGraph(loadCase('3.10-clock-stands-still')).diagnostics.countOf('clock-stands-still')).toBe(1);
    expect(readGraph(loadCase('3.10-offload')).diagnostics.countOf('clock-stands-still')).toBe(0);
  });

  it('returns only: tracing_thresh, not loss', () => {
    const { result, diagnostics } = readGraph(loadCase('6.1-threshold'));
    expect(diagnostics.countOf('lost-graph-entry')).toBe(0);
    expect(result.report.notes.join()).toMatch(/tracing_thresh/);
  });

  it('without CPU and task no row of a function is written, and the report says why', () => {
    for (const name of ['6.1-no-cpu', '3.10-columnless']) {
      const { rows, result, diagnostics } = readGraph(loadCase(name));
      expect(rows.filter((row) => row.kind !== 'marker')).toEqual([]);
      expect(diagnostics.countOf('no-cpu')).toBe(1);
      expect(result.report.notes.join()).toMatch(/cannot be told apart/);
    }
  });
});

describe('the template scanner', () => {
  const line = (us: number, name: string, mark = '|') =>
    `   20.${String(us).padStart(6, '0')} ${mark}   1)  ${name}-174   |               |      release_sock() {\n`;
  const many = Array.from({ length: 60 }, (_, i) => line(i, 'rxbench')).join('');

  it.each([
    ['a layout that seems to change and comes back', line(60, 'rxbench', '!').repeat(2)],
    ['a line break inside a task name', line(60, 'rxb\nnch')],
    ['a task name of another length', line(60, 'migrati0')],
    ['a time of another width', line(60, 'rxbench').replace('   20.', '123420.')],
  ])('agrees with the general one after %s', (_, damage) => {
    const text = `#     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS\n${many}${damage}${many}`;
    expect(readGraph(text).rows).toEqual(readGraph(text, [], false).rows);
    expect(readGraph(text).result.report).toEqual(readGraph(text, [], false).result.report);
  });
});

describe('texts without header and documents around traces', () => {
  it('prose is unknown, not malformed; each quoted trace brings its own layout', () => {
    const text = `Demonstrations of funcgraph.

# ./funcgraph -m 3 tcp_recvmsg
Tracing "tcp_recvmsg"... Ctrl-C to end.
 0)               |  tcp_recvmsg() {
 0)   0.804 us    |    lock_sock_nested();
 0)   4.979 us    |  }

With times:
and more words
7238523.638008 |   0)               |  tcp_recvmsg() {
7238523.638014 |   0)   0.153 us    |    lock_sock_nested();
7238523.638014 |   0)   1.144 us    |  }
`;
    const { rows, result } = readGraph(text);
    expect(result.report.account).toEqual({ lines: 13, parsed: 6, comment: 2, unused: 0, unknown: 5, malformed: 0 });
    expect(rows.map((row) => row.kind)).toEqual([
      'callEnter',
      'lockBegin',
      'callExit',
      'boundary',
      'callEnter',
      'lockBegin',
      'callExit',
    ]);
    expect(rows[6].at - rows[4].at).toBe(6000);
  });

  it('a comment with line breaks ends at its */', () => {
    const text = `${PLAIN} 0)               |  /* first\nsecond } line() {\nthird */\n 0)   1.000 us    |  tcp_recvmsg();\n`;
    const { rows, result } = readGraph(text);
    expect(result.report.account).toMatchObject({ parsed: 4, unknown: 0, malformed: 0 });
    expect(rows.map((row) => row.kind)).toEqual(['marker', 'callEnter']);
  });
});
