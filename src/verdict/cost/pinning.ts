import { bytesOf, type CallView } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { dmaBytesOf, medianOf, orZero } from '../derived.ts';
import { writeNs, writeNumber } from '../words.ts';
import { MEMCPY_REFERENCE_NS_PER_BYTE } from './bound.ts';

const PAGE_BYTES = 4096;

/** Published per call, "Accelerating network receive processing", Ottawa Linux Symposium 2005, 4.3; buffer size not stated. */
export const PUBLISHED_CYCLES = { pin: 6800, unpin: 5800 } as const;

/** Pages a buffer touches: L/4096 rounded up, one more unless it is aligned (alignment is in no text). */
export function pagesOf(bytes: number): number {
  return Number.isNaN(bytes) || bytes <= 0 ? Number.NaN : Math.ceil(bytes / PAGE_BYTES) + 1;
}

/** Mean cost of pinning over calls that show both ends; per page over the calls of those whose read length is known. */
export interface Pinning {
  calls: number;
  pinNs: number;
  unpinNs: number;
  callsWithPages: number;
  pages: number;
  pinNsPerPage: number;
  unpinNsPerPage: number;
  /** NaN without a clock rate in the capture. */
  pinCycles: number;
  unpinCycles: number;
  /** Bytes a CPU copies in the time of pin + unpin, at the measured cost and at the 5 GB/s of the reference. */
  bytesToPay: number;
  bytesToPayAtReference: number;
  medianBytes: number;
}

export function measurePinning(context: Context, paying: CallView): Pinning {
  const calls = paying.where((i) => paying.column('pinNs')[i] > 0 && paying.column('unpinNs')[i] > 0);
  const lengths = readLengths(context);
  let pages = 0;
  let pinInPages = 0;
  let unpinInPages = 0;
  let callsWithPages = 0;
  for (let i = 0; i < calls.size; i++) {
    const asked = calls.column('requestedBytes')[i];
    const length = asked > 0 ? asked : (lengths.get(`${calls.run[i]} ${calls.text('comm', i)}`) ?? Number.NaN);
    const touched = pagesOf(length);
    if (Number.isNaN(touched)) continue;
    callsWithPages++;
    pages += touched;
    pinInPages += calls.column('pinNs')[i];
    unpinInPages += calls.column('unpinNs')[i];
  }
  const pinNs = calls.sum('pinNs') / calls.size;
  const unpinNs = calls.sum('unpinNs') / calls.size;
  const cyclesPerNs = medianOf(context.settings.map((s) => s.cpuMhz)) / 1000;
  return {
    calls: calls.size,
    pinNs,
    unpinNs,
    callsWithPages,
    pages,
    pinNsPerPage: pinInPages / pages,
    unpinNsPerPage: unpinInPages / pages,
    pinCycles: pinNs * cyclesPerNs,
    unpinCycles: unpinNs * cyclesPerNs,
    bytesToPay: (pinNs + unpinNs) / (context.copyRate.interval?.estimate ?? Number.NaN),
    bytesToPayAtReference: (pinNs + unpinNs) / MEMCPY_REFERENCE_NS_PER_BYTE,
    medianBytes: medianOf(Float64Array.from({ length: paying.size }, (_, i) => movedBytes(paying, i))),
  };
}

/** What a call had for its pinning: engine bytes, else all it returned. */
function movedBytes(view: CallView, i: number): number {
  return orZero(view.column('dmaBytes')[i]) > 0 ? dmaBytesOf(view, i) : bytesOf(view, i);
}

/** Read length of a program all of whose known reads of a run ask for the same: `run comm` → bytes. */
function readLengths({ selection: { all } }: Context): Map<string, number> {
  const known = new Map<string, number>();
  for (let i = 0; i < all.size; i++) {
    const asked = all.column('requestedBytes')[i];
    if (!(asked > 0)) continue;
    const key = `${all.run[i]} ${all.text('comm', i)}`;
    const before = known.get(key);
    known.set(key, before === undefined || before === asked ? asked : Number.NaN);
  }
  return known;
}

/** Measured beside published, for a reason line; empty without a pinned call that shows both ends. */
export function describePinning(p: Pinning): string[] {
  if (p.calls === 0) return [];
  const cycles = (measured: number, published: number): string =>
    Number.isFinite(measured)
      ? ` = ${writeNumber(Math.round(measured))} cycles (published: ${writeNumber(published)})`
      : ` (published: ${writeNumber(published)} cycles; no clock rate in the capture)`;
  const perPage =
    p.pages > 0
      ? `; per page ${writeNs(p.pinNsPerPage)} and ${writeNs(p.unpinNsPerPage)} over the ${p.callsWithPages} calls whose read length is known`
      : '';
  return [
    `pin ${writeNs(p.pinNs)}${cycles(p.pinCycles, PUBLISHED_CYCLES.pin)}, unpin ${writeNs(p.unpinNs)}${cycles(p.unpinCycles, PUBLISHED_CYCLES.unpin)} a call${perPage}`,
    `pin and unpin alone need ${
      Number.isFinite(p.bytesToPay) ? `${writeNumber(p.bytesToPay)} bytes a call at the measured cost of a copy, ` : ''
    }${writeNumber(p.bytesToPayAtReference)} bytes at 5 GB/s${
      Number.isFinite(p.medianBytes) ? `; the median call moves ${writeNumber(p.medianBytes)}` : ''
    }`,
  ];
}
