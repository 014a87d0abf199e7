import { describe, expect, it } from 'vitest';
import type { CompareRow } from '../../../src/model/analysis/index.ts';
import { findLead, rankChanges } from '../../../src/verdict/compare/why.ts';

const row = (metric: string, before: number, after: number, parts: Partial<CompareRow>): CompareRow =>
  ({
    metric,
    stratum: 'whole run',
    unit: 'ns',
    before,
    after,
    significant: false,
    pValue: 0.5,
    ...parts,
  }) as CompareRow;

const cpu = row('CPU time per byte', 1, 3, { primary: 'cpu', significant: true, pValue: 0.03 });
const segments = row('segments received per MiB', 25, 728, { pValue: 0.029 });
const softirq = row('softirq time per MiB', 400, 1500, { pValue: 0.029 });
const noise = row('sleeps per MiB', 1, 90, { pValue: 0.3 });

describe('the lead to a cause', () => {
  it('is the largest of the rows whose runs lie apart, where an endpoint is decided and the table proves nothing', () => {
    const rows = [cpu, softirq, noise, segments];
    expect(rankChanges(rows)).toEqual([]);
    expect(findLead(rows, [])).toBe(3);
  });

  it('is no row that moved by less than what counts as no difference, however well that is known', () => {
    // live-ab/ab/gro: a window 2.6 % smaller in every run stood above 29 times as many segments.
    const window = row('smallest receive window', 65_160, 63_488, { significant: true, pValue: 0.029 });
    const share = row('segments copied on another CPU', 1, 3, { unit: '%', significant: true, pValue: 0.029 });
    const rows = [cpu, window, share, segments];
    expect(rankChanges(rows)).toEqual([]);
    expect(findLead(rows, [])).toBe(3);
  });

  it('is not named without a decided endpoint, nor where rows hold by themselves', () => {
    expect(findLead([{ ...cpu, significant: false }, segments], [])).toBeNull();
    expect(findLead([cpu, noise], [])).toBeNull();
    const proven = [cpu, { ...segments, significant: true }];
    expect(findLead(proven, rankChanges(proven))).toBeNull();
  });
});
