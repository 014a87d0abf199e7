import type { CaptureFile } from './file.ts';

/** One clock printed by two tools differs by rounding. */
const SAME_TEXT_NS = 1_000;
const MIN_MATCHES = 8;

/**
 * Two recordings without common calls or switches that saw the same segments: nearly all arrivals and frees of the one, where both
 * recorded, stand in the other at the same time on the same CPU.
 */
export function sharesArrivals(a: CaptureFile, b: CaptureFile, shiftNs: number): boolean {
  const [x, y] = [a.arrivals.moments, b.arrivals.moments];
  if (x.atNs.length === 0) return false;
  const last = x.atNs[x.atNs.length - 1];
  let from = 0;
  let inside = 0;
  let matches = 0;
  for (let j = 0; j < y.atNs.length; j++) {
    const at = y.atNs[j] + shiftNs;
    if (at < x.atNs[0]) continue;
    if (at > last) break;
    inside++;
    while (from < x.atNs.length && x.atNs[from] < at - SAME_TEXT_NS) from++;
    for (let i = from; i < x.atNs.length && x.atNs[i] <= at + SAME_TEXT_NS; i++) {
      if (x.what[i] !== y.what[j]) continue;
      matches++;
      break;
    }
  }
  return matches >= MIN_MATCHES && matches >= 0.8 * inside;
}
