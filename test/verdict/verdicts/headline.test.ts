import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/model/analysis/index.ts';
import { CallTable } from '../../../src/model/calls.ts';
import { makeFileReport } from '../../../src/model/diagnostics/accounting.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { compareRuns, judgeRuns } from '../../../src/verdict/index.ts';
import { tidySentence, writeNumber, writePct } from '../../../src/verdict/words.ts';
import { inTurns } from '../in-turns.ts';
import { addCall, type CallShape, makeFact, makeMixedRun, makeRun } from '../make-run.ts';

const MODERN = [makeFact('kernel', 'release', Number.NaN, { text: '6.1.0' })];

function modernRun(shapes: readonly CallShape[]) {
  const table = new CallTable(new StringTable());
  let at = 1000;
  for (const shape of shapes) {
    addCall(table, at, { decline: 'no-offload-in-kernel', ...shape });
    at = table.get('endNs', table.length - 1) + 500;
  }
  return makeRun('modern', { calls: table, facts: MODERN });
}
/** A round: bytes unknown, `mapNs` of its submission maps pages. */
const round = (mapNs: number): CallShape => ({
  mechanism: 'tcp-zerocopy-receive',
  bytes: 0,
  submitNs: mapNs + 1000,
  more: { mapNs, returnedBytes: Number.NaN, cpuCopyBytes: Number.NaN },
});
const repeat = (shape: CallShape, times: number): CallShape[] => Array.from({ length: times }, () => shape);

const answerOf = (findings: readonly Finding[]): string =>
  findings.find((f) => f.id === 'receive-path-cost')?.sentence ?? '';

describe('headline of kernels without NET_DMA', () => {
  it('zero-copy receive: share, rounds without a page, what cannot be told, what is still copied', () => {
    const shapes = [
      ...repeat(round(9000), 12),
      ...repeat(round(0), 3),
      ...repeat({ mechanism: 'plain-copy', bytes: 4096, copyNsPerByte: 1 }, 15),
    ];
    const { headline, findings } = judgeRuns([modernRun(shapes)], { tool: 't' });
    expect(headline.sentence).toBe(
      'Zero-copy receive was used in 15 of 30 whole calls; the bytes it mapped do not all show.',
    );
    const answer = answerOf(findings);
    expect(answer).toContain('Zero-copy receive is used: 15 of 30 whole receive calls (50 %)');
    expect(answer).toContain('3 of the 15 rounds that show page mapping mapped nothing');
    expect(answer).toContain('a round takes 11 µs of CPU, a CPU-copied call 5.1 µs');
    expect(answer).toContain('How many bytes were mapped does not show');
    expect(answer).toContain('Still copied by CPU: 15 calls, 60 KiB where known');
    expect(answer).not.toContain('was not used');
    expect(findings.find((f) => f.id === 'receive-path-cost')?.nextStep).toContain('tcp_zerocopy_receive');
  });

  it('mapped bytes of every round known: quoted with their cost, empty rounds included, and no advice to record them', () => {
    const mapped = (bytes: number): CallShape => ({
      ...round(0),
      submitNs: 8000,
      more: { mapNs: 0, mappedBytes: bytes, returnedBytes: bytes, cpuCopyBytes: 0 },
    });
    const copied: CallShape = { mechanism: 'plain-copy', bytes: 4096, copyNsPerByte: 1 };
    const shapes = [...repeat(mapped(16_384), 9), ...repeat(mapped(0), 3), ...repeat(copied, 15)];
    const { headline, findings, calls, sizeClasses } = judgeRuns([modernRun(shapes)], { tool: 't' });
    expect(headline.sentence).toBe('Zero-copy receive handed over 144 KiB; 15 calls were still copied by the CPU.');
    const answer = answerOf(findings);
    expect(answer).toContain('12 of 27 whole receive calls (44 %); 3 of the 12 rounds');
    // 12 rounds of 9 µs for 9 × 16 KiB.
    expect(answer).toMatch(/144 KiB were handed over without a copy; rounds take 0\.732 \[[^\]]+\] ns/);
    expect(answer).not.toContain('does not show');
    expect(calls.excluded).toEqual([]);
    expect(calls.byMechanism.find((m) => m.mechanism === 'tcp-zerocopy-receive')).toMatchObject({ bytes: 147_456 });
    expect(sizeClasses.map((row) => row.label)).toContain('no bytes');
    expect(findings.find((f) => f.id === 'receive-path-cost')?.nextStep).not.toContain('tcp_zerocopy_receive');
    expect(findings.map((f) => f.id)).not.toContain('small-receive-buffer');
  });

  it('known of the empty rounds only: the bytes of the others are not 0', () => {
    const empty: CallShape = { ...round(0), more: { mapNs: 0, mappedBytes: 0, returnedBytes: 0, cpuCopyBytes: 0 } };
    const { findings } = judgeRuns([modernRun([...repeat(round(9000), 12), ...repeat(empty, 3)])], { tool: 't' });
    expect(answerOf(findings)).toContain('3 of the 15 rounds that show page mapping mapped nothing');
    expect(answerOf(findings)).toContain('How many bytes were mapped does not show');
  });

  it('a function or probe of an older kernel is no sign of a later one', () => {
    const named = (...names: string[]) => {
      const run = modernRun(repeat({ mechanism: 'plain-copy', bytes: 4096, decline: 'not-visible' }, 12));
      run.facts = [];
      run.files = [{ ...makeFileReport('trace.txt', 'ftrace'), eventNames: new Map(names.map((name) => [name, 12])) }];
      return judgeRuns([run], { tool: 't' }).headline.sentence;
    };
    for (const name of ['tcp_rcv_space_adjust', 'probe:tcp_rcv_space_adjust', 'kprobes:sk_data_ready', 'sk_data_ready'])
      expect(named(name), name).not.toContain('Receiving costs');
    for (const name of [
      'tcp:tcp_rcv_space_adjust',
      'sock_recv_length',
      'tcp_recvmsg_locked',
      'simple_copy_to_iter.isra.0',
    ])
      expect(named(name), name).toContain('Receiving costs');
  });

  it('no mapping anywhere in a file: says that it does not show, not that nothing was mapped', () => {
    const { findings } = judgeRuns([modernRun(repeat(round(0), 12))], { tool: 't' });
    expect(answerOf(findings)).toContain('whether a round mapped pages does not show');
  });

  it('what to record next is the other side, whichever this one is', () => {
    const copied: CallShape = { mechanism: 'plain-copy', bytes: 65_536 };
    const modern = judgeRuns([modernRun(repeat(copied, 20))], { tool: 't' }).verdicts[2];
    expect(modern.sentence).toContain('no other capture to compare it with, so what would raise or lower it');
    expect(modern.nextStep).not.toContain('tcp_dma_copybreak');
    const off = modernRun(repeat({ ...copied, decline: 'below-copybreak' }, 20));
    off.facts = [makeFact('kernel', 'release', Number.NaN, { text: '3.10.105' })];
    const verdicts = judgeRuns([off], { tool: 't' }).verdicts;
    expect(verdicts[2].sentence).toContain('no capture with offload to compare it with');
    for (const { nextStep } of verdicts) expect(nextStep).toContain('with offload on');
  });

  it('plain copies: CPU time per byte, share of the copy as the ceiling', () => {
    const shape: CallShape = { mechanism: 'plain-copy', bytes: 65_536, copyNsPerByte: 0.5, otherNs: 32_768 };
    const { headline, findings } = judgeRuns([modernRun(repeat(shape, 20))], { tool: 't' });
    expect(headline.sentence).toBe('Receiving costs 1 ns/byte of the reader’s CPU time; the copy is 50 % of it.');
    const [answer] = findings.filter((f) => f.id === 'receive-path-cost');
    expect(answer.sentence).toContain('20 of 20 whole receive calls seen to copy by CPU, 1 [1, 1] ns');
    expect(answer.sentence).toContain('The copy is 50 % [50, 50] of that CPU time');
  });
});

describe('headline of a comparison', () => {
  it('names what is decided in one sentence of at most 20 words', () => {
    const side = (copyNsPerByte: number, seeds: number[]) =>
      seeds.map((seed) =>
        makeMixedRun(`run${seed}`, { calls: 60, copyNsPerByte, fixedNs: 20_000, submitNsPerByte: 0.4, seed }),
      );
    const [before, after] = inTurns(side(1, [1, 2, 3, 4, 5]), side(1.8, [11, 12, 13, 14, 15]));
    const { headline } = compareRuns(before, after, { tool: 't' });
    expect(headline.sentence).toMatch(/^The change made it worse: \d+ % more CPU time per byte(, [^,]+)*\.$/);
    expect(headline.sentence.split(' ').length).toBeLessThanOrEqual(20);
  });
});

describe('words', () => {
  it('notes of the user are the first caveats', () => {
    const analysis = judgeRuns([modernRun([])], { tool: 't', notes: ['Recorded on a laptop.'] });
    expect(analysis.caveats[0]).toBe('Recorded on a laptop.');
    expect(analysis.notes).not.toContain('Recorded on a laptop.');
  });

  it('what was left out and what counts add up to all calls', () => {
    const cut = { mechanism: 'plain-copy', bytes: 100, more: { state: 1 } } as const;
    const empty = { mechanism: 'none', bytes: 0 } as const;
    const shapes = [cut, empty, ...repeat({ mechanism: 'plain-copy', bytes: 100 }, 9)];
    const { calls, findings } = judgeRuns([modernRun(shapes)], { tool: 't' });
    const left = calls.excluded.reduce((sum, e) => sum + e.count, 0);
    expect(calls.total - left).toBe(9);
    expect(findings.find((f) => f.id === 'receive-path-cost')?.n).toBe(9);
  });

  it('one call, and one kind of minus sign', () => {
    expect(tidySentence('1 calls of 21 calls, -4.3 % [-5, 1], tcp-6 in 0.1 calls')).toBe(
      '1 call of 21 calls, −4.3 % [−5, 1], tcp-6 in 0.1 calls',
    );
    expect([writeNumber(-3.21), writeNumber(-12_345), writePct(-12)]).toEqual(['−3.21', '−12,345', '−12 %']);
  });
});
