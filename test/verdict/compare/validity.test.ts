import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasFailed, parseFailOn } from '../../../src/cli/fail-on.ts';
import { shortestNames } from '../../../src/cli/name-sides.ts';
import type { CompareRow, Comparison } from '../../../src/model/analysis/index.ts';
import type { ArrivalTotals } from '../../../src/model/arrivals/totals.ts';
import { MECHANISM_IDS } from '../../../src/model/calls.ts';
import type { Run } from '../../../src/model/capture.ts';
import { compareSides } from '../../../src/verdict/compare/index.ts';
import { findOrder } from '../../../src/verdict/compare/order.ts';
import { compareRuns } from '../../../src/verdict/index.ts';
import { makeRun, type PlainCall, readCalls } from '../../calibrate/call-csv.ts';
import { inTurns, recordInOrder } from '../in-turns.ts';
import { makeRun as makeBareRun, makeFact } from '../make-run.ts';
import { fact } from './facts.ts';

const recording = (setting: string, run: number): PlainCall[] =>
  readCalls(readFileSync(new URL(`../../../fixtures/calibration/${setting}-${run}.csv`, import.meta.url), 'utf8'));
const five = (setting: string, change: (run: Run) => void = () => undefined): Run[] =>
  [1, 2, 3, 4, 5].map((k) => {
    const run = makeRun(`${setting} ${k}`, recording(setting, k));
    change(run);
    return run;
  });
const endpoint = (comparison: Comparison, primary: CompareRow['primary']): CompareRow => {
  const row = comparison.rows.find((r) => r.primary === primary);
  if (row === undefined) throw new Error(`no endpoint ${primary}`);
  return row;
};
const codes = (row: CompareRow): string[] => (row.reasons ?? []).map(({ code }) => code);
const A = 'A-offload-off';
const B = 'B-default';

/** tcp_probe lines of one socket, and nothing else of the softirq side. */
function probedArrivals(sock: string, payloadBytes: number): ArrivalTotals {
  return {
    segments: [],
    queues: [],
    flows: [{ flow: '', sock, cpu: 0, segments: 1, payloadBytes, windowMin: null, windowMax: null }],
    shapes: [],
    polls: [],
    busyPollNs: 0,
    drops: [],
    refused: [],
    trouble: [],
    softirqs: [],
    deviceNs: [],
    irqs: [],
    raiseDelay: null,
    ipis: [],
    rows: { seen: 0, kept: 0 },
  };
}

describe('preconditions come before p', () => {
  it('context switches not in the text: no CPU time, whatever p says', () => {
    const blind = (run: Run): void => {
      run.timeline.evidence.hasSwitches = false;
    };
    const row = endpoint(compareSides(...inTurns(five(A), five(B, blind)), { seed: 1 }), 'cpu');
    expect(codes(row)).toEqual(['no-switches']);
    expect(row).toMatchObject({ outcome: 'cannotTell', significant: false, differencePct: { low: null, high: null } });
  });

  it('softirqs on one side only: the machine cannot be compared', () => {
    const blind = (run: Run): void => {
      run.timeline.evidence.hasSoftirq = false;
    };
    expect(codes(endpoint(compareSides(...inTurns(five(A), five(B, blind)), { seed: 1 }), 'cpu'))).toEqual([
      'softirq-one-side',
    ]);
  });

  it('softirq time is a part of the figure, and the parts add up to it', () => {
    const busy = (run: Run): void => {
      run.timeline.totals.softirqNetRxNs = 5e7;
    };
    const row = endpoint(compareSides(...inTurns(five(A, busy), five(B, busy)), { seed: 1 }), 'cpu');
    expect(row.parts?.map(({ title }) => title)).toEqual(['reader', 'NET_RX softirq']);
    expect(row.parts?.reduce((sum, part) => sum + (part.before ?? 0), 0)).toBeCloseTo(row.before ?? 0, 9);
    expect(row.parts?.[1].before).toBeGreaterThan(0);
  });

  it('mapped bytes in no line are not 0: absent, or those of tcp_probe', () => {
    const zeroCopy = (probe: boolean) => (run: Run) => {
      for (let row = 0; row < run.calls.length; row += 2) {
        run.calls.column('mechanism').set(row, MECHANISM_IDS.indexOf('tcp-zerocopy-receive'));
        run.calls.column('returnedBytes').set(row, 0);
      }
      const sock = run.calls.strings.intern('ffff88');
      for (let row = 0; row < run.calls.length; row++) run.calls.column('sock').set(row, sock);
      if (probe) run.timeline.arrivals = probedArrivals('ffff88', 20_000_000);
    };
    const hidden = compareSides(...inTurns(five(A), five(A, zeroCopy(false))), { seed: 1 });
    expect(endpoint(hidden, 'cpu')).toMatchObject({ after: null, outcome: 'cannotTell' });
    expect(codes(endpoint(hidden, 'cpu'))).toContain('bytes-unknown');
    expect(codes(endpoint(hidden, 'throughput'))).toContain('bytes-unknown');
    expect(hidden.rows.find((row) => row.metric === 'CPU copy per MiB')?.after ?? null).toBeNull();
    const told = compareSides(...inTurns(five(A), five(A, zeroCopy(true))), { seed: 1 });
    expect(codes(endpoint(told, 'cpu'))).not.toContain('bytes-unknown');
    expect(endpoint(told, 'cpu').after).toBeGreaterThan(0);
  });

  it('emulation: no claim on throughput', () => {
    const emulated = (run: Run): void => {
      run.facts = [fact('cpu', 'model', 'QEMU Virtual CPU version 2.5+')];
    };
    const row = endpoint(compareSides(...inTurns(five(A, emulated), five(B, emulated)), { seed: 1 }), 'throughput');
    expect(codes(row)).toContain('emulated');
    expect(row.significant).toBe(false);
  });

  it('calls of different programs are not compared', () => {
    const named = (run: Run): void => {
      const other = run.calls.strings.intern('other');
      for (let row = 0; row < run.calls.length; row++) run.calls.column('comm').set(row, other);
    };
    const comparison = compareSides(...inTurns(five(A), five(B, named)), { seed: 1 });
    expect(codes(endpoint(comparison, 'latency'))).toContain('other-receiver');
  });
});

describe('order of the runs', () => {
  const runs = (count: number): Run[] => Array.from({ length: count }, (_, k) => makeBareRun(`run${k}`));
  const place = (pattern: string) => {
    const placed = recordInOrder(runs(pattern.length));
    return findOrder(
      placed.filter((_, i) => pattern[i] === 'A'),
      placed.filter((_, i) => pattern[i] === 'B'),
    );
  };

  it('turns: ABABABAB, ABBAABBA; not AAAABBBB, AABBAABB', () => {
    expect(place('ABABABAB')).toMatchObject({ isKnown: true, alternates: true });
    expect(place('ABBAABBA')).toMatchObject({ isKnown: true, alternates: true });
    expect(place('AAAABBBB')).toMatchObject({ isKnown: true, alternates: false });
    expect(place('AABBAABB')).toMatchObject({ isKnown: true, alternates: false });
  });

  it('clocks that start anew tell no order; the wall clock of perf does', () => {
    const anew = runs(8).map((run) => recordInOrder([run])[0]);
    expect(findOrder(anew.slice(0, 4), anew.slice(4)).isKnown).toBe(false);
    const dated = anew.map((run, k) => ({
      ...run,
      facts: [fact('header', 'captured on', `Mon Nov 30 21:0${k}:40 2026`)],
    }));
    const pick = (rest: number): Run[] => dated.filter((_, k) => k % 2 === rest);
    expect(findOrder(pick(0), pick(1))).toMatchObject({ isKnown: true, alternates: true });
  });

  it('sides one after the other: the drift of the session is in the error', () => {
    const [before, after] = [five(A), five(B)];
    const placed = recordInOrder([...before, ...after]);
    const row = (sides: [Run[], Run[]]) => endpoint(compareSides(...sides, { seed: 1 }), 'cpu').differencePct!;
    const turns = row(inTurns(before, after));
    const apart = row([placed.slice(0, 5), placed.slice(5)]);
    expect(apart.high! - apart.low!).toBeGreaterThan(turns.high! - turns.low!);
  });
});

describe('one family of three', () => {
  const comparison = compareSides(...inTurns(five(A), five(B)), { seed: 1 });

  it('claims what is there; every figure is one estimator', () => {
    expect(endpoint(comparison, 'cpu')).toMatchObject({ outcome: 'higher', direction: 'worse' });
    for (const { before, after, differencePct } of comparison.rows) {
      if (before === null || after === null || before === 0 || differencePct?.estimate == null) continue;
      expect(differencePct.estimate).toBeCloseTo(100 * (after / before - 1), 6);
      expect(differencePct.low ?? 0).toBeGreaterThanOrEqual(-100);
    }
  });

  it('"cannot tell" never stands beside an interval without 0, nor a claim beside one with it', () => {
    for (const row of comparison.rows) {
      const { low, high } = row.difference ?? { low: null, high: null };
      if (low === null || high === null || row.suggests !== undefined) continue;
      expect(low <= 0 && high >= 0).toBe(!row.significant);
    }
  });

  it('the table does not fail a build, an endpoint does', () => {
    const analysis = compareRuns(...inTurns(five(A), five(B)), { tool: 't' });
    const only = (keep: (row: CompareRow) => boolean) => ({
      ...analysis,
      comparison: { ...analysis.comparison!, rows: analysis.comparison!.rows.filter(keep) },
    });
    const condition = parseFailOn('regression:5');
    expect(
      hasFailed(
        only((row) => row.primary === 'cpu'),
        condition,
      ),
    ).toBe(true);
    expect(
      hasFailed(
        only((row) => row.primary === undefined),
        condition,
      ),
    ).toBe(false);
  });

  it('the why line: rows that hold, largest first, no endpoint among them', () => {
    const rows = comparison.why.map((i) => comparison.rows[i]);
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) expect([row.significant, row.primary]).toEqual([true, undefined]);
  });
});

describe('captures with nothing to compare', () => {
  it('without a receive call: a clear answer, no overflow', () => {
    const bare = (side: string, count: number): Run[] =>
      Array.from({ length: count }, (_, k) => {
        const name = `${side}${k}`;
        return makeBareRun(name, { facts: [makeFact('kernel', 'release', Number.NaN, { text: name })] });
      });
    for (const count of [1, 5]) {
      const analysis = compareRuns(bare('before', count), bare('after', count), { tool: 't' });
      expect(analysis.comparison?.rows).toEqual([]);
      expect(analysis.headline.outcome).toBe('cannotTell');
    }
  });

  it('a capture against itself says so', () => {
    const { comparison } = compareRuns(five(A), five(A), { tool: 't' });
    expect(comparison?.isSame).toBe(true);
    expect(comparison?.warnings.join('\n')).toMatch(/same capture/);
    expect(compareSides(five(A), five(B), { seed: 1 }).isSame).toBeUndefined();
  });
});

describe('names of the sides', () => {
  it('the shortest tails that differ, without what all end in', () => {
    expect(shortestNames(['/d/mtu1500/perf.txt', '/d/mtu9000/perf.txt'])).toEqual(['mtu1500', 'mtu9000']);
    expect(shortestNames(['/a/x/run1', '/b/x/run1', '/b/x/run2'])).toEqual(['a/x/run1', 'b/x/run1', 'run2']);
    expect(shortestNames(['/d/a.txt', '/d/a.txt'])).toEqual(['a.txt', 'a.txt']);
  });
});
