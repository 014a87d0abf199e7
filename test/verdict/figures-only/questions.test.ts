import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRun } from '../../../src/cli/pipeline.ts';
import { categorizeSymbol } from '../../../src/kernels/categories.ts';
import type { Analysis } from '../../../src/model/analysis/index.ts';
import { readCounters } from '../../../src/verdict/figures-only/counters.ts';
import { partOf } from '../../../src/verdict/figures-only/parts.ts';
import { judgeRuns } from '../../../src/verdict/index.ts';
import { ROOT } from '../../support/source-tree.ts';
import { makeFact, makeProfile, makeRun } from '../make-run.ts';

const OPTIONS = { tool: 'recvscope test', categoryOf: categorizeSymbol };

async function judge(fixture: string): Promise<Analysis> {
  const run = await loadRun(path.join(ROOT, 'fixtures/captures', fixture), {});
  return judgeRuns([run], OPTIONS);
}

function numbersOf(analysis: Analysis, id: string): Map<string, number | null> {
  const finding = analysis.findings.find((f) => f.id === id);
  expect(finding, id).toBeDefined();
  return new Map(finding!.numbers.map(({ label, value }) => [label, value]));
}

const linesOf = (analysis: Analysis, id: string): number[] =>
  [...new Set(analysis.findings.find((f) => f.id === id)?.evidence.map(({ line }) => line))].sort((a, b) => a - b);

describe('the three questions from three sentences and two counters', () => {
  it('each stands by name on the first screen, with the lines of its figures', async () => {
    const analysis = await judge('prose/three-sentences.txt');
    expect(analysis.answer?.why.map((why) => why.slice(0, 3))).toEqual(['Q1,', 'Q2,', 'Q3,']);
    expect(linesOf(analysis, 'answer-bandwidth')).toEqual([1, 2, 3]);
    expect(linesOf(analysis, 'answer-transfers')).toEqual([5, 7]);
    expect(analysis.answer?.why[2]).toContain('lines 5, 7');
    expect(analysis.questions?.map(({ name, told }) => [name, told])).toEqual([
      ['Q1', 'bounded'],
      ['Q2', 'bounded'],
      ['Q3', 'bounded'],
    ]);
  });

  it('Q1: 1 − (33.5/890)/(36.1/930) = 3.0 % and 26.0 % of the copying left the CPU at most', async () => {
    const numbers = numbersOf(await judge('prose/three-sentences.txt'), 'answer-bandwidth');
    expect(numbers.get('copying that left the CPU at most, NET_DMA enabled')).toBeCloseTo(3.03, 2);
    expect(numbers.get('copying that left the CPU at most, NET_DMA enabled, sk_rcvlowat = 200KB')).toBeCloseTo(
      26.02,
      2,
    );
  });

  it('Q3: 131,791,916,307 / 123,205,655 = 1,069.69 bytes beside the 1,070.0 of the rule', async () => {
    const numbers = numbersOf(await judge('prose/three-sentences.txt'), 'answer-transfers');
    expect(numbers.get('mean transfer')).toBeCloseTo(1069.69, 2);
    expect(numbers.get('model for 1448-byte segments')).toBeCloseTo(1070.0, 1);
    expect(numbers.get('CPU copy of the mean transfer at 5 GB/s')).toBeCloseTo(213.9, 1);
  });

  it('Q1 and Q2 with -l 2 MiB and -w 250 KiB on 2.6.32: 513 pages, and a window of 192,000 for a target of 204,800', async () => {
    const analysis = await judge('prose/wrapped-bullets.txt');
    expect(analysis.runs[0].kernel).toBe('2.6.32.2');
    expect(numbersOf(analysis, 'answer-bandwidth').get('pages pinned by a read')).toBe(513);
    // 64 · 1,448 = 92,672 bytes: 22.6 pages.
    expect(numbersOf(analysis, 'answer-bandwidth').get('pages that one full poll of the NIC fills')).toBe(23);
    const q2 = numbersOf(analysis, 'answer-settings');
    expect([q2.get('sk_rcvbuf, at least'), q2.get('sk_rcvbuf, at most')]).toEqual([256_000, 512_000]);
    // 3/4 of 256,000: tcp_adv_win_scale is 2 before 3.4.
    expect(q2.get('window at most, smaller buffer')).toBe(192_000);
    expect(q2.get('target of the set')).toBe(128_000);
    const settings = analysis.findings.find((f) => f.id === 'answer-settings');
    expect(settings?.sentence).toContain('window closes');
    expect(settings?.warnings.join()).toContain('BROKEN');
  });

  it('texts of several experiments in one folder are not set against each other', async () => {
    const analysis = await judge('prose');
    const references = analysis.findings.filter(({ id }) => id === 'classic-figures').map(({ evidence }) => evidence);
    for (const evidence of references) expect(new Set(evidence.map(({ file }) => file)).size).toBe(1);
    expect(analysis.headline.sentence.split(/\s+/).length).toBeLessThanOrEqual(20);
  });

  it('the given MTU makes the segments: 8,948 bytes, 2,810 a transfer; it is in no case’s name', async () => {
    const analysis = await judge('prose-jumbo/pin-share.txt');
    const numbers = numbersOf(analysis, 'answer-transfers');
    expect(numbers.get('model for 8948-byte segments')).toBeCloseTo(2810, 0);
    expect(linesOf(analysis, 'answer-transfers')).toEqual([2]);
    expect(numbersOf(analysis, 'answer-bandwidth').has('copying that left the CPU at most, NET_DMA on')).toBe(true);
  });

  it('a given pin share is in Q1: (11.2/1090) of (41/1180 − 12/1090) are 43.3 %', async () => {
    const numbers = numbersOf(await judge('prose-jumbo/pin-share.txt'), 'answer-bandwidth');
    expect(numbers.get('pin, NET_DMA on')).toBe(11.2);
    expect(numbers.get('work added for copying saved, NET_DMA on')).toBeCloseTo(43.27, 1);
  });

  it('cases with two MTUs keep them in their names, and none is chosen without saying so', async () => {
    const analysis = await judge('prose-jumbo/two-mtus.txt');
    const numbers = numbersOf(analysis, 'answer-bandwidth');
    expect(numbers.has('copying that left the CPU at most, NET_DMA enabled, MTU 1500')).toBe(true);
    expect(numbers.has('copying that left the CPU at most, NET_DMA enabled, MTU 9000')).toBe(true);
    const q3 = analysis.findings.find(({ id }) => id === 'answer-transfers');
    expect(q3?.reasons.join()).toMatch(/1,500, 9,000/);
  });

  it('a sender’s or a modern profile is asked none of them', () => {
    const profile = makeProfile('report.txt', [['rep_movs_alternative', Number.NaN, 40]]);
    const analysis = judgeRuns([makeRun('modern', { profiles: [profile] })], OPTIONS);
    expect(analysis.findings.filter(({ id }) => id.startsWith('answer-'))).toEqual([]);
  });
});

describe('CPU per byte where the idle share is told', () => {
  it('59 % at 941 and 70 % at 905 Mbit/s: 62.7 and 77.3 % of the CPUs per Gbit/s, +23 %', async () => {
    const analysis = await judge('prose/mail-with-idle.txt');
    const verdict = analysis.verdicts.find(({ id }) => id === 'verdict-cpu');
    expect(verdict?.numbers[0].value).toBeCloseTo(23.36, 1);
    expect(verdict?.outcome).toBe('cannotTell');
    expect(verdict?.sentence).toContain('no interval');
    // 5,393,155,140 / 8,812,345 = 612.0: two pieces a segment give 615.4.
    expect(numbersOf(analysis, 'answer-transfers').get('mean transfer')).toBeCloseTo(612, 0);
    expect(analysis.findings.find(({ id }) => id === 'answer-transfers')?.sentence).toContain('two pieces');
  });

  it('is split by part: 5 % pin at 893 Mbit/s are 5.60 points per Gbit/s', async () => {
    const q1 = numbersOf(await judge('prose/headings-with-tables.txt'), 'answer-bandwidth');
    expect(q1.get('pin, NET_DMA on − NET_DMA off')).toBeCloseTo(5.599, 3);
    expect(q1.get('unpin, NET_DMA on − NET_DMA off')).toBeCloseTo(5.599, 3);
    // 20/0.893 − 25/0.936.
    expect(q1.get('copy, NET_DMA on − NET_DMA off')).toBeCloseTo(-4.313, 3);
  });

  it('with the number of CPUs it is in ns: 25 % of 4 CPUs at 1,000 Mbit/s are 8 ns/byte', () => {
    const facts = [
      makeFact('iperf', 'bits_per_second', 1e9, { record: 'iperf#1', file: 'iperf.csv' }),
      makeFact('cpu', 'count', 4),
      makeFact('sysctl', 'net.ipv4.tcp_dma_copybreak', 4096),
    ];
    const rows: [string, number, number][] = [
      ['poll_idle', 7500, 75],
      ['tcp_recvmsg', 1500, 15],
      ['__copy_user_intel', 1000, 10],
    ];
    const run = makeRun('on', { facts, profiles: [makeProfile('opreport.txt', rows)] });
    const told = judgeRuns([run], OPTIONS).answer?.facts.find(({ label }) => label.startsWith('CPU time per byte'));
    expect(told?.effect.estimate).toBeCloseTo(8, 6);
    expect(told?.effect.low).toBeNull();
  });

  it('knows the parts by their functions', () => {
    const part = (name: string) => partOf(name, categorizeSymbol(name), 'busy');
    expect(part('__get_user_pages.part.0')).toBe('pin');
    expect(part('set_page_dirty_lock')).toBe('unpin');
    expect(part('ioat2_tx_submit_unlock')).toBe('submit');
    expect(part('ioat2_is_complete')).toBe('completion wait');
    expect(part('copy_user_generic_string')).toBe('copy');
    expect(part('tcp_v4_rcv')).toBe('softirq and protocol');
    expect(partOf('swdma_thread', 'dma', 'engine')).toBe('engine');
  });
});

describe('engine counters', () => {
  it('engine-never-used: nothing since boot while 812 GB came, the client first and the copybreak second', async () => {
    const analysis = await judge('side-snapshot/pasted/engine-never-used.txt');
    const numbers = numbersOf(analysis, 'engine-never-used');
    expect([
      numbers.get('copies'),
      numbers.get('bytes by the engine'),
      numbers.get('references held (in_use)'),
    ]).toEqual([0, 0, 0]);
    expect(numbers.get('bytes received meanwhile')).toBe(812_399_120_331);
    expect(numbers.get('tcp_dma_copybreak')).toBe(262_144);
    const [first, second] = analysis.findings.find(({ id }) => id === 'engine-never-used')!.reasons;
    expect(first).toContain('CONFIG_NET_DMA');
    expect(second).toContain('262144');
    const commands = analysis.answer!.actions.map(({ command }) => command);
    expect(commands[0]).toContain('zgrep NET_DMA');
    expect(commands[1]).toContain('tcp_dma_copybreak=4096');
    expect(analysis.recordNext.map(({ command }) => command).join()).toContain('dma_pin_iovec_pages');
    expect(analysis.headline.sentence).toContain('812 GB');
  });

  it('a kernel without the option, and a device without receive checksums, are named', async () => {
    const analysis = await judge('side-snapshot/pasted/engine-loaded-without-client.txt');
    const reasons = analysis.findings.find(({ id }) => id === 'engine-never-used')!.reasons;
    expect(reasons[0]).toContain('without CONFIG_NET_DMA');
    expect(reasons.join()).toContain('rx-checksumming off');
  });

  it('share of received bytes by phase: (9,000,000 − 1,000,000) of 32,000,000 bytes are 25 %', () => {
    const at = (phase: string, file: string, key: string, value: number) =>
      makeFact('dma', `dma0chan0.${key}`, value, {
        file: `${phase}.${file}.txt`,
        moment: file === 'side-before' ? 'before' : 'after',
      });
    const facts = [
      at('plain', 'side-before', 'bytes_transferred', 1e6),
      at('plain', 'side-after', 'bytes_transferred', 9e6),
      at('plain', 'side-before', 'memcpy_count', 1000),
      at('plain', 'side-after', 'memcpy_count', 9000),
      makeFact('iperf', 'bytes', 32e6, { file: 'plain.iperf.csv', record: 'iperf#1' }),
    ];
    const counters = readCounters([makeRun('on', { facts })]);
    expect(counters?.shares.map(({ phase, pct }) => [phase, pct])).toEqual([['plain', 25]]);
    expect(counters?.meanBytes).toBe(1000);
  });
});
