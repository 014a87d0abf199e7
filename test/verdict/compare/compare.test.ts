import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CompareRow, Comparison } from '../../../src/model/analysis/index.ts';
import type { Run } from '../../../src/model/capture.ts';
import { makeFileReport } from '../../../src/model/diagnostics/accounting.ts';
import { makeRandom } from '../../../src/stats/index.ts';
import { compareSides } from '../../../src/verdict/compare/index.ts';
import { makeRun, type PlainCall, readCalls } from '../../calibrate/call-csv.ts';
import { findMirrorBreaks } from '../../calibrate/mirror.ts';
import { injectShift, rerecord } from '../../calibrate/resample.ts';
import { claimsAnything, findRow } from '../../calibrate/tally.ts';
import { inTurns } from '../in-turns.ts';
import { fact } from './facts.ts';

function recording(setting: 'A-offload-off' | 'B-default' | 'C-lowat200k', run: number): PlainCall[] {
  return readCalls(
    readFileSync(new URL(`../../../fixtures/calibration/${setting}-${run}.csv`, import.meta.url), 'utf8'),
  );
}
const five = (setting: Parameters<typeof recording>[0]): Run[] =>
  [1, 2, 3, 4, 5].map((run) => makeRun(`${setting} ${run}`, recording(setting, run)));
const one = (setting: Parameters<typeof recording>[0], run: number): Run[] => [
  makeRun(setting, recording(setting, run)),
];
const rowOf = (comparison: Comparison, metric: string): CompareRow => {
  const row = findRow(comparison, metric);
  if (row === undefined) throw new Error(`no row ${metric}`);
  return row;
};

describe('offload off against on, five runs a side', () => {
  const sides = inTurns(five('A-offload-off'), five('B-default'));
  const comparison = compareSides(...sides, { seed: 1 });

  it('takes the run as the unit', () => {
    expect(comparison.unit).toBe('runs');
    expect(comparison.rows.every((row) => row.unitOfN === 'runs' && row.nBefore <= 5 && row.nAfter <= 5)).toBe(true);
  });

  it('finds what offload does, in the right rows and directions', () => {
    expect(rowOf(comparison, 'bytes copied by the engine')).toMatchObject({ before: 0, outcome: 'higher' });
    expect(rowOf(comparison, 'CPU copy per MiB').outcome).toBe('lower');
    expect(rowOf(comparison, 'DMA completion wait per MiB').outcome).toBe('higher');
    expect(rowOf(comparison, 'pin user buffer per MiB').outcome).toBe('higher');
    expect(rowOf(comparison, 'sleeps per MiB').outcome).toBe('lower');
  });

  it('smallest p of 5 against 5 runs is 2/252, and adjusting does not hide it', () => {
    expect(rowOf(comparison, 'CPU copy per MiB').pValue).toBeCloseTo(2 / 252, 12);
    expect(rowOf(comparison, 'CPU copy per MiB').adjustedP).toBeLessThan(0.05);
  });

  it('every interval holds its estimate, and a claim excludes 0', () => {
    for (const row of comparison.rows) {
      const effect = row.difference;
      if (effect === null || effect.low === null || effect.high === null || effect.estimate === null) continue;
      expect(effect.low).toBeLessThanOrEqual(effect.estimate);
      expect(effect.high).toBeGreaterThanOrEqual(effect.estimate);
      if (row.significant) expect(effect.low > 0 || effect.high < 0).toBe(true);
    }
  });

  it('is plain JSON and the same every time', () => {
    const text = JSON.stringify(comparison);
    expect(JSON.parse(text)).toEqual(comparison);
    expect(JSON.stringify(compareSides(...sides, { seed: 1 }))).toBe(text);
  });
});

describe('like with like', () => {
  it('a side without an engine hides no engine phase', () => {
    const { rows } = compareSides(five('A-offload-off'), five('B-default'), { seed: 1 });
    for (const { metric } of rows) expect(metric).not.toMatch(/unattributed.*(pin|DMA)/);
  });

  it('what only one side shows apart is unattributed on both: the same calls without a look at ACKs differ nowhere', () => {
    const known = (ns: number): number => (Number.isNaN(ns) ? 0 : ns);
    const blind = (call: PlainCall): PlainCall => ({
      ...call,
      ackNs: Number.NaN,
      unattributedNs: call.unattributedNs + known(call.ackNs),
    });
    const calls = [1, 2, 3, 4, 5].map((run) =>
      recording('B-default', run).map((c) => ({ ...c, ackNs: known(c.ackNs) + 7000 })),
    );
    const shown = calls.map((run, i) => makeRun(`run ${i}`, run));
    const hidden = calls.map((run, i) =>
      makeRun(
        `run ${i}`,
        run.map((c) => blind({ ...c, ackNs: c.ackNs })),
      ),
    );
    for (const comparison of [compareSides(shown, hidden, { seed: 1 }), compareSides(hidden, shown, { seed: 1 })]) {
      for (const unit of ['per MiB', 'per call']) {
        const row = rowOf(comparison, `unattributed + ACK and receive-buffer cleanup ${unit}`);
        expect(row).toMatchObject({ outcome: 'noDifference', difference: { estimate: 0 } });
        expect(rowOf(comparison, `ACK and receive-buffer cleanup ${unit}`).outcome).toBe('cannotTell');
      }
    }
  });

  it('a capture against itself: difference 0 in every row', () => {
    for (const side of [one('B-default', 2), five('C-lowat200k')]) {
      const { rows } = compareSides(side, side, { seed: 1 });
      expect(rows.length).toBeGreaterThan(20);
      for (const row of rows)
        expect(row).toMatchObject({ outcome: 'noDifference', significant: false, difference: { estimate: 0 } });
    }
  });

  it('real re-recordings of one setting claim nothing, each against each', () => {
    for (const setting of ['A-offload-off', 'B-default', 'C-lowat200k'] as const)
      for (let i = 1; i <= 5; i++)
        for (let j = i + 1; j <= 5; j++)
          expect(
            claimsAnything(compareSides(one(setting, i), one(setting, j), { seed: 1 })),
            `${setting} ${i} ${j}`,
          ).toBe(false);
  });

  it('one run a side warns of drift, several do not', () => {
    const single = compareSides(one('A-offload-off', 1), one('B-default', 1), { seed: 1 });
    expect(single.unit).toBe('calls');
    expect(single.warnings.join('\n')).toMatch(/one run a side.*drift/);
    expect(compareSides(five('A-offload-off'), five('B-default'), { seed: 1 }).warnings.join('\n')).not.toMatch(
      /one run a side/,
    );
  });
});

describe('swapping the sides', () => {
  const side = (setting: Parameters<typeof recording>[0], runs: number[]): Run[] =>
    runs.map((run) => makeRun(`${setting} ${run}`, recording(setting, run)));
  for (const [name, before, after] of [
    ['one run a side', side('A-offload-off', [1]), side('B-default', [4])],
    ['two against three', side('A-offload-off', [1, 2]), side('B-default', [3, 4, 5])],
    ['one against four', side('B-default', [1]), side('C-lowat200k', [2, 3, 4, 5])],
    ['five against five', five('A-offload-off'), five('C-lowat200k')],
    ['three against five', side('B-default', [1, 2, 3]), five('C-lowat200k')],
  ] as const)
    it(`mirrors every sign: ${name}`, () => {
      const forth = compareSides(before, after, { seed: 5 });
      expect(forth.rows.some((row) => row.significant || row.suggests !== undefined)).toBe(true);
      expect(findMirrorBreaks(forth, compareSides(after, before, { seed: 5 }))).toEqual([]);
    });
});

describe('known changes', () => {
  it('a copy that takes 60 % longer is found by five runs, in the copy row only', () => {
    const random = makeRandom(4);
    const again = (run: number): PlainCall[] => rerecord(recording('A-offload-off', run), 200, 16, random);
    const before = [1, 2, 3, 4, 5].map((run) => makeRun(`b${run}`, again(run)));
    const after = [1, 2, 3, 4, 5].map((run) => makeRun(`a${run}`, injectShift(again(run), 'copy', 0.6)));
    const comparison = compareSides(...inTurns(before, after), { seed: 1 });
    expect(rowOf(comparison, 'CPU copy per MiB')).toMatchObject({ outcome: 'higher', significant: true });
    expect(
      comparison.rows.filter(
        (row) => row.significant && !/copy|latency|CPU time|time in calls|throughput/.test(row.metric),
      ),
    ).toEqual([]);
  });

  it('fewer than eight calls a side say nothing', () => {
    const few = [makeRun('few', recording('B-default', 1).slice(0, 6))];
    const { rows } = compareSides(few, one('A-offload-off', 1), { seed: 1 });
    expect(rows.every((row) => row.outcome === 'cannotTell' && !row.significant)).toBe(true);
  });

  it('calls with a state unfit for statistics do not count', () => {
    const cut = recording('B-default', 1).map((call, i) => ({ ...call, state: i < 150 ? 4 : 0 }));
    const comparison = compareSides([makeRun('lossy', cut)], one('B-default', 2), { seed: 1 });
    expect(rowOf(comparison, 'latency per call').nBefore).toBeLessThanOrEqual(cut.length - 150);
    expect(comparison.warnings.join('\n')).toMatch(/BEFORE: events were lost inside 150 of/);
  });
});

describe('unlike captures', () => {
  const trace = (calls: PlainCall[], change: (run: Run) => void = () => undefined): Run[] => {
    const run = makeRun('run', calls);
    const file = makeFileReport('calls.csv', 'ftrace');
    file.events = 1000;
    file.clock = { kind: 'seconds', resolutionNs: 1000 };
    file.eventNames = new Map([
      ['tcp_recvmsg', 500],
      ['sched_switch', 500],
    ]);
    run.files = [file];
    change(run);
    return [run];
  };
  const calls = recording('B-default', 1);
  const other = recording('B-default', 2);

  it('alike: no refusal', () => {
    expect(compareSides(trace(calls), trace(other), { seed: 1 }).refusals).toEqual([]);
  });

  it('other clock and other tracer: times withheld by name, counts and shares compared', () => {
    for (const [change, name] of [
      [
        (run: Run) => {
          run.files[0].clock = { kind: 'ticks', resolutionNs: Number.NaN };
        },
        /other clock/,
      ],
      [
        (run: Run) => {
          run.files[0].format = 'function_graph';
        },
        /other tracer: .*trace events.*function_graph/,
      ],
      [
        (run: Run) => {
          run.files[0].eventNames.set('kmem_cache_free', 900);
        },
        /other event set: kmem_cache_free/,
      ],
    ] as const) {
      const comparison = compareSides(trace(calls), trace(other, change), { seed: 1 });
      expect(comparison.refusals.join('\n')).toMatch(name);
      expect(rowOf(comparison, 'latency per call')).toMatchObject({
        difference: null,
        outcome: 'cannotTell',
        pValue: null,
      });
      expect(rowOf(comparison, 'sleeps per MiB').difference).not.toBeNull();
    }
  });

  it('a folder with several tracers: only the calls of the one that both sides have', () => {
    const mixed = (side: PlainCall[]): Run => {
      const run = makeRun('folder', side);
      run.calls.files.push({ name: 'graph.txt', baseNs: 0n });
      for (let row = 0; row < run.calls.length; row += 3) run.calls.column('file').set(row, 1);
      const events = makeFileReport('calls.csv', 'ftrace');
      const graph = makeFileReport('graph.txt', 'function_graph');
      for (const file of [events, graph])
        Object.assign(file, { events: 900, clock: { kind: 'seconds', resolutionNs: 1000 } });
      events.eventNames.set('tcp_recvmsg', 450).set('sched_switch', 450);
      run.files = [events, graph];
      return run;
    };
    const comparison = compareSides([mixed(calls)], trace(other), { seed: 1 });
    expect(comparison.refusals).toEqual([]);
    expect(comparison.warnings.join('\n')).toMatch(/several tracers: only calls recorded with trace events/);
    expect(rowOf(comparison, 'reader CPU time per byte').nBefore).toBeLessThan(0.7 * calls.length);
  });

  it('other kernel, rare other events, other resolution: warned by name', () => {
    const comparison = compareSides(
      trace(calls, (run) => {
        run.facts = [fact('kernel', 'release', '3.10.105')];
      }),
      trace(other, (run) => {
        run.facts = [fact('kernel', 'release', '2.6.32.69')];
        run.files[0].eventNames.set('signal_deliver', 3);
        run.files[0].clock = { kind: 'seconds', resolutionNs: 1 };
      }),
      { seed: 1 },
    );
    const text = comparison.warnings.join('\n');
    expect(text).toMatch(/other kernel: BEFORE ran 3\.10\.105, AFTER 2\.6\.32\.69/);
    expect(text).toMatch(/only AFTER has signal_deliver/);
    expect(text).toMatch(/other clock resolution/);
    expect(comparison.refusals).toEqual([]);
  });

  it('events of offload on one side only are the subject, not an obstacle', () => {
    const on = (run: Run): void => {
      run.files[0].eventNames.set('dma_async_memcpy_pg_to_pg', 900).set('tcp_dma_try_early_copy', 200);
    };
    expect(compareSides(trace(calls), trace(other, on), { seed: 1 }).refusals).toEqual([]);
  });

  it('other traffic mix: warned, and compared within the common mix without calling the whole better or worse', () => {
    const comparison = compareSides(one('B-default', 1), one('C-lowat200k', 1), { seed: 1 });
    expect(comparison.warnings.join('\n')).toMatch(/other traffic mix: .* overlap by \d+ %/);
    expect(comparison.rows.some((row) => row.stratum === 'all calls, common traffic mix')).toBe(true);
    expect(rowOf(comparison, 'latency per call, other sizes').direction).toBe('');
  });
});

describe('figures without a trace', () => {
  const figures = (mbit: number): Run[] => {
    const run = makeRun('figures', []);
    run.facts = [
      fact('iperf', 'bits_per_second', String(mbit * 1e6), 'iperf#1'),
      fact('iperf', 'seconds', '10', 'iperf#1'),
    ];
    return [run];
  };

  it('930 against 890 Mbit/s is −4.3 %, and no more than that', () => {
    const { rows } = compareSides(figures(930), figures(890), { seed: 1 });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      metric: 'throughput (iperf)',
      outcome: 'cannotTell',
      significant: false,
      pValue: null,
    });
    expect(rows[0].differencePct?.estimate).toBeCloseTo(-4.301, 3);
    expect(rows[0].differencePct).toMatchObject({ low: null, high: null });
  });

  it('five iperf figures a side are runs', () => {
    const before = [930, 928, 933, 931, 929].flatMap(figures);
    const after = [890, 893, 888, 891, 889].flatMap(figures);
    const unknown = compareSides(before, after, { seed: 1 }).rows[0];
    expect(unknown).toMatchObject({ outcome: 'cannotTell', significant: false, reasons: [{ code: 'order-unknown' }] });
    const { rows } = compareSides(...inTurns(before, after), { seed: 1 });
    expect(rows[0]).toMatchObject({ outcome: 'lower', direction: 'worse', nBefore: 5, nAfter: 5 });
    expect(rows[0].differencePct?.low).toBeLessThan(-4);
    expect(rows[0].differencePct?.high).toBeLessThan(-3.5);
  });
});
