import { describe, expect, it } from 'vitest';
import { BY_RULE } from '../../../src/verdict/context/wake-reasons.ts';
import { judgeRuns } from '../../../src/verdict/index.ts';
import { emptyNotes, makeFact, makeMixedRun } from '../make-run.ts';

const GIVEN = { calls: 30, seed: 3, copyNsPerByte: 1, fixedNs: 20_000, submitNsPerByte: 0.4 };
function judge(release: string, facts: ReturnType<typeof makeFact>[] = []) {
  const run = makeMixedRun('run', GIVEN);
  run.timeline = {
    ...emptyNotes(),
    wakeReasons: [
      { reason: 'unknown', count: 40, useful: 15, useless: 20, early: 5 },
      { reason: 'segment', count: 10, useful: 10, useless: 0, early: 0 },
    ],
    delack: { episodes: 3, addedNs: 0 },
  };
  run.facts = [makeFact('kernel', 'release', Number.NaN, { text: release }), ...facts];
  return judgeRuns([run], { tool: 't' });
}

describe('reasons of wakeups bounded by the kernel', () => {
  it('3.6 to 4.17: every segment wakes; kept apart from what lines prove', () => {
    for (const release of ['3.10.105', '4.17.0'])
      expect(judge(release).wakeups.map((w) => [w.reason, w.count, w.useless])).toEqual([
        [BY_RULE, 40, 20],
        ['segment', 10, 0],
      ]);
  });

  it('before, after and of an unknown kernel: unknown stays', () => {
    for (const release of ['2.6.32', '3.5.7', '4.18.0', '6.1', ''])
      expect(judge(release).wakeups[0].reason).toBe('unknown');
  });
});

describe('delayed ACKs', () => {
  it('are those that were sent; where a text may not show the ACK the number is a bound', () => {
    const sentence = (addedNs: number): string => {
      const run = makeMixedRun('run', GIVEN);
      run.timeline = { ...emptyNotes(), delack: { episodes: 3, addedNs } };
      return judgeRuns([run], { tool: 't' }).findings.find((f) => f.id === 'delayed-ack')!.sentence;
    };
    expect(sentence(120_000_000)).toContain('timer sent 3 ACKs, held back for 120 ms in all');
    expect(sentence(0)).toContain('timer sent at most 3 ACKs');
  });

  const prequeued = (moment: 'before' | 'after', value: number) =>
    makeFact('netstat', 'TcpExt.TCPPrequeued', value, { moment });
  const reasonsOf = (facts: ReturnType<typeof makeFact>[]) =>
    judge('3.10.105', facts)
      .findings.find((f) => f.id === 'delayed-ack')!
      .reasons.join(' ');

  it('TCPPrequeued is a difference of two snapshots, never the count since boot', () => {
    expect(reasonsOf([prequeued('before', 1000), prequeued('after', 1042)])).toContain('drained its prequeue 42 times');
    expect(reasonsOf([prequeued('after', 1042)])).not.toContain('TCPPrequeued');
    expect(reasonsOf([prequeued('before', 1000), prequeued('after', 1000)])).not.toContain('TCPPrequeued');
  });
});
