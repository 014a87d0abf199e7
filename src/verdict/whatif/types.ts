import type { Interval } from '../intervals.ts';

/** One setting of the what-if table; NaN = as recorded. */
export interface Setting {
  rcvlowat: number;
  copybreak: number;
  buffer: number;
  window: number;
  mtu: number;
}

/** One setting tried on the recorded calls. */
export interface Prediction {
  name: string;
  setting: Setting;
  share: Interval;
  cpu: Interval;
  /** Replicates of the CPU time, paired between settings by number. */
  cpuReplicates: Float64Array;
  blocks: number;
  latency: Interval;
  sleepsPerMiB: number;
  calls: number;
  assumptions: string[];
}

/** Unit costs fitted from the calls of the capture; NaN = not in it. */
export interface UnitCosts {
  /** Share of the bytes of a pinned call that the engine takes (the rest is copied: wake latch, slow path). */
  engineShare: number;
  pinNsPerPage: number;
  unpinNsPerPage: number;
  submitNsPerTransfer: number;
  /** At the end of a call; the engine works on earlier transfers while the call still runs. */
  waitNsPerCall: number;
  copyNsPerByte: number;
  /** Everything else of the reader's CPU time: per call and per byte. */
  otherNsPerCall: number;
  otherNsPerByte: number;
}

export interface CostModel {
  costs: UnitCosts;
  /** The same from resampled blocks of calls: the uncertainty that a prediction inherits. */
  replicates: UnitCosts[];
  transferBytes: number;
  /** Full-segment payload behind `transferBytes`. */
  payloadBytes: number;
  copybreak: number;
  /** SO_RCVLOWAT or MSG_WAITALL target of the capture, 1 when nothing says otherwise. */
  target: number;
  unknown: string[];
}
