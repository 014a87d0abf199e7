import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/analysis/index.ts';
import { CallTable, type Segment } from '../../src/model/calls.ts';
import type { Run } from '../../src/model/capture.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { makeContext } from '../../src/verdict/context/context.ts';
import { collectFindings, FINDING_RULES } from '../../src/verdict/findings/index.ts';
import { addCall, type CallShape, emptyNotes, makeFact, makeMixedRun, makeRun } from './make-run.ts';

const FOLDER = new URL('../../src/verdict/findings/', import.meta.url);
const NOT_RULES = ['index.ts', 'rule.ts', 'share.ts'];

function find(run: Run, id: string): Finding | undefined {
  return collectFindings(makeContext([run], { tool: 'test' })).find((f) => f.id === id);
}

function runOf(shapes: CallShape[], parts: Partial<Run> = {}): Run {
  const table = new CallTable(new StringTable());
  shapes.forEach((shape, i) => {
    addCall(table, i * 10_000_000, shape);
  });
  return makeRun('run', { calls: table, ...parts });
}

const repeat = (n: number, shape: CallShape): CallShape[] =>
  Array.from({ length: n }, (_, i) => ({ ...shape, bytes: shape.bytes + i }));
const OFFLOADED: CallShape = {
  mechanism: 'net-dma',
  bytes: 60_000,
  requested: 65_536,
  pinNs: 9000,
  submitNs: 30_000,
  waitNs: 20_000,
  unpinNs: 8000,
  sleepNs: 100_000,
};

describe('the registry', () => {
  it('holds every rule file of the folder', () => {
    const registry = readFileSync(new URL('index.ts', FOLDER), 'utf8');
    const files = readdirSync(FOLDER, { encoding: 'utf8', recursive: true }).filter(
      (name) => name.endsWith('.ts') && !NOT_RULES.includes(name),
    );
    const missing = files.filter((name) => !registry.includes(`from './${name}'`));
    expect(missing).toEqual([]);
    expect(FINDING_RULES.length).toBe(files.length);
  });

  it('has unique ids, and each rule returns findings under its own id', () => {
    const ids = FINDING_RULES.map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
    const context = makeContext(
      [makeMixedRun('m', { calls: 80, seed: 3, copyNsPerByte: 1, fixedNs: 20_000, submitNsPerByte: 0.5 })],
      { tool: 't' },
    );
    for (const rule of FINDING_RULES) {
      const finding = rule.judge(context);
      if (finding !== null) expect(finding.id).toBe(rule.id);
    }
  });

  it('puts the three answers first and ends every problem with a next step', () => {
    const findings = collectFindings(makeContext([runOf(repeat(40, OFFLOADED))], { tool: 't' }));
    expect(findings.slice(0, 3).map((f) => f.id)).toEqual(['answer-bandwidth', 'answer-settings', 'answer-transfers']);
    for (const f of findings.filter((x) => x.role === 'problem')) expect(f.nextStep).not.toBe('');
  });
});

describe('causes', () => {
  it('offload hardly taken names the clause, its share and calls that show it', () => {
    const run = runOf([
      ...repeat(4, OFFLOADED),
      ...repeat(36, { mechanism: 'plain-copy', bytes: 50_000, decline: 'below-copybreak' }),
    ]);
    const finding = find(run, 'offload-hardly-taken');
    expect(finding?.role).toBe('problem');
    expect(finding?.sentence).toContain('4 of 40 calls');
    expect(finding?.sentence).toContain('tcp_dma_copybreak');
    expect(finding?.evidence[0]).toMatchObject({ run: 'run', file: 'trace.txt', call: 4, line: 140 });
  });

  it('is silent about it when offload is taken', () => {
    expect(find(runOf(repeat(40, OFFLOADED)), 'offload-hardly-taken')).toBeUndefined();
  });

  it('pinning without a DMA is a loss with its price', () => {
    const wasted: CallShape = { mechanism: 'plain-copy', bytes: 2000, pinNs: 9000, unpinNs: 8000, more: { pinned: 1 } };
    const finding = find(runOf([...repeat(20, OFFLOADED), ...repeat(12, wasted)]), 'pin-without-dma');
    expect(finding?.outcome).toBe('loses');
    expect(finding?.effect?.estimate).toBeCloseTo(17_000, 6);
    expect(finding?.n).toBe(12);
  });

  it('a large buffer pins pages that get no data', () => {
    const finding = find(runOf(repeat(20, { ...OFFLOADED, requested: 2_097_152 })), 'pinned-but-unused');
    expect(finding?.numbers.find((x) => x.label === 'pages pinned, median')?.value).toBe(513);
    expect(finding?.numbers.find((x) => x.label === 'pages used, median')?.value).toBe(16);
    expect(find(runOf(repeat(20, OFFLOADED)), 'pinned-but-unused')).toBeUndefined();
  });

  it('a busy wait of offloaded calls is a loss, none is not mentioned', () => {
    expect(find(runOf(repeat(20, OFFLOADED)), 'wait-not-overlapped')?.outcome).toBe('loses');
    expect(find(runOf(repeat(20, { ...OFFLOADED, waitNs: 0 })), 'wait-not-overlapped')).toBeUndefined();
  });

  it('early copies: a problem when all ran in the reader, a note when in softirq', () => {
    const notes = emptyNotes();
    notes.evidence.earlyInReader = 97;
    expect(find(runOf(repeat(20, OFFLOADED), { timeline: notes }), 'early-copy-context')?.role).toBe('problem');
    const old = emptyNotes();
    old.evidence.earlyInSoftirq = 958;
    old.evidence.earlyInReader = 14;
    const finding = find(runOf(repeat(20, OFFLOADED), { timeline: old }), 'early-copy-context');
    expect(finding?.role).toBe('note');
    expect(finding?.sentence).toContain('958 of 972');
  });

  it('sleep with data in hand is found from the stretches of the calls', () => {
    const run = runOf(repeat(20, { ...OFFLOADED, sleepNs: 400_000, more: { sleeps: 3 } }));
    for (let row = 0; row < 20; row++) {
      const start = run.calls.get('startNs', row);
      const segment = (phase: Segment['phase'], from: number, to: number): Segment => ({
        lane: 'process',
        phase,
        startNs: start + from,
        endNs: start + to,
        cpu: 1,
        line: 1,
        label: '',
      });
      run.calls.segmentsByCall.set(row, [
        segment('sleep', 0, 100_000),
        segment('submit', 100_000, 130_000),
        segment('sleep', 130_000, 430_000),
      ]);
    }
    const finding = find(run, 'rcvlowat-stalls');
    expect(finding?.outcome).toBe('loses');
    expect(finding?.effect?.estimate).toBeCloseTo(300_000, 6);
  });

  it('readers behind select get a finding of their own', () => {
    const notes = emptyNotes();
    notes.evidence.selectPollSeen = true;
    const run = runOf(repeat(20, { mechanism: 'plain-copy', bytes: 20_000 }), { timeline: notes });
    expect(find(run, 'select-poll-no-overlap')?.sentence).toContain('20 of 20');
  });

  it('a buffer filled to the last byte limits the calls', () => {
    const run = runOf(
      Array.from({ length: 30 }, () => ({ mechanism: 'plain-copy' as const, bytes: 2048, requested: 2048 })),
    );
    expect(find(run, 'small-receive-buffer')?.effect?.estimate).toBe(100);
  });

  it('copies on another CPU are counted', () => {
    const run = runOf(repeat(30, { mechanism: 'plain-copy', bytes: 2000, more: { copyCpu: 0 } }));
    expect(find(run, 'copy-on-other-cpu')?.effect?.estimate).toBe(100);
  });

  it('the tax on every softirq is a problem where nothing is offloaded', () => {
    const notes = emptyNotes();
    notes.evidence.issuePendingInSoftirq = 400;
    notes.evidence.netRxSoftirqs = 400;
    expect(
      find(runOf(repeat(20, { mechanism: 'plain-copy', bytes: 2000 }), { timeline: notes }), 'issue-pending-tax')?.role,
    ).toBe('problem');
    expect(find(runOf(repeat(20, OFFLOADED), { timeline: notes }), 'issue-pending-tax')?.role).toBe('note');
  });

  it('a look-up that finds no channel although an engine is there', () => {
    const facts = [makeFact('dma', 'dma0chan0.in_use', 1)];
    const run = runOf(repeat(20, { mechanism: 'plain-copy', bytes: 2000, decline: 'no-channel' }), { facts });
    expect(find(run, 'alignment-refused')).toBeDefined();
    expect(
      find(runOf(repeat(20, { mechanism: 'plain-copy', bytes: 2000, decline: 'no-channel' })), 'alignment-refused'),
    ).toBeUndefined();
  });

  it('submissions far beyond the median point at a full ring', () => {
    const stalled: CallShape = { ...OFFLOADED, submitNs: 40_000_000 };
    expect(find(runOf([...repeat(40, OFFLOADED), ...repeat(4, stalled)]), 'engine-ring-full')?.evidence.length).toBe(3);
    expect(find(runOf(repeat(44, OFFLOADED)), 'engine-ring-full')).toBeUndefined();
  });

  it('useless wakeups, delayed ACKs, lost events and short captures are said', () => {
    const notes = emptyNotes();
    notes.wakeReasons = [{ reason: 'segment', count: 100, useful: 40, useless: 55, early: 5 }];
    notes.delack = { episodes: 3, addedNs: 120_000_000 };
    const run = runOf(repeat(12, { mechanism: 'plain-copy', bytes: 2000, more: { state: 4 } }), { timeline: notes });
    const ids = collectFindings(makeContext([run], { tool: 't' })).map((f) => f.id);
    expect(ids).toEqual(
      expect.arrayContaining(['wakeups-early-or-useless', 'delayed-ack', 'capture-lossy', 'capture-too-short']),
    );
  });
});
