/** What one file shows of the steps; the same object for all its threads, kept up to date by capture-file.ts. */
export interface StepTraits {
  /** Time between two steps is the loop of tcp_recvmsg: no copy, wait, pin or TCP input can hide there. */
  showsLoop: boolean;
  /** The completion wait of NET_DMA can be seen (its function or the doorbell before it). */
  showsWait: boolean;
  showsWaitFunction: boolean;
  /** schedule() and friends are recorded: the rest of a waiting function is CPU work. */
  showsSchedule: boolean;
  showsSwitches: boolean;
  /** Only durations: what a function spent between its children has no place, all of it shows up at its return. */
  isTimeless: boolean;
}

export function makeStepTraits(): StepTraits {
  return {
    showsLoop: false,
    showsWait: false,
    showsWaitFunction: false,
    showsSchedule: false,
    showsSwitches: false,
    isTimeless: false,
  };
}

/** A moment from which the time of one bucket may be moved to another one later. */
export interface TimeMark {
  sinceNs: number;
  total: number;
}
