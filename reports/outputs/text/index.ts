import type { Block, CardsBlock, FindingBlock, ReportDocument } from '../../blocks.ts';
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

function cardLines(block: CardsBlock): string[] {
  return block.cards.flatMap((card) => {
    const figure = card.figure === '' ? '' : `, ${card.figure}`;
    return [
      ...bullet(`${card.title}: ${card.outcome.toUpperCase()}${figure} (${card.basis})`, '* '),
      ...wrap(card.sentence, '  '),
      ...card.warnings.flatMap((w) => wrap(w, '  ')),
    ];
  });
}

function findingLines(f: FindingBlock): string[] {
  const outcome = f.outcome === '' ? '' : ` [${f.outcome}]`;
  const numbers = [...(f.effect === null ? [] : [{ label: 'effect', value: f.effect }]), ...f.numbers];
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
      return block.bars.length === 0 ? [] : [...wrap(block.title), ...barLines(block.bars, TEXT_WIDTH)];
    case 'cards':
      return cardLines(block);
    case 'finding':
      return findingLines(block);
  }
}

export function writeText(document: ReportDocument): string {
  const out: string[] = [...wrap(document.headline), '', ...wrap(`${document.tool}: ${document.title}`)];
  for (const caution of document.cautions) out.push('', ...bullet(caution, '! '));
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
