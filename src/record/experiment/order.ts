import type { Random } from '../../stats/index.ts';
import type { Side } from './options.ts';

/**
 * Sides in pairs, two pairs at a time: the first begins with the side drawn by lot, the second with the other one (permuted blocks
 * of ABBA or BAAB). What drifts steadily hits both sides alike, and no rhythm of the machine can keep step with them. The very first
 * pair begins with a, so that readers of marks take it for the side before.
 */
export class PairOrder {
  private readonly random: Random;
  private last: readonly Side[] | null = null;
  private isFirst = true;

  constructor(random: Random) {
    this.random = random;
  }

  next(): readonly Side[] {
    const { last } = this;
    const turned = last === null ? null : [...last].reverse();
    const drawn: readonly Side[] = this.isFirst || this.random() < 0.5 ? ['a', 'b'] : ['b', 'a'];
    this.isFirst = false;
    this.last = turned === null ? drawn : null;
    return turned ?? drawn;
  }
}
