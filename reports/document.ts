import type { Analysis } from '../src/model/analysis/index.ts';
import type { ReportDocument, Section } from './blocks.ts';
import { cleanDeep } from './clean.ts';
import { makeFirstScreen } from './first-screen.ts';
import { chooseShownCalls } from './sections/calls/choose.ts';
import { SECTIONS, SECTIONS_OF_WHATIF } from './sections/index.ts';

/** Analysis → what every output prints. Hostile characters are replaced here, once, for all of them. */
export function makeDocument(raw: Analysis): ReportDocument {
  const analysis = cleanDeep(raw);
  const specs = analysis.kind === 'whatif' ? SECTIONS_OF_WHATIF : SECTIONS;
  const context = { calls: chooseShownCalls(analysis) };
  const sections: Section[] = [];
  const absent: string[] = [];
  for (const { id, title, isOpen, make } of specs) {
    const body = make(analysis, context);
    if (body === null) absent.push(title);
    else sections.push({ id, title, blocks: body.blocks, isFolded: !isOpen(analysis), ticket: body.ticket ?? [] });
  }
  const open = sections.filter((section) => !section.isFolded);
  const folded = sections.filter((section) => section.isFolded);
  return {
    kind: analysis.kind,
    title: analysis.title,
    tool: analysis.tool,
    first: makeFirstScreen(analysis),
    cautions: analysis.caveats,
    sections: [...open, ...folded],
    absent,
    footnotes: [
      `Made by ${analysis.tool}, seed ${analysis.seed}, format of saved analyses ${analysis.schemaVersion}. The same capture gives the same report.`,
      'Intervals stand in brackets: [low, high]. A dash is an unknown value, never zero.',
    ],
  };
}
