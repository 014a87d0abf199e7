import type { Analysis, Exemplar } from '../../../src/model/analysis/index.ts';
import { formatCount, formatNs } from '../../format.ts';

/** Calls of a side that are drawn. */
const PER_SIDE = 4;
const OPEN = 3;

export interface ShownCall {
  exemplar: Exemplar;
  /** Why this one: 'slowest plain-copy call'. */
  reason: string;
}

export interface ShownCalls {
  open: ShownCall[];
  folded: ShownCall[];
}

const OFFLOADS = ['net-dma', 'net-dma+copy', 'dsa', 'tcp-zerocopy-receive', 'io-uring-zcrx'];

/** At most four calls a side, each for a reason: slowest, median, one offloaded, the one that dominates or is cited. */
export function chooseShownCalls(analysis: Analysis): ShownCalls {
  const sides = [...new Set(analysis.exemplars.map((e) => e.side))];
  const bySide = sides.map((side) => chooseOfSide(analysis, side));
  const last = bySide.at(-1) ?? [];
  // A comparison opens two of the later side and the median of the earlier one, to look at side by side.
  const isMedian = (call: ShownCall): boolean => call.reason.startsWith('median');
  const isOffloaded = (call: ShownCall): boolean => OFFLOADS.includes(call.exemplar.mechanism);
  const first = bySide.length > 1 ? (bySide[0].find(isMedian) ?? bySide[0][0]) : undefined;
  const second = last.slice(1).find(isOffloaded) ?? last[1];
  const open = [last[0], second, first ?? last.find((call) => call !== last[0] && call !== second)].filter(
    (call): call is ShownCall => call !== undefined,
  );
  const all = bySide.flat();
  return { open: [...new Set(open)].slice(0, OPEN), folded: all.filter((call) => !open.includes(call)) };
}

function chooseOfSide(analysis: Analysis, side: Exemplar['side']): ShownCall[] {
  const of = analysis.exemplars.filter((e) => e.side === side);
  const drawn = of.some((e) => e.segments.length > 0) ? of.filter((e) => e.segments.length > 0) : of;
  const calls = (mechanism: string): number =>
    analysis.sideBudgets?.find((b) => b.side === side && b.mechanism === mechanism)?.calls ?? 0;
  const commonFirst = (a: Exemplar, b: Exemplar): number => calls(b.mechanism) - calls(a.mechanism);
  const slowest = [...drawn].sort((a, b) => (b.durationNs ?? 0) - (a.durationNs ?? 0))[0];
  const ofRole = (role: Exemplar['role']): Exemplar[] => drawn.filter((e) => e.role === role).sort(commonFirst);
  const median = ofRole('median')[0] ?? ofRole('typical')[0];
  const others = [...ofRole('typical'), ...ofRole('median')].filter((e) => e.mechanism !== median?.mechanism);
  const offloaded = others.find((e) => OFFLOADS.includes(e.mechanism)) ?? others[0];
  const dominant = drawn.find((e) => e.dominates !== undefined);
  const cited = drawn.find((e) => e.why.startsWith('shows: '));
  const picks: [Exemplar | undefined, string][] = [
    [slowest, 'slowest'],
    [median, 'median'],
    [offloaded, 'typical'],
    [dominant, 'dominating'],
    [cited, 'cited'],
    [ofRole('fastest')[0], 'fastest'],
  ];
  const seen = new Set<string>();
  const out: ShownCall[] = [];
  for (const [exemplar, role] of picks) {
    if (exemplar === undefined || seen.has(exemplar.id) || out.length === PER_SIDE) continue;
    seen.add(exemplar.id);
    const mechanism = exemplar.mechanism === 'unknown' ? '' : ` ${exemplar.mechanism}`;
    out.push({ exemplar, reason: `${role}${mechanism} call` });
  }
  return out;
}

/** 'run3 #65': the name under which a report speaks of a call. */
export function nameCall(exemplar: Pick<Exemplar, 'run' | 'file' | 'call'>): string {
  return `${exemplar.run} #${formatCount(exemplar.call).text}`;
}

export const anchorOf = (exemplar: Pick<Exemplar, 'id'>): string => `call-${exemplar.id}`;

export function titleCall({ exemplar, reason }: ShownCall): string {
  const side = exemplar.side === '' ? '' : `${exemplar.side}: `;
  return `${side}${reason}, ${nameCall(exemplar)}: ${formatNs(exemplar.durationNs).text}`;
}
