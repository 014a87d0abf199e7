import { TaskState } from '../../model/events.ts';
import { Delays } from './delays.ts';
import type { EventRow } from './event-row.ts';

export const Since = { unknown: 0, running: 1, sleeping: 2, woken: 3, preempted: 4 } as const;

/** Account of one thread: what it does now, since when, and the sums so far (meaning: src/model/schedule.ts). */
export class ThreadAccount {
  readonly tid: number;
  comm = -1;
  doing: number = Since.unknown;
  sinceNs = Number.NaN;
  /** Line that began it, and who runs instead. */
  sinceLine = 0;
  instead: ThreadAccount | null = null;
  runNs = 0;
  preemptions = 0;
  preemptedNs = 0;
  sleeps = 0;
  sleepNs = 0;
  wakeups = 0;
  wakeupsAcross = 0;
  wakeLatencies = 0;
  wakeLatencyNs = 0;
  unseenReturns = 0;
  longestNs = -1;
  longestLine = 0;
  longestDoing: number = Since.unknown;
  longestInstead: ThreadAccount | null = null;

  constructor(tid: number) {
    this.tid = tid;
  }
}

/**
 * Times of every thread between lines of the scheduler, receive calls or not. The kernel's order for one wakeup is
 * sched_waking, sched_wakeup, sched_switch; a thread woken before it has left its CPU goes on without a switch.
 */
export class Schedule {
  readonly accounts = new Map<number, ThreadAccount>();
  switches = 0;
  readonly wakeLatency = new Delays();

  /** The row's task is switched out. */
  leave(row: EventRow): void {
    const { tid, comm, arg0: state, at } = row;
    this.switches++;
    if (!(tid > 0)) return;
    const account = this.of(tid);
    if (comm >= 0) account.comm = comm;
    if (account.doing === Since.running) account.runNs += at - account.sinceNs;
    else if (account.doing !== Since.unknown) this.end(account, at);
    const isPreempted = state === TaskState.running;
    if (state === TaskState.dead) {
      begin(account, Since.unknown, at, 0);
      return;
    }
    if (isPreempted) account.preemptions++;
    else account.sleeps++;
    begin(account, isPreempted ? Since.preempted : Since.sleeping, at, row.line);
  }

  /** A switch to `tid`, in place of `leftTid` (NaN unknown). `comm` -1: the line does not name it. */
  enter(tid: number, comm: number, at: number, leftTid: number): void {
    if (!(tid > 0)) return;
    const account = this.of(tid);
    if (comm >= 0) account.comm = comm;
    const left = this.accounts.get(leftTid);
    if (left !== undefined && left !== account && left.doing === Since.preempted && left.sinceNs === at)
      left.instead = account;
    this.end(account, at);
    begin(account, Since.running, at, 0);
  }

  /** `isPrimary` false: the second line of the same wakeup. */
  wake(row: EventRow, isPrimary: boolean): void {
    const { arg0: tid, arg1: target, at } = row;
    const account = this.of(tid);
    if (isPrimary) account.wakeups++;
    if (isPrimary && target >= 0 && row.cpu >= 0 && target !== row.cpu) account.wakeupsAcross++;
    if (account.doing === Since.sleeping) account.sleepNs += at - account.sinceNs;
    else if (account.doing !== Since.unknown) return;
    begin(account, Since.woken, at, row.line);
  }

  /** A line of the thread's own although nothing told that it runs again. */
  resume(tid: number, at: number): void {
    const account = this.accounts.get(tid);
    if (account === undefined || account.doing === Since.running || account.doing === Since.unknown) return;
    this.end(account, at);
    account.unseenReturns++;
    begin(account, Since.running, at, 0);
  }

  /** Lines were lost, or another part of the text begins: what was going on is not known. */
  stop(): void {
    for (const account of this.accounts.values()) begin(account, Since.unknown, Number.NaN, 0);
  }

  private of(tid: number): ThreadAccount {
    let account = this.accounts.get(tid);
    if (account === undefined) {
      account = new ThreadAccount(tid);
      this.accounts.set(tid, account);
    }
    return account;
  }

  /** What it did off the CPU ends here. */
  private end(account: ThreadAccount, at: number): void {
    const ns = at - account.sinceNs;
    if (account.doing === Since.sleeping) account.sleepNs += ns;
    else if (account.doing === Since.preempted) account.preemptedNs += ns;
    else if (account.doing === Since.woken) {
      account.wakeLatencies++;
      account.wakeLatencyNs += ns;
      this.wakeLatency.add(ns);
    } else return;
    if (account.doing === Since.sleeping || !(ns > account.longestNs)) return;
    account.longestNs = ns;
    account.longestLine = account.sinceLine;
    account.longestDoing = account.doing;
    account.longestInstead = account.instead;
  }
}

function begin(account: ThreadAccount, doing: number, at: number, line: number): void {
  account.doing = doing;
  account.sinceNs = at;
  account.sinceLine = line;
  account.instead = null;
}
