import type { Run } from '../model/capture.ts';

/** What the command line hands to the verdict stage. */
export interface JudgeOptions {
  /** 'recvscope 0.1.0' */
  tool: string;
  /** Seed of every resampling; the same capture and seed give the same bytes. */
  seed?: number;
  /** --copy-rate: cost of a CPU copy, used only where no capture can tell. */
  copyRateNsPerByte?: number;
  /** Captures of the same traffic without offload: the most trusted source of the copy rate. */
  baseline?: readonly Run[];
  /** Whose calls are judged; without it the receiver that got most bytes. */
  scope?: ScopeFilter;
  /** Stretches between marks in neighbouring pairs, in place of whole runs: what is compared (compare --marks). */
  pairs?: { before: readonly Run[]; after: readonly Run[] };
  /** Sentences of the user (--note), first of the caveats. */
  notes?: readonly string[];
  /** Profile category of a symbol (Vocabulary.categoryOf); without it every symbol is 'other'. */
  categoryOf?: (symbol: string) => string;
}

/** What --comm, --pid, --tid, --port and --socket ask for; all that are given must hold. */
export interface ScopeFilter {
  comm?: string;
  pid?: number;
  tid?: number;
  port?: number;
  /** Address of a socket as printed, or one or both ends of its connection: `10.77.0.1:21003`. */
  socket?: string;
}

export interface WhatIfSettings {
  rcvlowat: readonly number[];
  copybreak: readonly number[];
  buffer: readonly number[];
  window: readonly number[];
  mtu: readonly number[];
}

export const DEFAULT_SEED = 20060618;
export const CONFIDENCE_LEVEL = 0.95;
/** A difference whose whole interval lies within this share of the reference counts as "no difference". */
export const EQUIVALENCE_PCT = 5;
/** Below this many calls nothing is claimed about a stratum. */
export const MIN_CALLS = 8;
