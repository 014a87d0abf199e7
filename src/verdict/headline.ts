import type { Analysis, Finding, Outcome } from '../model/analysis.ts';
import type { Context } from './context.ts';
import { writePct } from './words.ts';

/** The verdict in one sentence. The three verdicts stay apart: each is named with its own outcome. */
export function writeHeadline(
  context: Context,
  verdicts: readonly Finding[],
  findings: readonly Finding[],
  share: number,
): Analysis['headline'] {
  const { fit, paying } = context;
  if (context.selection.all.size === 0)
    return {
      sentence: 'No receive call was found in this capture: nothing can be told about offload.',
      outcome: 'cannotTell',
    };
  const top = findings.find((f) => f.role === 'problem');
  const because = top === undefined ? '' : ` Main cause seen: ${lowerFirst(top.title)}.`;
  if (paying.size === 0) {
    const declined = findings.find((f) => f.id === 'offload-hardly-taken');
    return {
      sentence: `Offload was not used: none of ${fit.size} receive calls was offloaded.${declined === undefined ? '' : ` ${afterSemicolon(declined.sentence)}`}`,
      outcome: 'cannotTell',
    };
  }
  const word: Record<Outcome, string> = {
    wins: 'wins',
    loses: 'loses',
    noDifference: 'makes no difference',
    cannotTell: 'cannot be told',
  };
  const parts = verdicts.map((v) => `${v.title}: ${word[v.outcome]}`);
  const moved = Number.isFinite(share) ? ` (${writePct(share)} of the bytes by the engine)` : '';
  return { sentence: `Receive copy offload${moved}: ${parts.join('; ')}.${because}`, outcome: summarize(verdicts) };
}

/** For colour and --fail-on only: the common outcome, loses when any loses and none wins, else "cannot tell". */
export function summarize(verdicts: readonly Finding[]): Outcome {
  const outcomes = new Set(verdicts.map((v) => v.outcome));
  if (outcomes.size === 1) return [...outcomes][0];
  if (outcomes.has('loses') && !outcomes.has('wins')) return 'loses';
  if (outcomes.has('wins') && !outcomes.has('loses')) return 'wins';
  return 'cannotTell';
}

function lowerFirst(text: string): string {
  return text === '' ? '' : text[0].toLowerCase() + text.slice(1);
}

function afterSemicolon(sentence: string): string {
  const at = sentence.indexOf('; ');
  const rest = at < 0 ? sentence : sentence.slice(at + 2);
  return rest[0].toUpperCase() + rest.slice(1);
}
