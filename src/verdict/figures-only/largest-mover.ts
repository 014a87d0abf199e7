import type { Comparison, Finding } from '../../model/analysis/index.ts';
import { finite, makeFinding } from '../make-finding.ts';
import { writeSigned } from '../words.ts';
import { TOTAL_CPU } from './difference.ts';

export interface Mover {
  /** `system call entry and exit`, `tcp_ack`. */
  name: string;
  category: string;
  beforePct: number;
  afterPct: number;
  points: number;
  /** Samples per MiB received; null where counts or bytes are not known. */
  perMiB: { before: number; after: number } | null;
}

/** Below this a change of a share names nothing worth a headline. */
const SMALLEST_POINTS = 1;

/**
 * By cost of a MiB where every line has it, else by share. The symbol (or the family of renamed functions) whose share of busy samples moved most, whatever it is: a copy that fell
 * because something else grew is not what happened. Shares of one profile add up to 100, so what grew comes before what
 * shrank by as much. null: nothing moved by a point.
 */
export function findLargestMover(comparison: Comparison | null): Mover | null {
  const movers = (comparison?.profile ?? []).flatMap((line): Mover[] => {
    if (line.symbol === '' || /^\((idle|engine)\)$/.test(line.symbol)) return [];
    if (line.beforePct === null || line.afterPct === null) return [];
    return [
      {
        name: line.family ?? line.symbol,
        category: line.category,
        beforePct: line.beforePct,
        afterPct: line.afterPct,
        points: line.afterPct - line.beforePct,
        perMiB: line.perMiB ?? null,
      },
    ];
  });
  const isPriced = movers.every((m) => m.perMiB !== null);
  const change = (m: Mover): number => (isPriced ? m.perMiB!.after - m.perMiB!.before : m.points);
  movers.sort(
    (a, b) => Math.abs(change(b)) - Math.abs(change(a)) || change(b) - change(a) || (a.name < b.name ? -1 : 1),
  );
  return movers.length > 0 && Math.abs(movers[0].points) >= SMALLEST_POINTS ? movers[0] : null;
}

/** What moved most, and what that can not tell. */
export function describeMover(mover: Mover, comparison: Comparison): Finding {
  const rows = comparison.profile.filter((line) => line.symbol !== '' && !/^\(/.test(line.symbol));
  const others = rows
    .map((line) => ({ name: line.family ?? line.symbol, points: (line.afterPct ?? 0) - (line.beforePct ?? 0) }))
    .filter((line) => line.name !== mover.name && Math.abs(line.points) >= 1)
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .slice(0, 3);
  const next = others.map((line) => `${line.name} ${writeSigned(line.points, 'points')}`).join(', ');
  return makeFinding({
    id: 'profile-mover',
    stratum: 'profile',
    role: 'answer',
    outcome: 'cannotTell',
    title: 'What changed most in the profile',
    sentence: `Of busy samples, ${mover.name} went from ${mover.beforePct.toFixed(1)} % to ${mover.afterPct.toFixed(1)} % (${writeSigned(mover.points, 'points')})${next === '' ? '' : `; next: ${next}`}.`,
    n: 2,
    unitOfN: 'profiles',
    reasons: [
      'shares of one profile add up to 100 %: what grew makes all else shrink',
      ...(mover.perMiB === null
        ? ['Nothing can be said per byte or per request: neither is known on both sides.']
        : ['Samples per MiB hold only if the profile covers the transfer whose bytes are known.']),
    ],
    numbers: [
      { label: 'before', value: finite(mover.beforePct), unit: '% of busy samples' },
      { label: 'after', value: finite(mover.afterPct), unit: '% of busy samples' },
      { label: 'change', value: finite(mover.points), unit: 'points' },
      { label: 'before, per MiB', value: finite(mover.perMiB?.before ?? Number.NaN), unit: 'samples' },
      { label: 'after, per MiB', value: finite(mover.perMiB?.after ?? Number.NaN), unit: 'samples' },
    ],
    nextStep: `Profile both at the same rate of requests or bytes and give that rate: ${TOTAL_CPU}.`,
  });
}
