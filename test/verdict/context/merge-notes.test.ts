import { describe, expect, it } from 'vitest';
import { mergeNotes } from '../../../src/verdict/context/merge-notes.ts';

const woken = (count: number): string => `why is not in this text for ${count} wakeups: up to 3.5 record a function`;

describe('notes of several captures', () => {
  it('are said once, with the span of what differs', () => {
    expect(mergeNotes([woken(229), 'other', woken(185), woken(185)])).toEqual([
      'why is not in this text for 185 to 229 wakeups: up to 3.5 record a function (from capture to capture)',
      'other',
    ]);
  });

  it('alone or alike they stay as they are', () => {
    expect(mergeNotes([woken(5), woken(5)])).toEqual([woken(5)]);
    expect(mergeNotes([])).toEqual([]);
  });

  it('takes its own output: the sides of a comparison', () => {
    const sides = [...mergeNotes([woken(9), woken(3)]), ...mergeNotes([woken(12), woken(12)])];
    expect(mergeNotes(sides)[0]).toContain('for 3 to 12 wakeups');
    expect(mergeNotes(mergeNotes([woken(9), woken(3)]))).toEqual(mergeNotes([woken(9), woken(3)]));
  });
});
