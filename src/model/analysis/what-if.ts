import type { Effect } from './effect.ts';

export interface WhatIfRow {
  setting: string;
  offloadSharePct: Effect | null;
  cpuNsPerMiB: Effect | null;
  latencyNs: Effect | null;
  sleepsPerMiB: number | null;
  recommended: boolean;
  assumptions: string[];
}
