import { adjustBenjaminiHochberg, normalTwoSidedP, robustSpread } from '../../stats/index.ts';

/** Of the hosts that are named at most one in a hundred is wrong, on average. */
export const FALSE_SHARE = 0.01;
/** Below it no spread of hosts can be told from the hosts that changed. */
export const MIN_HOSTS = 8;

export interface HostChange {
  unit: string;
  change: number;
  /** Distance from the fleet's shift in robust standard deviations. */
  z: number;
  adjustedP: number;
  changed: boolean;
}

/**
 * Hosts that changed by something else than the rest: distance from the median change, in 1.4826 · MAD of all hosts, normal tails,
 * adjusted over all hosts (Benjamini & Hochberg). A twentieth of changed hosts does not widen the spread they are measured by.
 */
export function findChangedHosts(changes: readonly { unit: string; change: number }[]): {
  hosts: HostChange[];
  sigma: number;
} {
  const { centre, sigma } = robustSpread(Float64Array.from(changes, ({ change }) => change));
  const isJudged = changes.length >= MIN_HOSTS && sigma > 0;
  const z = changes.map(({ change }) => (isJudged ? (change - centre) / sigma : Number.NaN));
  const adjusted = adjustBenjaminiHochberg(
    z.map((value) => (Number.isNaN(value) ? Number.NaN : normalTwoSidedP(value))),
  );
  const hosts = changes.map(({ unit, change }, i) => ({
    unit,
    change,
    z: z[i],
    adjustedP: adjusted[i],
    changed: adjusted[i] <= FALSE_SHARE,
  }));
  return { hosts, sigma: isJudged ? sigma : Number.NaN };
}
