import type { Evidence, Finding } from '../../../model/analysis/index.ts';
import { isAtLeast } from '../../../model/kernel/era.ts';
import { pinnedPages, spanPages } from '../../../model/kernel/pinned-pages.ts';
import { ETHERNET_MTU } from '../../../model/kernel/transfers.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { writeBytes, writeNumber, writeRate, writeSigned } from '../../words.ts';
import { cite } from '../cite.ts';
import type { EngineCounters } from '../counters.ts';
import type { CpuComparison, CpuPerByte } from '../cpu-per-byte.ts';
import type { Experiment } from '../experiment.ts';
import type { FigureCase } from '../figure-case.ts';
import { describeOffloadWork } from '../offload-work.ts';
import type { Part } from '../parts.ts';
import { joinSentences } from '../told.ts';

/** Segments that one poll of a driver hands over at most (net.core.dev_weight, NAPI_POLL_WEIGHT). */
const POLL_SEGMENTS = 64;
/** Published per call, Ottawa Linux Symposium 2005, 4.3; buffer size not stated. */
const PIN_AND_UNPIN_CYCLES = 6800 + 5800;
/** memcpy at 5 GB/s, the figure quoted in the answer to the question. */
export const REFERENCE_NS_PER_BYTE = 0.2;
const READS_FOR_SCALE = [65_536, 2 ** 21];

/** Q1: why is bandwidth lower with offload on? From CPU per byte where the idle share is known, else bounded by rules. */
export function answerBandwidthFromFigures(
  cases: readonly FigureCase[],
  cpu: CpuComparison | null,
  counters: EngineCounters | null,
  e: Experiment,
): Finding {
  const reference = cases.find((c) => c.isReference);
  const others = cases.filter((c) => !c.isReference && c.isOn !== false);
  const parts: string[] = [];
  const cites: Evidence[] = [];
  const reasons: string[] = [];
  const numbers: Finding['numbers'] = [];
  const loss = cpu?.losses.at(0);
  if (cpu !== null && loss !== undefined) {
    const of = cpu.cases.find(({ name }) => name === loss.name)!;
    const base = cpu.cases.find(({ name }) => name === reference?.name)!;
    const grown = loss.parts.filter(({ change }) => change > 0).slice(0, 4);
    const saved = loss.parts.find(({ part, change }) => part === 'copy' && change < 0);
    const list = grown.map(({ part, change }) => `${part} +${writeNumber(change)}`).join(', ');
    parts.push(
      `${loss.name} took ${writeNumber(of.value)} for ${writeNumber(base.value)} ${cpu.unit} (${writeSigned(loss.pct, '%', 0)}; seen, no interval)${list === '' ? '' : `: ${list}${saved === undefined ? '' : `, against ${writeNumber(-saved.change)} of copying saved`}`}`,
    );
    cites.push(...base.cites, ...of.cites);
    for (const { part, change } of loss.parts)
      numbers.push({ label: `${part}, ${loss.name} − ${reference?.name}`, value: finite(change), unit: cpu.unit });
    reasons.push('CPU per byte = busy share of all CPUs ÷ throughput; one figure a case, so without an interval');
  } else if (reference !== undefined && others.length > 0) {
    const told = others.filter((c) => Number.isFinite(c.copyPct) && Number.isFinite(reference.copyPct));
    const shrunk = told.map((c) => ({
      c,
      pct: 100 * (1 - c.copyPct / c.bytesPerSecond / (reference.copyPct / reference.bytesPerSecond)),
    }));
    const known = shrunk.filter(({ pct }) => Number.isFinite(pct));
    if (known.length > 0) {
      parts.push(
        `per byte the copy’s share fell by ${known.map(({ c, pct }) => `${writeNumber(pct, 2)} % (${c.name})`).join(' and ')}: no more of the copying than that moved to the engine if the CPUs were equally busy`,
      );
      cites.push(...cite(reference), ...known.flatMap(({ c }) => cite(c)));
      for (const { c, pct } of known)
        numbers.push({ label: `copying that left the CPU at most, ${c.name}`, value: finite(pct), unit: '%' });
      reasons.push(
        'share ÷ throughput against the case without offload; a share also falls when anything else grows, so the idle share of each case is needed for more',
      );
    }
  }
  // Where CPU per byte has no parts, the shares of what only offload does are told as they are.
  if (loss === undefined || loss.parts.length === 0)
    for (const c of others) {
      const work = describeOffloadWork(c, reference, cites, numbers);
      if (work !== null) parts.push(work);
    }
  const own = loss === undefined ? cpu?.cases.find((c) => c.isOn !== false && c.parts.size > 0) : undefined;
  if (own !== undefined && cpu !== null) parts.push(describeOwn(own, cpu.unit, cites, numbers));
  parts.push(describePins(e, cites, numbers));
  reasons.push(
    `pin and unpin were published as ${writeNumber(PIN_AND_UNPIN_CYCLES)} cycles a call (2005, buffer size not stated)${describeCycles(e)}`,
    'a read with SO_RCVLOWAT 1 returns after the first batch that wakes it, however long its buffer: pinning is paid for the buffer, the saving comes from what arrived',
    'completion is polled by the reader: NET_DMA asks the engine for no interrupt, so none is waited for',
    ...describeOverlap(e),
    ...describeLink(reference, others, e),
    ...e.withoutChecksum.map(({ cite: { text } }) => `${text}: data without a hardware checksum is never offloaded`),
  );
  if (counters !== null && counters.bytes === 0)
    reasons.push('the engine’s counters did not move: offload was not in use');
  return makeFinding({
    id: 'answer-bandwidth',
    stratum: others.map(({ name }) => name).join(', ') || 'kernel rules',
    role: 'answer',
    outcome: 'cannotTell',
    told: 'bounded',
    title: 'Why is bandwidth lower with offload on?',
    sentence: joinSentences(parts, cites),
    n: cases.length,
    unitOfN: 'figures',
    reasons,
    numbers,
    evidence: cites,
    nextStep:
      cpu === null
        ? 'The idle row of each case (opreport -l lists poll_idle or default_idle) gives CPU per byte and its split.'
        : '',
  });
}

/** One case alone: what its offload takes of the CPU, and what its copies still do. */
function describeOwn(own: CpuPerByte, unit: string, cites: Evidence[], numbers: Finding['numbers']): string {
  const of = (part: Part): number => own.parts.get(part) ?? 0;
  const offload = (['pin', 'submit', 'completion wait', 'unpin', 'engine'] as const).filter((part) => of(part) > 0);
  cites.push(...own.cites);
  for (const part of [...offload, 'copy' as const])
    numbers.push({ label: `${part}, ${own.name}`, value: finite(of(part)), unit });
  const total = offload.reduce((sum, part) => sum + of(part), 0);
  const list = offload.map((part) => `${part} ${writeNumber(of(part))}`).join(', ');
  return `${own.name} takes ${writeNumber(own.value)} ${unit} (seen, no interval)${total > 0 ? `, ${writeNumber(total)} of it for offload (${list}) and ${writeNumber(of('copy'))} for the copies left to the CPU` : ''}; without a case without offload there is nothing to compare it with`;
}

/** What a read pins against what a batch uses. */
function describePins(e: Experiment, cites: Evidence[], numbers: Finding['numbers']): string {
  const batch = POLL_SEGMENTS * e.segmentBytes;
  const used = spanPages(batch, 0);
  if (e.readBytes === null) {
    const scale = READS_FOR_SCALE.map((bytes) => `${writeBytes(bytes)} ${pinnedPages(bytes).most}`).join(', ');
    return `each offloaded read pins all pages of its buffer (${scale}) before a byte arrives; how long the reads are (iperf -l) is not in the text`;
  }
  const { least, most } = pinnedPages(e.readBytes.value);
  cites.push(e.readBytes.cite);
  numbers.push({ label: 'pages pinned by a read', value: most, unit: 'pages' });
  numbers.push({ label: 'pages that one full poll of the NIC fills', value: used, unit: 'pages' });
  return `each offloaded read of ${writeBytes(e.readBytes.value)} pins and releases ${most} pages (${least} if aligned) whatever it returns; one full poll of the NIC (${POLL_SEGMENTS} segments, ${writeBytes(batch)}) fills ${used}`;
}

function describeCycles(e: Experiment): string {
  const read =
    e.readBytes === null
      ? ''
      : `; this buffer has ${pinnedPages(e.readBytes.value).most} pages to pin and to mark dirty one by one`;
  return `: at 1 cycle per byte the time of copying ${writeNumber(PIN_AND_UNPIN_CYCLES)} bytes${read}`;
}

/** Where early copy runs decides whether the engine can work while the reader sleeps. */
function describeOverlap(e: Experiment): string[] {
  const isLate = isAtLeast(e.era, 3, 6);
  if (isLate === true)
    return ['from 3.6 on nothing is copied early in softirq: the engine does not work while the reader sleeps'];
  if (isLate === false)
    return [
      'up to 3.5 the engine can copy in softirq while the reader sleeps, until PSH, a full buffer or rcvbuf/2 wakes it',
    ];
  return [];
}

/** Of Ethernet; on the wire a frame has 38 bytes beside its MTU: head, checksum, preamble, gap. At 1500 with timestamps 1448 of 1538. */
const LINKS_MBIT = [100, 1000, 2500, 10_000, 25_000, 40_000, 100_000];
const FRAME_BYTES = 38;
function describeLink(reference: FigureCase | undefined, others: readonly FigureCase[], e: Experiment): string[] {
  if (reference === undefined || others.length === 0) return [];
  const goodput = e.segmentBytes / ((e.mtu?.value ?? ETHERNET_MTU) + FRAME_BYTES);
  const mbit = (reference.bytesPerSecond * 8) / 1e6;
  const link = LINKS_MBIT.find((each) => mbit > each * goodput * 0.97 && mbit <= each * goodput * 1.01);
  if (link === undefined) return [];
  return [
    `${writeRate(reference.bytesPerSecond)} without offload is ${writeNumber((100 * mbit) / (link * goodput))} % of what ${link >= 1000 ? `${link / 1000} Gbit/s` : `${link} Mbit/s`} Ethernet carries as payload (${writeNumber(link * goodput)} Mbit/s): if that is the link, it was the limit there, and offload could only be seen to lose`,
  ];
}
