import { describe, expect, it } from 'vitest';
import { CallTable } from '../../src/model/calls.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { compareRuns, judgeRuns, predictSettings } from '../../src/verdict/index.ts';
import { addCall, emptyNotes, makeMixedRun, makeRun } from './make-run.ts';

const OPTIONS = { tool: 'recvscope test' };
const LOSING = { calls: 120, seed: 7, copyNsPerByte: 0.2, fixedNs: 40_000, submitNsPerByte: 0.3 };
const WINNING = { calls: 120, seed: 7, copyNsPerByte: 3, fixedNs: 4000, submitNsPerByte: 0.2 };

function findBadNumbers(value: unknown, path: string): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (value === undefined) return [path];
  if (Array.isArray(value)) return value.flatMap((v, i) => findBadNumbers(v, `${path}[${i}]`));
  if (value !== null && typeof value === 'object')
    return Object.entries(value).flatMap(([key, v]) => findBadNumbers(v, `${path}.${key}`));
  return typeof value === 'bigint' || typeof value === 'function' ? [path] : [];
}

describe('an analysis', () => {
  it('is plain JSON without NaN, also for an empty table and a single odd call', () => {
    const odd = new CallTable(new StringTable());
    odd.addRow({});
    addCall(odd, 0, { mechanism: 'unknown', bytes: 10 });
    for (const run of [makeRun('empty'), makeRun('odd', { calls: odd }), makeMixedRun('mixed', LOSING)]) {
      const analysis = judgeRuns([run], OPTIONS);
      expect(findBadNumbers(analysis, 'analysis')).toEqual([]);
      expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis);
    }
    const other = predictSettings(
      [makeMixedRun('mixed', LOSING)],
      { rcvlowat: [200_000], copybreak: [], buffer: [65_536], window: [], mtu: [9000] },
      OPTIONS,
    );
    expect(findBadNumbers(other, 'whatif')).toEqual([]);
    const both = compareRuns([makeMixedRun('a', LOSING)], [makeMixedRun('b', WINNING)], OPTIONS);
    expect(findBadNumbers(both, 'compare')).toEqual([]);
  });

  it('is the same bytes for the same capture and seed', () => {
    const text = (): string => JSON.stringify(judgeRuns([makeMixedRun('mixed', LOSING)], OPTIONS));
    expect(text()).toBe(text());
  });

  it('keeps the three verdicts apart and in order', () => {
    const { verdicts } = judgeRuns([makeMixedRun('mixed', LOSING)], OPTIONS);
    expect(verdicts.map((v) => v.id)).toEqual(['verdict-cpu', 'verdict-latency', 'verdict-throughput']);
    expect(verdicts[2].outcome).toBe('cannotTell');
  });

  it('says that offload loses when it costs more than the copy, wins when less', () => {
    expect(judgeRuns([makeMixedRun('lose', LOSING)], OPTIONS).verdicts[0].outcome).toBe('loses');
    expect(judgeRuns([makeMixedRun('win', WINNING)], OPTIONS).verdicts[0].outcome).toBe('wins');
  });

  it('cannot tell when the cost of a CPU copy is unknown, and uses the user’s figure when given', () => {
    const table = new CallTable(new StringTable());
    for (let i = 0; i < 40; i++)
      addCall(table, i * 1e6, {
        mechanism: 'net-dma',
        bytes: 50_000,
        pinNs: 9000,
        unpinNs: 8000,
        submitNs: 20_000,
        waitNs: 5000,
        sleepNs: 1000,
      });
    const run = makeRun('all-dma', { calls: table });
    const unknown = judgeRuns([run], OPTIONS);
    expect(unknown.verdicts[0].outcome).toBe('cannotTell');
    expect(unknown.balance[0].copyRate.source).toBe('unknown');
    const given = judgeRuns([run], { ...OPTIONS, copyRateNsPerByte: 0.2 });
    expect(given.balance[0].copyRate.source).toBe('given by user');
    expect(given.verdicts[0].outcome).toBe('loses');
  });

  it('says how many calls are left out and why', () => {
    const table = new CallTable(new StringTable());
    addCall(table, 0, { mechanism: 'plain-copy', bytes: 100, more: { state: 4 } });
    addCall(table, 1e6, { mechanism: 'plain-copy', bytes: 100, more: { state: 2 } });
    addCall(table, 2e6, { mechanism: 'plain-copy', bytes: 100 });
    const { calls } = judgeRuns([makeRun('r', { calls: table })], OPTIONS);
    expect(calls.total).toBe(3);
    expect(calls.excluded).toEqual([
      { reason: 'cut at the end of the capture', count: 1 },
      { reason: 'events lost inside the call', count: 1 },
    ]);
  });
});

describe('the balance sheet', () => {
  it('adds up: classes to the capture, lines to the net', () => {
    const { balance } = judgeRuns([makeMixedRun('mixed', LOSING)], OPTIONS);
    const [whole, ...classes] = balance;
    expect(whole.scope).toBe('whole capture');
    for (let k = 0; k < 6; k++) {
      const total = classes.reduce((sum, sheet) => sum + (sheet.lines[k].ns ?? 0), 0);
      expect(total).toBeCloseTo(whole.lines[k].ns ?? 0, 3);
    }
    const costs = whole.lines.filter((l) => l.kind === 'cost').reduce((sum, l) => sum + (l.ns ?? 0), 0);
    const savings = whole.lines.filter((l) => l.kind === 'saving').reduce((sum, l) => sum + (l.ns ?? 0), 0);
    expect(whole.netNs?.estimate).toBeCloseTo(savings - costs, 0);
    expect(classes.reduce((sum, sheet) => sum + sheet.calls, 0)).toBe(whole.calls);
  });

  it('takes the copy rate from the paired capture before that of the same capture', () => {
    const copied = makeMixedRun('x', { ...LOSING, copyNsPerByte: 0.5 });
    const off = new CallTable(new StringTable());
    for (let i = 0; i < 50; i++) addCall(off, i * 1e6, { mechanism: 'plain-copy', bytes: 40_000, copyNsPerByte: 0.9 });
    const judged = judgeRuns([copied], { ...OPTIONS, baseline: [makeRun('off', { calls: off })] });
    expect(judged.balance[0].copyRate.source).toBe('paired capture');
    expect(judged.balance[0].copyRate.nsPerByte?.estimate).toBeCloseTo(0.9, 6);
    const alone = judgeRuns([copied], OPTIONS);
    expect(alone.balance[0].copyRate.source).toBe('same capture');
    expect(alone.balance[0].copyRate.nsPerByte?.estimate).toBeGreaterThan(0.45);
    expect(alone.balance[0].copyRate.nsPerByte?.estimate).toBeLessThan(0.55);
  });
});

describe('exemplars', () => {
  it('are chosen per mechanism, and the first call that a verdict cites is among them', () => {
    const analysis = judgeRuns([makeMixedRun('mixed', LOSING)], OPTIONS);
    const roles = analysis.exemplars.filter((x) => x.mechanism === 'net-dma').map((x) => x.role);
    expect(roles).toEqual(expect.arrayContaining(['worst', 'median', 'fastest']));
    const [cited] = analysis.verdicts[0].evidence;
    const exemplar = analysis.exemplars.find((x) => x.call === cited.call);
    expect(exemplar).toBeDefined();
    expect(analysis.verdicts[0].exemplars).toContain(exemplar?.id);
    expect(new Set(analysis.exemplars.map((x) => x.id)).size).toBe(analysis.exemplars.length);
  });
});

describe('what no line tells', () => {
  it('is null, not 0: bytes of calls without return values, engine bytes of transfers without lengths', () => {
    const unknown = { returnedBytes: Number.NaN, cpuCopyBytes: Number.NaN, dmaBytes: 0, descriptors: Number.NaN };
    const table = new CallTable(new StringTable());
    for (let i = 0; i < 12; i++)
      addCall(table, i * 1e6, { mechanism: 'net-dma', bytes: 0, pinNs: 9000, sleepNs: 5000, more: unknown });
    const analysis = judgeRuns([makeRun('run', { calls: table })], { tool: 't' });
    expect(analysis.calls).toMatchObject({ total: 12, bytes: null });
    expect(analysis.calls.byMechanism).toEqual([{ mechanism: 'net-dma', calls: 12, bytes: null, dmaBytes: null }]);
    expect(analysis.runs[0]).toMatchObject({ bytes: null, dmaBytes: null, dmaSharePct: null, bytesPerSecond: null });
    const answer = analysis.findings.find((f) => f.id === 'answer-bandwidth');
    // No line tells the engine bytes, but no call can have moved more than it asked for: 9 µs of pinning over 128 KiB.
    expect(answer?.sentence).toContain('at most 128 KiB by the engine');
    const paying = answer?.numbers.find((x) => x.label === 'copy rate from which offload pays')?.value;
    expect(paying).toBeCloseTo(9000 / 131_072, 6);
    expect(JSON.stringify(analysis.findings)).not.toContain('0 KiB');
  });

  it('the parts of a phase are in it', () => {
    const table = new CallTable(new StringTable());
    for (let i = 0; i < 12; i++)
      addCall(table, i * 1e6, {
        mechanism: 'plain-copy',
        bytes: 4096,
        otherNs: 900,
        more: { entryNs: 600, lockNs: 0 },
      });
    const { budget } = judgeRuns([makeRun('run', { calls: table })], { tool: 't' });
    const rest = budget.find((row) => row.phase === 'unattributed')!;
    expect(rest.parts).toEqual([
      { title: 'before the first, after the last step', totalNs: 7200, sharePct: (rest.sharePct * 2) / 3 },
    ]);
    expect(budget.find((row) => row.phase === 'backlog')?.parts).toBeUndefined();
  });

  it('what to record names only what is missing; an inlined wait that shows is not', () => {
    const missing = (waitNs: number, seen: object): string[] => {
      const table = new CallTable(new StringTable());
      for (let i = 0; i < 12; i++)
        addCall(table, i * 1e6, { mechanism: 'net-dma', bytes: 9000, pinNs: 9000, more: { waitNs } });
      const timeline = { ...emptyNotes(), evidence: { ...emptyNotes().evidence, hasWaitProbes: false, ...seen } };
      const { recordNext } = judgeRuns([makeRun('run', { calls: table, timeline })], { tool: 't' });
      return recordNext.map((r) => r.missing).filter((name) => /pin|submission|wait/.test(name));
    };
    const both = { hasPinProbes: true, hasSubmitProbes: true };
    expect(missing(Number.NaN, both)).toEqual(['completion wait']);
    expect(missing(700, both)).toEqual([]);
    expect(missing(Number.NaN, { hasPinProbes: false, hasSubmitProbes: true })).toEqual(['pin and completion wait']);
  });
});
