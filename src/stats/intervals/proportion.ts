import { DEFAULT_LEVEL, type Estimate, unknownEstimate } from '../estimate.ts';
import { normalQuantile } from '../laws/normal.ts';

/**
 * Wilson's score interval of a proportion (1927): (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n). Inside [0, 1]
 * always, sensible at 0 and n. n may be an effective (fractional) number. n = 0: NaN.
 */
export function wilsonInterval(successes: number, n: number, level: number = DEFAULT_LEVEL): Estimate {
  const method = 'proportion, Wilson score interval';
  const source = 'Wilson 1927';
  if (!(n > 0)) return unknownEstimate(0, level, method, source);
  const z = -normalQuantile((1 - level) / 2);
  const p = successes / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  const low = successes === 0 ? 0 : Math.max(0, centre - half);
  const high = successes === n ? 1 : Math.min(1, centre + half);
  return { estimate: p, low, high, level, n, method, source };
}

/**
 * Difference of two independent proportions, after − before: Newcombe's hybrid of two Wilson intervals (1998, method 10):
 * d − √((p2 − l2)² + (u1 − p1)²) … d + √((u2 − p2)² + (p1 − l1)²). Mirrors exactly. An empty side: NaN.
 */
export function proportionDifference(
  successesBefore: number,
  nBefore: number,
  successesAfter: number,
  nAfter: number,
  level: number = DEFAULT_LEVEL,
): Estimate {
  const before = wilsonInterval(successesBefore, nBefore, level);
  const after = wilsonInterval(successesAfter, nAfter, level);
  const estimate = after.estimate - before.estimate;
  return {
    estimate,
    low: estimate - Math.hypot(after.estimate - after.low, before.high - before.estimate),
    high: estimate + Math.hypot(after.high - after.estimate, before.estimate - before.low),
    level,
    n: nBefore + nAfter,
    method: 'difference of proportions, Newcombe hybrid score interval',
    source: 'Newcombe 1998',
  };
}
