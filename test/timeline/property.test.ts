import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallRow, CallTable } from '../../src/model/calls.ts';
import { PHASES } from '../../src/model/phases.ts';
import { buildFromText } from '../support/build-calls.ts';
import {
  durationOf,
  type PlannedCall,
  phasesOf,
  printFtrace,
  printGraph,
  printPerf,
  type Schedule,
  type Step,
} from '../support/schedule.ts';

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
        if (engine.length > 0) expect(row.dmaBytes).toBe(engine.reduce((sum, s) => sum + s.bytes, 0));
      }
    });
  }
}

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
  it('loses a stretch: no pair is formed across it', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, fc.nat(), async (schedule, at) => {
        const lines = printFtrace(schedule).split('\n');
        const cut = 6 + (at % Math.max(1, lines.length - 7));
        lines.splice(cut, 0, 'CPU:0 [LOST 10 EVENTS]');
        const { calls } = await buildFromText(lines.join('\n'));
        for (let row = 0; row < calls.length; row++) {
          const spans = calls.get('firstLine', row) < cut + 1 && calls.get('lastLine', row) > cut + 1;
          // Thread 100 is the one that can be on CPU 0 at that moment.
          if (spans && calls.get('cpuStart', row) === 0 && calls.get('cpuEnd', row) === 0)
            expect(calls.get('state', row)).not.toBe(0);
        }
      }),
      { numRuns: 40, seed: 14 },
    );
  }, 30_000);
});
