import { describe, expect, it } from 'vitest';
import { CallTable } from '../../src/model/calls.ts';
import { makeFileReport } from '../../src/model/diagnostics/accounting.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { checkCapture, describeCommand } from '../../src/record/check/index.ts';
import type { Recorded, RecordRequest } from '../../src/record/options.ts';
import { makeRun } from '../verdict/make-run.ts';

const request: RecordRequest = {
  folder: 'cap',
  seconds: null,
  pid: null,
  comm: null,
  command: [],
  lenses: [],
  tracer: null,
  labels: {},
  tool: 'recvscope test',
  onProgress: () => undefined,
};
const recorded: Recorded = {
  folder: 'cap',
  tracer: 'tracefs',
  seconds: 2,
  lines: 100,
  lostEvents: 0,
  oneSidedCpus: [],
  unavailable: [],
  notes: [],
  stoppedBy: '2 s were over',
  commandExit: null,
  interruptedExit: null,
};

function runOf(calls: { comm: string; bytes: number; protocol: number }[], events: Record<string, number> = {}) {
  const table = new CallTable(new StringTable());
  for (const { comm, bytes, protocol } of calls)
    table.addRow({
      comm: table.strings.intern(comm),
      tid: 7,
      returnedBytes: bytes,
      protocol,
      startNs: 0,
      endNs: 100,
      durationNs: 100,
      preemptedNs: 30,
      sleepNs: 0,
    });
  const file = makeFileReport('trace.txt', 'ftrace');
  for (const [name, count] of Object.entries(events)) file.eventNames.set(name, count);
  return makeRun('cap', { calls: table, files: [file] });
}

const codesOf = (...args: Parameters<typeof checkCapture>): string[] =>
  checkCapture(...args).complaints.map(({ code }) => code);

describe('self-check', () => {
  const two = [
    { comm: 'a', bytes: 10, protocol: 1 },
    { comm: 'b', bytes: 1000, protocol: 1 },
    { comm: 'b', bytes: 500, protocol: 2 },
  ];

  it('lists receivers by program and protocol, most bytes first', () => {
    const { receivers, calls } = checkCapture(runOf(two), recorded, request);
    expect(receivers.map(({ comm, protocol, bytes }) => [comm, protocol, bytes])).toEqual([
      ['b', 'TCP', 1000],
      ['b', 'UDP', 500],
      ['a', 'TCP', 10],
    ]);
    expect(calls).toBe(3);
  });

  it('is fatal without a call, and tells data that came another way from no data', () => {
    const other = checkCapture(runOf([], { 'tcp:tcp_rcv_space_adjust': 50 }), recorded, request).complaints;
    expect(other.map(({ code, isFatal }) => [code, isFatal])).toEqual([['no-receive-calls', true]]);
    expect(other[0].command).toContain('--tracer perf');
    expect(codesOf(runOf([]), recorded, request)).toEqual(['nothing-received']);
  });

  it('asks for a target, and says when the target was silent', () => {
    expect(codesOf(runOf(two), recorded, request)).toContain('no-target');
    expect(codesOf(runOf(two), recorded, { ...request, command: ['x'] })).not.toContain('no-target');
    expect(codesOf(runOf(two), recorded, { ...request, comm: 'redis' })).toContain('target-silent');
  });

  it('names loss, one-sided CPUs, a CPU in other hands, a lens that saw nothing', () => {
    const codes = codesOf(
      runOf(two),
      { ...recorded, lostEvents: 5, oneSidedCpus: [1] },
      { ...request, lenses: ['busy-poll', 'ipi', 'drops'] },
    );
    expect(codes).toEqual(
      expect.arrayContaining(['events-lost', 'one-sided-cpus', 'cpu-taken', 'device-without-napi', 'lens-empty']),
    );
    expect(codesOf(runOf(two, { 'skb:kfree_skb': 1 }), recorded, { ...request, lenses: ['drops'] })).not.toContain(
      'lens-empty',
    );
  });

  it('gives the command as it was typed, with what mends it', () => {
    expect(describeCommand({ ...request, seconds: 3, comm: 'redis', lenses: ['drops'] }, ['--seconds', '1'])).toBe(
      'recvscope record --comm redis --lens drops --seconds 1',
    );
    expect(describeCommand({ ...request, command: ['sh', '-c', "a; b 'c'"] }, [])).toBe(
      "recvscope record -- sh -c 'a; b '\\''c'\\'''",
    );
  });
});
