import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRun } from '../../../src/cli/pipeline.ts';
import { selectCalls } from '../../../src/verdict/call-view.ts';
import { bytesOfRun } from '../../../src/verdict/compare/endpoints/received-bytes.ts';
import { ROOT } from '../../support/source-tree.ts';

const CAPTURE = path.join(ROOT, 'fixtures/captures/truth/modern-6.18-veth1500/perf.script.txt');

describe('NET_RX softirqs of a run', () => {
  it('are those whose line says NET_RX: not TIMER, not RCU', async () => {
    const { totals, arrivals } = (await loadRun(CAPTURE, {})).timeline;
    const sumOf = (wanted: (vector: string) => boolean): number =>
      (arrivals?.softirqs ?? []).reduce((sum, { vector, ns }) => sum + (wanted(vector) ? ns : 0), 0);
    expect(sumOf((vector) => vector !== 'NET_RX')).toBeGreaterThan(0);
    expect(totals.softirqNetRxNs).toBeCloseTo(
      sumOf((vector) => vector === 'NET_RX'),
      -2,
    );
  });

  it('are over the bytes of the whole run, a warm-up that is left out included', async () => {
    const selection = selectCalls([await loadRun(CAPTURE, {})]);
    const rest = { ...selection, all: selection.all.where((i) => i >= 10), whole: selection.all };
    expect(bytesOfRun(rest, 0).all).toBe(bytesOfRun(selection, 0).all);
    expect(bytesOfRun({ ...rest, whole: undefined }, 0).all).toBeLessThan(bytesOfRun(selection, 0).all);
  });
});
