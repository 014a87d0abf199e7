/**
 * Two recordings of the same settings differ by more than their calls can show: caches, placement, frequency, a busy
 * neighbour, an emulator. Where nothing in the data tells this drift from a change (one run a side; sides recorded one after
 * the other), it is added to the error, metric by metric: the standard deviation of the logarithm between recordings.
 *
 * Each figure is an upper limit: total² − own² over 15 recordings of three settings (12 degrees of freedom), with total² at
 * its one-sided 95 % limit, because the excess itself is known from few recordings. `npm run calibrate` prints both columns
 * (src/stats/CALIBRATION.md, part e); a machine that other work keeps busy may drift more: four runs a side show it.
 */
export const DRIFT_SD = {
  cpu: 0.13,
  copy: 0.23,
  latency: 0.16,
  throughput: 0.21,
  /** Calls, sleeps, wakeups, engine transfers per byte. */
  count: 0.13,
  /** Odds of a share: an assumption, as it was; profiles were not recorded often enough to tell. */
  share: 0.2,
  /** Any other time: that of the phase that drifts most (sleep). */
  other: 0.5,
} as const;
export type DriftKind = keyof typeof DRIFT_SD;

/** On the logarithm; `driftPct` replaces the table (0: none). */
export function driftOf(kind: DriftKind | undefined, driftPct: number | undefined): number {
  return driftPct === undefined ? DRIFT_SD[kind ?? 'other'] : driftPct / 100;
}

/** A share p cannot drift past 0 or 1: the drift of its odds, which is 5 points at 50 % for 20 % of drift and none at 0. */
export function shareDriftOf(share: number, drift: number): number {
  return share * (1 - share) * drift;
}

/** Sampling error (with its degrees of freedom) and drift (taken as known: an upper limit) together; Satterthwaite 1946. */
export function addDrift(standardError: number, df: number, drift: number): { standardError: number; df: number } {
  const total = Math.hypot(standardError, drift);
  if (drift === 0 || !(standardError > 0)) return { standardError: total, df: drift > 0 ? 1e6 : df };
  return { standardError: total, df: Math.min(1e6, df * ((total / standardError) ** 2) ** 2) };
}
