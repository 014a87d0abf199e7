import type { Lane, MechanismId } from './calls.ts';
import type { Severity } from './diagnostics/index.ts';
import type { Phase } from './phases.ts';
import type { SavedRun } from './saved-run.ts';

/**
 * What the verdict stage hands to the reports, and the saved file format (`--format json`). Plain JSON: no NaN (null =
 * unknown), no date, no absolute path, stable key order. Raise SCHEMA_VERSION with every incompatible change and list the
 * change in src/model/README.md.
 */
export const SCHEMA_VERSION = 1;

export type Outcome = 'wins' | 'loses' | 'noDifference' | 'cannotTell';

export interface Effect {
  estimate: number | null;
  low: number | null;
  high: number | null;
  /** 'ns', 'ns/byte', '%', 'bytes', 'count', 'bytes/s', 'points' … */
  unit: string;
  /** 'Hodges-Lehmann, run = unit', 'block bootstrap of calls' … */
  method: string;
  /** 0.95 */
  level: number;
}

/** A place in a capture: the reader can open the file at that line. */
export interface Evidence {
  run: string;
  file: string;
  line: number;
  /** Call number as printed by `recvscope calls` for the same capture, -1 none. */
  call: number;
  text: string;
}

export interface Finding {
  /** Stable id: 'verdict-cpu', 'offload-hardly-taken', … */
  id: string;
  /** 'all calls', '64 KiB – 128 KiB', … */
  stratum: string;
  outcome: Outcome;
  /** verdict: one of the three big ones · answer: answers a question · problem: a cause · note: context */
  role: 'verdict' | 'answer' | 'problem' | 'note';
  title: string;
  /** The sentence to quote on a mailing list, with its numbers. */
  sentence: string;
  effect: Effect | null;
  n: number;
  /** calls, runs, transfers, samples */
  unitOfN: string;
  reasons: string[];
  numbers: { label: string; value: number | null; unit: string }[];
  evidence: Evidence[];
  /** Ids of Exemplar. */
  exemplars: string[];
  warnings: string[];
  nextStep: string;
}

export interface FileSummary {
  file: string;
  format: string;
  variant: string;
  wrapping: string;
  lines: number;
  parsedLines: number;
  commentLines: number;
  unusedLines: number;
  unknownLines: number;
  malformedLines: number;
  events: number;
  samples: number;
  unknownEvents: number;
  lostEvents: number;
  /** Absolute ns on the capture's clock as decimal text (may exceed 2^53); null without clock. */
  firstNs: string | null;
  lastNs: string | null;
}

export interface RunSummary {
  name: string;
  side: 'before' | 'after' | '';
  kernel: string;
  calls: number;
  completeCalls: number;
  /** null: no return value is in the capture. */
  bytes: number | null;
  spanNs: number | null;
  bytesPerSecond: number | null;
  /** Where the throughput figure comes from: 'calls', 'iperf', ''. */
  throughputFrom: string;
  dmaBytes: number | null;
  dmaSharePct: number | null;
  /** Engine counters of the side data, where present: whole run, all channels. */
  counterDmaBytes: number | null;
  counterDmaCopies: number | null;
  files: FileSummary[];
}

export interface PhaseBudget {
  phase: Phase;
  title: string;
  totalNs: number;
  sharePct: number;
  /** What is known to be in it, of all complete calls; the rest of the phase is what its title says first. */
  parts?: { title: string; totalNs: number; sharePct: number }[];
}

export interface SizeClassRow {
  side: 'before' | 'after' | '';
  label: string;
  lowBytes: number;
  highBytes: number;
  mechanism: MechanismId;
  calls: number;
  bytes: number;
  medianNs: number | null;
  p95Ns: number | null;
  medianCpuNs: number | null;
  budget: PhaseBudget[];
  /** pin + submit + wait + unpin. */
  costNs: number | null;
  /** CPU copy avoided. */
  savedNs: number | null;
  netNs: Effect | null;
  outcome: Outcome;
  reasons: string[];
}

export interface BalanceSheet {
  scope: string;
  calls: number;
  bytes: number;
  dmaBytes: number;
  lines: { label: string; kind: 'cost' | 'saving' | 'context'; ns: number | null; per: string; note: string }[];
  netNs: Effect | null;
  copyRate: {
    nsPerByte: Effect | null;
    source: 'paired capture' | 'same capture' | 'given by user' | 'unknown';
    n: number;
  };
}

export interface Distribution {
  /** 'latency', 'pin', … */
  metric: string;
  unit: string;
  side: 'before' | 'after' | '';
  stratum: string;
  n: number;
  quantiles: { p: number; value: number; low: number | null; high: number | null }[];
  histogram: { low: number; high: number; count: number }[];
}

export interface BreakEven {
  of: 'call' | 'transfer';
  status: 'crossing' | 'no crossing in the range seen' | 'cannot tell';
  bytes: Effect | null;
  reasons: string[];
  points: { sizeBytes: number; costNs: number; mechanism: MechanismId; call: number }[];
  fits: {
    mechanism: MechanismId;
    interceptNs: number;
    nsPerByte: number;
    fromBytes: number;
    toBytes: number;
    method: string;
  }[];
  references: { label: string; valueNs: number | null; note: string }[];
}

export interface ProfileSummary {
  side: 'before' | 'after' | '';
  run: string;
  file: string;
  event: string;
  totalSamples: number;
  idlePct: number | null;
  enginePct: number | null;
  /** Shares of busy samples (idle and engine set apart). */
  categories: { category: string; samples: number; busyPct: number }[];
  symbols: {
    symbol: string;
    image: string;
    category: string;
    samples: number;
    totalPct: number;
    busyPct: number | null;
  }[];
  notes: string[];
}

export interface CompareRow {
  /** One of the three headline metrics, declared in advance: the verdict of that name is this row. */
  primary?: 'cpu' | 'latency' | 'throughput';
  stratum: string;
  metric: string;
  unit: string;
  before: number | null;
  after: number | null;
  difference: Effect | null;
  differencePct: Effect | null;
  pValue: number | null;
  adjustedP: number | null;
  significant: boolean;
  /** changed · noDifference (equivalent within bound) · cannotTell */
  outcome: 'higher' | 'lower' | 'noDifference' | 'cannotTell';
  /** Is the change good for the user? '' for neutral metrics. */
  direction: 'better' | 'worse' | '';
  nBefore: number;
  nAfter: number;
  unitOfN: string;
  detectablePct: number | null;
}

export interface Comparison {
  unit: 'runs' | 'calls';
  rows: CompareRow[];
  profile: {
    symbol: string;
    category: string;
    beforePct: number | null;
    afterPct: number | null;
    difference: Effect | null;
    significant: boolean;
  }[];
  refusals: string[];
  warnings: string[];
}

export interface WhatIfRow {
  setting: string;
  offloadSharePct: Effect | null;
  cpuNsPerMiB: Effect | null;
  latencyNs: Effect | null;
  sleepsPerMiB: number | null;
  recommended: boolean;
  assumptions: string[];
}

export interface Exemplar {
  id: string;
  role: 'worst' | 'median' | 'typical' | 'fastest';
  side: 'before' | 'after' | '';
  run: string;
  file: string;
  call: number;
  tid: number;
  comm: string;
  mechanism: MechanismId;
  startNs: string | null;
  durationNs: number | null;
  requestedBytes: number | null;
  returnedBytes: number | null;
  firstLine: number;
  lastLine: number;
  phases: { phase: Phase; ns: number | null }[];
  /** Times relative to the call's start, ns. */
  segments: {
    lane: Lane;
    phase: Phase | null;
    startNs: number;
    endNs: number;
    cpu: number;
    line: number;
    label: string;
  }[];
  why: string;
}

export interface DiagnosticSummary {
  name: string;
  severity: Severity;
  origin: string;
  count: number;
  meaning: string;
  advice: string;
  examples: { file: string; line: number; text: string; reason: string }[];
}

export interface Analysis {
  schemaVersion: number;
  kind: 'report' | 'compare' | 'whatif';
  tool: string;
  title: string;
  /** The verdict in one sentence, first line of every output. */
  headline: { sentence: string; outcome: Outcome };
  runs: RunSummary[];
  environment: { key: string; value: string; from: string }[];
  calls: {
    total: number;
    complete: number;
    excluded: { reason: string; count: number }[];
    /** null: no line tells the bytes of any of these calls. */
    byMechanism: { mechanism: MechanismId; calls: number; bytes: number | null; dmaBytes: number | null }[];
    bytes: number | null;
    sampled: boolean;
  };
  /** cpu time per byte, latency per call, throughput: never merged. */
  verdicts: Finding[];
  /** The three questions of the field, then every problem found, most important first. */
  findings: Finding[];
  balance: BalanceSheet[];
  budget: PhaseBudget[];
  sizeClasses: SizeClassRow[];
  breakEven: BreakEven[];
  distributions: Distribution[];
  /** Bytes and their share: null when no line tells the bytes of any call. */
  declines: {
    reason: string;
    title: string;
    knownBy: string;
    calls: number;
    bytes: number | null;
    sharePct: number | null;
  }[];
  wakeups: {
    reason: string;
    count: number;
    useful: number;
    useless: number;
    early: number;
    perCall: number | null;
    perMiB: number | null;
  }[];
  transfers: { bytes: number; count: number }[];
  profiles: ProfileSummary[];
  comparison: Comparison | null;
  whatIf: WhatIfRow[];
  exemplars: Exemplar[];
  notes: string[];
  caveats: string[];
  /** What to record next time: why, and the command. */
  recordNext: { missing: string; why: string; command: string }[];
  diagnostics: DiagnosticSummary[];
  seed: number;
  /** Only in saved files: lets compare and report work again without the captures. */
  saved?: SavedRun[];
}
