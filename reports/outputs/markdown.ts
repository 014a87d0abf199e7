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
  const numbers = [...(f.effect === null ? [] : [{ label: 'measured', value: f.effect }]), ...f.numbers];
  const lines = [
    `#### ${escapeMarkdown(f.title)}${f.share === '' ? outcome : ` (${f.share})`}`,
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
    case 'note':
      return `${escapeMarkdown(block.text)}\n`;
    case 'code':
      return fencedBlock(block.text);
    case 'legend':
      return '';
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
    case 'picture': {
      if (block.bars.length === 0) return '';
      const what = block.kind === 'chart' ? (block.barsOf ?? '') : '';
      const title = [block.title, what].filter((part) => part !== '').join(': ');
      return `${title === '' ? '' : `**${escapeMarkdown(title)}**\n\n`}${fencedBlock(barLines(block.bars, BAR + 40).join('\n'))}`;
    }
    case 'finding':
      return findingText(block);
  }
}

/** The first screen: verdicts as a table, or the facts where nothing was compared. */
function firstText({ first }: ReportDocument): string[] {
  const parts = [
    `# ${TONE_MARKS[first.tone]} ${escapeMarkdown(first.headline)}\n`.replace('#  ', '# '),
    `${escapeMarkdown(first.eyebrow.join(' · '))}\n`,
  ];
  if (first.why.length > 0) parts.push(first.why.map((why) => `${escapeMarkdown(why)}\n`).join('\n'));
  if (first.strip.length > 0)
    parts.push(
      '| verdict | before → after | difference | outcome |\n| :-- | :-- | --: | :-- |\n' +
        first.strip
          .map((row) => {
            const values = row.before.text === '' ? '' : `${row.before.text} → ${row.after.text}`;
            const reason = row.reason === '' ? '' : `: ${row.reason}`;
            const outcome = `**${TONE_MARKS[row.tone]} ${row.word}**${escapeMarkdown(reason)}`;
            return `| ${escapeMarkdown(row.title)} | ${escapeMarkdown(values)} | ${escapeMarkdown(row.difference.text)} | ${outcome} |\n`;
          })
          .join(''),
    );
  else if (first.facts.length > 0)
    parts.push(
      first.facts
        .map(
          ({ label, value, note }) =>
            `- ${escapeMarkdown(label)}: **${escapeMarkdown(value.text)}** (${escapeMarkdown(note)})\n`,
        )
        .join(''),
    );
  if (first.actions.length > 0)
    parts.push(
      `**What to do**\n\n${first.actions
        .map(({ text, command }) => `- ${escapeMarkdown(text)}${command === '' ? '' : `: ${codeSpan(command)}`}\n`)
        .join('')}`,
    );
  if (first.trust.length > 0) parts.push(`Rests on: ${escapeMarkdown(first.trust.map((t) => t.text).join(' · '))}\n`);
  return parts;
}

/** Everything that the page says, folded sections too. */
export function writeMarkdown(document: ReportDocument): string {
  const parts = firstText(document);
  for (const section of document.sections) {
    parts.push(`## ${escapeMarkdown(section.title)}\n`);
    parts.push(...section.blocks.map(blockText).filter((part) => part !== ''));
  }
  parts.push('---\n', ...document.footnotes.map((note) => `${escapeMarkdown(note)}\n`));
  return plainSpaces(parts.join('\n'));
}

export const TICKET_BYTES = 12_000;
export const TICKET_LINES = 120;

/**
 * What fits into a comment of a tracker: at most 12,000 bytes and 120 lines. No folding and no raw markup, so that
 * trackers without either show the same; what does not fit is left out from the end.
 */
export function writeTicket(document: ReportDocument): string {
  const head = firstText(document);
  const sections = document.sections
    .filter((section) => section.ticket.length > 0)
    .map((section) => `**${escapeMarkdown(section.title)}**\n\n${section.ticket.map(blockText).join('\n')}`);
  const foot = `${escapeMarkdown(document.footnotes[0])}\n`;
  for (let kept = sections.length; ; kept--) {
    const cut = kept < sections.length ? [`${sections.length - kept} more sections: --full\n`] : [];
    const text = plainSpaces([...head, ...sections.slice(0, kept), ...cut, foot].join('\n'));
    if (fits(text) || kept === 0) return fits(text) ? text : cutLines(text);
  }
}

const fits = (text: string): boolean =>
  Buffer.byteLength(text) <= TICKET_BYTES && text.split('\n').length <= TICKET_LINES;

/** A head alone that does not fit (a name of megabytes): whole lines, then letters. */
function cutLines(text: string): string {
  const lines = text.split('\n').slice(0, TICKET_LINES - 1);
  const room = Math.floor(TICKET_BYTES / 2);
  let out = '';
  for (const line of lines) {
    if (Buffer.byteLength(out) + Buffer.byteLength(line) > TICKET_BYTES - 1) {
      if (out === '') out = `${[...line].slice(0, Math.floor(room / 4)).join('')}…\n`;
      break;
    }
    out += `${line}\n`;
  }
  return out;
}
