import { describe, expect, it } from 'vitest';
import { CallTable } from '../../src/model/calls.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { judgeRuns } from '../../src/verdict/index.ts';
import { addCall, makeFact, makeRun } from './make-run.ts';

const at = (moment: 'before' | 'after', domain: 'dma' | 'netstat', key: string, value: number) =>
  makeFact(domain, key, value, { moment, file: `side-${moment}.txt` });

/** netdma/I-epoll-lowat: 250,000 of 10,000,000 bytes by the engine, none in the 20 recorded calls of 50,000 bytes. */
function judge(engineBytes: number, octets: number | null) {
  const calls = new CallTable(new StringTable());
  for (let i = 0; i < 20; i++) addCall(calls, i, { mechanism: 'plain-copy', bytes: 50_000 });
  const facts = [
    at('before', 'dma', 'dma0chan0.bytes_transferred', 1000),
    at('after', 'dma', 'dma0chan0.bytes_transferred', 1000 + engineBytes),
    at('before', 'dma', 'dma0chan0.memcpy_count', 10),
    at('after', 'dma', 'dma0chan0.memcpy_count', 10 + engineBytes / 1000),
    ...(octets === null
      ? []
      : [at('before', 'netstat', 'IpExt.InOctets', 500), at('after', 'netstat', 'IpExt.InOctets', 500 + octets)]),
  ];
  const analysis = judgeRuns([makeRun('epoll', { calls, facts })], { tool: 'recvscope test' });
  const lens = analysis.lenses?.find(({ id }) => id === 'engine-counters');
  return { headline: analysis.headline.sentence, said: lens?.sentences.join(' ') ?? '' };
}

describe('what the engine copied beside the recorded calls', () => {
  it('is no "not used": the counters rose though no recorded call was offloaded', () => {
    const { headline } = judge(250_000, 10_000_000);
    expect(headline).not.toContain('not used');
    expect(headline).toContain('20 whole receive calls');
    expect(judge(0, 10_000_000).headline).toContain('not used');
  });

  it('is a share of what the machine received between the same snapshots: 2.5 %', () => {
    expect(judge(250_000, 10_000_000).said).toMatch(/\b2\.5 %.*IpExt\.InOctets/);
  });

  it('without that counter only a bound of the recorded bytes: 250,000 of 1,000,000', () => {
    expect(judge(250_000, null).said).toMatch(/at most 25 %/);
  });
});
