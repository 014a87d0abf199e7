import type { Stretch } from './stretches.ts';

export interface StretchPair {
  before: Stretch;
  after: Stretch;
}

/**
 * Neighbouring stretches of the two sides, each used once, in the order in which they were drawn. Where all pairs would begin
 * with the same side (ABABAB), one stretch in the middle is skipped, so that half of them begin with the other: a steady
 * trend of the machine then cancels between the halves.
 */
export function pairStretches(stretches: readonly Stretch[], before: string, after: string): StretchPair[] {
  const used = stretches.filter(({ side }) => side === before || side === after);
  const plain = pairFrom(used, before);
  const leads = new Set(plain.map(({ leads }) => leads));
  if (leads.size > 1 || plain.length < 4) return plain.map(({ pair }) => pair);
  const half = 2 * Math.ceil(plain.length / 2);
  const turned = [...pairFrom(used.slice(0, half), before), ...pairFrom(used.slice(half + 1), before)];
  return turned.map(({ pair }) => pair);
}

function pairFrom(used: readonly Stretch[], before: string): { pair: StretchPair; leads: string }[] {
  const out: { pair: StretchPair; leads: string }[] = [];
  for (let i = 0; i + 1 < used.length; ) {
    const [first, second] = [used[i], used[i + 1]];
    if (first.side === second.side) {
      i++;
      continue;
    }
    const pair = first.side === before ? { before: first, after: second } : { before: second, after: first };
    out.push({ pair, leads: first.side });
    i += 2;
  }
  return out;
}
