import type { ScheduleTotals, ThreadSchedule } from '../model/schedule.ts';
import type { CaptureFile } from './capture/file.ts';
import { Since, type ThreadAccount } from './state/schedule.ts';

/** Threads kept in the notes: those that waited longest for a CPU, and every thread that received. */
const MAX_THREADS = 200;

/** The scheduler's side of the files that stand for a run each; undefined where none printed a switch or a wakeup. */
export function sumSchedule(
  files: readonly CaptureFile[],
  textOf: (id: number) => string,
  receives: (tid: number) => boolean,
): ScheduleTotals | undefined {
  const told = files.filter((file) => file.walk.schedule.accounts.size > 0);
  if (told.length === 0) return undefined;
  const accounts = told.flatMap((file) => [...file.walk.schedule.accounts.values()]);
  accounts.sort((a, b) => waitOf(b) - waitOf(a) || a.tid - b.tid);
  const sum = (value: (account: ThreadAccount) => number): number => accounts.reduce((all, t) => all + value(t), 0);
  // Quantiles of two recordings cannot be put together: those of the one with most wakeups stand.
  const delays = told.map((file) => file.walk.schedule.wakeLatency.summarize()).filter((delay) => delay !== null);
  return {
    threads: accounts
      .filter(({ tid }, rank) => rank < MAX_THREADS || receives(tid))
      .map((account) => describeThread(account, textOf)),
    seen: accounts.length,
    switches: told.reduce((all, file) => all + file.walk.schedule.switches, 0),
    wakeups: sum((t) => t.wakeups),
    wakeupsAcross: sum((t) => t.wakeupsAcross),
    wakeLatency: delays.sort((a, b) => b.count - a.count)[0] ?? null,
  };
}

const waitOf = (thread: ThreadAccount): number => thread.preemptedNs + thread.wakeLatencyNs;

function describeThread(account: ThreadAccount, textOf: (id: number) => string): ThreadSchedule {
  const { tid, runNs, preemptions, preemptedNs, sleeps, sleepNs, wakeups, wakeupsAcross } = account;
  return {
    tid,
    comm: textOf(account.comm),
    runNs,
    preemptions,
    preemptedNs,
    sleeps,
    sleepNs,
    wakeups,
    wakeupsAcross,
    wakeLatencies: account.wakeLatencies,
    wakeLatencyNs: account.wakeLatencyNs,
    unseenReturns: account.unseenReturns,
    longest:
      account.longestNs < 0
        ? null
        : {
            ns: account.longestNs,
            line: account.longestLine,
            kind: account.longestDoing === Since.preempted ? 'preempted' : 'woken',
            instead: account.longestInstead === null ? '' : nameOf(account.longestInstead, textOf),
          },
  };
}

const nameOf = (account: ThreadAccount, textOf: (id: number) => string): string =>
  textOf(account.comm) || `thread ${account.tid}`;
