import { makeRandom, type Random } from '../../src/stats/index.ts';

export function normalOf(random: Random): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Spread of hosts and of one host's captures, on the log scale, as real captures have it. */
export const HOST_SIGMA = 0.2;
export const RUN_SIGMA = 0.04;

export interface MadeHost {
  name: string;
  /** Log level of the host itself. */
  level: number;
  /** Log of what the change does to it. */
  effect: number;
  isPlanted: boolean;
}

/** Hosts of which every one changes by `all`, and the first `share` of them by `extra` on top. */
export function makeHosts(
  count: number,
  seed: number,
  change: { all: number; extra: number; share: number },
): MadeHost[] {
  const normal = normalOf(makeRandom(seed));
  return Array.from({ length: count }, (_, i) => {
    const isPlanted = i < Math.round(count * change.share);
    return {
      name: `host${String(i).padStart(5, '0')}`,
      level: HOST_SIGMA * normal(),
      effect: Math.log1p(change.all) + (isPlanted ? Math.log1p(change.extra) : 0),
      isPlanted,
    };
  });
}
