import { describe, expect, it } from 'vitest';
import { WakeRules } from '../../../src/timeline/state/wake-rules.ts';

function readBy(...readers: readonly [sock: number, tid: number][]): WakeRules {
  const rules = new WakeRules();
  for (const [sock, tid] of readers) rules.noteReader(sock, tid);
  return rules;
}

describe('only reader of a socket', () => {
  it('is one that shares neither this socket nor one without a name with anybody', () => {
    const rules = readBy([1, 10], [2, 20], [2, 21], [1, 10]);
    expect([rules.isOnlyReader(1, 10), rules.isOnlyReader(1, 11), rules.isOnlyReader(2, 20)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(readBy([1, 10], [-1, 10]).isOnlyReader(1, 10)).toBe(true);
    expect(readBy([1, 10], [-1, 11]).isOnlyReader(1, 10)).toBe(false);
  });

  it('of a socket without a name is the only reader of all', () => {
    expect(readBy([-1, 10], [1, 10]).isOnlyReader(-1, 10)).toBe(true);
    expect(readBy([-1, 10], [1, 11]).isOnlyReader(-1, 10)).toBe(false);
    expect(readBy([-1, 10], [1, 11], [-1, 10]).isOnlyReader(-1, 10)).toBe(false);
  });
});
