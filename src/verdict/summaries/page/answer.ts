import type { Analysis, Answer, CompareRow, Finding, TrustTopic, WhatIfRow } from '../../../model/analysis/index.ts';
import type { Run } from '../../../model/capture.ts';
import { identifyCapture } from '../../../model/identity.ts';
import type { Context } from '../../context/context.ts';
import { writeCount, writeNumber, writePct, writePctInterval } from '../../words.ts';
import { headByLateAcks } from '../late-acks.ts';
import { adviseChanges } from './change-advice.ts';
import { listFacts } from './facts.ts';

type Judged = Pick<
  Analysis,
  'verdicts' | 'findings' | 'distributions' | 'runs' | 'diagnostics' | 'recordNext' | 'exemplars'
>;

const MAX_WHY = 2;
const MAX_ACTIONS = 3;
const MAX_TIMES = 20;

/** What figures without calls say for the first screen. */
type OfFigures = Pick<Answer, 'why' | 'actions' | 'facts'>;

/** Why, what to do, and what the figures rest on: taken from what was judged, nothing is judged here. */
export function writeAnswer(context: Context, judged: Judged, figures: OfFigures | null = null): Answer {
  const isJudged = judged.verdicts.some((v) => v.outcome !== 'cannotTell');
  // Where the headline is theirs.
  const late = headByLateAcks(context) === null ? undefined : judged.findings.find((f) => f.id === 'delayed-ack');
  if (figures !== null && !isJudged)
    return {
      // A question that the calls answered keeps their answer.
      why: [...figures.why, ...writeWhy(context, judged, late)],
      // What to check comes before what to record; of the recordings one, the others are in their own section.
      actions: [
        ...figures.actions,
        ...listActions(judged, isJudged, late).slice(0, figures.actions.length > 0 ? 1 : MAX_ACTIONS),
      ],
      facts: figures.facts.length > 0 ? figures.facts : listFacts(context, judged),
      trust: listTrust(context, judged),
    };
  return {
    why: writeWhy(context, judged, late),
    actions: [...adviseChanges(rankedRows(context)), ...listActions(judged, isJudged, late)].slice(0, MAX_ACTIONS),
    facts: isJudged ? [] : listFacts(context, judged),
    trust: listTrust(context, judged),
  };
}

/** A prediction answers with its recommended settings. */
export function answerWithPredictions(answer: Answer, rows: readonly WhatIfRow[]): Answer {
  const actions = rows
    .filter((row) => row.recommended)
    .map((row) => ({ text: `Try ${row.setting}, then record again and compare.`, command: '' }));
  return { ...answer, why: [], facts: [], actions: actions.slice(0, MAX_ACTIONS) };
}

/** The answered question of the mode, the largest proven changes, then the largest cause: the first two that there are. */
function writeWhy(context: Context, { findings }: Judged, late: Finding | undefined): string[] {
  const answered = findings.filter((f) => f.role === 'answer' && f.outcome !== 'cannotTell');
  const cause = findings.find((f) => f.role === 'problem' && f.outcome === 'loses');
  const described = findings.find((f) => f.id === 'receive-path-cost');
  const mover = findings.find((f) => f.id === 'profile-mover');
  // A bound of one profile says nothing of a comparison.
  const ceiling = mover === undefined ? findings.find((f) => f.id === 'copy-ceiling') : undefined;
  const unrecorded = findings.find((f) => f.id === 'unrecorded-receiver');
  // Of a comparison both are of one side.
  const ofSide = (sentence: string | undefined): string =>
    sentence === undefined || context.baseline.length === 0 ? (sentence ?? '') : `After: ${sentence}`;
  const sentences = [
    context.selection.all.size === 0 ? '' : unrecorded?.sentence,
    late?.sentence,
    answered.find((f) => f.id === 'answer-bandwidth')?.sentence,
    cause === undefined ? writeLargestChanges(context) : '',
    ofSide(described?.sentence),
    ofSide(findings.find((f) => f.id === 'dominating-call')?.sentence),
    cause?.sentence,
    mover?.sentence,
    mover?.reasons.at(-1),
    ceiling?.sentence,
  ];
  return [...new Set(sentences.filter((s): s is string => s !== undefined && s !== ''))].slice(0, MAX_WHY);
}

/** The row that leads to the cause of a decided endpoint, with what it does not prove. */
function writeLead(comparison: Context['comparison']): string {
  const row = comparison?.lead === undefined ? undefined : comparison.rows[comparison.lead];
  if (row === undefined || row.differencePct === null) return '';
  const p = row.adjustedP === null ? '' : ` (p = ${row.adjustedP.toFixed(3)} among all rows)`;
  return `What moved most beside it: ${row.metric} ${writePctInterval(row.differencePct, 0)}; a lead to the cause, not proven by itself${p}.`;
}

/** The rows that the comparison itself ranked: they hold in their own family; the three verdicts are in the strip. */
function writeLargestChanges(context: Context): string {
  const { comparison } = context;
  const ranked = rankedRows(context);
  const parts = ranked
    // Times that hardly existed before have grown without bound: true, and no reason.
    .filter(
      (row) =>
        row.unit === '%' ||
        row.unit === '1/MiB' ||
        (row.unit === 'bytes' && row.differencePct !== null) ||
        isWithin(row.differencePct?.estimate),
    )
    .slice(0, 2)
    .map((row) => {
      const where = ['', 'all calls', 'whole run'].includes(row.stratum) ? '' : ` (${row.stratum})`;
      return `${row.metric}${where} ${writeStep(row)}`;
    });
  if (parts.length === 0) return writeLead(comparison);
  const isProven = ranked.some((row) => row.significant);
  return `${isProven ? 'Largest proven changes' : 'Largest suggested changes'}: ${parts.join('; ')}.`;
}

const rankedRows = ({ comparison }: Context): CompareRow[] =>
  (comparison?.why ?? []).map((index) => comparison!.rows[index]);

/** A share is told by its two values: a ratio of shares says little, of none nothing; so are counts that have become many times as many. */
function writeStep({ unit, before, after, differencePct }: CompareRow): string {
  if (unit === '1/MiB' && before !== null && after !== null && !isWithin(differencePct?.estimate))
    return `${writeNumber(before)} → ${writeNumber(after)}`;
  if (unit !== '%' || before === null || after === null) return writePctInterval(differencePct!, 0);
  return `${writePct(before)} → ${writePct(after)}`;
}

/** Changed by less than twenty times: −50 % and +100 % are changes of one size. */
function isWithin(pct: number | null | undefined): boolean {
  return pct != null && Math.abs(Math.log(Math.max(1e-3, 1 + pct / 100))) < Math.log(MAX_TIMES);
}

function listActions(judged: Judged, isJudged: boolean, late: Finding | undefined): Answer['actions'] {
  const fromCauses = judged.findings
    .filter((f) => f.role === 'problem' && f.outcome === 'loses' && f.nextStep !== '')
    .map((f) => ({ text: f.nextStep, command: '' }));
  const fromRecording = judged.recordNext.map(({ missing, command }) => ({ text: `Record ${missing}`, command }));
  // Nothing could be told: what to record comes before what to change.
  const first = late === undefined ? [] : [{ text: late.nextStep, command: '' }];
  const all = isJudged ? [...fromCauses, ...fromRecording] : [...first, ...fromRecording, ...fromCauses];
  const seen = new Set<string>();
  return all.filter(({ text }) => !seen.has(text) && seen.add(text)).slice(0, isJudged ? MAX_ACTIONS : 2);
}

/** Whose captures these are: 'host web7, kernel 6.18.1, capture 292d57fc'; '' when no line tells. */
function writeIdentity(runs: readonly Run[]): string {
  const identities = runs.map(identifyCapture);
  const one = (key: 'host' | 'kernel' | 'captureId', word: string, plural: string): string => {
    const values = new Set(identities.map((identity) => identity[key]).filter((value) => value !== null));
    if (values.size === 0) return '';
    const [value] = values;
    return values.size === 1
      ? `${word} ${key === 'captureId' ? value.slice(0, 8) : value}`
      : `${values.size} ${plural}`;
  };
  const id = runs.length === 1 ? one('captureId', 'capture', 'captures') : '';
  return [one('host', 'host', 'hosts'), one('kernel', 'kernel', 'kernels'), id]
    .filter((part) => part !== '')
    .join(', ');
}

/** Between marks the pairs of stretches are what is counted, not the captures that hold both sides. */
function writeSides({ baseline, runs, comparison }: Context): string {
  const pairs = comparison?.rows.find((row) => row.unitOfN === 'pairs' && row.primary !== undefined)?.nBefore;
  if (comparison?.unit !== 'pairs' || pairs === undefined)
    return `${baseline.length} + ${writeCount(runs.length, 'run')}`;
  return `${writeCount(pairs, 'pair')} of stretches in ${writeCount(runs.length, 'capture')}`;
}

function listTrust(context: Context, judged: Judged): Answer['trust'] {
  const out: { text: string; about: TrustTopic }[] = [];
  const { runs, baseline, emulation, probeCost } = context;
  out.push({
    text:
      baseline.length > 0
        ? writeSides(context)
        : `${writeCount(runs.length, 'run')}, ${writeCount(context.fit.size, 'call')}`,
    about: 'runs',
  });
  const identity = writeIdentity(runs);
  if (identity !== '') out.push({ text: identity, about: 'identity' });
  const lost = judged.diagnostics.filter((d) => d.severity === 'loss').reduce((sum, d) => sum + d.count, 0);
  out.push({ text: lost === 0 ? 'no event lost' : `lost: ${writeNumber(lost)} lines or events`, about: 'loss' });
  // A file of another kind beside the capture (a log, a script) is named as such: its lines were not misunderstood.
  // Sides that marks tell apart lie in the same files.
  const files = new Set([...baseline, ...runs].flatMap((run) => run.files));
  const read = [...files].filter(({ format }) => format !== 'unknown');
  const accounts = read.map(({ account }) => account);
  const unread = accounts.reduce((sum, { unknown, malformed }) => sum + unknown + malformed, 0);
  if (unread > 0) out.push({ text: `${writeCount(unread, 'line')} not understood`, about: 'loss' });
  if (Number.isFinite(probeCost.sharePct))
    out.push({ text: `probes at most ${writePct(probeCost.sharePct)} of CPU time`, about: 'probes' });
  if (emulation.length > 0) out.push({ text: 'emulated: shares hold, microseconds do not', about: 'emulation' });
  return out;
}
