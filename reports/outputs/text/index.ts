import type { Block, ChartBlock, FindingBlock, ReportDocument, Tone } from '../../blocks.ts';
import { plainSpaces } from '../../clean.ts';
import { barLines } from '../markdown.ts';
import { wrapCommand } from './command.ts';
import { hangingLines, lengthOf, tableLines, wrapText } from './table.ts';

/** For mail: no line is longer, so that a reply quotes it unbroken. */
export const TEXT_WIDTH = 72;

const wrap = (text: string, indent = ''): string[] => wrapText(text, TEXT_WIDTH, indent);
const bullet = (text: string, mark = '- '): string[] => hangingLines(text, TEXT_WIDTH, mark);
const underline = (title: string, letter: string): string[] => {
  const lines = wrap(title);
  return [...lines, letter.repeat(Math.max(...lines.map(lengthOf), 1))];
};

function findingLines(f: FindingBlock): string[] {
  const outcome = f.share !== '' ? ` [${f.share}]` : f.outcome === '' ? '' : ` [${f.outcome}]`;
  const numbers = [...(f.effect === null ? [] : [{ label: 'measured', value: f.effect }]), ...f.numbers];
  return [
    ...bullet(`${f.title}${outcome}`, '* '),
    ...wrap(f.sentence, '  '),
    ...f.reasons.flatMap((r) => bullet(r, '  - ')),
    ...wrap(
      [...numbers.map((n) => `${n.label} ${n.value.text}`), f.stratum, f.basis].filter((p) => p !== '').join('; '),
      '  ',
    ),
    ...f.warnings.flatMap((w) => wrap(w, '  ')),
    ...f.evidence.flatMap((e) => bullet(`${e.place} ${e.text}`, '  > ')),
    ...(f.nextStep === '' ? [] : wrap(`Next: ${f.nextStep}`, '  ')),
  ];
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case 'paragraph':
      return wrap(block.text);
    case 'note':
      return wrap(block.text);
    case 'code':
      return wrapCommand(block.text, TEXT_WIDTH);
    case 'legend':
      return [];
    case 'list':
      return block.items.flatMap((item) => bullet(item));
    case 'heading':
      return underline(block.text, '-');
    case 'commands':
      return block.items.flatMap((c, i) => [
        ...(i > 0 ? [''] : []),
        ...bullet(c.missing, '* '),
        ...wrap(c.why, '  '),
        ...wrapCommand(c.command, TEXT_WIDTH),
      ]);
    case 'details':
      // What a browser folds away is left out of a mail; HTML and JSON have it.
      return [];
    case 'table':
      return tableLines(block, TEXT_WIDTH);
    case 'chart':
    case 'picture':
      return block.bars.length === 0
        ? []
        : [
            ...(block.title === '' ? [] : wrap(block.title)),
            ...(block.kind === 'chart' ? wrap(nameBars('', block)) : []),
            ...barLines(block.bars, TEXT_WIDTH),
          ];
    case 'finding':
      return findingLines(block);
  }
}

/** The first screen, a block each: the answer, why, what to do, the verdicts or the facts. */
function firstLines({ first }: ReportDocument, paint: Paint): string[][] {
  const out = [wrap(first.headline).map((line) => paint(line, first.tone, true))];
  out.push(wrap(first.eyebrow.join(' · ')));
  if (first.why.length > 0) out.push(first.why.flatMap((why) => wrap(why)));
  if (first.strip.length > 0)
    out.push(
      first.strip.flatMap((row) => {
        const values = row.before.text === '' ? '' : ` ${row.before.text} → ${row.after.text},`;
        const difference = row.difference.text === '' ? '' : ` ${row.difference.text}`;
        const reason = row.reason === '' ? '' : ` (${row.reason})`;
        const lines = hangingLines(
          `${row.title}: ${row.word.toUpperCase()}${values}${difference}${reason}`,
          TEXT_WIDTH,
          '* ',
        );
        return lines.map((line, i) =>
          i === 0 ? line.replace(row.word.toUpperCase(), (word) => paint(word, row.tone, true)) : line,
        );
      }),
    );
  else if (first.facts.length > 0)
    out.push(first.facts.flatMap(({ label, value, note }) => bullet(`${label}: ${value.text} (${note})`, '* ')));
  if (first.actions.length > 0)
    out.push(
      first.actions.flatMap(({ text, command }, i) => [
        ...bullet(text, i === 0 ? 'Do: ' : '    '),
        ...(command === '' ? [] : wrapCommand(command, TEXT_WIDTH)),
      ]),
    );
  if (first.trust.length > 0) out.push(wrap(`Rests on: ${first.trust.map((t) => t.text).join(' · ')}`));
  return out;
}

/** Colours words by their tone where the terminal has colour. */
export type Paint = (text: string, tone: Tone, isBold: boolean) => string;
const plain: Paint = (text) => text;

/** Everything that the page says open. */
export function writeText(document: ReportDocument, paint: Paint = plain): string {
  const out = firstLines(document, paint).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
  for (const section of document.sections) {
    out.push('', '', ...underline(section.title, '='));
    for (const block of section.blocks) {
      const lines = blockLines(block);
      if (lines.length > 0) out.push('', ...lines);
    }
  }
  out.push('', '-- ', ...document.footnotes.flatMap((note) => wrap(note)));
  return plainSpaces(`${out.join('\n')}\n`);
}

/** 'Where the time goes (time in calls per MiB)' */
const nameBars = (title: string, { barsOf = '' }: Pick<ChartBlock, 'barsOf'>): string =>
  title === '' || barsOf === '' ? `${title}${barsOf}` : `${title} (${barsOf})`;

const MAX_BARS = 7;

/** The largest ones in their own order. */
function largestBars({ bars }: ChartBlock): ChartBlock['bars'] {
  const largest = [...bars].sort((a, b) => b.fraction - a.fraction).slice(0, MAX_BARS);
  return bars.filter((bar) => largest.includes(bar));
}

export const SUMMARY_LINES = 60;

/** What fits on a terminal: at most 60 lines of 72 characters, with a small bar chart of where the time goes. */
export function writeSummary(document: ReportDocument, paint: Paint = plain): string {
  const groups: string[][] = firstLines(document, paint);
  for (const section of document.sections) {
    const chart = section.blocks.find((block) => block.kind === 'chart' && block.bars.length > 0);
    if (section.id === 'time' && chart?.kind === 'chart')
      groups.push([nameBars(section.title, chart), ...barLines(largestBars(chart), TEXT_WIDTH)]);
    else if (section.ticket.length > 0) groups.push([section.title, ...section.ticket.flatMap(blockLines)]);
  }
  const foot = wrap('More: --full, or -o report.html for a page with pictures.');
  const out: string[] = [];
  let left = 0;
  for (const group of groups) {
    const room = SUMMARY_LINES - out.length - foot.length - 2;
    if (group.length + 1 <= room) out.push(...(out.length === 0 ? [] : ['']), ...group);
    else if (out.length === 0) out.push(...group.slice(0, room - 1), '…');
    else left++;
  }
  const cut = left === 0 ? [] : wrap(`${left} more parts are left out here.`);
  out.push('', ...cut.slice(0, 1), ...foot);
  return plainSpaces(`${out.join('\n')}\n`);
}
