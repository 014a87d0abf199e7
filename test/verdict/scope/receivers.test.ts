import { describe, expect, it } from 'vitest';
import { type CallRow, CallTable, MECHANISM_IDS } from '../../../src/model/calls.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { judgeRuns } from '../../../src/verdict/index.ts';
import { scopeRuns, scopeSides } from '../../../src/verdict/scope/choose.ts';
import { findReceivers, mainFlowOf, rowsOf } from '../../../src/verdict/scope/receivers.ts';
import { measureTraffic } from '../../../src/verdict/summaries/run.ts';
import { makeRun } from '../make-run.ts';

interface Call extends Partial<Omit<CallRow, 'comm' | 'sock' | 'flow'>> {
  comm: string;
  sock?: string;
  flow?: string;
}

function runOf(name: string, calls: readonly Call[]) {
  const strings = new StringTable();
  const table = new CallTable(strings);
  const idOf = (text: string | undefined): number => (text === undefined ? -1 : strings.intern(text));
  for (const [i, { comm, sock, flow, ...call }] of calls.entries())
    table.addRow({
      file: 0,
      protocol: 1,
      startNs: i * 1000,
      endNs: i * 1000 + 500,
      durationNs: 500,
      ...call,
      comm: idOf(comm),
      sock: idOf(sock),
      flow: idOf(flow),
    });
  return makeRun(name, { calls: table });
}

const ZEROCOPY = MECHANISM_IDS.indexOf('tcp-zerocopy-receive');
const SERVER = '10.0.0.1:5201 10.0.0.2:40000';
const CLIENT = '10.0.0.2:40000 10.0.0.1:5201';
const LOOPBACK: Call[] = [
  { comm: 'iperf3', tid: 11, flow: SERVER, returnedBytes: 100_000 },
  { comm: 'iperf3', tid: 12, flow: '10.0.0.1:5201 10.0.0.2:40002', returnedBytes: 50_000 },
  { comm: 'iperf3', tid: 21, flow: CLIENT, returnedBytes: 4 },
  { comm: 'dns', tid: 30, protocol: 2, returnedBytes: 1_000_000 },
];

describe('receivers', () => {
  it('tells both ends of a test on one machine apart, threads of one end together', () => {
    const found = findReceivers(runOf('a', LOOPBACK));
    expect(found.map((each) => [each.name, each.protocol, each.bytes, [...rowsOf(each)]])).toEqual([
      ['iperf3 (port 5201)', 'TCP', 150_000, [0, 1]],
      ['iperf3 (to 10.0.0.1:5201)', 'TCP', 4, [2]],
      ['dns', 'UDP', 1_000_000, [3]],
    ]);
  });

  it('keeps threads of one name together where no line names a connection, and knows a marked side by its thread', () => {
    const found = findReceivers(
      runOf('a', [
        { comm: 'rx', tid: 1, sock: 'aa', returnedBytes: 1 },
        { comm: 'rx', tid: 2, sock: 'bb', returnedBytes: 2 },
        { comm: 'recvscope:A', tid: 2, sock: 'bb', returnedBytes: 4 },
        { comm: 'rx', tid: 2, sock: 'bb', returnedBytes: 8 },
      ]),
    );
    expect(found.map(({ name, bytes }) => [name, bytes])).toEqual([['rx', 15]]);
  });

  it('counts each thread of a receiver once, whatever its names, and times it from its first begin to its last end', () => {
    const run = runOf('a', [
      { comm: 'rx', tid: 1, returnedBytes: 1 },
      { comm: 'other', tid: 3, returnedBytes: 1 },
      { comm: 'recvscope:A', tid: 1, returnedBytes: 2 },
      { comm: 'rx', tid: 2, returnedBytes: 4 },
      { comm: 'rx', tid: 0, returnedBytes: 8 },
      { comm: 'rx', tid: 2, returnedBytes: 16 },
    ]);
    expect(findReceivers(run).map(({ name, threads, spanNs }) => [name, threads, spanNs])).toEqual([
      ['rx', 3, 5500],
      ['other', 1, 500],
    ]);
  });

  it('names the connection with most bytes, of equal ones the first by name, a socket where most came on unknown ones', () => {
    const flowOf = (...calls: readonly Call[]): string => mainFlowOf(findReceivers(runOf('a', calls))[0]);
    const rx = { comm: 'rx', tid: 1 };
    const known = { ...rx, sock: 'bb', returnedBytes: 5 };
    expect(flowOf(known, { ...known, sock: 'aa' })).toBe('aa');
    expect(flowOf(known, { ...known, sock: 'aa', returnedBytes: 4 })).toBe('bb');
    expect(flowOf(known, { ...known, sock: 'aa', returnedBytes: 4 }, { ...rx, returnedBytes: 9 })).toBe('aa');
  });

  it('does not add up bytes that no line tells', () => {
    const [receiver] = findReceivers(
      runOf('a', [
        { comm: 'rx', tid: 1 },
        { comm: 'rx', tid: 1, returnedBytes: 7 },
      ]),
    );
    expect(receiver).toMatchObject({ bytes: 7, hidden: 1 });
    const { scope } = scopeRuns([runOf('a', [{ comm: 'rx', tid: 1 }])], undefined);
    expect(scope.receivers[0]).toMatchObject({ bytes: null, bytesFrom: '' });
  });

  it('takes hidden bytes from tcp_probe of its connections, and says so', () => {
    const run = runOf('a', [
      { comm: 'rx', tid: 1, flow: SERVER, returnedBytes: 0, mechanism: ZEROCOPY, endNs: 2e9 },
      { comm: 'rx', tid: 1, flow: SERVER, returnedBytes: 7 },
    ]);
    const flows = [SERVER, CLIENT].map((flow, cpu) => ({
      ...{ flow, sock: '', cpu, segments: 1, payloadBytes: 1000 + cpu, windowMin: null, windowMax: null },
    }));
    const arrivals = { ...run.timeline.arrivals!, flows, segments: [], shapes: [], polls: [], drops: [] };
    const shown = { ...run, timeline: { ...run.timeline, arrivals } };
    expect(scopeRuns([shown], undefined).scope.receivers[0]).toMatchObject({ bytes: 1000, bytesFrom: 'tcp_probe' });
    expect(measureTraffic(shown)).toMatchObject({ bytes: 1000, bytesFrom: 'tcp_probe' });
    expect(measureTraffic(run).bytes).toBeNaN();
  });
});

describe('scope', () => {
  it('judges the TCP receiver with most bytes; its calls keep their numbers', () => {
    const run = runOf('a', [{ comm: 'other', tid: 9, returnedBytes: 1 }, ...LOOPBACK]);
    const { runs, scope } = scopeRuns([run], undefined);
    expect(scope.judged).toBe('iperf3 (port 5201)');
    expect([runs[0].calls.length, runs[0].calls.numberOf(0), runs[0].calls.numberOf(1)]).toEqual([2, 1, 2]);
    const analysis = judgeRuns([run], { tool: 'test' });
    expect(analysis.calls.total).toBe(2);
    expect(analysis.scope?.receivers.filter((row) => row.isJudged).map((row) => row.name)).toEqual([
      'iperf3 (port 5201)',
    ]);
    expect(analysis.headline.sentence).toMatch(/^iperf3, port 5201: /);
  });

  it('leaves a capture of one receiver as it is', () => {
    const run = runOf('a', LOOPBACK.slice(0, 2));
    const { runs, scope } = scopeRuns([run], undefined);
    expect(runs[0]).toBe(run);
    expect(scope.sentence).toBe('');
  });

  it('takes what was asked for, by name, thread, process, port and socket', () => {
    const run = runOf('a', [...LOOPBACK, { comm: 'x', tid: 41, tgid: 40, sock: 'ff00', returnedBytes: 1 }]);
    const rowsOf = (filter: Parameters<typeof scopeRuns>[1]): number[] => {
      const { calls } = scopeRuns([run], filter).runs[0];
      return [...Array(calls.length).keys()].map((row) => calls.numberOf(row));
    };
    expect(rowsOf({ comm: 'dns' })).toEqual([3]);
    expect(rowsOf({ tid: 12 })).toEqual([1]);
    expect(rowsOf({ pid: 40 })).toEqual([4]);
    expect(rowsOf({ port: 40002 })).toEqual([1]);
    expect(rowsOf({ socket: '0xff00' })).toEqual([4]);
    expect(rowsOf({ socket: '10.0.0.1:5201', tid: 11 })).toEqual([0]);
    expect(judgeRuns([run], { tool: 'test', scope: { port: 40002 } }).calls.total).toBe(1);
    expect(() => rowsOf({ comm: 'none' })).toThrow(expect.objectContaining({ code: 'scope-empty', exitCode: 2 }));
  });

  it('compares the receiver that both sides have, and says when there is none', () => {
    const before = runOf('b', [
      { comm: 'redis', tid: 1, returnedBytes: 500 },
      { comm: 'nginx', tid: 2, returnedBytes: 900 },
    ]);
    const after = runOf('a', [
      { comm: 'redis', tid: 1, returnedBytes: 600 },
      { comm: 'curl', tid: 3, returnedBytes: 9000 },
    ]);
    expect(scopeSides([[before], [after]], undefined).sides.map(({ scope }) => scope.judged)).toEqual([
      'redis',
      'redis',
    ]);
    const other = runOf('c', [{ comm: 'curl', tid: 3, returnedBytes: 9000 }]);
    expect(scopeSides([[before], [other]], undefined).isUnlike).toBe(true);
  });
});
