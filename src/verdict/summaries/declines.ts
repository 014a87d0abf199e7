import type { Analysis } from '../../model/analysis/index.ts';
import { DECLINE_TITLES, type DeclineReason } from '../../model/mechanism.ts';
import { bytesOf, type CallView } from '../call-view.ts';
import { orZero } from '../derived.ts';

/** Calls that were not offloaded by the clause that refused them, most first. Peeks are in it: they were refused too. */
export function countDeclines(calls: CallView): Analysis['declines'] {
  const groups = new Map<string, { reason: string; knownBy: Map<string, number>; calls: number; bytes: number }>();
  let totalBytes = 0;
  for (let i = 0; i < calls.size; i++) {
    totalBytes += orZero(bytesOf(calls, i));
    const reason = calls.text('declineReason', i);
    if (reason === '' || reason === 'none') continue;
    const group = groups.get(reason) ?? { reason, knownBy: new Map(), calls: 0, bytes: 0 };
    const knownBy = calls.text('declineKnownBy', i);
    group.knownBy.set(knownBy, (group.knownBy.get(knownBy) ?? 0) + 1);
    group.calls++;
    group.bytes += orZero(bytesOf(calls, i));
    groups.set(reason, group);
  }
  return [...groups.values()]
    .sort((a, b) => b.calls - a.calls || (a.reason < b.reason ? -1 : 1))
    .map(({ reason, knownBy, calls: count, bytes }) => ({
      reason,
      title: DECLINE_TITLES[reason as DeclineReason] ?? reason,
      knownBy: [...knownBy.entries()]
        .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
        .map(([name]) => name)
        .filter((n) => n !== '')
        .join(', '),
      calls: count,
      bytes: totalBytes > 0 ? bytes : null,
      sharePct: totalBytes > 0 ? (100 * bytes) / totalBytes : null,
    }));
}
