import { isAtLeast } from '../../model/kernel/era.ts';
import type { TimelineNotes } from '../../model/timeline-notes.ts';
import type { Settings } from './settings.ts';

type WakeRow = TimelineNotes['wakeReasons'][number];

/**
 * From 3.6 (tcp_rcv_established calls sk_data_ready even for eaten skbs) to 4.17 (SO_RCVLOWAT does not hold wakeups back)
 * every in-order segment wakes the reader, whatever it waits for: a wakeup that no line explains was a segment's. It is
 * named by that rule, never added to the wakeups that lines prove. Other kernels: 'unknown' stays.
 */
export const BY_RULE = 'segment (rule of 3.6 to 4.17)';

export function boundWakeReasons(rows: readonly WakeRow[], settings: readonly Settings[]): WakeRow[] {
  const holds =
    settings.length > 0 &&
    settings.every(({ era }) => isAtLeast(era, 3, 6) === true && isAtLeast(era, 4, 18) === false);
  return rows.map((row) => (holds && row.reason === 'unknown' ? { ...row, reason: BY_RULE } : row));
}
