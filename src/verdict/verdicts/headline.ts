import type { Analysis, Finding, Outcome } from '../../model/analysis/index.ts';
import type { Context } from '../context/context.ts';
import { isOffloadFree } from '../context/copy-rate.ts';
import { seeOffload } from '../context/offload-visibility.ts';
import { refusesAll } from '../context/settings.ts';
import { MIN_CALLS } from '../options.ts';
import { measureReceivePath } from '../summaries/receive-path.ts';
import { writeReceiveHeadline } from '../summaries/receive-words.ts';
import { writeBracket, writeCount, writeNumber, writePct, writePctInterval } from '../words.ts';

/** The verdict in one sentence. The three verdicts stay apart: each is named with its own outcome. */
export function writeHeadline(
  context: Context,
  verdicts: readonly Finding[],
  findings: readonly Finding[],
  share: number,
): Analysis['headline'] {
  const { paying } = context;
  if (context.selection.all.size === 0)
    return {
      sentence: 'No receive call was found in this capture: nothing can be told about offload.',
      outcome: 'cannotTell',
    };
  const { decided } = context.selection;
  if (context.baseline.length === 0 && decided.size > 0 && decided.size < MIN_CALLS)
    return {
      sentence: `${writeCount(decided.size, 'whole receive call')}: too few to judge. Record about 200.`,
      outcome: 'cannotTell',
    };
  const top = findings.find((f) => f.role === 'problem' && f.outcome === 'loses');
  const because = top === undefined ? '' : ` Largest cost seen: ${lowerFirst(top.title)}.`;
  if (paying.size === 0 && context.baseline.length > 0) return writeChangeHeadline(context, verdicts, share, '');
  if (paying.size === 0) return { sentence: writeUnused(context, findings), outcome: 'cannotTell' };
  if (context.baseline.length > 0) return writeChangeHeadline(context, verdicts, share, because);
  const parts = verdicts.map((v, i) => writePart(v, i, IN_CAPTURE));
  if (verdicts.every((v) => v.outcome === 'cannotTell')) {
    const moved = Number.isFinite(share) ? ` (${writePct(share)} of the bytes by the engine)` : '';
    const reason = verdicts[0].reasons.find((r) => !r.startsWith('cost of a CPU copy from')) ?? '';
    return {
      sentence: `Receive copy offload was used${moved}, but this capture cannot tell whether it wins or loses${reason === '' ? '' : `: ${reason}`}.${because}`,
      outcome: 'cannotTell',
    };
  }
  const moved = Number.isFinite(share) ? ` (${writePct(share)} of the bytes by the engine)` : '';
  return { sentence: `Receive copy offload${moved}: ${parts.join('; ')}.${because}`, outcome: summarize(verdicts) };
}

/** No whole call was seen to pay for offload: which is not yet "offload was not used". */
function writeUnused(context: Context, findings: readonly Finding[]): string {
  const { decided } = context.selection;
  const calls = writeCount(decided.size, 'whole receive call');
  if (decided.size === 0) return 'No whole TCP receive call is in this capture: nothing can be told about offload.';
  const declined = findings.find((f) => f.id === 'offload-hardly-taken');
  const why = declined === undefined ? '' : ` ${afterSemicolon(declined.sentence)}`;
  const off = findSwitchedOff(context);
  if (off !== '' && seeOffload(context) === 'not-used') return `Offload was switched off in this capture (${off}).`;
  switch (seeOffload(context)) {
    case 'no-such-kernel':
      return writeReceiveHeadline(measureReceivePath(context));
    case 'only-cut-calls':
      return `Only calls that the capture cuts off were offloaded, none of ${calls}: nothing can be weighed.`;
    case 'used-unseen':
      return `The engine’s counters moved in this run, but ${calls} of the capture show no pin and no engine transfer: whether they were offloaded cannot be told.`;
    case 'blind':
      return `None of ${calls} shows a pin or an engine transfer, but nothing says that this capture could have shown them: whether offload was used cannot be told.`;
    default:
      return `Offload was not used: none of ${calls} was offloaded.${why}`;
  }
}

/** The setting that keeps every call from the engine, the same in all runs: `tcp_dma_copybreak = 2147483647`; '' none. */
export function findSwitchedOff(context: Context): string {
  const { settings } = context;
  if (settings.length > 0 && settings.every((s) => refusesAll(s.copybreak)))
    return `tcp_dma_copybreak = ${settings[0].copybreak}`;
  if (settings.length > 0 && settings.every((s) => s.lowLatency === 1)) return 'tcp_low_latency = 1';
  return '';
}

/** AFTER against BEFORE: each verdict with its change; says "offload on against off" only when that is what was compared. */
function writeChangeHeadline(
  context: Context,
  verdicts: readonly Finding[],
  share: number,
  because: string,
): Analysis['headline'] {
  const offBefore = context.baseline.every(isOffloadFree);
  const isOffload = offBefore && context.paying.size > 0;
  const parts = verdicts.map((v, i) => writePart(v, i, isOffload ? IN_CAPTURE : BETWEEN));
  const moved = Number.isFinite(share) ? ` (${writePct(share)} of the bytes by the engine)` : '';
  const lead = isOffload ? `Offload on${moved} against off` : `After against before${moved}`;
  return { sentence: `${lead}: ${parts.join('; ')}.${because}`, outcome: summarize(verdicts) };
}

const IN_CAPTURE: Record<Outcome, string> = {
  wins: 'wins',
  loses: 'loses',
  noDifference: 'no difference',
  cannotTell: 'cannot tell',
};
const BETWEEN: Record<Outcome, string> = { ...IN_CAPTURE, wins: 'better', loses: 'worse' };

/** 'CPU time per byte +62 % [+43, +79] — loses'; a figure that decides nothing is left to its card. */
function writePart(v: Finding, index: number, word: Record<Outcome, string>): string {
  const title = index === 0 ? v.title : lowerFirst(v.title);
  const { effect } = v;
  const known = v.outcome !== 'cannotTell' && effect !== null && effect.estimate !== null;
  const figure = !known
    ? ''
    : effect.unit === '%'
      ? ` ${writePctInterval(effect, 0)}`
      : ` net ${writeNumber(effect.estimate!)}${writeBracket(effect.low ?? Number.NaN, effect.high ?? Number.NaN)} ${effect.unit}`;
  return `${title}${figure} — ${word[v.outcome]}`;
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
  // 'SO_RCVLOWAT …' keeps its capitals.
  return /^[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}

function afterSemicolon(sentence: string): string {
  const at = sentence.indexOf('; ');
  const rest = at < 0 ? sentence : sentence.slice(at + 2);
  return rest[0].toUpperCase() + rest.slice(1);
}
