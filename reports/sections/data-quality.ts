import type { Analysis, FileSummary } from '../../src/model/analysis/index.ts';
import { nameTable } from '../../src/model/name-table.ts';
import { type Block, code, column, numberColumn, paragraph, type Tone, text } from '../blocks.ts';
import { ABSENT, nameUnread } from '../messages.ts';
import { countCell, makeTable } from './cells.ts';
import { never, type SectionBody, type SectionSpec } from './section.ts';

const SEVERITY: Record<string, { word: string; tone: Tone }> = nameTable({
  loss: { word: 'data lost', tone: 'bad' },
  doubt: { word: 'in doubt', tone: 'doubt' },
  info: { word: 'for information', tone: 'neutral' },
});

function fileRow(run: string, f: FileSummary): ReturnType<typeof text>[] {
  return [
    code(run),
    code(f.file),
    text([f.format, f.variant, f.wrapping].filter((part) => part !== '').join(', ')),
    countCell(f.lines),
    countCell(f.parsedLines),
    countCell(f.commentLines),
    countCell(f.unusedLines),
    countCell(f.unknownLines),
    countCell(f.malformedLines),
    countCell(f.events),
    countCell(f.samples),
    countCell(f.lostEvents),
  ];
}

function describeQuality(analysis: Analysis): SectionBody {
  const blocks: Block[] = [];
  const inputs = analysis.runs.flatMap((run) => run.files);
  const unread = inputs.reduce((sum, file) => sum + file.unknownLines + file.malformedLines, 0);
  const lost = inputs.reduce((sum, file) => sum + file.lostEvents, 0);
  const lines = inputs.reduce((sum, file) => sum + file.lines, 0);
  if (unread > 0) blocks.push(paragraph(nameUnread(unread, lines)));
  if (analysis.diagnostics.length === 0) {
    if (unread === 0 && lost === 0) blocks.push(paragraph(ABSENT.diagnostics));
  } else {
    blocks.push(
      makeTable(
        'diagnostics',
        'Counted while reading',
        [column('what'), column('weight'), numberColumn('count'), column('meaning'), column('advice')],
        analysis.diagnostics.map((d) => [
          code(d.name),
          { text: SEVERITY[d.severity]?.word ?? d.severity, tone: SEVERITY[d.severity]?.tone ?? '' },
          countCell(d.count),
          text(d.meaning),
          text(d.advice),
        ]),
      ),
    );
    const examples = analysis.diagnostics.flatMap((d) =>
      d.examples.map((e) => [code(d.name), code(`${e.file}:${e.line}`), text(e.reason), code(e.text)]),
    );
    if (examples.length > 0) {
      blocks.push({
        kind: 'details',
        summary: 'First examples of each',
        blocks: [
          makeTable('examples', 'Examples', [column('what'), column('place'), column('why'), column('text')], examples),
        ],
      });
    }
  }
  const files = analysis.runs.flatMap((run) => run.files.map((f) => fileRow(run.name, f)));
  if (files.length > 0) {
    blocks.push({
      kind: 'details',
      summary: `Every line of the ${files.length} input ${files.length === 1 ? 'file' : 'files'}`,
      blocks: [
        makeTable(
          'files',
          'lines = parsed + comment + unused + unknown + malformed',
          [
            column('capture'),
            column('file'),
            column('format'),
            ...['lines', 'parsed', 'comment', 'unused', 'unknown', 'malformed', 'events', 'samples', 'lost'].map(
              numberColumn,
            ),
          ],
          files,
        ),
      ],
    });
  }
  return { blocks };
}

export const dataQualitySection: SectionSpec = {
  id: 'data',
  title: 'What was lost or not understood',
  isOpen: never,
  make: describeQuality,
};
