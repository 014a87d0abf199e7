import type { Run } from '../../model/capture.ts';
import type { FileReport } from '../../model/diagnostics/accounting.ts';
import type { Selection } from '../call-view.ts';
import { listTraces, tracerOf } from '../tracer.ts';

export interface Likeness {
  refusals: string[];
  warnings: string[];
  /** Why times are not compared at all; '' = they are. */
  withholdTimes: string;
  /** But for the events of offload itself, both sides recorded the same ones. */
  sameEvents: boolean;
}

/** Events of offload itself, and of the prequeue that only calls without an engine use: offload off against on shows them. */
const OFFLOAD_EVENT =
  /(^|[_:])(dma|ioat\w*|swdma\w*|idxd|fsl_dma\w*|get_user_pages\w*|tcp_service_net_dma\w*)(_|$)|net_dma|early_copy|prequeue/;
/** An event that makes at least this share of one side's lines costs every call time. */
const HEAVY_SHARE = 0.1;
/** Rarer events may be missing on one side by chance. */
const TRACE_SHARE = 0.01;

/** What makes the two sides unlike, by name; sides are listed as BEFORE and AFTER. */
export function findUnlikeness(
  before: readonly Run[],
  after: readonly Run[],
  selections: { before: Selection; after: Selection },
): Likeness {
  const out: Likeness = { refusals: [], warnings: [], withholdTimes: '', sameEvents: true };
  const refuseTimes = (reason: string): void => {
    out.refusals.push(reason);
    out.withholdTimes ||= reason;
  };
  compareKernels(before, after, out);
  const tracesBefore = tracesOf(selections.before);
  const tracesAfter = tracesOf(selections.after);
  if (tracesBefore.length > 0 && tracesAfter.length > 0) {
    compareClocks(tracesBefore, tracesAfter, out, refuseTimes);
    compareTracers(tracesBefore, tracesAfter, refuseTimes);
    compareEvents(tracesBefore, tracesAfter, out, refuseTimes);
  }
  compareSampling(before, after, out);
  compareLosses(selections, out);
  return out;
}

/** The trace files behind the calls that are compared. */
function tracesOf({ all }: Selection): FileReport[] {
  const traces = listTraces(all.runs);
  const used = new Set<FileReport>();
  for (let i = 0; i < all.size; i++) {
    const file = traces[all.run[i]][all.column('file')[i]];
    if (file !== undefined) used.add(file);
  }
  return [...used];
}

const list = (names: Iterable<string>): string => [...new Set(names)].sort().join(', ') || 'unknown';

function compareKernels(before: readonly Run[], after: readonly Run[], out: Likeness): void {
  const releases = (runs: readonly Run[]): string[] => runs.map((run) => run.era.release).filter((k) => k !== '');
  const b = list(releases(before));
  const a = list(releases(after));
  if (b === 'unknown' || a === 'unknown' || b === a) return;
  out.warnings.push(
    `other kernel: BEFORE ran ${b}, AFTER ${a}; a difference may come from the kernel, not from the setting`,
  );
}

function compareClocks(
  before: FileReport[],
  after: FileReport[],
  out: Likeness,
  refuse: (reason: string) => void,
): void {
  const b = list(before.map((file) => file.clock.kind));
  const a = list(after.map((file) => file.clock.kind));
  if (b !== a) {
    refuse(`other clock: BEFORE has ${b}, AFTER has ${a}; times are not compared, counts and shares are`);
    return;
  }
  if (/ticks/.test(b)) {
    refuse('the clock of both sides counts ticks or lines, not time; times are not compared, counts and shares are');
    return;
  }
  const step = (files: FileReport[]): string => list(files.map((file) => `${file.clock.resolutionNs} ns`));
  if (step(before) !== step(after))
    out.warnings.push(`other clock resolution: BEFORE prints steps of ${step(before)}, AFTER of ${step(after)}`);
}

/** Tracers differ in what they cost each call by far more than what is compared. */
function compareTracers(before: FileReport[], after: FileReport[], refuse: (reason: string) => void): void {
  const b = list(before.map(tracerOf));
  const a = list(after.map(tracerOf));
  if (b !== a)
    refuse(
      `other tracer: BEFORE was recorded with ${b}, AFTER with ${a}; their own cost differs, so times are not compared`,
    );
}

function compareEvents(
  before: FileReport[],
  after: FileReport[],
  out: Likeness,
  refuse: (reason: string) => void,
): void {
  const b = sharesOf(before);
  const a = sharesOf(after);
  const oneSided = (own: Map<string, number>, other: Map<string, number>): [string, number][] =>
    [...own].filter(([name]) => !other.has(name) && !OFFLOAD_EVENT.test(name)).sort(([x], [y]) => (x < y ? -1 : 1));
  const onlyBefore = oneSided(b, a);
  const onlyAfter = oneSided(a, b);
  out.sameEvents = [...onlyBefore, ...onlyAfter].every(([, share]) => share < TRACE_SHARE);
  const heavy = [...onlyBefore, ...onlyAfter].filter(([, share]) => share >= HEAVY_SHARE).map(([name]) => name);
  if (heavy.length > 0)
    refuse(
      `other event set: ${list(heavy)} recorded on one side only and in every tenth line there; times are not compared`,
    );
  else if (onlyBefore.length + onlyAfter.length > 0) {
    const name = (side: [string, number][]): string => (side.length === 0 ? 'none' : shorten(side.map(([n]) => n)));
    out.warnings.push(`other event set: only BEFORE has ${name(onlyBefore)}; only AFTER has ${name(onlyAfter)}`);
  }
}

function shorten(names: string[]): string {
  return names.length <= 6 ? names.join(', ') : `${names.slice(0, 6).join(', ')} and ${names.length - 6} more`;
}

/** Share of the lines by event, without its system: perf prints irq:softirq_entry where ftrace prints softirq_entry. */
function sharesOf(files: FileReport[]): Map<string, number> {
  const shares = new Map<string, number>();
  let total = 0;
  for (const file of files)
    for (const [name, count] of file.eventNames) {
      const bare = name.replace(/^[\w-]+:/, '');
      shares.set(bare, (shares.get(bare) ?? 0) + count);
      total += count;
    }
  for (const [name, count] of shares) shares.set(name, total > 0 ? count / total : 0);
  return shares;
}

function compareSampling(before: readonly Run[], after: readonly Run[], out: Likeness): void {
  const rates = (runs: readonly Run[]): string =>
    list(runs.flatMap((run) => run.profiles.filter((p) => p.sampling !== '').map((p) => `${p.event} ${p.sampling}`)));
  const b = rates(before);
  const a = rates(after);
  if (b === 'unknown' || a === 'unknown' || b === a) return;
  out.refusals.push(
    `other sampling rate: BEFORE ${b}, AFTER ${a}; samples per byte are not compared, shares of samples are`,
  );
}

function compareLosses(selections: { before: Selection; after: Selection }, out: Likeness): void {
  for (const name of ['before', 'after'] as const) {
    const selection = selections[name];
    const lost = selection.excluded.find(({ reason }) => reason.startsWith('events lost'))?.count ?? 0;
    if (lost > selection.all.size / 10)
      out.warnings.push(
        `${name.toUpperCase()}: events were lost inside ${lost} of ${selection.all.size} calls; what is left may be the easier calls`,
      );
  }
}
