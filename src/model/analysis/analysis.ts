import type { MechanismId } from '../calls.ts';
import type { SavedRun } from '../saved-run.ts';
import type { Answer } from './answer.ts';
import type { BreakEven } from './break-even.ts';
import type { BalanceSheet, PhaseBudget, SizeClassRow } from './budget.ts';
import type { ClauseRow } from './clause.ts';
import type { Comparison } from './comparison.ts';
import type { Distribution } from './distribution.ts';
import type { Outcome } from './effect.ts';
import type { Exemplar } from './exemplar.ts';
import type { Finding } from './finding.ts';
import type { DiagnosticSummary, RunSummary } from './inputs.ts';
import type { LensReport } from './lens.ts';
import type { OverviewSide } from './overview.ts';
import type { ProfileSummary } from './profile.ts';
import type { QuestionRow, SettingRow } from './question.ts';
import type { Scope } from './scope.ts';
import type { SideBudget } from './side-budget.ts';
import type { WhatIfRow } from './what-if.ts';

/**
 * What the verdict stage hands to the reports, and the saved file format (`--format json`). Plain JSON: no NaN (null =
 * unknown), no date, no absolute path, stable key order. Raise SCHEMA_VERSION with every incompatible change and list the
 * change in src/model/README.md.
 */
export const SCHEMA_VERSION = 1;

export interface Analysis {
  schemaVersion: number;
  kind: 'report' | 'compare' | 'whatif';
  tool: string;
  title: string;
  /** The verdict in one sentence, first line of every output. */
  headline: { sentence: string; outcome: Outcome };
  /** The first screen beside the headline; absent in analyses saved by 0.1.0. */
  answer?: Answer;
  runs: RunSummary[];
  /** What arrived, was dropped, counted; of a comparison AFTER's. Missing in analyses of 0.1. */
  lenses?: LensReport[];
  /** Whose calls these are; of a comparison AFTER's, with the receivers of both sides. Missing in analyses of 0.1. */
  scope?: Scope;
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
  /** The same of both sides and of each mechanism; absent in analyses saved by 0.1.0. */
  sideBudgets?: SideBudget[];
  /** Absent in analyses saved by 0.1.0. */
  overview?: OverviewSide[];
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
  /** The three questions of the field by name, and the settings in the order of what they cost; absent where offload cannot be. */
  questions?: QuestionRow[];
  settings?: SettingRow[];
  /** The predicate of offload operand by operand; absent in analyses saved by 0.1.0. */
  clauses?: ClauseRow[];
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
