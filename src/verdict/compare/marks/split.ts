import type { ArrivalTotals } from '../../../model/arrivals/totals.ts';
import type { Run } from '../../../model/capture.ts';
import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';
import { pickCalls } from '../../../model/sockets/pick-calls.ts';
import { NO_SIDE } from '../../../model/timeline-notes.ts';
import { type OwnArrivals, ofDevice, selectOwnArrivals } from '../../arrivals/own.ts';
import { pairStretches } from './pairs.ts';
import { listStretches, type Stretch } from './stretches.ts';

/** Marked runs as two sides: whole ones for the report, and stretches in neighbouring pairs for the comparison. */
export interface MarkedSides {
  names: { before: string; after: string };
  before: Run[];
  after: Run[];
  /** Run k of one list is the neighbour in time of run k of the other. */
  pairs: { before: Run[]; after: Run[] };
  notes: string[];
}

/**
 * Splits runs by their marks. The side that is marked first is BEFORE; more than two sides, or one, is an error. Several
 * marked runs add up: their pairs are one list.
 */
export function splitByMarks(runs: readonly Run[]): MarkedSides {
  const names = nameSides(runs);
  const out: MarkedSides = { names, before: [], after: [], pairs: { before: [], after: [] }, notes: [] };
  for (const run of runs) {
    const { stretches, outside, across } = listStretches(run);
    const pairs = pairStretches(stretches, names.before, names.after);
    const own = selectOwnArrivals(run);
    const side = (name: string): Stretch[] => stretches.filter((stretch) => stretch.side === name);
    out.before.push(pickStretches(run, side(names.before), 'before'));
    out.after.push(pickStretches(run, side(names.after), 'after'));
    for (const pair of pairs) {
      out.pairs.before.push(withArrivals(pickStretches(run, [pair.before], 'before'), own, pair.before));
      out.pairs.after.push(withArrivals(pickStretches(run, [pair.after], 'after'), own, pair.after));
    }
    out.notes.push(
      `${run.name}: ${stretches.length} stretches between marks (${side(names.before).length} of ${names.before}, ${side(names.after).length} of ${names.after}) make ${pairs.length} pairs of neighbours; ${across} calls across a change and ${outside} outside of marks are left out`,
    );
  }
  return out;
}

/** The two sides that the marks of these runs name, in the order of their first marks. */
function nameSides(runs: readonly Run[]): { before: string; after: string } {
  const seen = listSides(runs);
  const [before, after, ...more] = seen;
  if (before !== undefined && after !== undefined && more.length === 0) return { before, after };
  throw new RecvscopeError(
    'marks-not-two-sides',
    ExitCode.usage,
    seen.length === 0
      ? 'no marks of sides are in these captures'
      : `the marks name ${seen.length === 1 ? `one side only (${seen[0]})` : `${seen.length} sides (${seen.join(', ')})`}; a comparison needs two`,
    'mark each change of the setting: echo "recvscope side=A" > /sys/kernel/tracing/trace_marker (tracefs), or printf recvscope:A > /proc/self/comm while perf records task:task_rename',
  );
}

/** True when the captures hold marks of exactly two sides. */
export function hasTwoSides(runs: readonly Run[]): boolean {
  return listSides(runs).length === 2;
}

/** In the order of their first marks. */
function listSides(runs: readonly Run[]): string[] {
  const sides = runs.flatMap((run) => (run.timeline.marks ?? []).map((mark) => mark.side));
  return [...new Set(sides)].filter((side) => side !== NO_SIDE);
}

/** The run with some of its calls only: their numbers stay those of the whole run. */
function pickStretches(run: Run, stretches: readonly Stretch[], side: Run['side']): Run {
  const calls = pickCalls(
    run.calls,
    stretches.flatMap((stretch) => stretch.rows),
  );
  const spans = stretches.map((stretch) => spanOf(run, stretch));
  const netRxNs = stretches.reduce((sum, stretch) => sum + stretch.netRxNs, 0);
  const { timeline } = run;
  const hasSoftirq = timeline.evidence.hasSoftirq && !Number.isNaN(netRxNs);
  return {
    ...run,
    side,
    calls,
    spanNs: spans.reduce((sum, span) => sum + span, 0),
    timeline: {
      ...timeline,
      evidence: { ...timeline.evidence, hasSoftirq },
      totals: { ...timeline.totals, softirqNetRxNs: netRxNs },
      arrivals: undefined,
    },
    // Its rows and sums are those of the whole run: what arrived under one setting they do not tell.
    arrivals: undefined,
  };
}

/** One stretch with its segments and softirq time, which the marks tell apart; nothing else of what arrived is. */
function withArrivals(part: Run, own: OwnArrivals | null, { arrived, netRxNs }: Stretch): Run {
  if (own === null) return part;
  const arrivals: ArrivalTotals = {
    segments: ofDevice(own, arrived).map((each) => ({ ...each, cpu: -1 })),
    softirqs: Number.isNaN(netRxNs)
      ? []
      : [{ cpu: -1, vector: 'NET_RX', runs: 0, ns: netRxNs, ksoftirqdRuns: 0, ksoftirqdNs: 0 }],
    queues: [],
    flows: [],
    shapes: [],
    polls: [],
    busyPollNs: 0,
    drops: [],
    refused: [],
    trouble: [],
    deviceNs: [],
    irqs: [],
    raiseDelay: null,
    ipis: [],
    rows: { seen: 0, kept: 0 },
  };
  return { ...part, timeline: { ...part.timeline, arrivals } };
}

function spanOf({ calls }: Run, { rows }: Stretch): number {
  const ends = rows.map((row) => calls.get('endNs', row)).filter((end) => !Number.isNaN(end));
  return ends.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - calls.get('startNs', rows[0]);
}
