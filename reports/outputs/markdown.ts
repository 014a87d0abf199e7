import type { Block, Cell, ChartBlock, FindingBlock, ReportDocument, TableBlock } from '../blocks.ts';
import { plainSpaces } from '../clean.ts';
import { codeSpan, escapeInHtml, escapeMarkdown } from '../markdown-text.ts';
import { TONE_MARKS } from '../messages.ts';

const BAR = 30;

function fencedBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}\n`;
}

function cellText(cell: Cell): string {
  // A pipe ends the cell even inside a code span, and a backslash there is shown: such names are escaped as text.
  if (cell.code === true && !cell.text.includes('|')) return codeSpan(cell.text);
  return escapeMarkdown(cell.text, { inTable: true });
}

function tableText(table: TableBlock): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return (
    `**${escapeMarkdown(table.caption)}**\n\n` +
    line(table.columns.map((c) => escapeMarkdown(c.title))) +
    line(table.columns.map((c) => (c.numeric ? '--:' : ':--'))) +
    table.rows.map((row) => line(row.map(cellText))).join('') +
    (table.note === '' ? '' : `\n${escapeMarkdown(table.note)}\n`)
  );
}

/** Charts become bars of characters where no table beside them says the same. */
export function barLines(bars: ChartBlock['bars'], width: number): string[] {
  const label = Math.min(28, Math.max(...bars.map((bar) => bar.label.length)));
  const value = Math.max(...bars.map((bar) => bar.value.length));
  const room = Math.max(4, width - label - value - 3);
  return bars.map((bar) => {
    const length = Math.max(bar.fraction > 0 ? 1 : 0, Math.round(bar.fraction * room));
    const name = bar.label.length > label ? `${bar.label.slice(0, label - 1)}…` : bar.label.padEnd(label);
    return `${name}  ${bar.value.padStart(value)} ${'#'.repeat(Math.min(room, length))}`.trimEnd();
  });
}

function findingText(f: FindingBlock): string {
  const outcome = f.outcome === '' ? '' : ` (${f.outcome})`;
  const numbers = [...(f.effect === null ? [] : [{ label: 'effect', value: f.effect }]), ...f.numbers];
  const lines = [
    `#### ${escapeMarkdown(f.title)}${outcome}`,
    '',
    escapeMarkdown(f.sentence),
    '',
    ...f.reasons.map((r) => `- ${escapeMarkdown(r)}`),
    ...numbers.map((n) => `- ${escapeMarkdown(n.label)}: ${escapeMarkdown(n.value.text)}`),
    `- ${escapeMarkdown([f.stratum, f.basis].filter((part) => part !== '').join('; '))}`,
    ...f.warnings.map((w) => `- ${escapeMarkdown(w)}`),
    ...f.evidence.map((e) => `- ${codeSpan(e.place)} ${escapeMarkdown(e.text)}`),
  ];
  if (f.nextStep !== '') lines.push('', `**Next:** ${escapeMarkdown(f.nextStep)}`);
  return `${lines.join('\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `${escapeMarkdown(block.text)}\n`;
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdown(item)}\n`).join('');
    case 'heading':
      return `### ${escapeMarkdown(block.text)}\n`;
    case 'commands':
      return block.items
        .map((c) => `### ${escapeMarkdown(c.missing)}\n\n${escapeMarkdown(c.why)}\n\n${fencedBlock(c.command)}`)
        .join('\n');
    case 'details':
      return `<details><summary>${escapeInHtml(block.summary)}</summary>\n\n${block.blocks.map(blockText).join('\n')}\n</details>\n`;
    case 'table':
      return tableText(block);
    case 'chart':
      return block.bars.length === 0
        ? ''
        : `**${escapeMarkdown(block.title)}**\n\n${fencedBlock(barLines(block.bars, BAR + 40).join('\n'))}`;
    case 'cards':
      return block.cards
        .map((c) => {
          const figure = c.figure === '' ? '' : ` – ${escapeMarkdown(c.figure)}`;
          return `- **${escapeMarkdown(c.title)}: ${TONE_MARKS[c.tone]} ${c.outcome}**${figure} (${escapeMarkdown(c.basis)})  \n  ${escapeMarkdown(c.sentence)}\n${c.warnings.map((w) => `  ${escapeMarkdown(w)}\n`).join('')}`;
        })
        .join('');
    case 'finding':
      return findingText(block);
  }
}

export function writeMarkdown(document: ReportDocument): string {
  const parts = [
    `# ${escapeMarkdown(document.headline)}\n`,
    `${escapeMarkdown(`${document.tool}: ${document.title}`)}\n`,
    ...document.cautions.map((caution) => `> ${escapeMarkdown(caution)}\n`),
  ];
  for (const section of document.sections) {
    parts.push(`## ${escapeMarkdown(section.title)}\n`);
    parts.push(...section.blocks.map(blockText).filter((part) => part !== ''));
  }
  parts.push('---\n', ...document.footnotes.map((note) => `${escapeMarkdown(note)}\n`));
  return plainSpaces(parts.join('\n'));
}
