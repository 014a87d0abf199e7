import { PHASE_TITLES, PHASES, type Phase } from '../../model/phases.ts';
import type { CallView } from '../call-view.ts';
import { writeNumber } from '../words.ts';

/** One call that makes this share of a phase that matters explains the sum better than any median. */
const DOMINANT_SHARE = 0.25;
const PHASE_THAT_MATTERS = 0.1;
const FEW_CALLS = 8;

/** A call that holds most of all time of one phase. */
export interface DominantCall {
  i: number;
  phase: Phase;
  ns: number;
  /** Of all calls. */
  totalNs: number;
  calls: number;
}

/** The call that makes most of one of the larger phases, if it is more than a quarter of all calls' time in it. */
export function findDominant(fit: CallView): DominantCall | null {
  const all = fit.sum('durationNs');
  if (fit.size < FEW_CALLS || !(all > 0)) return null;
  let best: DominantCall | null = null;
  for (const phase of PHASES) {
    const totalNs = fit.sum(`${phase}Ns`);
    if (totalNs < PHASE_THAT_MATTERS * all) continue;
    const ns = fit.column(`${phase}Ns`);
    for (let i = 0; i < fit.size; i++)
      if (ns[i] >= DOMINANT_SHARE * totalNs && ns[i] > (best?.ns ?? 0))
        best = { i, phase, ns: ns[i], totalNs, calls: fit.size };
  }
  return best;
}

/** `Call 31 holds 11.1 of 11.1 ms of wake latency (61 calls).` */
export function writeDominant({ ns, totalNs, phase, calls }: DominantCall, call: number): string {
  const [divisor, unit] = UNITS.find(([size]) => totalNs >= size) ?? UNITS[3];
  const title = PHASE_TITLES[phase].replace(/ \(.*/, '');
  return `Call ${call} holds ${writeNumber(ns / divisor)} of ${writeNumber(totalNs / divisor)} ${unit} of ${title} (${calls} calls).`;
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
];
