import * as v from 'valibot';
import { type Analysis, COMPARE_REASONS } from '../analysis/index.ts';
import { LANES, MECHANISM_IDS } from '../calls.ts';
import { PHASES } from '../phases.ts';
import { savedRun } from './run.ts';
import { count, decimal, flag, list, number, share, text, unknownCount, unknownNumber } from './values.ts';

/** The saved file format as a check. Field by field what src/model/analysis.ts declares; other fields are dropped. */
const SIDES = v.picklist(['before', 'after', '']);
const OUTCOMES = v.picklist(['wins', 'loses', 'noDifference', 'cannotTell']);
const phase = v.picklist(PHASES);
const mechanism = v.picklist(MECHANISM_IDS);

const effect = v.object({
  estimate: unknownNumber,
  low: unknownNumber,
  high: unknownNumber,
  unit: text,
  method: text,
  level: share,
});
const effectOrNull = v.nullable(effect);

const lens = v.object({
  id: text,
  title: text,
  sentences: list(text),
  tables: list(
    v.object({
      caption: text,
      columns: list(v.object({ title: text, unit: text }), 100),
      rows: list(list(v.union([text, number, v.null()]), 100)),
    }),
  ),
});

const scope = v.object({
  asked: text,
  judged: text,
  sentence: text,
  receivers: list(
    v.object({
      run: text,
      side: SIDES,
      name: text,
      protocol: v.picklist(['TCP', 'UDP']),
      threads: count,
      sockets: count,
      socket: text,
      calls: count,
      bytes: unknownCount,
      bytesFrom: v.picklist(['calls', 'tcp_probe', '']),
      timeSharePct: unknownNumber,
      spanNs: unknownNumber,
      isJudged: flag,
    }),
  ),
  unlisted: v.optional(count),
  leftOut: list(v.object({ kind: text, calls: count, bytes: count })),
  isUnlike: flag,
});

const finding = v.object({
  id: text,
  stratum: text,
  outcome: OUTCOMES,
  role: v.picklist(['verdict', 'answer', 'problem', 'note']),
  title: text,
  sentence: text,
  effect: effectOrNull,
  n: count,
  unitOfN: text,
  reasons: list(text),
  numbers: list(v.object({ label: text, value: unknownNumber, unit: text })),
  evidence: list(v.object({ run: text, file: text, line: number, call: number, text })),
  exemplars: list(text),
  warnings: list(text),
  nextStep: text,
  told: v.optional(v.picklist(['answered', 'bounded', 'open'])),
  lossSharePct: v.optional(number),
});

const file = v.object({
  file: text,
  format: text,
  variant: text,
  wrapping: text,
  lines: count,
  parsedLines: count,
  commentLines: count,
  unusedLines: count,
  unknownLines: count,
  malformedLines: count,
  events: count,
  samples: count,
  unknownEvents: count,
  lostEvents: count,
  firstNs: v.nullable(decimal),
  lastNs: v.nullable(decimal),
});

const unknownText = v.nullable(text);
const identity = v.object({
  captureId: unknownText,
  host: unknownText,
  bootId: unknownText,
  kernel: unknownText,
  cpuModel: unknownText,
  nic: unknownText,
  driver: unknownText,
  tracer: unknownText,
  clock: unknownText,
  startedAt: unknownText,
  labels: v.record(text, text),
});

const answer = v.object({
  why: list(text),
  actions: list(v.object({ text, command: text })),
  facts: list(v.object({ label: text, effect, note: text })),
  trust: list(v.object({ text, about: v.picklist(['runs', 'identity', 'loss', 'probes', 'emulation']) })),
});

const overview = v.object({
  side: SIDES,
  stretches: list(
    v.object({
      run: text,
      file: text,
      startNs: decimal,
      bucketNs: number,
      calls: count,
      tracks: list(v.object({ id: text, title: text, unit: text, values: list(unknownNumber) })),
      slowest: list(v.nullable(v.object({ call: count, durationNs: number, line: number }))),
    }),
  ),
});

const sideBudget = v.object({
  side: SIDES,
  mechanism: v.picklist([...MECHANISM_IDS, 'all']),
  calls: count,
  bytes: unknownNumber,
  phases: list(v.object({ phase, title: text, totalNs: number, sharePct: number })),
});

const run = v.object({
  name: text,
  side: SIDES,
  kernel: text,
  kernelKnownBy: v.optional(text),
  calls: count,
  completeCalls: count,
  bytes: unknownCount,
  spanNs: unknownNumber,
  bytesPerSecond: unknownNumber,
  throughputFrom: text,
  dmaBytes: unknownCount,
  dmaSharePct: unknownNumber,
  counterDmaBytes: unknownNumber,
  counterDmaCopies: unknownNumber,
  files: list(file),
  identity: v.optional(identity),
});

const part = v.object({ title: text, totalNs: number, sharePct: number });
const budget = list(v.object({ phase, title: text, totalNs: number, sharePct: number, parts: v.optional(list(part)) }));

const sizeClass = v.object({
  side: SIDES,
  label: text,
  lowBytes: number,
  highBytes: number,
  mechanism,
  calls: count,
  bytes: number,
  medianNs: unknownNumber,
  p95Ns: unknownNumber,
  medianCpuNs: unknownNumber,
  budget,
  costNs: unknownNumber,
  savedNs: unknownNumber,
  netNs: effectOrNull,
  outcome: OUTCOMES,
  reasons: list(text),
});

const balance = v.object({
  scope: text,
  calls: count,
  bytes: number,
  dmaBytes: number,
  lines: list(
    v.object({
      label: text,
      kind: v.picklist(['cost', 'saving', 'context']),
      ns: unknownNumber,
      per: text,
      note: text,
    }),
  ),
  netNs: effectOrNull,
  copyRate: v.object({
    nsPerByte: effectOrNull,
    source: v.picklist(['paired capture', 'same capture', 'given by user', 'unknown']),
    n: count,
  }),
});

const distribution = v.object({
  metric: text,
  unit: text,
  side: SIDES,
  stratum: text,
  n: count,
  quantiles: list(v.object({ p: share, value: number, low: unknownNumber, high: unknownNumber })),
  histogram: list(v.object({ low: number, high: number, count })),
});

const breakEven = v.object({
  of: v.picklist(['call', 'transfer']),
  status: v.picklist(['crossing', 'no crossing in the range seen', 'cannot tell']),
  bytes: effectOrNull,
  reasons: list(text),
  points: list(v.object({ sizeBytes: number, costNs: number, mechanism, call: number }), 2_000_000),
  fits: list(
    v.object({
      mechanism,
      interceptNs: number,
      nsPerByte: number,
      fromBytes: number,
      toBytes: number,
      method: text,
    }),
  ),
  references: list(v.object({ label: text, valueNs: unknownNumber, note: text })),
});

const profile = v.object({
  side: SIDES,
  run: text,
  file: text,
  event: text,
  totalSamples: count,
  idlePct: unknownNumber,
  enginePct: unknownNumber,
  categories: list(v.object({ category: text, samples: number, busyPct: number })),
  symbols: list(
    v.object({
      symbol: text,
      image: text,
      category: text,
      samples: number,
      totalPct: number,
      busyPct: unknownNumber,
    }),
  ),
  notes: list(text),
});

const compareRow = v.object({
  primary: v.optional(v.picklist(['cpu', 'latency', 'throughput'])),
  reasons: v.optional(list(v.object({ code: v.picklist(COMPARE_REASONS), words: text }))),
  suggests: v.optional(v.picklist(['better', 'worse', 'higher', 'lower'])),
  parts: v.optional(list(v.object({ title: text, unit: text, before: unknownNumber, after: unknownNumber }))),
  stratum: text,
  metric: text,
  unit: text,
  before: unknownNumber,
  after: unknownNumber,
  difference: effectOrNull,
  differencePct: effectOrNull,
  pValue: v.nullable(share),
  adjustedP: v.nullable(share),
  significant: flag,
  outcome: v.picklist(['higher', 'lower', 'noDifference', 'cannotTell']),
  direction: v.picklist(['better', 'worse', '']),
  nBefore: count,
  nAfter: count,
  unitOfN: text,
  detectablePct: unknownNumber,
});

const comparison = v.object({
  unit: v.picklist(['runs', 'calls', 'pairs']),
  rows: list(compareRow),
  profile: list(
    v.object({
      symbol: text,
      category: text,
      family: v.optional(text),
      beforePct: unknownNumber,
      afterPct: unknownNumber,
      perMiB: v.optional(v.object({ before: number, after: number })),
      difference: effectOrNull,
      significant: flag,
      outcome: v.optional(v.picklist(['higher', 'lower', 'noDifference', 'cannotTell'])),
      suggests: v.optional(v.picklist(['higher', 'lower'])),
    }),
  ),
  refusals: list(text),
  warnings: list(text),
  why: v.optional(list(number), []),
  lead: v.optional(number),
  isSame: v.optional(flag),
});

const exemplar = v.object({
  id: text,
  role: v.picklist(['worst', 'median', 'typical', 'fastest', 'dominant']),
  side: SIDES,
  run: text,
  file: text,
  call: number,
  tid: number,
  comm: text,
  mechanism,
  startNs: v.nullable(decimal),
  durationNs: unknownNumber,
  requestedBytes: unknownNumber,
  returnedBytes: unknownNumber,
  firstLine: number,
  lastLine: number,
  phases: list(v.object({ phase, ns: unknownNumber })),
  segments: list(
    v.object({
      lane: v.picklist(LANES),
      phase: v.nullable(phase),
      startNs: number,
      endNs: number,
      cpu: number,
      line: number,
      label: text,
    }),
  ),
  why: text,
  dominates: v.optional(v.object({ phase, sharePct: number, calls: count })),
});

const diagnostic = v.object({
  name: text,
  severity: v.picklist(['info', 'doubt', 'loss']),
  origin: text,
  count,
  meaning: text,
  advice: text,
  examples: list(v.object({ file: text, line: number, text, reason: text })),
});

export const analysisSchema = v.object({
  schemaVersion: number,
  kind: v.picklist(['report', 'compare', 'whatif']),
  tool: text,
  title: text,
  headline: v.object({ sentence: text, outcome: OUTCOMES }),
  answer: v.optional(answer),
  runs: list(run),
  environment: list(v.object({ key: text, value: text, from: text })),
  calls: v.object({
    total: count,
    complete: count,
    excluded: list(v.object({ reason: text, count })),
    byMechanism: list(v.object({ mechanism, calls: count, bytes: unknownCount, dmaBytes: unknownCount })),
    bytes: unknownCount,
    sampled: flag,
  }),
  verdicts: list(finding),
  findings: list(finding),
  balance: list(balance),
  budget,
  sideBudgets: v.optional(list(sideBudget)),
  overview: v.optional(list(overview)),
  sizeClasses: list(sizeClass),
  breakEven: list(breakEven),
  distributions: list(distribution),
  declines: list(
    v.object({
      reason: text,
      title: text,
      knownBy: text,
      calls: count,
      bytes: unknownCount,
      sharePct: unknownNumber,
    }),
  ),
  questions: v.optional(
    list(v.object({ name: text, question: text, told: v.picklist(['answered', 'bounded', 'open']), answer: text })),
  ),
  settings: v.optional(
    list(
      v.object({
        setting: text,
        rank: unknownNumber,
        cpuNsPerMiB: effectOrNull,
        basis: v.picklist(['measured', 'predicted', 'cannot be known']),
        offloadSharePct: effectOrNull,
        pagesPinned: unknownNumber,
        note: text,
      }),
    ),
  ),
  clauses: v.optional(
    list(v.object({ clause: text, title: text, holds: count, fails: count, unknown: count, knownBy: text })),
  ),
  wakeups: list(
    v.object({
      reason: text,
      count,
      useful: count,
      useless: count,
      early: count,
      perCall: unknownNumber,
      perMiB: unknownNumber,
    }),
  ),
  transfers: list(v.object({ bytes: number, count })),
  profiles: list(profile),
  comparison: v.nullable(comparison),
  whatIf: list(
    v.object({
      setting: text,
      offloadSharePct: effectOrNull,
      cpuNsPerMiB: effectOrNull,
      latencyNs: effectOrNull,
      sleepsPerMiB: unknownNumber,
      recommended: flag,
      assumptions: list(text),
    }),
  ),
  exemplars: list(exemplar),
  notes: list(text),
  caveats: list(text),
  recordNext: list(v.object({ missing: text, why: text, command: text })),
  diagnostics: list(diagnostic),
  seed: number,
  scope: v.optional(scope),
  lenses: v.optional(list(lens, 100)),
  saved: v.optional(list(savedRun, 10_000)),
});

/** A field that src/model/analysis gains and this file does not know would be lost: the shapes must match, at any depth. */
type Whole<T> = T extends (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [K in keyof T]-?: Whole<Exclude<T[K], undefined>> }
    : T;
type Checked = Whole<Omit<v.InferOutput<typeof analysisSchema>, 'saved'>>;
type Declared = Whole<Omit<Analysis, 'saved'>>;
const IS_COMPLETE: Checked extends Declared ? true : 'a field of Analysis is missing here' = true;
void IS_COMPLETE;
