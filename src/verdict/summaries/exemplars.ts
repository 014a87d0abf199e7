import type { Exemplar, Finding } from '../../model/analysis/index.ts';
import { PHASE_TITLES, PHASES } from '../../model/phases.ts';
import type { CallView } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { finiteOrNull } from '../intervals.ts';
import { writePct } from '../words.ts';
import { findDominant } from './dominant.ts';

const MAX_SEGMENTS = 400;
const ROLES = ['worst', 'median', 'typical', 'fastest'] as const;

/**
 * Calls worth looking at, of every mechanism that occurs: the slowest, the fastest, the one with the median duration, and
 * a typical one (duration and bytes both closest to their medians). Calls whose segments were kept are preferred.
 */
export function chooseExemplars(context: Context, side: Exemplar['side']): Exemplar[] {
  const out: Exemplar[] = [];
  const mechanisms = new Set<string>();
  for (let i = 0; i < context.fit.size; i++) mechanisms.add(context.fit.mechanism(i));
  for (const mechanism of [...mechanisms].sort()) {
    if (mechanism === 'none') continue;
    const calls = context.fit.where((i) => context.fit.mechanism(i) === mechanism);
    const drawn = calls.where((i) => hasSegments(calls, i));
    out.push(...chooseFrom(drawn.size > 0 ? drawn : calls, calls.size, mechanism, side));
  }
  return addDominant(context.fit, out, side);
}

/** The call that makes most of one of the larger phases, if it is more than a quarter of all calls' time in it. */
function addDominant(fit: CallView, exemplars: Exemplar[], side: Exemplar['side']): Exemplar[] {
  const found = findDominant(fit);
  if (found === null) return exemplars;
  const best = { ...found, share: found.ns / found.totalNs };
  const why = `makes ${writePct(100 * best.share)} of all time of ${PHASE_TITLES[best.phase]} (${fit.size} calls)`;
  const dominates = { phase: best.phase, sharePct: 100 * best.share, calls: fit.size };
  const chosen = { ...describeExemplar(fit, best.i, 'dominant', side, why), dominates };
  // Usually the slowest one: it is shown once, for both reasons.
  const same = exemplars.find((e) => e.id === chosen.id);
  if (same === undefined) return [...exemplars, chosen];
  same.why = `${same.why}; ${why}`;
  same.dominates = dominates;
  return exemplars;
}

/** Room for calls that findings cite, beside the chosen ones. */
const MAX_CITED = 8;

/**
 * The first call that each verdict and problem cites, unless it is an exemplar already: the reader of a finding wants to
 * see that very call.
 */
export function addCitedCalls(
  context: Context,
  findings: readonly Finding[],
  exemplars: Exemplar[],
  side: Exemplar['side'],
): void {
  const { decided } = context.selection;
  let added = 0;
  for (const finding of findings) {
    const first = finding.evidence.find((e) => e.call >= 0);
    if (first === undefined || (finding.role !== 'verdict' && finding.role !== 'problem')) continue;
    if (exemplars.some((x) => x.run === first.run && x.call === first.call)) continue;
    if (added === MAX_CITED) continue;
    const index = findCall(decided, first.run, first.call);
    if (index < 0) continue;
    exemplars.push(describeExemplar(decided, index, 'worst', side, `shows: ${finding.title}`));
    added++;
  }
}

/** The last one of runs that share a name; -1: not among these calls. */
function findCall(view: CallView, run: string, call: number): number {
  for (let i = view.size - 1; i >= 0; i--)
    if (view.callNumber(i) === call && view.runs[view.run[i]].name === run) return i;
  return -1;
}

function hasSegments(view: CallView, i: number): boolean {
  return view.runs[view.run[i]].calls.segmentsByCall.has(view.row[i]);
}

function chooseFrom(calls: CallView, total: number, mechanism: string, side: Exemplar['side']): Exemplar[] {
  const duration = calls.column('durationNs');
  const order = Array.from({ length: calls.size }, (_, i) => i)
    .filter((i) => !Number.isNaN(duration[i]))
    .sort((a, b) => duration[a] - duration[b] || a - b);
  if (order.length === 0) return [];
  const middle = order[(order.length - 1) >> 1];
  const picks: [(typeof ROLES)[number], number, string][] = [
    ['worst', order[order.length - 1], `slowest of ${total} ${mechanism} calls`],
    ['median', middle, `median duration of ${total} ${mechanism} calls`],
    ['typical', findTypical(calls, order), `duration and bytes closest to the medians of ${total} ${mechanism} calls`],
    ['fastest', order[0], `fastest of ${total} ${mechanism} calls`],
  ];
  const seen = new Set<number>();
  const out: Exemplar[] = [];
  for (const [role, i, why] of picks) {
    if (seen.has(i)) continue;
    seen.add(i);
    out.push(describeExemplar(calls, i, role, side, why));
  }
  return out;
}

function findTypical(calls: CallView, order: number[]): number {
  const duration = calls.column('durationNs');
  const bytes = calls.column('returnedBytes');
  const middleNs = duration[order[(order.length - 1) >> 1]];
  const sizes = order
    .map((i) => bytes[i])
    .filter((b) => b > 0)
    .sort((a, b) => a - b);
  const middleBytes = sizes[(sizes.length - 1) >> 1] ?? Number.NaN;
  const distance = (i: number): number =>
    Math.abs(Math.log(duration[i] / middleNs)) + (bytes[i] > 0 ? Math.abs(Math.log(bytes[i] / middleBytes)) : 0);
  return order.reduce((best, i) => (distance(i) < distance(best) ? i : best), order[0]);
}

function describeExemplar(
  calls: CallView,
  i: number,
  role: Exemplar['role'],
  side: Exemplar['side'],
  why: string,
): Exemplar {
  const run = calls.runs[calls.run[i]];
  const row = calls.row[i];
  const at = (name: Parameters<CallView['column']>[0]): number => calls.column(name)[i];
  const source = run.calls.files[at('file')];
  const start = at('startNs');
  const segments = run.calls.segmentsByCall.get(row) ?? [];
  const from = Number.isNaN(start) ? (segments[0]?.startNs ?? 0) : start;
  return {
    id: exemplarId(run.name, calls.callNumber(i), side),
    role,
    side,
    run: run.name,
    file: source?.name ?? '',
    call: calls.callNumber(i),
    tid: at('tid'),
    comm: calls.text('comm', i),
    mechanism: calls.mechanism(i),
    startNs:
      Number.isNaN(start) || source === undefined ? null : (source.baseNs + BigInt(Math.round(start))).toString(),
    durationNs: finiteOrNull(at('durationNs')),
    requestedBytes: finiteOrNull(at('requestedBytes')),
    returnedBytes: finiteOrNull(at('returnedBytes')),
    firstLine: orMinusOne(at('firstLine')),
    lastLine: orMinusOne(at('lastLine')),
    phases: PHASES.map((phase) => ({ phase, ns: finiteOrNull(at(`${phase}Ns`)) })),
    segments: segments.slice(0, MAX_SEGMENTS).map((segment) => ({
      lane: segment.lane,
      phase: segment.phase,
      startNs: segment.startNs - from,
      endNs: segment.endNs - from,
      cpu: segment.cpu,
      line: segment.line,
      label: segment.label,
    })),
    why: segments.length > MAX_SEGMENTS ? `${why}; first ${MAX_SEGMENTS} of ${segments.length} stretches drawn` : why,
  };
}

function exemplarId(run: string, row: number, side: string): string {
  return `${side === '' ? '' : `${side}/`}${run}#${row}`;
}

function orMinusOne(value: number): number {
  return Number.isNaN(value) ? -1 : value;
}
