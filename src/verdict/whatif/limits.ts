import { isPlainCopy } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import type { Interval } from '../intervals.ts';
import { MIN_CALLS } from '../options.ts';
import type { Setting } from './types.ts';

/** What of a prediction is withheld, and why: words for the assumptions. */
export interface Limits {
  share: string;
  cpu: string;
  latency: string;
  sleeps: string;
}

const SENDER = 'how the sender and the wakeups react is not in the capture: record it with this setting';

/**
 * A prediction off by more than 15 % on recordings that were not used to make the model is none (PREDICTIONS.md): a target
 * changes when the reader is woken and how the sender goes on (CPU time came out a fifth too low, latency by a factor), another
 * MTU changes what the engine leaves to the CPU, and copies made beside offload are dearer than copies alone.
 */
export function findLimits(context: Context, setting: Setting, fromEngineToCpu: boolean): Limits {
  const given = (value: number): boolean => !Number.isNaN(value);
  const none: Limits = { share: '', cpu: '', latency: '', sleeps: '' };
  if (given(setting.mtu)) {
    const mtu = 'another MTU changes what the engine leaves to the CPU, which is not in the capture: record it';
    return { share: mtu, cpu: mtu, latency: mtu, sleeps: mtu };
  }
  const limits = { ...none };
  if (given(setting.rcvlowat)) Object.assign(limits, { cpu: SENDER, latency: SENDER, sleeps: SENDER });
  if (given(setting.buffer)) Object.assign(limits, { latency: SENDER, sleeps: SENDER });
  if (fromEngineToCpu && limits.cpu === '' && !hasCopyPrice(context)) {
    limits.cpu =
      'hardly a call of this capture was copied by the CPU alone: what such a copy costs is not known (give --baseline or --copy-rate)';
    limits.latency ||= limits.cpu;
  }
  return limits;
}

/** Copies of calls without offload, from this capture, a baseline or the user. */
function hasCopyPrice({ copyRate, fit }: Context): boolean {
  if (copyRate.source !== 'same capture') return copyRate.source !== 'unknown';
  return fit.where((i) => isPlainCopy(fit, i)).size >= MIN_CALLS;
}

/** An interval wider than a factor of 4 tells nothing; shares are told in points. */
export function isTooWide({ low, high }: Interval): boolean {
  return high > 4 * Math.max(low, 0);
}
