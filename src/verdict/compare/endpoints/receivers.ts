import type { Selection } from '../../call-view.ts';
import { bytesOf } from '../../call-view.ts';

/** `recvscope:A` is a name that marks a side, not a program. */
const MARK = /^recvscope:/;

/** The program that received most bytes in each run, by name, sorted; '' where names are not known. */
export function findReceivers({ fit }: Selection): string {
  const bytes = fit.runs.map(() => new Map<string, number>());
  for (let i = 0; i < fit.size; i++) {
    const comm = fit.text('comm', i);
    if (comm === '' || MARK.test(comm)) continue;
    const counts = bytes[fit.run[i]];
    // Calls whose bytes are not known count as calls of the program all the same.
    counts.set(comm, (counts.get(comm) ?? 0) + (bytesOf(fit, i) || 1));
  }
  const most = bytes.map((counts) => [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? '');
  return [...new Set(most.filter((comm) => comm !== ''))].sort().join(', ');
}
