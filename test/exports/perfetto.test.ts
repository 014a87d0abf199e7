import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { blankPerfettoCount, writePerfetto } from '../../src/exports/perfetto/index.ts';
import { ProtoBuffer } from '../../src/exports/perfetto/proto-buffer.ts';
import { type CallRow, CallTable, type Segment } from '../../src/model/calls.ts';
import { identifyCapture } from '../../src/model/identity.ts';
import { PHASE_TITLES } from '../../src/model/phases.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { runCli } from '../support/run-cli.ts';
import { decodePerfetto, slicesOf } from './decode-perfetto.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-perfetto-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const CAPTURES = [
  'fixtures/captures/classic/B-default/run1/trace.txt.gz',
  'fixtures/captures/classic/C-lowat200k/run1/trace.txt.gz',
  'fixtures/captures/ftrace',
  'fixtures/captures/function-graph',
  'fixtures/captures/perf-script',
  'fixtures/captures/trace-cmd',
  'fixtures/captures/truth',
];

function exportCli(capture: string, ...more: string[]): Uint8Array {
  const file = path.join(scratch, 'out.perfetto-trace');
  const { status, stderr } = runCli(['export', capture, '--format', 'perfetto', '-q', '-o', file, ...more]);
  expect(status, stderr).toBe(0);
  return readFileSync(file);
}

function rowsOf(capture: string): Record<string, number | string | null>[] {
  const { stdout } = runCli(['calls', capture, '--format', 'ndjson', '-q']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number | string | null>);
}

const PHASE_COLUMNS: Record<string, string> = Object.fromEntries(
  Object.entries(PHASE_TITLES).map(([phase, title]) => [
    title,
    `${phase.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}_ns`,
  ]),
);

describe('export --format perfetto', () => {
  it.each(CAPTURES)(
    '%s: decodes without a complaint; every timed call is a slice, its phases add up to its columns',
    (capture) => {
      const { events, complaints } = decodePerfetto(exportCli(capture));
      expect(complaints).toEqual([]);
      const slices = slicesOf(events);
      const rows = rowsOf(capture);
      const whole = rows.filter((row) => row.start_ns !== null && row.end_ns !== null);
      const calls = slices.filter((slice) => slice.category === 'receive');
      expect(calls.map((slice) => slice.call).sort((a, b) => a! - b!)).toEqual(whole.map((row) => row.call));
      const phases = new Map<number, Map<string, number>>();
      for (const { category, call, name, atNs, endNs, depth } of slices) {
        if (category !== 'phase') continue;
        expect(depth).toBe(1);
        const sums = phases.get(call!) ?? new Map<string, number>();
        sums.set(name, (sums.get(name) ?? 0) + Number(endNs - atNs));
        phases.set(call!, sums);
      }
      for (const slice of calls) {
        const row = rows[slice.call!];
        expect([Number(slice.atNs), Number(slice.endNs)]).toEqual([row.start_ns, row.end_ns]);
        expect(slice.annotations.first_line).toBe(row.first_line);
        expect(slice.annotations.returned_bytes ?? null).toBe(row.returned_bytes);
      }
      // Where every phase was seen as a stretch of time, the stretches are the columns.
      let compared = 0;
      for (const row of whole) {
        const sums = phases.get(row.call as number);
        if (sums === undefined || row.state !== 'complete') continue;
        const total = [...sums.values()].reduce((a, b) => a + b, 0);
        if (total !== (row.end_ns as number) - (row.start_ns as number)) continue;
        compared++;
        if (row.sleep_ns !== null)
          expect(sums.get(PHASE_TITLES.sleep) ?? 0).toBe(row[PHASE_COLUMNS[PHASE_TITLES.sleep]]);
      }
      expect(compared).toBeGreaterThan(0);
    },
  );

  it('leads an arrow from each wakeup to a later or equal moment of the call it served', () => {
    const { events } = decodePerfetto(exportCli(CAPTURES[0]));
    const ends = new Map<string, typeof events>();
    for (const event of events) for (const flow of event.flows) ends.set(flow, [...(ends.get(flow) ?? []), event]);
    expect(ends.size).toBeGreaterThan(100);
    for (const [source, target, ...more] of ends.values()) {
      expect(more).toEqual([]);
      expect([source.category, target.category]).toEqual(['wakeup', 'phase']);
      expect(source.call).toBe(target.call);
      expect(target.atNs >= source.atNs).toBe(true);
    }
  });

  it('marks calls that the edge of the text cut, and says whose capture it is', () => {
    const { events } = decodePerfetto(exportCli(CAPTURES[0], '--label', 'rollout=new'));
    const cut = rowsOf(CAPTURES[0]).filter((row) => row.start_ns === null || row.end_ns === null);
    const marks = events.filter((event) => event.type === 'instant' && event.category === 'receive');
    expect(marks.length).toBe(cut.filter((row) => row.start_ns !== null || row.end_ns !== null).length);
    const [capture] = events.filter((event) => event.category === 'capture');
    expect(capture.annotations).toMatchObject({ tracer: 'ftrace', 'label rollout': 'new' });
  });

  it('is the same bytes each time', () => {
    expect(Buffer.compare(exportCli(CAPTURES[0]), exportCli(CAPTURES[0]))).toBe(0);
  });

  it('has calls that overlap on one thread, in two files, and without a thread on tracks of their own', () => {
    const { table, segment } = makeTable();
    const add = (row: Partial<CallRow>, segments: Segment[]): void => {
      const at = table.addRow({ file: 0, tid: 7, ...row });
      table.segmentsByCall.set(at, segments);
    };
    add({ startNs: 0, endNs: 100 }, [
      segment('process', 0, 100),
      segment('engine', 10, 300),
      segment('softirq', 20, 40),
    ]);
    add({ startNs: 50, endNs: 150 }, [
      segment('process', 50, 150),
      segment('engine', 60, 70),
      segment('softirq', 30, 50),
    ]);
    add({ startNs: 20, endNs: 30, file: 1 }, []);
    add({ startNs: 20, endNs: 30, tid: -1 }, []);
    add({ startNs: Number.NaN, endNs: Number.NaN }, []);
    const count = blankPerfettoCount();
    const { events, tracks, complaints } = decodePerfetto(
      Buffer.concat([...writePerfetto(table, identifyCapture({ files: [], facts: [] }), count)]),
    );
    expect(complaints).toEqual([]);
    expect(count).toMatchObject({ calls: 4, withoutTime: 1, marked: 0 });
    const receive = slicesOf(events).filter((slice) => slice.category === 'receive');
    expect(new Set(receive.map((slice) => slice.track)).size).toBe(4);
    expect([...tracks.values()].filter((track) => track.tid === 7)).toHaveLength(1);
    expect(
      new Set(
        slicesOf(events)
          .filter((s) => s.category === 'engine')
          .map((s) => s.track),
      ).size,
    ).toBe(2);
    expect(receive.map((slice) => slice.atNs)).toContain(2n ** 61n + 50n);
  });

  it('says so when there is nothing to draw', () => {
    expect(runCli(['export', 'fixtures/captures/opreport', '--format', 'perfetto']).status).toBe(4);
    expect(runCli(['export', CAPTURES[0], CAPTURES[1], '--format', 'perfetto']).status).toBe(2);
  });
});

describe('ProtoBuffer', () => {
  it('writes 64-bit varints as protobuf does', () => {
    const bytesOf = (write: (buffer: ProtoBuffer) => void): string => {
      const buffer = new ProtoBuffer();
      write(buffer);
      return Buffer.from(buffer.take()).toString('hex');
    };
    expect(bytesOf((b) => b.varint(0))).toBe('00');
    expect(bytesOf((b) => b.varint(300))).toBe('ac02');
    expect(bytesOf((b) => b.varint(-11))).toBe('f5ffffffffffffffff01');
    expect(bytesOf((b) => b.varint(2 ** 35))).toBe('808080808001');
    expect(bytesOf((b) => b.varint64(0xffffffff, 0xffffffff))).toBe('ffffffffffffffffff01');
    expect(bytesOf((b) => b.fixed64(47, 258))).toBe('f9020201000000000000');
  });
});

function makeTable(): { table: CallTable; segment: (lane: Segment['lane'], from: number, to: number) => Segment } {
  const table = new CallTable(new StringTable());
  table.files.push({ name: 'a', baseNs: 2n ** 61n }, { name: 'b', baseNs: 5n });
  const segment = (lane: Segment['lane'], startNs: number, endNs: number): Segment => ({
    lane,
    phase: lane === 'process' ? 'copy' : null,
    startNs,
    endNs,
    cpu: 1,
    line: 3,
    label: lane,
  });
  return { table, segment };
}
