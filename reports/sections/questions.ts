import type { SettingRow } from '../../src/model/analysis/index.ts';
import { type Block, column, numberColumn, text } from '../blocks.ts';
import { countCell, effectCell, makeTable, pctCell } from './cells.ts';
import { always, type SectionSpec } from './section.ts';

const TOLD = { answered: 'answered', bounded: 'bounded', open: 'cannot tell' } as const;

/** The three questions of the field by name, and the settings in the order of what they cost. */
export const questionsSection: SectionSpec = {
  id: 'questions',
  title: 'The three questions',
  isOpen: always,
  make(analysis) {
    const questions = analysis.questions ?? [];
    if (questions.length === 0 || analysis.kind === 'whatif') return null;
    const answers = makeTable(
      'questions',
      'Q1, Q2, Q3',
      [column('question'), column('told'), column('answer')],
      questions.map((q) => [
        text(q.name),
        { text: TOLD[q.told], tone: q.told === 'open' ? 'doubt' : '' },
        text(`${q.question} ${q.answer}`),
      ]),
    );
    const settings = analysis.settings ?? [];
    const next = analysis.findings.find((f) => f.id === 'answer-settings')?.nextStep ?? '';
    const tryIt: Block[] = next.startsWith('recvscope ') ? [{ kind: 'code', text: next }] : [];
    // A ticket has the answers in a line each: what decides stands before the first colon.
    const cut = (answer: string): string => answer.split(/[:;] (?![^()]*\))/)[0];
    const short: Block = { kind: 'list', items: questions.map((q) => `${q.name}, ${TOLD[q.told]}: ${cut(q.answer)}`) };
    // Three screens are open: a line each, their figures one click below.
    const open: Block = {
      kind: 'list',
      items: questions.map((q) => `${q.name}: ${q.question} ${cut(q.answer).replace(/\.$/, '')} (${TOLD[q.told]}).`),
    };
    const ranked = settings.length === 0 ? [] : [rankTable(settings)];
    const full: Block = {
      kind: 'details',
      summary: 'Answers in full, settings by what receiving costs',
      blocks: [answers, ...ranked, ...tryIt],
    };
    return { blocks: [open, full], ticket: [short] };
  },
};

function rankTable(settings: readonly SettingRow[]): Block {
  return makeTable(
    'settings-ranked',
    'Q2: settings by what receiving costs, cheapest first',
    [
      numberColumn('rank'),
      column('setting'),
      numberColumn('CPU per MiB'),
      column('basis'),
      numberColumn('offloaded bytes'),
      numberColumn('pages pinned'),
      column('note'),
    ],
    settings.map((row) => [
      row.rank === null ? text('–') : countCell(row.rank),
      text(row.setting),
      effectCell(row.cpuNsPerMiB),
      { text: row.basis, tone: row.basis === 'cannot be known' ? 'doubt' : '' },
      row.offloadSharePct?.level === 1 ? pctCell(row.offloadSharePct.estimate) : effectCell(row.offloadSharePct),
      row.pagesPinned === null ? text('–') : countCell(row.pagesPinned),
      text(row.note),
    ]),
    'Measured in these calls or predicted from a replay of them; what a capture cannot know is not guessed.',
  );
}
