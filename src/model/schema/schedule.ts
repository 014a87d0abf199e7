import * as v from 'valibot';
import { count, list, number, text } from './values.ts';

const MAX_THREADS = 10_000;

/** src/model/schedule.ts */
export const scheduleTotals = v.object({
  threads: list(
    v.object({
      tid: number,
      comm: text,
      runNs: number,
      preemptions: count,
      preemptedNs: number,
      sleeps: count,
      sleepNs: number,
      wakeups: count,
      wakeupsAcross: count,
      wakeLatencies: count,
      wakeLatencyNs: number,
      unseenReturns: count,
      longest: v.nullable(
        v.object({ ns: number, line: number, kind: v.picklist(['preempted', 'woken']), instead: text }),
      ),
    }),
    MAX_THREADS,
  ),
  seen: count,
  switches: count,
  wakeups: count,
  wakeupsAcross: count,
  wakeLatency: v.nullable(v.object({ count, p50Ns: number, p99Ns: number, p999Ns: number, maxNs: number })),
});
