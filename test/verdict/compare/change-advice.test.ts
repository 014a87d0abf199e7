import { describe, expect, it } from 'vitest';
import type { CompareRow } from '../../../src/model/analysis/index.ts';
import { adviseChanges } from '../../../src/verdict/summaries/page/change-advice.ts';

describe('where to look when a figure of what arrived became worse', () => {
  const row = (metric: string, direction: CompareRow['direction'], significant = true): CompareRow =>
    ({ metric, direction, significant }) as CompareRow;

  it('one step for each place, the largest change first', () => {
    const rows = [
      row('IPIs per MiB', 'worse'),
      row('segments per MiB at the device', 'worse'),
      row('skbs entered per MiB', 'worse'),
    ];
    const commands = adviseChanges(rows).map(({ command }) => command);
    expect(commands).toHaveLength(2);
    expect(commands[0]).toContain('rps_');
    expect(commands[1]).toContain('ethtool -k');
  });

  it('nothing of what became better, is not proven, or says where nothing is set', () => {
    expect(adviseChanges([row('IPIs per MiB', 'better'), row('IPIs per MiB', 'worse', false)])).toEqual([]);
    expect(adviseChanges([row('softirq time per MiB', 'worse')])).toEqual([]);
  });
});
