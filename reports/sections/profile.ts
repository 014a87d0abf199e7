import type { Analysis, ProfileSummary } from '../../src/model/analysis.ts';
import { type Block, code, column, numberColumn, paragraph, type Section, text } from '../blocks.ts';
import { nameProfile, profileChart } from '../charts/profile.ts';
import { ABSENT } from '../messages.ts';
import { countCell, makeTable, pctCell } from './cells.ts';

const MAX_ROWS = 60;

function symbolTable(profile: ProfileSummary, index: number): Block {
  const shown = profile.symbols.slice(0, MAX_ROWS);
  const left = profile.symbols.length - shown.length;
  return makeTable(
    `symbols-${index}`,
    `Symbols: ${nameProfile(profile)}`,
    [
      column('symbol'),
      column('image'),
      column('category'),
      numberColumn('samples'),
      numberColumn('of all'),
      numberColumn('of busy'),
    ],
    shown.map((s) => [
      code(s.symbol),
      code(s.image),
      text(s.category),
      countCell(s.samples),
      pctCell(s.totalPct),
      pctCell(s.busyPct),
    ]),
    left > 0 ? `${left} more symbols are not listed.` : '',
  );
}

export function profileSection(analysis: Analysis): Section {
  if (analysis.profiles.length === 0)
    return { id: 'profile', title: 'CPU profile', blocks: [paragraph(ABSENT.profiles)] };
  const blocks: Block[] = [];
  const categories = profileChart.drawCategories(analysis.profiles);
  if (categories !== null) blocks.push(categories);
  blocks.push(
    makeTable(
      'profiles',
      'Profiles',
      [
        column('side'),
        column('capture'),
        column('file'),
        column('event'),
        numberColumn('samples'),
        numberColumn('idle'),
        numberColumn('engine'),
      ],
      analysis.profiles.map((p) => [
        text(p.side),
        code(p.run),
        code(p.file),
        text(p.event),
        countCell(p.totalSamples),
        pctCell(p.idlePct),
        pctCell(p.enginePct),
      ]),
    ),
  );
  analysis.profiles.forEach((profile, index) => {
    if (index < 4) {
      const chart = profileChart.drawSymbols(profile, index);
      if (chart !== null) blocks.push(chart);
    }
    const details: Block[] = [symbolTable(profile, index)];
    if (profile.notes.length > 0) details.unshift({ kind: 'list', items: profile.notes });
    blocks.push({ kind: 'details', summary: `All symbols: ${nameProfile(profile)}`, blocks: details });
  });
  return { id: 'profile', title: 'CPU profile', blocks };
}
