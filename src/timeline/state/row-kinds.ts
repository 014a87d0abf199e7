import { Kind } from '../../model/events.ts';
import { Family } from './families.ts';

/** Families that exist in process context only. */
export const PROCESS_ONLY = new Uint8Array(32);
for (const family of [Family.call, Family.pin, Family.unpin, Family.sleep, Family.wait, Family.copy, Family.lock])
  PROCESS_ONLY[family] = 1;

/** Rows that are about more than the work of one thread, or about nothing; most are neither. */
export const Row = { work: 0, scheduler: 1, idle: 2, border: 3 } as const;
export const ROW_OF_KIND = new Uint8Array(256);
for (const kind of [Kind.switchOut, Kind.switchIn, Kind.wakeup]) ROW_OF_KIND[kind] = Row.scheduler;
for (const kind of [Kind.marker, Kind.none]) ROW_OF_KIND[kind] = Row.idle;
for (const kind of [Kind.lost, Kind.boundary]) ROW_OF_KIND[kind] = Row.border;
