import { describe, expect, it } from 'vitest';
import { CallTable } from '../../../src/model/calls.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { makeContext } from '../../../src/verdict/context/context.ts';
import { boundEngineBytes } from '../../../src/verdict/cost/engine-bytes.ts';
import { measurePinning } from '../../../src/verdict/cost/pinning.ts';
import { weighOffload } from '../../../src/verdict/cost/weigh.ts';
import { judgeRuns } from '../../../src/verdict/index.ts';
import { addCall, makeFact, makeRun } from '../make-run.ts';

const SILENT = { returnedBytes: Number.NaN, cpuCopyBytes: Number.NaN, dmaBytes: Number.NaN };

/** Calls as a function tracer of 2.6.32 shows them: no lengths; 65,536 is what each asked for. */
function silentRun(calls: number, costNs: number, descriptors = Number.NaN) {
  const table = new CallTable(new StringTable());
  table.files.push({ name: 'fn_long.txt', baseNs: 0n });
  for (let i = 0; i < calls; i++)
    addCall(table, i * 1e6, {
      mechanism: 'net-dma',
      bytes: 0,
      requested: 65_536,
      pinNs: 1000,
      unpinNs: 3000,
      waitNs: costNs - 4000,
      more: { ...SILENT, descriptors, dmaCopies: 10 },
    });
  return makeRun('run', { calls: table });
}

describe('engine bytes that no line tells', () => {
  it('are at most the read, a page a transfer, and what the counters moved while the file was recorded', () => {
    const byRead = makeContext([silentRun(10, 100_000)], { tool: 't' });
    expect([...boundEngineBytes(byRead, byRead.paying).dmaBytes]).toEqual(Array(10).fill(65_536));
    const byPage = makeContext([silentRun(10, 100_000, 3)], { tool: 't' });
    expect([...boundEngineBytes(byPage, byPage.paying).dmaBytes]).toEqual(Array(10).fill(3 * 4096));
    const run = silentRun(10, 100_000);
    const counter = (moment: 'before' | 'after', value: number) =>
      makeFact('dma', 'dma0chan0.bytes_transferred', value, { moment, file: `fn_long.side-${moment}.txt` });
    run.facts = [counter('before', 5000), counter('after', 105_000)];
    const context = makeContext([run], { tool: 't' });
    const engine = boundEngineBytes(context, context.paying);
    expect(engine.bounded).toBe(10);
    // 100,000 bytes over ten calls.
    engine.dmaBytes.forEach((bytes) => {
      expect(bytes).toBeCloseTo(10_000, 6);
    });
  });

  it('lose at the upper bound, or say what a copy would have to cost', () => {
    // 400 µs for at most 65,536 bytes: 6.104 ns/byte; at 2 ns/byte it saves at most 131 µs.
    const given = makeContext([silentRun(10, 400_000)], { tool: 't', copyRateNsPerByte: 2 });
    const w = weighOffload(given, given.paying, 'cpu');
    expect(w.outcome).toBe('loses');
    expect(w.netNs.estimate).toBeCloseTo(10 * (65_536 * 2 - 400_000), 3);
    expect(w.bound?.losing).toBe(10);
    const unknown = makeContext([silentRun(10, 400_000)], { tool: 't' });
    const v = weighOffload(unknown, unknown.paying, 'cpu');
    expect(v.outcome).toBe('cannotTell');
    expect(v.bound?.payingRate.estimate).toBeCloseTo(400_000 / 65_536, 6);
    expect(judgeRuns([silentRun(10, 400_000)], { tool: 't' }).headline.sentence).toContain('6.1 ns/byte');
    // An upper bound of the saving can never prove that offload wins.
    const cheap = makeContext([silentRun(10, 10_000)], { tool: 't', copyRateNsPerByte: 2 });
    expect(weighOffload(cheap, cheap.paying, 'cpu').outcome).toBe('cannotTell');
  });

  it('are left out where enough calls tell theirs', () => {
    const run = silentRun(4, 400_000);
    for (let i = 0; i < 8; i++)
      addCall(run.calls, 1e8 + i * 1e6, { mechanism: 'net-dma', bytes: 10_000, waitNs: 50_000, pinNs: 1, unpinNs: 1 });
    const context = makeContext([run], { tool: 't', copyRateNsPerByte: 1 });
    const w = weighOffload(context, context.paying, 'cpu');
    expect([w.calls, w.leftOut, w.engineBytesAreBound]).toEqual([8, 4, false]);
    expect(w.netPerByte.estimate).toBeCloseTo((10_000 - 50_002) / 10_000, 9);
  });
});

describe('pin and unpin', () => {
  it('per page are over the calls whose read length is known, in cycles at the clock of the machine', () => {
    const run = silentRun(10, 100_000);
    // A call of another program, without a length: it must not count per page.
    addCall(run.calls, 2e8, {
      mechanism: 'net-dma',
      bytes: 100,
      requested: Number.NaN,
      pinNs: 999_000,
      unpinNs: 999_000,
      more: { comm: run.calls.strings.intern('other') },
    });
    run.facts = [makeFact('cpu', 'mhz', 2000)];
    const context = makeContext([run], { tool: 't', copyRateNsPerByte: 2 });
    const p = measurePinning(context, context.paying);
    // 64 KiB touch 17 pages at an unknown alignment.
    expect([p.calls, p.callsWithPages, p.pages]).toEqual([11, 10, 170]);
    expect(p.pinNsPerPage).toBeCloseTo(1000 / 17, 9);
    expect(p.unpinNsPerPage).toBeCloseTo(3000 / 17, 9);
    const own = measurePinning(
      context,
      context.paying.where((i) => context.paying.text('comm', i) !== 'other'),
    );
    expect([own.pinCycles, own.unpinCycles]).toEqual([2000, 6000]);
    // 4 µs of pin and unpin: 2,000 bytes at 2 ns/byte, 20,000 at 5 GB/s.
    expect([own.bytesToPay, own.bytesToPayAtReference]).toEqual([2000, 20_000]);
  });
});
