import type { Analysis, Finding, Outcome } from '../../model/analysis/index.ts';
import { hasNoEngine } from '../../model/environment.ts';
import { refusesAll } from '../../model/kernel/copybreak.ts';
import type { Context } from '../context/context.ts';
import { isOffloadFree } from '../context/copy-rate.ts';
import { seeOffload, sumEngineBytes } from '../context/offload-visibility.ts';
import { MIN_CALLS } from '../options.ts';
import { headByLateAcks } from '../summaries/late-acks.ts';
import { measureReceivePath } from '../summaries/receive-path.ts';
import { writeReceiveHeadline } from '../summaries/receive-words.ts';
import { writeBytes, writeCount, writeNumber } from '../words.ts';
import { ENGINE_BYTES_BOUND, PAYING_RATE } from './cpu.ts';

/** The verdict in one sentence. The three verdicts stay apart: each is named with its own outcome. */
export function writeHeadline(
  context: Context,
  verdicts: readonly Finding[],
  findings: readonly Finding[],
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
      sentence: writeTooFew(context),
      outcome: 'cannotTell',
    };
  if (context.baseline.length > 0) return writeChangeHeadline(context, verdicts);
  if (paying.size === 0)
    return headByLateAcks(context) ?? { sentence: writeUnused(context, findings), outcome: 'cannotTell' };
  return { sentence: writeOffload(verdicts), outcome: summarize(verdicts) };
}

/** What was set on purpose is known however few the calls are. */
function writeTooFew(context: Context): string {
  const calls = writeCount(context.selection.decided.size, 'whole receive call');
  const off = findSwitchedOff(context);
  const few = `${calls} ${context.selection.decided.size === 1 ? 'is' : 'are'} too few to judge`;
  return off !== '' && seeOffload(context) === 'not-used'
    ? `Offload was switched off by ${off}; ${few} the copies.`
    : `${few}; record about 200.`;
}

/** One capture with offload: what it costs or saves per byte, a positive figure either way. */
function writeOffload(verdicts: readonly Finding[]): string {
  const [cpu, latency] = verdicts;
  const net = (verdict: Finding): number => Math.abs(verdict.effect?.estimate ?? Number.NaN);
  const size = (verdict: Finding): string => `${writeNumber(net(verdict))} ${verdict.effect?.unit ?? ''}`;
  const figure = (label: string): number => cpu.numbers.find((x) => x.label === label)?.value ?? Number.NaN;
  const least = figure(ENGINE_BYTES_BOUND) > 0 ? 'at least ' : '';
  if (cpu.outcome === 'loses' && !(net(cpu) > 0)) return 'Receive copy offload costs more CPU time than it saves.';
  if (cpu.outcome === 'loses' && net(cpu) > 0)
    return `Receive copy offload costs ${least}${size(cpu)} more CPU time than it saves.`;
  if (cpu.outcome === 'wins' && net(cpu) > 0)
    return `Receive copy offload saves ${size(cpu)} more CPU time than it costs.`;
  if (cpu.outcome === 'noDifference') return 'Receive copy offload costs as much CPU time as it saves.';
  if (latency.outcome === 'loses')
    return 'Receive copy offload makes calls longer; whether it saves CPU time cannot be told.';
  if (latency.outcome === 'wins')
    return 'Receive copy offload makes calls shorter; whether it saves CPU time cannot be told.';
  if (figure(PAYING_RATE) > 0)
    return `Receive copy offload pays only if a CPU copy costs more than ${writeNumber(figure(PAYING_RATE))} ns/byte.`;
  return 'Receive copy offload was used, but this capture cannot tell whether it wins or loses.';
}

const MAX_WORDS = 20;
/** The reason stands in the headline where both fit into one look; it is in the first finding anyway. */
const shortOf = (sentence: string, reason: string): string =>
  `${sentence}${reason}`.split(/\s+/).length <= MAX_WORDS ? `${sentence}${reason}` : sentence;

/** No whole call was seen to pay for offload: which is not yet "offload was not used". */
function writeUnused(context: Context, findings: readonly Finding[]): string {
  const { decided } = context.selection;
  const calls = writeCount(decided.size, 'whole receive call');
  if (decided.size === 0) return 'No whole TCP receive call is in this capture: nothing can be told about offload.';
  const declined = findings.find((f) => f.id === 'offload-hardly-taken');
  const why = declined === undefined ? '' : ` ${afterSemicolon(declined.sentence)}`;
  const off = findSwitchedOff(context);
  if (off !== '' && seeOffload(context) === 'not-used') return `Offload was switched off in this capture: ${off}.`;
  const hasEngine = context.runs.some((run) => !hasNoEngine(run.facts));
  if (!hasEngine && seeOffload(context) === 'not-used')
    return 'Offload was not used: no channel of a DMA engine is registered, /sys/class/dma is empty.';
  switch (seeOffload(context)) {
    case 'no-such-kernel':
      return writeReceiveHeadline(measureReceivePath(context));
    case 'only-cut-calls':
      return `Only calls that the capture cuts off were offloaded, none of ${calls}: nothing can be weighed.`;
    case 'used-unseen':
      return 'The engine’s counters moved, but no receive call shows it: whether they were offloaded cannot be told.';
    case 'blind':
      return 'Whether offload was used cannot be told: nothing that would show it was recorded.';
    default: {
      // The snapshots hold more than the calls of the trace: what was not recorded may have been offloaded.
      const { bytes } = sumEngineBytes(context);
      if (bytes > 0) return `None of ${calls} was offloaded; the engine copied ${writeBytes(bytes)} beside them.`;
      return shortOf(`Offload was not used: none of ${calls} was offloaded.`, why);
    }
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

/** What a decided endpoint says, largest claim first by its place: "61 % more CPU time per byte". */
const MORE_OF = ['CPU time per byte', 'time per call', 'throughput'];

/** AFTER against BEFORE in one sentence; says "offload" only when that is what was compared. */
function writeChangeHeadline(context: Context, verdicts: readonly Finding[]): Analysis['headline'] {
  const outcome = summarize(verdicts);
  const isOffload = context.baseline.every(isOffloadFree) && context.paying.size > 0;
  const what = isOffload ? 'Turning receive copy offload on' : 'The change';
  const claims = verdicts.flatMap((verdict, place) => {
    const estimate = verdict.effect?.estimate ?? Number.NaN;
    if ((verdict.outcome !== 'wins' && verdict.outcome !== 'loses') || !Number.isFinite(estimate)) return [];
    return [`${Math.abs(estimate).toFixed(0)} % ${estimate > 0 ? 'more' : 'less'} ${MORE_OF[place]}`];
  });
  const decided = new Set(verdicts.map((v) => v.outcome));
  const made = !decided.has('wins') ? 'made it worse' : decided.has('loses') ? 'cuts both ways' : 'made it better';
  if (claims.length > 0) return { sentence: `${what} ${made}: ${claims.join(', ')}.`, outcome };
  const same = verdicts.filter((v) => v.outcome === 'noDifference').length;
  if (same === verdicts.length)
    return { sentence: `${what} made no difference to CPU time per byte, latency or throughput.`, outcome };
  return { sentence: `Nothing is proven to differ between before and after.`, outcome };
}

/** For colour and --fail-on only: the common outcome, loses when any loses and none wins, else "cannot tell". */
export function summarize(verdicts: readonly Finding[]): Outcome {
  const outcomes = new Set(verdicts.map((v) => v.outcome));
  if (outcomes.size === 1) return [...outcomes][0];
  if (outcomes.has('loses') && !outcomes.has('wins')) return 'loses';
  if (outcomes.has('wins') && !outcomes.has('loses')) return 'wins';
  return 'cannotTell';
}

function afterSemicolon(sentence: string): string {
  const at = sentence.indexOf('; ');
  const rest = at < 0 ? sentence : sentence.slice(at + 2);
  return rest[0].toUpperCase() + rest.slice(1);
}
