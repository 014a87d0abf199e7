import type { Fact } from '../src/model/environment.ts';

/** Which of two snapshots came first. Filled in by the format readers' facts; see orderMoments. */
export function orderMoments(facts: readonly Fact[]): Fact[] {
  return [...facts];
}
