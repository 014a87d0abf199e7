import type { Random } from '../../stats/index.ts';
import type { Side } from './options.ts';

/**
 * Sides in pairs, which of a pair comes first drawn by lot: what drifts slowly hits both alike, and no rhythm of the machine
 * can keep step with the sides. The first pair begins with a, so that readers of marks take it for the side before.
 */
export function drawOrder(pairs: number, random: Random, isFirst: boolean): Side[] {
  const order: Side[] = [];
  for (let pair = 0; pair < pairs; pair++)
    order.push(...((isFirst && pair === 0) || random() < 0.5 ? (['a', 'b'] as const) : (['b', 'a'] as const)));
  return order;
}
