import type { FileSummary, RunSummary } from '../../model/analysis/index.ts';
import { MECHANISM_IDS, type MechanismId } from '../../model/calls.ts';
import type { Run } from '../../model/capture.ts';
import { identifyCapture } from '../../model/identity.ts';
import { sumCounterDelta } from '../../model/kernel/counters.ts';
import { toNullable } from '../../model/units.ts';
import { probedBytes } from '../arrivals/own.ts';
import { hidesBytes, MSG_PEEK, type Selection } from '../call-view.ts';
import { orZero } from '../derived.ts';
import { finiteOrNull } from '../intervals.ts';
import { nameBenchmark, readBenchmarkRate } from './benchmark.ts';

export function summarizeRun(run: Run, selection: Selection): RunSummary {
  const traffic = measureTraffic(run);
  const said = readBenchmarkRate(run.facts);
  const counterBytes = sumCounterDelta(run.facts, 'dma', '.bytes_transferred');
  const counterCopies = sumCounterDelta(run.facts, 'dma', '.memcpy_count');
  const fromCalls = traffic.spanNs > 0 ? (traffic.bytes * 1e9) / traffic.spanNs : Number.NaN;
  const isSaid = Number.isFinite(said);
  const rate = isSaid ? said : fromCalls;
  return {
    name: run.name,
    side: run.side,
    kernel: run.era.release,
    kernelKnownBy: run.era.reason,
    calls: selection.all.size,
    completeCalls: selection.complete,
    bytes: finiteOrNull(traffic.bytes),
    spanNs: finiteOrNull(traffic.spanNs),
    bytesPerSecond: finiteOrNull(rate),
    throughputFrom: isSaid ? nameBenchmark(run.facts) : Number.isFinite(fromCalls) ? traffic.bytesFrom : '',
    dmaBytes: finiteOrNull(traffic.dmaBytes),
    dmaSharePct: traffic.bytes > 0 ? finiteOrNull((100 * traffic.dmaBytes) / traffic.bytes) : null,
    counterDmaBytes: toNullable(counterBytes),
    counterDmaCopies: toNullable(counterCopies),
    files: run.files.map(summarizeFile),
    identity: identifyCapture(run),
  };
}

const ENGINE = new Set<MechanismId>(['net-dma', 'net-dma+copy', 'dsa']);

export interface Traffic {
  /** NaN when no line tells the bytes of some call. */
  bytes: number;
  bytesFrom: 'calls' | 'tcp_probe' | '';
  /** NaN when the capture cannot show engine transfers. */
  dmaBytes: number;
  spanNs: number;
}

/** Bytes returned by every call that did not peek, from the first start to the last end of each trace file. */
export function measureTraffic(run: Run): Traffic {
  const calls = run.calls;
  const spans = new Map<number, { from: number; to: number }>();
  let bytes = calls.length === 0 ? 0 : Number.NaN;
  let dmaBytes = Number.NaN;
  let offloaded = 0;
  let isHidden = false;
  for (let row = 0; row < calls.length; row++) {
    const flags = calls.get('flags', row);
    const returned = calls.get('returnedBytes', row);
    isHidden ||= hidesBytes(calls, row);
    if (!Number.isNaN(returned) && !(flags & MSG_PEEK)) bytes = orZero(bytes) + Math.max(0, returned);
    if (ENGINE.has(MECHANISM_IDS[calls.get('mechanism', row)])) offloaded++;
    const dma = calls.get('dmaBytes', row);
    // A call that was cut has engine bytes but no return value: both or neither, or the share would exceed 100 %.
    if (!Number.isNaN(dma) && returned > 0) dmaBytes = (Number.isNaN(dmaBytes) ? 0 : dmaBytes) + dma;
    const start = calls.get('startNs', row);
    const end = calls.get('endNs', row);
    if (!(end > start)) continue;
    const file = calls.get('file', row);
    const span = spans.get(file);
    if (span === undefined) spans.set(file, { from: start, to: end });
    else {
      span.from = Math.min(span.from, start);
      span.to = Math.max(span.to, end);
    }
  }
  // A part of the sum would pass for the sum: another line tells all of it, or nothing is said.
  const hasReturns = !Number.isNaN(bytes);
  if (isHidden && hasReturns) bytes = probedBytes(run);
  // Engine transfers were seen, but no line prints a length.
  if (offloaded > 0 && dmaBytes === 0) dmaBytes = Number.NaN;
  let spanNs = spans.size === 0 ? Number.NaN : 0;
  for (const { from, to } of spans.values()) spanNs += to - from;
  if (run.spanNs !== undefined) spanNs = run.spanNs;
  return { bytes, bytesFrom: Number.isNaN(bytes) ? '' : isHidden ? 'tcp_probe' : 'calls', dmaBytes, spanNs };
}

function summarizeFile(file: Run['files'][number]): FileSummary {
  const { account } = file;
  return {
    file: file.file,
    format: file.format,
    variant: file.variant,
    wrapping: file.wrapping,
    lines: account.lines,
    parsedLines: account.parsed,
    commentLines: account.comment,
    unusedLines: account.unused,
    unknownLines: account.unknown,
    malformedLines: account.malformed,
    events: file.events,
    samples: file.samples,
    unknownEvents: file.unknownEvents,
    lostEvents: file.lostEvents,
    firstNs: file.firstNs === null ? null : file.firstNs.toString(),
    lastNs: file.lastNs === null ? null : file.lastNs.toString(),
  };
}
