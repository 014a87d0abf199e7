import type { Evidence, Finding } from '../../../model/analysis/index.ts';
import { PAGE_BYTES } from '../../../model/kernel/pinned-pages.ts';
import {
  ETHERNET_MTU,
  findSufficientMtu,
  impliedPieces,
  JUMBO_MTU,
  meanTransferBytes,
  segmentBytes,
  transfersPerSegment,
} from '../../../model/kernel/transfers.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { writeBytes, writeNs, writeNumber, writePct } from '../../words.ts';
import type { EngineCounters } from '../counters.ts';
import type { CpuComparison } from '../cpu-per-byte.ts';
import type { Experiment } from '../experiment.ts';
import { joinSentences } from '../told.ts';
import { REFERENCE_NS_PER_BYTE } from './bandwidth.ts';

/** Counters of one machine hardly differ from the rule by more; a mixture of segment sizes does. */
const NEAR = 0.02;

/** Q3: is a transfer too small? Mean of the counters against the rule of segment, fragment and page border. */
export function answerTransfersFromFigures(
  counters: EngineCounters | null,
  cpu: CpuComparison | null,
  e: Experiment,
): Finding {
  const payload = e.segmentBytes;
  const model = meanTransferBytes(payload);
  const cites: Evidence[] = [];
  const numbers: Finding['numbers'] = [
    { label: `model for ${payload}-byte segments`, value: finite(model), unit: 'bytes' },
    { label: 'transfers per segment by the model', value: finite(transfersPerSegment(payload)), unit: 'transfers' },
  ];
  const mean = counters?.meanBytes ?? Number.NaN;
  if (e.mtu !== null) cites.push(e.mtu.cite);
  const parts: string[] = [];
  const reasons: string[] = [];
  if (counters !== null && Number.isFinite(mean)) {
    cites.push(...counters.cites.filter(({ cite: { text } }) => !text.includes('in_use')).map(({ cite }) => cite));
    numbers.unshift({ label: 'mean transfer', value: finite(mean), unit: 'bytes' });
    parts.push(
      `the mean transfer is ${mean.toLocaleString('en-US', { maximumFractionDigits: 1 })} bytes (${writeNumber(counters.bytes)} bytes in ${writeNumber(counters.copies)} copies), ${explainMean(mean, payload, e)}`,
    );
    parts.push(...describeShare(counters, cites, numbers));
    if (counters.channels.length > 1)
      reasons.push(
        `by channel: ${counters.channels.map(({ name, copies, bytes, inUse }) => `${name} ${writeNumber(copies)} copies${copies > 0 ? ` of ${writeNumber(bytes / copies)} bytes` : ''}${Number.isNaN(inUse) ? '' : `, in_use ${inUse}`}`).join('; ')}`,
      );
  } else
    parts.push(
      `${counters === null ? 'no counter of the engine is in the text' : 'the engine copied nothing'}; by the rules of the kernel ${payload.toLocaleString('en-US')}-byte segments cut at the page borders of the buffer make transfers of ${writeNumber(model)} bytes on average`,
    );
  const size = Number.isFinite(mean) ? mean : model;
  parts.push(describeEnough(size, counters, cpu, e, numbers));
  return makeFinding({
    id: 'answer-transfers',
    stratum: Number.isFinite(mean) ? 'engine counters' : 'kernel rules',
    role: 'answer',
    outcome: 'cannotTell',
    told: 'bounded',
    title: 'Are the transfers too small?',
    sentence: joinSentences(parts, cites),
    n: Number.isFinite(mean) ? counters!.copies : 0,
    unitOfN: 'transfers',
    reasons: [
      ...reasons,
      `a transfer ends with its segment, its fragment and the page of the buffer (${PAGE_BYTES.toLocaleString('en-US')} bytes): no read length, window or SO_RCVLOWAT makes it longer`,
      `${(e.mtu?.value ?? 0) >= JUMBO_MTU ? '' : `jumbo frames (MTU ${JUMBO_MTU}) make ${writeNumber(meanTransferBytes(segmentBytes(JUMBO_MTU)))} bytes on average; `}${PAGE_BYTES.toLocaleString('en-US')} is reached by no MTU`,
      `a linear part and a page fragment of one segment are two transfers at least: ${writeNumber(payload)} bytes in two pieces make ${writeNumber(meanTransferBytes(payload, 2))} bytes on average`,
      ...describeMtu(e),
    ],
    numbers,
    evidence: cites,
    nextStep: '',
  });
}

function explainMean(mean: number, payload: number, e: Experiment): string {
  const segment = payload.toLocaleString('en-US');
  const one = meanTransferBytes(payload);
  const two = meanTransferBytes(payload, 2);
  const near = (model: number): boolean => Math.abs(mean / model - 1) < NEAR;
  if (near(one))
    return `as ${segment}-byte segments cut at the page borders of the buffer give (${writeNumber(one)}): the MTU makes it`;
  if (near(two))
    return `as ${segment}-byte segments in two pieces (linear part and page fragment), cut at page borders, give (${writeNumber(two)})`;
  if (mean > one)
    return `more than ${segment}-byte segments can give (${writeNumber(one)}): ${e.mtu === null ? 'the MTU is larger, or segments were merged' : `segments were merged, or the counters hold more than this MTU of ${writeNumber(e.mtu.value)}`}`;
  return `less than ${segment}-byte segments give (${writeNumber(one)}): ${writeNumber(impliedPieces(mean, payload))} pieces a segment, or shorter segments`;
}

/** Which MTU the segments were taken from. */
function describeMtu(e: Experiment): string[] {
  if (e.mtu !== null)
    return [`the MTU of ${writeNumber(e.mtu.value)} is given (${e.mtu.cite.file}, line ${e.mtu.cite.line})`];
  if (e.otherMtus.length > 1)
    return [`MTUs of ${e.otherMtus.map((mtu) => writeNumber(mtu)).join(', ')} are given: ${ETHERNET_MTU} taken`];
  return ['the MTU is not in the text: 1500 taken'];
}

/** Engine bytes against received bytes. */
function describeShare(counters: EngineCounters, cites: Evidence[], numbers: Finding['numbers']): string[] {
  const shares = counters.shares.filter(({ pct }) => pct > 0);
  if (shares.length === 0) return [];
  const pcts = shares.map(({ pct }) => pct);
  cites.push(...shares.flatMap(({ cites: of }) => of.map(({ cite }) => cite)));
  for (const { phase, pct } of shares)
    numbers.push({ label: `share of received bytes, ${phase}`, value: finite(pct), unit: '%' });
  const [low, high] = [Math.min(...pcts), Math.max(...pcts)];
  const range = shares.length === 1 ? writePct(low) : `${writePct(low)} to ${writePct(high)}`;
  return [
    `The engine took ${range} of the received bytes (engine bytes ÷ iperf’s bytes${shares.length > 1 ? `, ${shares.length} phases` : ''})`,
  ];
}

/** Too small or not: what one transfer costs against what copying it costs, where both are known, else what it may cost. */
function describeEnough(
  size: number,
  counters: EngineCounters | null,
  cpu: CpuComparison | null,
  e: Experiment,
  numbers: Finding['numbers'],
): string {
  const priced = priceTransfers(counters, cpu);
  if (priced !== null) {
    const { costNs, copyNsPerByte, name } = priced;
    const needed = costNs / copyNsPerByte;
    numbers.push(
      { label: 'submission and completion wait per transfer', value: finite(costNs), unit: 'ns' },
      { label: 'break-even of a transfer', value: finite(needed), unit: 'bytes' },
    );
    const mtu = findSufficientMtu(needed);
    const verdict =
      needed <= size
        ? 'so the size is enough, seen without an interval'
        : mtu === null
          ? 'more than a page: no MTU reaches it'
          : `which an MTU of ${writeNumber(mtu)} reaches`;
    return `Submitting and awaiting a transfer took ${writeNs(costNs)} of CPU in ${name}, as much as copying ${writeBytes(needed)}: ${verdict}`;
  }
  const copyNs = size * REFERENCE_NS_PER_BYTE;
  numbers.push({ label: 'CPU copy of the mean transfer at 5 GB/s', value: finite(copyNs), unit: 'ns' });
  return `It is too small if submitting and awaiting a transfer takes the CPU longer than copying it would, ${writeNumber(copyNs)} ns at 5 GB/s${e.readBytes === null ? '' : ', pin and unpin of the read on top'}; that cost is not in these figures`;
}

/** Cost per engine byte needs the engine's share of the received bytes; the copy's cost per byte that of a case without offload. */
function priceTransfers(
  counters: EngineCounters | null,
  cpu: CpuComparison | null,
): { costNs: number; copyNsPerByte: number; name: string } | null {
  if (counters === null || cpu === null || cpu.unit !== 'ns/byte' || counters.shares.length === 0) return null;
  const off = cpu.cases.find((c) => c.isOn === false);
  const on = cpu.cases.find((c) => c.isOn === true && c.parts.size > 0);
  const copyNsPerByte = off?.parts.get('copy') ?? Number.NaN;
  if (on === undefined || !(copyNsPerByte > 0)) return null;
  const own = counters.shares.filter((s) => s.run === on.run && (s.folder === '' || s.folder === on.name));
  const share = own.reduce((sum, { pct }) => sum + pct / 100, 0) / own.length;
  const perReceived = (on.parts.get('submit') ?? 0) + (on.parts.get('completion wait') ?? 0);
  const costNs = (perReceived / share) * counters.meanBytes;
  return costNs > 0 && Number.isFinite(costNs) ? { costNs, copyNsPerByte, name: on.name } : null;
}
