import type { Finding } from '../model/analysis.ts';
import type { Context } from './context.ts';
import { decide, neededN, toEffect } from './intervals.ts';
import { finite, makeFinding } from './make-finding.ts';
import { EQUIVALENCE_PCT } from './options.ts';
import type { PairedChange } from './paired.ts';
import { writeCount, writeSigned } from './words.ts';

export const RECORD_BASELINE =
  'Record the same traffic without offload and give it as the other side: sysctl -w net.ipv4.tcp_dma_copybreak=2147483647 (five runs a side).';

export interface ChangeWords {
  id: string;
  title: string;
  noun: string;
  unit: string;
  write: (value: number) => string;
  higherIsBetter: boolean;
  /** What the change is about when it is not the plain quotient of the two figures: 'at equal size '. */
  changeOf?: string;
  nextStep: string;
}

/** A verdict from a change between two sets of captures: wins = better than the other side, for the user. */
export function describeChange(context: Context, change: PairedChange, words: ChangeWords): Finding {
  const base = { id: words.id, role: 'verdict' as const, title: words.title };
  if (change.missing !== '')
    return makeFinding({
      ...base,
      outcome: 'cannotTell',
      sentence: `${words.title}: cannot tell; ${change.missing}.`,
      n: change.nBefore + change.nAfter,
      unitOfN: change.unit,
      reasons: [change.missing],
      nextStep: words.nextStep,
    });
  const sign = words.higherIsBetter ? 1 : -1;
  const { percent } = change;
  const gain = {
    ...percent,
    estimate: sign * percent.estimate,
    low: sign > 0 ? percent.low : -percent.high,
    high: sign > 0 ? percent.high : -percent.low,
  };
  const outcome = decide(gain, EQUIVALENCE_PCT);
  const figures = `${words.write(change.before)} → ${words.write(change.after)} (${words.changeOf ?? ''}${writeSigned(percent.estimate, '%')}${
    Number.isFinite(percent.low) ? ` [${writeSigned(percent.low, '%')}, ${writeSigned(percent.high, '%')}]` : ''
  }), ${change.nBefore} against ${writeCount(change.nAfter, change.unit.slice(0, -1))}`;
  const reasons: string[] = [];
  if (outcome === 'cannotTell') {
    const needed = neededN(gain, EQUIVALENCE_PCT);
    if (!Number.isFinite(percent.low)) reasons.push(`no interval: too few ${change.unit}`);
    else if (needed > percent.n)
      reasons.push(
        `about ${writeCount(needed, change.unit.slice(0, -1))} in all would be needed, ${percent.n} are there`,
      );
  }
  if (outcome === 'noDifference') reasons.push(`the whole interval lies within ±${EQUIVALENCE_PCT} %`);
  const lead = {
    wins: 'better',
    loses: 'worse',
    noDifference: `no difference larger than ${EQUIVALENCE_PCT} %`,
    cannotTell: 'cannot tell',
  }[outcome];
  return makeFinding({
    ...base,
    outcome,
    sentence: `${words.title}: ${lead}; ${words.noun} ${figures}.`,
    effect: toEffect(percent, '%'),
    n: percent.n,
    unitOfN: change.unit,
    reasons,
    numbers: [
      { label: `${words.noun}, before`, value: finite(change.before), unit: words.unit },
      { label: `${words.noun}, after`, value: finite(change.after), unit: words.unit },
      { label: 'change', value: finite(percent.estimate), unit: '%' },
    ],
    warnings: [
      ...change.warnings,
      ...(context.emulation.length > 0 ? ['times of an emulated CPU and a software engine: do not quote them'] : []),
    ],
    nextStep: outcome === 'cannotTell' ? words.nextStep : '',
  });
}
