import { autocovariances } from './autocorrelation.ts';

/**
 * Block length for the circular block bootstrap of a mean: Politis & White (2004) with the correction of Patton, Politis &
 * White (2009). m̂ = smallest lag after which K = max(5, ⌈√log10 n⌉) autocorrelations stay below 2 √(log10 n / n);
 * M = 2 m̂ (at most ⌈√n⌉ + K); λ = flat-top kernel; G = Σ λ(k/M) |k| R(k); g = Σ λ(k/M) R(k);
 * b = (2 G² / ((4/3) g²))^⅓ n^⅓, at most min(3 √n, n/3) and at least 1. Constant or very short series: 1.
 */
export function chooseBlockLength(values: Float64Array): number {
  const n = values.length;
  if (n < 4) return 1;
  const run = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const maxLag = Math.min(n - 1, Math.ceil(Math.sqrt(n)) + run);
  const covariances = autocovariances(values, maxLag);
  if (!(covariances[0] > 0)) return 1;
  const threshold = 2 * Math.sqrt(Math.log10(n) / n);
  const cut = lastSignificantLag(covariances, threshold, run);
  const bandwidth = Math.min(Math.max(1, 2 * cut), maxLag);
  let sharpness = 0;
  let spectrum = covariances[0];
  for (let k = 1; k <= bandwidth; k++) {
    const weight = flatTop(k / bandwidth);
    sharpness += 2 * weight * k * covariances[k];
    spectrum += 2 * weight * covariances[k];
  }
  const denominator = (4 / 3) * spectrum * spectrum;
  const ceiling = Math.max(1, Math.ceil(Math.min(3 * Math.sqrt(n), n / 3)));
  if (!(denominator > 0)) return ceiling;
  const length = Math.cbrt((2 * sharpness * sharpness) / denominator) * Math.cbrt(n);
  return Math.min(ceiling, Math.max(1, Math.ceil(length)));
}

/** Smallest m̂ such that the next `run` autocorrelations are all insignificant; else the largest significant lag. */
function lastSignificantLag(covariances: Float64Array, threshold: number, run: number): number {
  const maxLag = covariances.length - 1;
  let quiet = 0;
  let last = 0;
  for (let k = 1; k <= maxLag; k++) {
    if (Math.abs(covariances[k] / covariances[0]) < threshold) {
      quiet++;
      if (quiet === run) return k - run;
    } else {
      quiet = 0;
      last = k;
    }
  }
  return last;
}

/** Trapezoid: 1 up to ½, falling to 0 at 1 (Politis & Romano 1995). */
function flatTop(t: number): number {
  return t <= 0.5 ? 1 : Math.max(0, 2 * (1 - t));
}

/** The choice is made on so many values at most: its cost grows with n^1.5. */
const ENOUGH_VALUES = 20_000;

/**
 * Not shorter than n^⅓ (the order that Künsch 1989 and Bühlmann & Künsch 1999 prove right): a short series cannot show the
 * slow part of its own dependence, and Politis & White's choice is then 1. Very long series: chosen on the first 20000
 * values and scaled by n^⅓, as the formula does.
 */
export function safeBlockLength(values: Float64Array): number {
  const shown = values.length > ENOUGH_VALUES ? values.subarray(0, ENOUGH_VALUES) : values;
  const chosen = Math.ceil(chooseBlockLength(shown) * Math.cbrt(values.length / Math.max(1, shown.length)));
  return Math.max(chosen, Math.ceil(Math.cbrt(values.length)));
}
