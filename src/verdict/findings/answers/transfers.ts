import { describePieces, findEnough } from '../../break-even/enough.ts';
import { findBreakEvens } from '../../break-even/index.ts';
import type { Context } from '../../context/context.ts';
import { seeOffload } from '../../context/offload-visibility.ts';
import { MEMCPY_REFERENCE_NS_PER_BYTE, writeCopyRate } from '../../cost/bound.ts';
import { boundEngineBytes } from '../../cost/engine-bytes.ts';
import { expectedTransferBytes, measureTransfers, payloadOfMtu, type TransferSize } from '../../cost/transfers.ts';
import { orZero } from '../../derived.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { writeBytes, writeNs, writeNumber } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Question 3: each transfer is about 1448 bytes; is that too small for the engine? */
export const answerTransfers: FindingRule = {
  id: 'answer-transfers',
  judge(context) {
    if (context.fit.size === 0) return null;
    // A kernel without NET_DMA cannot be recorded with offload on: receive-path-cost speaks about what it has instead.
    if (seeOffload(context) === 'no-such-kernel') return null;
    const base = { id: this.id, role: 'answer' as const, title: 'Are the transfers too small?', unitOfN: 'transfers' };
    const size = measureTransfers(context);
    const payload = payloadOfMtu(1500, context);
    const model = expectedTransferBytes(payload);
    const modelText = `${payload}-byte segments cut at page borders give ${writeNumber(model)} bytes on average`;
    if (size.count === 0)
      return makeFinding({
        ...base,
        outcome: 'cannotTell',
        told: 'bounded',
        sentence: `No engine transfer with a known size is in this capture; by the kernel’s rules none exceeds a page (4096 bytes), and ${modelText} at MTU 1500.`,
        reasons: [findEnough(context, null).sentence, 'what a transfer costs is not in this capture: no break-even'],
        numbers: findEnough(context, null).numbers,
        nextStep:
          'Record /sys/class/dma/*/{bytes_transferred,memcpy_count} before and after, or probes on dma_async_memcpy_*.',
      });
    const transfer = findBreakEvens(context).find((b) => b.of === 'transfer');
    const limit = transfer?.bytes ?? null;
    const enough = findEnough(context, limit, transfer?.status !== 'crossing');
    const near = Math.abs(size.meanBytes / model - 1) < 0.02 ? `, as ${modelText}` : '';
    const mean = `the mean transfer is ${writeNumber(size.meanBytes)} bytes (${writeNumber(size.count)} transfers, from ${size.from})${near}`;
    const known = limit !== null && limit.estimate !== null && limit.low !== null && limit.high !== null;
    const price = known ? null : priceTransfer(context, size);
    const tooSmall = known && size.meanBytes < limit.low!;
    const bigEnough = known && size.meanBytes > limit.high!;
    const range = known ? `${writeBytes(limit.estimate!)} [${writeBytes(limit.low!)}, ${writeBytes(limit.high!)}]` : '';
    const sentence = tooSmall
      ? `Yes: ${mean}; submitting and awaiting it costs more CPU time than copying it, break-even is ${range} or more: ${enough.sentence}.`
      : bigEnough
        ? `No: ${mean}; submitting and awaiting it costs less CPU time than copying it (break-even ${range} at most). What loses, if anything, is the fixed cost per call.`
        : known
          ? `Too close to tell: ${mean}; break-even lies near it, at ${range}: ${enough.sentence}.`
          : price !== null
            ? `Bounded: ${mean}; submitting and awaiting one costs at least ${writeNs(price.leastNs)} of CPU time, a copy of it ${writeNs(size.meanBytes * MEMCPY_REFERENCE_NS_PER_BYTE)} at 5 GB/s: it pays only if a CPU copy costs more than ${writeCopyRate(price.payingRate)}.`
            : `Cannot tell: ${mean}; ${transfer?.reasons[0] ?? 'its break-even is not known'}.`;
    const pieces = describePieces(size.meanBytes, payload);
    return makeFinding({
      ...base,
      outcome: tooSmall ? 'loses' : bigEnough ? 'wins' : 'cannotTell',
      told: tooSmall || bigEnough ? 'answered' : 'bounded',
      sentence,
      effect: limit,
      n: size.count,
      reasons: [
        'what one read asks for does not change the size of a transfer: the segment and the page borders of the user buffer do',
        ...(pieces === '' ? [] : [pieces]),
        ...(transfer?.reasons ?? []),
      ],
      numbers: [
        { label: 'mean transfer', value: size.meanBytes, unit: 'bytes' },
        { label: `model for ${payload}-byte segments`, value: model, unit: 'bytes' },
        { label: 'break-even', value: limit?.estimate ?? null, unit: 'bytes' },
        { label: 'least cost of a transfer', value: finite(price?.leastNs ?? Number.NaN), unit: 'ns' },
        ...enough.numbers,
      ],
      warnings:
        context.emulation.length > 0
          ? ['software engine under emulation: the break-even size does not carry over to hardware']
          : [],
      nextStep: tooSmall ? enough.advice : '',
    });
  },
};

/**
 * What a transfer costs at least where calls do not tell how many they made: submission and wait of the pinned calls over the
 * most bytes the engine can have moved in them, times the mean transfer.
 */
function priceTransfer(context: Context, size: TransferSize): { leastNs: number; payingRate: number } | null {
  const { paying } = context;
  const { dmaBytes } = boundEngineBytes(context, paying);
  let ns = 0;
  let bytes = 0;
  for (let i = 0; i < paying.size; i++) {
    if (!(dmaBytes[i] > 0)) continue;
    const at = (name: 'submitNs' | 'waitNs' | 'earlyCopyNs'): number => orZero(paying.column(name)[i]);
    ns += at('submitNs') + at('waitNs') + at('earlyCopyNs');
    bytes += dmaBytes[i];
  }
  if (!(ns > 0) || !(bytes > 0)) return null;
  return { leastNs: (ns / bytes) * size.meanBytes, payingRate: ns / bytes };
}
