/**
 * Two recordings of the same settings differ by more than their calls can show: caches, placement, frequency, a busy
 * neighbour, an emulator. With one run a side nothing in the data tells this drift from a change, so it is allowed for:
 * every value of a run is taken to carry an extra error of this many percent (one standard deviation). The figure is that
 * of repeated recordings (src/stats/CALIBRATION.md). Several runs a side show their drift themselves; there it is not used.
 */
export const DRIFT_PCT = 10;

/** Standard deviation of a value (time, rate, count) by drift alone. */
export function driftOf(value: number, driftPct: number): number {
  return (Math.abs(value) * driftPct) / 100;
}

/** A share p cannot drift past 0 or 1: twice the drift on the logit scale, which is 5 points at 50 % and none at 0. */
export function shareDriftOf(share: number, driftPct: number): number {
  return (share * (1 - share) * 2 * driftPct) / 100;
}

/** Sampling error (with its degrees of freedom) and drift (taken as known) together; Satterthwaite 1946. */
export function addDrift(standardError: number, df: number, drift: number): { standardError: number; df: number } {
  const total = Math.hypot(standardError, drift);
  if (drift === 0 || !(standardError > 0)) return { standardError: total, df: drift > 0 ? 1e6 : df };
  return { standardError: total, df: Math.min(1e6, df * (total / standardError) ** 4) };
}
