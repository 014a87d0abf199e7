import { describe, expect, it } from 'vitest';
import { ftraceFormat } from '../../../parsers/formats/ftrace/index.ts';
import { traceCmdFormat } from '../../../parsers/formats/trace-cmd/index.ts';
import { readPerfScript } from '../perf-script/support.ts';
import { readAll } from '../text/support.ts';

/** What sched_switch and sched_wakeup print for a task that called itself "a\nb" (prctl PR_SET_NAME takes any byte). */
const SWITCH_ONE =
  'prev_comm=a\nb prev_pid=77 prev_prio=120 prev_state=S ==> next_comm=a\nb next_pid=78 next_prio=120\n';
const WAKEUP = 'comm=a\nb pid=77 prio=120 target_cpu=001\n';

const LAYOUTS = {
  'perf script': (text: string) => readPerfScript(text.replaceAll('@', '      x    12 [000]     1.000001: sched:')),
  ftrace: (text: string) =>
    readAll(ftraceFormat, text.replaceAll('@', '               x-12    [000] d..2     1.000001: ')),
  'trace-cmd': (text: string) =>
    readAll(traceCmdFormat, `cpus=2\n${text.replaceAll('@', '               x-12    [000]     1.000001: ')}`),
};

describe.each(Object.entries(LAYOUTS))('%s: a task name with a line break', (_, read) => {
  it('is put together again in sched_switch and sched_wakeup', () => {
    const reading = read(`@sched_switch: ${SWITCH_ONE}@sched_wakeup: ${WAKEUP}@sched_switch: ${SWITCH_ONE}`);
    const kinds = reading.rows.map((row) => [row.kind, row.tid, row.args[0]]);
    expect(kinds).toEqual([
      ['switchOut', 77, 1],
      ['switchIn', 78, Number.NaN],
      ['wakeup', 12, 77],
      ['switchOut', 77, 1],
      ['switchIn', 78, Number.NaN],
    ]);
    const { report } = 'result' in reading ? reading.result : reading;
    expect(report.account).toMatchObject({ malformed: 0, unknown: 0, parsed: 8 });
    expect(report.events).toBe(3);
  });

  it('leaves a payload that stays broken malformed, and the next event whole', () => {
    const reading = read(
      `@sched_switch: prev_comm=a\nsome words\n@sched_wakeup: comm=b pid=77 prio=120 target_cpu=001\n`,
    );
    expect(reading.rows.map((row) => row.kind)).toEqual(['unread', 'wakeup']);
    const { report } = 'result' in reading ? reading.result : reading;
    const { lines, parsed, comment, unused, unknown, malformed } = report.account;
    expect(malformed).toBe(1);
    expect(parsed + comment + unused + unknown + malformed).toBe(lines);
  });
});

describe('perf record --switch-events', () => {
  const out = 'rxbench    77 [001]     1.000001: PERF_RECORD_SWITCH OUT        \n';
  const preempted = 'rxbench    77 [001]     1.000003: PERF_RECORD_SWITCH OUT preempt\n';
  const into = 'rxbench    77 [001]     1.000002: PERF_RECORD_SWITCH IN         \n';
  const wide = 'rxbench    77 [001]     1.000004: PERF_RECORD_SWITCH_CPU_WIDE IN           prev pid/tid:    12/13   \n';

  it('tells when a task left its CPU and when it came back', () => {
    const { rows, result } = readPerfScript(out + into + preempted + wide);
    expect(rows.map((row) => [row.kind, row.tid, row.cpu, row.atNs, row.args[0], row.args[1]])).toEqual([
      ['switchOut', 77, 1, 1_000_001_000n, Number.NaN, Number.NaN],
      ['switchIn', 77, 1, 1_000_002_000n, Number.NaN, Number.NaN],
      ['switchOut', 77, 1, 1_000_003_000n, 0, Number.NaN],
      ['switchIn', 77, 1, 1_000_004_000n, Number.NaN, 13],
    ]);
    expect(result.report.account).toMatchObject({ parsed: 4, unused: 0 });
  });

  it('is not counted a second time where sched_switch was recorded', () => {
    const tracepoint =
      'rxbench    77 [001]     1.000000: sched:sched_switch: prev_comm=rxbench prev_pid=77 prev_prio=120 prev_state=S ==> next_comm=x next_pid=5 next_prio=120\n';
    const { rows } = readPerfScript(tracepoint + out);
    expect(rows.map((row) => row.kind)).toEqual(['switchOut', 'switchIn']);
  });

  it('synthesized records without a time are none', () => {
    expect(readPerfScript(`rxbench    77 [001]     0.000000: PERF_RECORD_SWITCH OUT\n`).rows).toEqual([]);
  });
});
