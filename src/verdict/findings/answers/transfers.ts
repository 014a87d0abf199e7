import { findBreakEvens } from '../../break-even/index.ts';
import { seeOffload } from '../../context/offload-visibility.ts';
import { expectedTransferBytes, measureTransfers } from '../../cost/transfers.ts';
import { makeFinding } from '../../make-finding.ts';
import { writeBytes, writeNumber } from '../../words.ts';
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
    const model = expectedTransferBytes(1448);
    const modelText = `1448-byte segments cut at page borders give ${writeNumber(model)} bytes on average`;
    if (size.count === 0)
      return makeFinding({
        ...base,
        outcome: 'cannotTell',
        sentence: 'Cannot tell: no engine transfer with a known size in this capture.',
        reasons: [`at MTU 1500 a transfer has at most 1448 bytes; ${modelText}`],
        nextStep:
          'Record /sys/class/dma/*/{bytes_transferred,memcpy_count} before and after, or probes on dma_async_memcpy_*.',
      });
    const transfer = findBreakEvens(context).find((b) => b.of === 'transfer');
    const limit = transfer?.bytes ?? null;
    const near = Math.abs(size.meanBytes / model - 1) < 0.02 ? `, as ${modelText}` : '';
    const mean = `the mean transfer is ${writeNumber(size.meanBytes)} bytes (${writeNumber(size.count)} transfers, from ${size.from})${near}`;
    const known = limit !== null && limit.estimate !== null && limit.low !== null && limit.high !== null;
    const tooSmall = known && size.meanBytes < limit.low!;
    const bigEnough = known && size.meanBytes > limit.high!;
    const range = known ? `${writeBytes(limit.estimate!)} [${writeBytes(limit.low!)}, ${writeBytes(limit.high!)}]` : '';
    const sentence = tooSmall
      ? `Yes: ${mean}; submitting and awaiting it costs more CPU time than copying it, break-even is ${range} or more.`
      : bigEnough
        ? `No: ${mean}; submitting and awaiting it costs less CPU time than copying it (break-even ${range} at most). What loses, if anything, is the fixed cost per call.`
        : `Cannot tell: ${mean}; ${known ? `break-even lies near it, at ${range}` : (transfer?.reasons[0] ?? 'its break-even is not known')}.`;
    return makeFinding({
      ...base,
      outcome: tooSmall ? 'loses' : bigEnough ? 'wins' : 'cannotTell',
      sentence,
      effect: limit,
      n: size.count,
      reasons: [
        'what one read asks for does not change the size of a transfer: the segment and the page borders of the user buffer do',
        ...(transfer?.reasons ?? []),
      ],
      numbers: [
        { label: 'mean transfer', value: size.meanBytes, unit: 'bytes' },
        { label: 'model for 1448-byte segments', value: model, unit: 'bytes' },
        { label: 'break-even', value: limit?.estimate ?? null, unit: 'bytes' },
      ],
      warnings:
        context.emulation.length > 0
          ? ['software engine under emulation: the break-even size does not carry over to hardware']
          : [],
      nextStep: tooSmall ? 'Jumbo frames or page-sized fragments; not a larger read.' : '',
    });
  },
};
