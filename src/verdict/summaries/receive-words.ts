import { writeBytes, writeCount, writeMeasured, writeNs, writeNumber, writePct } from '../words.ts';
import type { ReceivePath } from './receive-path.ts';

const bracket = (low: number, high: number, write: (v: number) => string): string =>
  Number.isFinite(low) && Number.isFinite(high) ? ` [${write(low)}, ${write(high)}]` : '';

/** The headline of a capture from a kernel without NET_DMA: the mechanism in use and what it costs. */
export function writeReceivePath(path: ReceivePath): string {
  const parts = path.zeroCopy > 0 ? [writeZeroCopy(path), writeCopied(path)] : [writePlain(path)];
  return parts.filter((part) => part !== '').join(' ');
}

/** The same in one short sentence, for the head of the report: the rest stands in the finding. */
export function writeReceiveHeadline(path: ReceivePath): string {
  const { cpuPerByte, copyPct, zeroCopy, copiedCpuNs } = path;
  if (zeroCopy > 0) return writeZeroCopyHeadline(path);
  const copy = copyPct !== null && copyPct.estimate > 0 ? `; the copy is ${writePct(copyPct.estimate)} of it` : '';
  if (cpuPerByte !== null)
    return `Receiving costs ${writeMeasured(cpuPerByte.estimate)} ns/byte of the reader’s CPU time${copy}.`;
  if (Number.isFinite(copiedCpuNs))
    return `The median receive call takes ${writeNs(copiedCpuNs)} of the reader’s CPU time; its cost per byte does not show.`;
  return `${writeCount(path.calls, 'whole receive call')} of a kernel without copy offload; what they cost does not show.`;
}

function writeZeroCopyHeadline({ rounds, zeroCopy, calls, copied }: ReceivePath): string {
  const left = copied === 0 ? '' : `; ${copied === 1 ? '1 call was' : `${copied} calls were`} still copied by the CPU`;
  if (rounds.bytes > 0 && rounds.bytesKnown === zeroCopy)
    return `Zero-copy receive handed over ${writeBytes(rounds.bytes)}${left}.`;
  return `Zero-copy receive was used in ${writeNumber(zeroCopy)} of ${writeNumber(calls)} whole calls; the bytes it mapped do not all show.`;
}

function writeZeroCopy(path: ReceivePath): string {
  const { rounds } = path;
  const share = `${writeNumber(path.zeroCopy)} of ${writeCount(path.calls, 'whole receive call')} (${writePct((100 * path.zeroCopy) / path.calls)})`;
  const nothing =
    rounds.mapVisible > 0
      ? `; ${rounds.mappedNothing} of the ${writeCount(rounds.mapVisible, 'round')} that show page mapping mapped nothing`
      : '; whether a round mapped pages does not show';
  const cost = Number.isFinite(rounds.medianCpuNs)
    ? `; a round takes ${writeNs(rounds.medianCpuNs)} of CPU${Number.isFinite(path.copiedCpuNs) ? `, a CPU-copied call ${writeNs(path.copiedCpuNs)}` : ''} (medians${path.tracer === '' ? '' : `, ${path.tracer} only`})`
    : '';
  return `Zero-copy receive is used: ${share}${nothing}${cost}.${writeHandedOver(path)}`;
}

function writeHandedOver({ rounds, zeroCopy, tracer }: ReceivePath): string {
  // Known for the rounds that mapped nothing only: that says nothing about the others.
  if (rounds.bytesKnown === 0 || (rounds.bytes === 0 && rounds.bytesKnown < zeroCopy))
    return ' How many bytes were mapped does not show, so which of the two costs less per byte cannot be told.';
  const where = rounds.bytesKnown < zeroCopy ? ` by the ${writeCount(rounds.bytesKnown, 'round')} that show it` : '';
  const given = ` ${writeBytes(rounds.bytes)} were handed over without a copy${where}`;
  const cost = rounds.cpuPerByte;
  if (cost === null) return `${given}.`;
  const only = tracer === '' ? '' : `, ${tracer} only`;
  return `${given}; rounds take ${writeMeasured(cost.estimate)}${bracket(cost.low, cost.high, writeMeasured)} ns of the reader’s CPU time per byte${only}.`;
}

function writeCopied(path: ReceivePath): string {
  if (path.copied === 0) return '';
  const bytes = path.copiedBytes > 0 ? `, ${writeBytes(path.copiedBytes)} where known` : '';
  return `Still copied by CPU: ${writeCount(path.copied, 'call')}${bytes}${writeRateOf(path)}.`;
}

function writeRateOf({ cpuPerByte }: ReceivePath): string {
  if (cpuPerByte === null) return '';
  return `, ${writeMeasured(cpuPerByte.estimate)}${bracket(cpuPerByte.low, cpuPerByte.high, writeMeasured)} ns of the reader’s CPU time per byte`;
}

function writePlain(path: ReceivePath): string {
  const lead =
    path.ioUring > 0
      ? `Received through io_uring in ${writeNumber(path.ioUring)} of ${writeCount(path.calls, 'whole receive call')}, none of them by zero-copy receive`
      : `${writeNumber(path.copied)} of ${writeCount(path.calls, 'whole receive call')} seen to copy by CPU`;
  const cost =
    path.cpuPerByte !== null
      ? writeRateOf(path)
      : Number.isFinite(path.copiedCpuNs)
        ? `, ${writeNs(path.copiedCpuNs)} of the reader’s CPU time per call (median)`
        : '';
  const only = path.tracer === '' || cost === '' ? '' : ` (${path.tracer} only)`;
  return `${lead}${cost}${only}.${writeCeiling(path)}`;
}

/** Amdahl: with the copy gone the rest remains. */
function writeCeiling({ copyPct }: ReceivePath): string {
  if (copyPct === null || !(copyPct.estimate > 0)) return '';
  const write = (v: number): string => writePct(v).replace(/ %$/, '');
  const range = bracket(copyPct.low, copyPct.high, write);
  return ` The copy is ${writePct(copyPct.estimate)}${range} of that CPU time: no zero-copy or engine path could save more.`;
}
