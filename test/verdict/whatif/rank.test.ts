import { describe, expect, it } from 'vitest';
import { CallTable } from '../../../src/model/calls.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { makeContext } from '../../../src/verdict/context/context.ts';
import { judgeRuns } from '../../../src/verdict/index.ts';
import { rankSettings } from '../../../src/verdict/whatif/rank.ts';
import { addCall, makeFact, makeMixedRun, makeRun } from '../make-run.ts';

const GIVEN = { calls: 60, seed: 3, copyNsPerByte: 1, fixedNs: 60_000, submitNsPerByte: 2 };
const rank = (facts: ReturnType<typeof makeFact>[] = []) => {
  const run = makeMixedRun('run', GIVEN);
  run.facts = facts;
  return rankSettings(makeContext([run], { tool: 't' }));
};

describe('the ranked table of settings', () => {
  it('has offload off, the settings as recorded and each setting alone, known costs first in their order', () => {
    const rows = rank();
    const names = rows.map((r) => r.setting);
    for (const name of ['offload off', 'as recorded', 'SO_RCVLOWAT 65,536', 'MTU 9000']) expect(names).toContain(name);
    const places = rows.flatMap((r) => (r.rank === null ? [] : [r.rank]));
    expect(places).toEqual(places.map((_, i) => i + 1));
    const costs = rows.flatMap((r) => (r.cpuNsPerMiB?.estimate == null ? [] : [r.cpuNsPerMiB.estimate]));
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
    // Pinning costs more than the copy here: switched off is cheapest, and it is a prediction.
    expect(rows[0]).toMatchObject({ setting: 'offload off', basis: 'predicted', pagesPinned: 0 });
    expect(rows.find((r) => r.setting === 'as recorded')?.basis).toBe('measured');
    for (const name of ['SO_RCVLOWAT 65,536', 'MTU 9000'])
      expect(rows.find((r) => r.setting === name)).toMatchObject({ basis: 'cannot be known', cpuNsPerMiB: null });
    // 128 KiB at an unknown alignment: 32 pages, one more unless aligned.
    expect(rows.find((r) => r.setting === 'as recorded')?.pagesPinned).toBe(33);
  });

  it('names copybreak where it refuses the read, and says that it compares the read', () => {
    const copybreak = (value: number) => makeFact('sysctl', 'net.ipv4.tcp_dma_copybreak', value);
    expect(rank([copybreak(4096)]).some((r) => r.setting.startsWith('tcp_dma_copybreak'))).toBe(false);
    const row = rank([copybreak(262_144)]).find((r) => r.setting === 'tcp_dma_copybreak 4096');
    expect(row?.note).toContain('128 KiB');
  });

  it('a target that the largest window cannot hold is said to stall', () => {
    // 131,072 · (1 − 1/2) = 64 KiB of window from 3.4 on.
    const rows = rank([makeFact('sysctl', 'net.ipv4.tcp_rmem', Number.NaN, { text: '4096\t87380\t100000' })]);
    expect(rows.find((r) => r.setting === 'SO_RCVLOWAT 65,536')?.note).toContain('stall');
  });

  it('answers by name in the analysis, also where nothing was offloaded or hardly anything is known', () => {
    const asked = judgeRuns([makeMixedRun('run', GIVEN)], { tool: 't' });
    expect(asked.questions?.map((q) => [q.name, q.told])).toEqual([
      ['Q1', 'answered'],
      ['Q2', 'answered'],
      ['Q3', 'answered'],
    ]);
    const table = new CallTable(new StringTable());
    for (let i = 0; i < 3; i++)
      addCall(table, i * 1e6, { mechanism: 'net-dma', bytes: 0, pinNs: 9000, more: { returnedBytes: Number.NaN } });
    const few = judgeRuns([makeRun('run', { calls: table })], { tool: 't' });
    expect(few.questions).toHaveLength(3);
    expect(few.questions?.some((q) => q.told === 'answered')).toBe(false);
    expect(few.settings?.every((r) => r.basis === 'cannot be known')).toBe(true);
  });
});
