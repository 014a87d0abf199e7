import type { Analysis, ReceiverRow, Scope } from '../../model/analysis/index.ts';

/** A machine with more of them is a case for --comm. */
const MAX_RECEIVERS = 1000;

/** The analysis with whose calls it is about: before everything else when a capture holds those of several receivers. */
export function tellScope(
  analysis: Analysis,
  scope: Scope,
  before: readonly ReceiverRow[],
  isHeadOfMachine: boolean,
): Analysis {
  const caveats = [...analysis.caveats];
  const unlike = scope.isUnlike ? [describeUnlike(scope, before)] : [];
  caveats.unshift(...unlike, ...(scope.sentence === '' ? [] : [scope.sentence]));
  const { sentence } = analysis.headline;
  const isNamed =
    !isHeadOfMachine && scope.judged !== '' && scope.sentence !== '' && scope.receivers.some((row) => row.isJudged);
  return {
    ...analysis,
    headline: { ...analysis.headline, sentence: isNamed ? `${nameInHead(scope.judged)}: ${sentence}` : sentence },
    scope: { ...scope, receivers: [...before, ...scope.receivers].slice(0, MAX_RECEIVERS) },
    caveats,
  };
}

/** `rxbench (port 21005)`: a headline has no bracket. */
const nameInHead = (judged: string): string => judged.replace(/ \(([^()]*)\)$/, ', $1');

function describeUnlike(scope: Scope, before: readonly ReceiverRow[]): string {
  const names = [...new Set(before.filter((row) => row.isJudged).map((row) => row.name))].join(', ');
  return `Not the same receiver on both sides: BEFORE has ${names}, AFTER ${scope.judged}, and no program is in all captures. What differs may be the program; choose with --comm, --port or --pid.`;
}
