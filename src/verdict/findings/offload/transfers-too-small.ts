import { findEnough } from '../../break-even/enough.ts';
import { describeBreakEven, findBreakEvens } from '../../break-even/index.ts';
import { expectedTransferBytes, measureTransfers } from '../../cost/transfers.ts';
import { makeFinding } from '../../make-finding.ts';
import { writeNumber } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

const MSS_1500 = 1448;

/** Engine transfers below their break-even: MSS-sized segments cut at page borders. */
export const transfersTooSmall: FindingRule = {
  id: 'transfers-too-small',
  judge(context) {
    const size = measureTransfers(context);
    if (size.count === 0) return null;
    const breakEven = findBreakEvens(context).find((b) => b.of === 'transfer');
    const limit = breakEven?.bytes ?? null;
    const isBelow = limit !== null && limit.low !== null && size.meanBytes < limit.low;
    if (!isBelow || breakEven === undefined) return null;
    const model = expectedTransferBytes(MSS_1500);
    const enough = findEnough(context, limit, breakEven.status !== 'crossing');
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'loses',
      title: 'Transfers are below break-even',
      sentence: `The mean engine transfer is ${writeNumber(size.meanBytes)} bytes (${writeNumber(size.count)} transfers); it would have to be at least ${describeBreakEven(breakEven)} before submitting it costs less CPU time than copying it: ${enough.sentence}.`,
      effect: limit,
      n: size.count,
      unitOfN: 'transfers',
      reasons: [
        `1448-byte segments cut at the page borders of the user buffer give ${writeNumber(model)} bytes on average, whatever the read size`,
        ...breakEven.reasons,
      ],
      numbers: [
        { label: 'mean transfer', value: size.meanBytes, unit: 'bytes' },
        { label: 'expected at MTU 1500', value: model, unit: 'bytes' },
        { label: 'break-even (least)', value: limit.estimate, unit: 'bytes' },
      ],
      warnings:
        context.emulation.length > 0
          ? ['software engine under emulation: the break-even size does not carry over to hardware']
          : [],
      nextStep: enough.advice,
    });
  },
};
