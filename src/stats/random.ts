/** Uniform on [0, 1). Always passed in, so that the same seed gives the same report. */
export type Random = () => number;

/**
 * sfc32 (Chris Doty-Humphrey's PractRand, 2010), started from one integer by splitmix32: passes PractRand to 32 TB,
 * period at least 2^32, about 2^127 on average.
 */
export function makeRandom(seed: number): Random {
  let state = seed | 0;
  const split = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let a = split();
  let b = split();
  let c = split();
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A seed of its own for every named question: adding a question does not change the draws of the others. FNV-1a. */
export function deriveSeed(seed: number, label: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Integer in 0 … below − 1. */
export function randomBelow(random: Random, below: number): number {
  return Math.floor(random() * below);
}
