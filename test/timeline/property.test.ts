import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallRow, type CallTable, MECHANISM_IDS } from '../../src/model/calls.ts';
import { PHASES } from '../../src/model/phases.ts';
import { buildFromText } from '../support/build-calls.ts';
import {
  durationOf,
  type PlannedCall,
  phasesOf,
  printFtrace,
  printFunctions,
  printGraph,
  printPerf,
  printTraceCmd,
  type Schedule,
  type Step,
} from '../support/schedule.ts';
import { RECVFROM, WAYS, type Way } from '../support/ways.ts';

const us = fc.integer({ min: 1, max: 3000 });
const bytes = fc.integer({ min: 1, max: 65536 });
const step = (phase: Step['phase']): fc.Arbitrary<Step> => fc.record({ phase: fc.constant(phase), us, bytes });
const idle = step('idle');

/** A sleep is always followed by the wait for the CPU; work steps stand between idle ones. */
const work = fc.oneof(
  ...(['copy', 'submit', 'ack', 'softirq', 'preempted'] as const).map((phase) => step(phase).map((s) => [s])),
  fc.tuple(step('sleep'), step('wakeLatency')).map(([a, b]) => [a, b]),
);

const steps = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(work, idle), { maxLength: 12 }), idle, us, us, us)
  .map(([isPinned, parts, lead, pinUs, waitUs, unpinUs]): Step[] => {
    const middle = parts
      .flatMap(([w, rest]) => [...w, rest])
      .map((s): Step => (isPinned || s.phase !== 'submit' ? s : { ...s, phase: 'copy' }));
    if (!isPinned) return [lead, ...middle];
    return [
      lead,
      { phase: 'pin', us: pinUs, bytes: 0 },
      ...middle,
      { phase: 'wait', us: waitUs, bytes: 0 },
      { phase: 'unpin', us: unpinUs, bytes: 0 },
      { ...lead },
    ];
  });

function makeSchedule(perThread: { steps: Step[]; gapUs: number; moves: boolean }[][]): Schedule {
  const calls: PlannedCall[] = [];
  perThread.forEach((list, thread) => {
    let cpu = thread;
    for (const { steps: planned, gapUs, moves } of list) {
      const returned = planned.reduce((sum, s) => sum + (s.phase === 'copy' || s.phase === 'submit' ? s.bytes : 0), 0);
      const sleeps = planned.some((s) => s.phase === 'sleep');
      const wakeCpu = moves ? 6 - cpu : cpu;
      calls.push({ tid: 100 + thread, cpu, steps: planned, requested: 1_048_576, returned, gapUs, wakeCpu });
      if (sleeps) cpu = wakeCpu;
    }
  });
  return { calls };
}

const schedules = fc
  .array(fc.array(fc.record({ steps, gapUs: us, moves: fc.boolean() }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 3,
  })
  .map(makeSchedule);

/** Entries alone show no gaps between functions, no interrupts' ends and no wait for the CPU. */
const functionSchedules = schedules.map((schedule): Schedule => {
  const shown = new Set<Step['phase']>(['pin', 'submit', 'copy', 'wait', 'unpin', 'ack', 'sleep']);
  const calls = schedule.calls.map((call) => {
    const kept = call.steps.filter((s) => shown.has(s.phase));
    return {
      ...call,
      steps: kept.length > 0 ? kept : [{ phase: 'copy' as const, us: 3, bytes: 1 }],
      wakeCpu: call.cpu,
    };
  });
  return { calls };
});

/** Calls of one way: steps it cannot have become steps it can. */
function schedulesOf(way: Way): fc.Arbitrary<Schedule> {
  const wayStep = (s: Step): Step => {
    if (s.phase === 'submit') return way.submit !== '' ? s : { ...s, phase: 'copy' };
    return s;
  };
  const canHave = (s: Step): boolean => s.phase !== 'copy' || way.canCopy;
  const some = fc.array(fc.tuple(work, idle), { minLength: 1, maxLength: 8 }).map((parts): Step[] => {
    const steps = parts
      .flatMap(([w, rest]) => [...w, rest])
      .map(wayStep)
      .filter(canHave);
    // Every call moves something by the way's own means: else it would be called something else.
    // A copy of its own also shows that copies would be in the text.
    const own: Step[] = [];
    if (way.submit !== '') own.push({ phase: 'submit', us: 5, bytes: 4096 });
    if (way.submit === '' || way.consumed === 'named') own.push({ phase: 'copy', us: 5, bytes: 100 });
    return [...own.filter(canHave), { phase: 'idle', us: 2, bytes: 0 }, ...steps];
  });
  const call = fc.record({ steps: some, gapUs: us, moves: fc.boolean() });
  return fc.array(fc.array(call, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }).map((perThread) => {
    const { calls } = makeSchedule(perThread);
    // A splice copies nothing; it returns what it moved.
    return { calls: calls.map((c) => ({ ...c, way, returned: way.canCopy ? c.returned : 5000 })) };
  });
}

function expectSchedule(calls: CallTable, schedule: Schedule, hasSched: boolean): void {
  expect(calls.length).toBe(schedule.calls.length);
  for (const tid of new Set(schedule.calls.map((call) => call.tid))) {
    const planned = schedule.calls.filter((call) => call.tid === tid);
    const rows = [...Array(calls.length).keys()].filter((row) => calls.get('tid', row) === tid);
    expect(rows.length).toBe(planned.length);
    planned.forEach((call, i) => {
      const row = calls.rowAt(rows[i]);
      expect(row.durationNs).toBe(durationOf(call));
      const phases = phasesOf(call);
      for (const phase of PHASES) {
        const found = row[`${phase}Ns` as keyof CallRow];
        let wanted = phases[phase] ?? 0;
        // Without sched lines the wait for the CPU and preemption cannot be told apart from the time around them.
        if (!hasSched && (phase === 'wakeLatency' || phase === 'interrupt' || phase === 'unattributed')) continue;
        if (!hasSched && phase === 'sleep')
          wanted = call.steps.filter((s) => s.phase === 'sleep').reduce((sum, s) => sum + s.us * 1000, 0);
        expect(Number.isNaN(found) ? 0 : found, `${phase} of call ${i} of ${tid}`).toBe(wanted);
      }
      if (hasSched) {
        expect(row.returnedBytes).toBe(call.returned);
        expect(Number.isNaN(row.sleeps) ? 0 : row.sleeps).toBe(call.steps.filter((s) => s.phase === 'sleep').length);
        const engine = call.steps.filter((s) => s.phase === 'submit');
        const way = call.way ?? RECVFROM;
        const engineBytes = engine.reduce((sum, s) => sum + s.bytes, 0);
        if (engine.length > 0 && way.column !== null) expect(row[way.column]).toBe(engineBytes);
        if (call.way !== undefined) {
          expect(MECHANISM_IDS[row.mechanism]).toBe(way.mechanism);
          expect(calls.strings.textOf(row.entry)).toBe(way.syscall);
          if (way.syscall === 'recvfrom' || way.levels.includes('tcp_recvmsg'))
            expect(row.requestedBytes).toBe(call.requested);
        }
      }
    });
  }
}

describe('ways never seen in a capture come back exactly', () => {
  const printers: [string, (schedule: Schedule) => string][] = [
    ['ftrace events', printFtrace],
    ['perf script', printPerf],
    ['trace-cmd report', printTraceCmd],
  ];
  for (const way of WAYS)
    it(`${way.name}, in three formats`, async () => {
      for (const [, print] of printers)
        await fc.assert(
          fc.asyncProperty(schedulesOf(way), async (schedule) => {
            expectSchedule((await buildFromText(print(schedule))).calls, schedule, true);
          }),
          { numRuns: 12, seed: 21 },
        );
    }, 30_000);
});

describe('random schedules come back exactly', () => {
  it('printed as ftrace events', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        expectSchedule((await buildFromText(printFtrace(schedule))).calls, schedule, true);
      }),
      { numRuns: 60, seed: 11 },
    );
  }, 30_000);
  it('printed as perf script', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        expectSchedule((await buildFromText(printPerf(schedule))).calls, schedule, true);
      }),
      { numRuns: 60, seed: 12 },
    );
  }, 30_000);
  it('printed as function_graph', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        expectSchedule((await buildFromText(printGraph(schedule))).calls, schedule, false);
      }),
      { numRuns: 60, seed: 13 },
    );
  }, 30_000);
  it('printed as trace-cmd report', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        expectSchedule((await buildFromText(printTraceCmd(schedule))).calls, schedule, true);
      }),
      { numRuns: 60, seed: 15 },
    );
  }, 30_000);
  it('printed as entries of the function tracer', async () => {
    await fc.assert(
      fc.asyncProperty(functionSchedules, async (schedule) => {
        expectSchedule((await buildFromText(printFunctions(schedule))).calls, schedule, false);
      }),
      { numRuns: 60, seed: 16 },
    );
  }, 30_000);
  const timeOf = (line: string): string => /(\d+\.\d{6}):/.exec(line)?.[1] ?? '0.000000';
  const losses: [string, (schedule: Schedule) => string, number, (line: string) => string, boolean][] = [
    ['ftrace', printFtrace, 6, () => 'CPU:0 [LOST 10 EVENTS]', false],
    ['function tracer', printFunctions, 6, () => 'CPU:0 [LOST 10 EVENTS]', false],
    ['trace-cmd', printTraceCmd, 1, () => 'CPU:0 [10 EVENTS DROPPED]', false],
    // perf cannot say on which CPU: whatever was open is doubtful.
    ['perf', printPerf, 1, (line) => `            perf   715 [000] ${timeOf(line)}: PERF_RECORD_LOST lost 10`, true],
  ];
  for (const [format, print, head, lossAt, isGlobal] of losses)
    it(`loses a stretch (${format}): no pair is formed across it`, async () => {
      let damaged = 0;
      await fc.assert(
        fc.asyncProperty(
          format === 'function tracer' ? functionSchedules : schedules,
          fc.nat(),
          async (schedule, at) => {
            const lines = print(schedule).split('\n');
            const cut = head + (at % Math.max(1, lines.length - head - 1));
            lines.splice(cut, 0, lossAt(lines[cut]));
            const { calls, diagnostics } = await buildFromText(lines.join('\n'));
            for (let row = 0; row < calls.length; row++) {
              const spans = calls.get('firstLine', row) < cut + 1 && calls.get('lastLine', row) > cut + 1;
              // Thread 100 is the one that can be on CPU 0 at that moment.
              const isThere = isGlobal || (calls.get('cpuStart', row) === 0 && calls.get('cpuEnd', row) === 0);
              if (spans && isThere) expect(calls.get('state', row)).not.toBe(0);
            }
            damaged += diagnostics.countOf('call-damaged-by-loss');
          },
        ),
        { numRuns: 40, seed: 14 },
      );
      expect(damaged).toBeGreaterThan(10);
    }, 30_000);
});
