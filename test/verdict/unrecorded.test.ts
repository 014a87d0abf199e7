import { describe, expect, it } from 'vitest';
import { makeFileReport } from '../../src/model/diagnostics/accounting.ts';
import { listEvents } from '../../src/model/recording/events.ts';
import { judgeRuns } from '../../src/verdict/index.ts';
import { emptyNotes, makeFact, makeRun } from './make-run.ts';

/** A recording of recvfrom alone, made on a program that reads by another call. */
function circle(release: string, format = 'perf-script') {
  const file = makeFileReport('trace.txt', format);
  file.format = format;
  for (const name of ['sched:sched_switch', 'syscalls:sys_enter_recvfrom', 'syscalls:sys_exit_recvfrom'])
    file.eventNames.set(name, 10);
  return makeRun('trace.txt', {
    files: [file],
    facts: release === '' ? [] : [makeFact('kernel', 'release', Number.NaN, { text: release })],
    timeline: {
      ...emptyNotes(),
      evidence: { ...emptyNotes().evidence, callEntry: 'syscall' },
      unrecordedReceivers: [{ comm: 'iperf3', copies: 75, bytes: 4_915_200 }],
    },
  });
}

describe('advice-circle-iperf3', () => {
  it('says to whom data was copied, and what has no line', () => {
    const { headline, findings } = judgeRuns([circle('6.18.0')], { tool: 't' });
    expect(headline.sentence).toContain('iperf3 75 times');
    const finding = findings.find((f) => f.id === 'unrecorded-receiver')!;
    expect(finding.numbers.find((n) => n.label === 'bytes copied')?.value).toBe(4_915_200);
    expect(finding.reasons[0]).toMatch(/one of read, recvmsg, recvmmsg, readv/);
    expect(finding.reasons[0]).not.toContain('recvfrom');
  });

  it('advises what was missing, by the same tool, as far as that kernel has it', () => {
    const commandOf = (release: string, format?: string) =>
      judgeRuns([circle(release, format)], { tool: 't' }).recordNext.find(
        (r) => r.missing === 'receive calls of iperf3',
      )!.command;
    expect(commandOf('6.18.0')).toContain('syscalls:sys_*_read,');
    expect(commandOf('6.18.0')).toContain('io_uring_enter');
    expect(commandOf('4.19.0')).not.toMatch(/io_uring_enter|sk_data_ready/);
    expect(commandOf('4.19.0', 'ftrace')).toContain('events/syscalls/sys_enter_read/enable');
    // Of an unknown release only what every kernel with trace events has.
    for (const { name } of listEvents().filter((event) => event.from !== ''))
      expect(commandOf('', 'ftrace')).not.toContain(name.replace(':', '/'));
  });

  it('two copies may be the rest of a call that began before the capture', () => {
    const run = circle('6.18.0');
    run.timeline.unrecordedReceivers = [{ comm: 'iperf3', copies: 2, bytes: 100 }];
    expect(judgeRuns([run], { tool: 't' }).findings.map((f) => f.id)).not.toContain('unrecorded-receiver');
  });
});
