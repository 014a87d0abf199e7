import { describe, expect, it } from 'vitest';
import { CallTable } from '../../../src/model/calls.ts';
import type { Run } from '../../../src/model/capture.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { predictSettings } from '../../../src/verdict/index.ts';
import type { WhatIfSettings } from '../../../src/verdict/options.ts';
import { addCall, makeFact, makeRun } from '../make-run.ts';

const NONE: WhatIfSettings = { rcvlowat: [], copybreak: [], buffer: [], window: [], mtu: [] };
const facts = [
  makeFact('sysctl', 'net.ipv4.tcp_dma_copybreak', 4096),
  makeFact('sysctl', 'net.ipv4.tcp_timestamps', 1),
];

/** Every second call waits and is offloaded; the others find 30 000 bytes queued. */
function makeAlternating(costs: { pinNs: number; copyNsPerByte: number }): Run {
  const table = new CallTable(new StringTable());
  for (let i = 0; i < 80; i++) {
    const bytes = 30_000 + 10 * (i % 7);
    addCall(
      table,
      i * 2_000_000,
      i % 2 === 0
        ? {
            mechanism: 'net-dma',
            bytes,
            pinNs: costs.pinNs,
            unpinNs: costs.pinNs,
            submitNs: 28 * 200,
            waitNs: 1000,
            sleepNs: 50_000,
          }
        : { mechanism: 'plain-copy', bytes, copyNsPerByte: costs.copyNsPerByte },
    );
  }
  return makeRun('alternating', { calls: table, facts });
}

describe('what if', () => {
  const dear = makeAlternating({ pinNs: 60_000, copyNsPerByte: 0.3 });

  it('replays the predicate: copybreak above the buffer switches offload off, at the buffer too', () => {
    const { whatIf } = predictSettings([dear], { ...NONE, copybreak: [65_536, 131_072] }, { tool: 't' });
    expect(whatIf.map((row) => row.setting)).toEqual([
      'as recorded',
      'offload off',
      'copybreak 65536',
      'copybreak 131072',
    ]);
    expect(whatIf[0].offloadSharePct?.estimate).toBeCloseTo(50, 0);
    expect(whatIf[1].offloadSharePct?.estimate).toBe(0);
    expect(whatIf[2].offloadSharePct?.estimate).toBeCloseTo(50, 0);
    expect(whatIf[3].offloadSharePct?.estimate).toBe(0);
  });

  it('predicts that a target above what is queued offloads everything, in fewer calls', () => {
    const { whatIf } = predictSettings([dear], { ...NONE, rcvlowat: [60_000] }, { tool: 't' });
    const row = whatIf[2];
    expect(row.offloadSharePct?.estimate).toBeCloseTo(100, 0);
    expect(row.assumptions.join(' ')).toContain('merge');
    // When the reader is woken and how the sender goes on is not in the capture.
    expect([row.latencyNs, row.cpuNsPerMiB, row.sleepsPerMiB]).toEqual([null, null, null]);
    expect(row.assumptions.join(' ')).toContain('how the sender and the wakeups react');
  });

  it('recommends switching offload off where pinning costs more than the copy', () => {
    const analysis = predictSettings([dear], { ...NONE, rcvlowat: [60_000] }, { tool: 't' });
    expect(analysis.whatIf.find((row) => row.recommended)?.setting).toBe('offload off');
    expect(analysis.headline.sentence).toContain('offload off');
  });

  it('recommends no target: its price is not in the capture', () => {
    const analysis = predictSettings(
      [makeAlternating({ pinNs: 2000, copyNsPerByte: 4 })],
      { ...NONE, rcvlowat: [60_000] },
      { tool: 't' },
    );
    expect(analysis.whatIf.some((row) => row.recommended)).toBe(false);
  });

  it('no call was offloaded: the share is a bound, not a point', () => {
    const table = new CallTable(new StringTable());
    for (let i = 0; i < 40; i++)
      addCall(table, i * 1e6, { mechanism: 'plain-copy', bytes: 30_000, sleepNs: 5000, decline: 'below-copybreak' });
    const off = makeRun('off', {
      calls: table,
      facts: [makeFact('sysctl', 'net.ipv4.tcp_dma_copybreak', 2 ** 31 - 1)],
    });
    const { whatIf } = predictSettings([off], { ...NONE, copybreak: [4096] }, { tool: 't' });
    expect(whatIf[2].offloadSharePct).toMatchObject({ estimate: null, low: 0 });
    expect(whatIf[2].offloadSharePct?.high).toBeGreaterThan(50);
    expect(whatIf[2].cpuNsPerMiB).toBeNull();
  });

  it('without calls that the CPU copied alone, what they cost is not known', () => {
    const table = new CallTable(new StringTable());
    for (let i = 0; i < 60; i++)
      addCall(table, i * 1e6, { mechanism: 'net-dma', bytes: 30_000, dmaBytes: 20_000, pinNs: 500, sleepNs: 5000 });
    const { whatIf } = predictSettings([makeRun('all', { calls: table, facts })], NONE, { tool: 't' });
    expect(whatIf[1].setting).toBe('offload off');
    expect(whatIf[1].cpuNsPerMiB).toBeNull();
  });

  it('says that no setting helps where none does', () => {
    const table = new CallTable(new StringTable());
    for (let i = 0; i < 60; i++)
      addCall(table, i * 1e6, {
        mechanism: 'net-dma',
        bytes: 30_000 + 10 * (i % 7),
        pinNs: 500,
        unpinNs: 500,
        submitNs: 1000,
        waitNs: 100,
        sleepNs: 5000,
      });
    const analysis = predictSettings(
      [makeRun('good', { calls: table, facts })],
      { ...NONE, copybreak: [200_000] },
      { tool: 't', copyRateNsPerByte: 2 },
    );
    expect(analysis.headline.sentence).toContain('No setting helps');
    expect(analysis.whatIf.every((row) => !row.recommended)).toBe(true);
  });

  it('predicts nothing for a target that the window cannot hold, and says why', () => {
    const { whatIf } = predictSettings([dear], { ...NONE, rcvlowat: [300_000], window: [125_000] }, { tool: 't' });
    expect(whatIf[2].cpuNsPerMiB).toBeNull();
    expect(whatIf[2].assumptions.join(' ')).toContain('stall');
  });

  it('another MTU is not predicted: what the engine leaves to the CPU is not in the capture', () => {
    const { whatIf } = predictSettings([dear], { ...NONE, mtu: [9000] }, { tool: 't' });
    expect([whatIf[2].cpuNsPerMiB, whatIf[2].offloadSharePct]).toEqual([null, null]);
    expect(whatIf[2].assumptions.join(' ')).toContain('8948');
  });
});
