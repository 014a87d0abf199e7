import { Kind } from '../../model/events.ts';
import type { CaptureTraits } from './traits.ts';

/** What one file shows of the steps; the same object for all its threads, kept up to date by capture/file.ts. */
export interface StepTraits {
  /** Time between two steps is the loop of tcp_recvmsg: no copy, wait, pin or TCP input can hide there. */
  showsLoop: boolean;
  /** Sleeps are in the text, as such or as waiting functions. */
  showsSleep: boolean;
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
    showsSleep: false,
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

/**
 * The loop of the receive function can be told from what it calls when copies, sleeps and TCP input of the backlog are
 * in the text, and no pin or completion wait can hide in it: the kernel has no NET_DMA, or the probes are there, or every
 * step is (a function tracer that shows lock, release, cleanup and freeing has left nothing of the loop out).
 * Sleeping and TCP input happen between release_sock and lock_sock: where both are recorded neither hides in the loop.
 */
function showsLoop(traits: CaptureTraits): boolean {
  const showsLock = traits.hasRelease && traits.saw(Kind.lockBegin);
  const showsBacklog = traits.saw(Kind.segmentBegin) || traits.saw(Kind.backlogBegin);
  if (!traits.saw(Kind.copyBegin) || !(showsSleep(traits) || showsLock) || !showsBacklog) return false;
  if (traits.isAfterNetDma || (traits.saw(Kind.pinBegin) && traits.saw(Kind.unpinBegin))) return true;
  const hasTracer = traits.hasGraph || traits.hasFunctionEntries;
  return hasTracer && showsLock && traits.saw(Kind.ackBegin) && traits.saw(Kind.freeBegin);
}

function showsSleep(traits: CaptureTraits): boolean {
  return traits.saw(Kind.switchOut) || traits.saw(Kind.sleepBegin) || traits.saw(Kind.scheduleBegin);
}

/** Kept up to date while the file is read. */
export function tellSteps(traits: CaptureTraits, steps: StepTraits): void {
  steps.showsLoop = showsLoop(traits);
  steps.showsSleep = showsSleep(traits);
  steps.showsWaitFunction = traits.saw(Kind.waitBegin);
  steps.showsWait = steps.showsWaitFunction || traits.hasDoorbell || traits.isAfterNetDma;
  steps.showsSchedule = traits.saw(Kind.scheduleBegin);
  steps.showsSwitches = traits.saw(Kind.switchOut);
}
