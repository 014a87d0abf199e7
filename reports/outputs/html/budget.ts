import type { Block, ReportDocument, TableBlock } from '../../blocks.ts';

/** Attachments of 1,000,000 bytes are what Bugzilla takes by default; some room is left for what wraps the file. */
export const HARD_BUDGET_BYTES = 900_000;

export interface Cut {
  /** What the page says is missing. */
  words: string;
  /** The document without it; the same object when there was none. */
  apply: (document: ReportDocument) => ReportDocument;
}

const LONG_TABLE = 40;
const SHORT_TABLE = 12;

/** Every block by `change`, details inside too; null = left out. */
function changeBlocks(blocks: readonly Block[], change: (block: Block) => Block | null): Block[] {
  return blocks.flatMap((block): Block[] => {
    const changed = change(block);
    if (changed === null) return [];
    return changed.kind === 'details' ? [{ ...changed, blocks: changeBlocks(changed.blocks, change) }] : [changed];
  });
}

function changeDocument(document: ReportDocument, change: (block: Block) => Block | null): ReportDocument {
  let isChanged = false;
  const noted = (block: Block): Block | null => {
    const next = change(block);
    if (next !== block) isChanged = true;
    return next;
  };
  const sections = document.sections.map((section) => ({ ...section, blocks: changeBlocks(section.blocks, noted) }));
  return isChanged ? { ...document, sections } : document;
}

const cutRows =
  (limit: number) =>
  (block: Block): Block => {
    if (block.kind !== 'table' || block.rows.length <= limit) return block;
    const note = `${block.rows.length - limit} more rows are left out.`;
    return { ...block, rows: block.rows.slice(0, limit), note: `${block.note} ${note}`.trim() } satisfies TableBlock;
  };

const dropSection =
  (id: string): Cut['apply'] =>
  (document) => {
    const sections = document.sections.filter((section) => section.id !== id);
    return sections.length === document.sections.length ? document : { ...document, sections };
  };

/** In this order, until the page is small enough. */
export const CUTS: readonly Cut[] = [
  {
    words: 'the stretches of the calls as tables',
    apply: (d) => changeDocument(d, (b) => (b.kind === 'details' && b.summary === 'Stretch by stretch' ? null : b)),
  },
  {
    words: 'the further calls',
    apply: (d) => ({
      ...d,
      sections: d.sections.map((s) =>
        s.id === 'calls' ? { ...s, blocks: s.blocks.filter((b) => b.kind !== 'details') } : s,
      ),
    }),
  },
  { words: `rows of tables beyond ${LONG_TABLE}`, apply: (d) => changeDocument(d, cutRows(LONG_TABLE)) },
  { words: `rows of tables beyond ${SHORT_TABLE}`, apply: (d) => changeDocument(d, cutRows(SHORT_TABLE)) },
  { words: 'the section on profiles', apply: dropSection('profile') },
  { words: 'what else was found', apply: dropSection('also') },
  { words: 'the notes', apply: dropSection('notes') },
  { words: 'what was lost', apply: dropSection('data') },
  { words: 'all further sections', apply: (d) => ({ ...d, sections: d.sections.filter((s) => !s.isFolded) }) },
  { words: 'the swim lanes', apply: dropSection('calls') },
  { words: 'the overview', apply: dropSection('overview') },
];

export function listLeftOut(words: readonly string[]): string[] {
  if (words.length === 0) return [];
  return [
    `Left out to keep this file below ${HARD_BUDGET_BYTES / 1000} kB: ${words.join('; ')}. All of it: recvscope report CAPTURE --format json, and every call: recvscope calls CAPTURE.`,
  ];
}
