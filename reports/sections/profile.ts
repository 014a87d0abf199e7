import type { Analysis, ProfileSummary } from '../../src/model/analysis/index.ts';
import { type Block, code, column, numberColumn, paragraph, type Section, text } from '../blocks.ts';
import { nameProfiles, pickDistinct, profileChart } from '../charts/profile.ts';
import { ABSENT } from '../messages.ts';
import { countCell, makeTable, pctCell } from './cells.ts';

const MAX_ROWS = 60;

function symbolTable(profile: ProfileSummary, name: string, index: number): Block {
  const shown = profile.symbols.slice(0, MAX_ROWS);
  const left = profile.symbols.length - shown.length;
  return makeTable(
    `symbols-${index}`,
    `Symbols: ${name}`,
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

const DRAWN_PER_SIDE = 2;
const COMPARED_PER_SIDE = 6;

function symbolBlocks(profile: ProfileSummary, name: string, index: number): Block[] {
  const table = symbolTable(profile, name, index);
  return profile.notes.length > 0 ? [{ kind: 'list', items: profile.notes }, table] : [table];
}

export function profileSection(analysis: Analysis): Section {
  const { profiles } = analysis;
  if (profiles.length === 0) return { id: 'profile', title: 'CPU profile', blocks: [paragraph(ABSENT.profiles)] };
  const names = nameProfiles(profiles);
  const blocks: Block[] = [];
  const categories = profileChart.drawCategories(pickDistinct(profiles, COMPARED_PER_SIDE), names);
  if (categories !== null) blocks.push(categories);
  const drawn = pickDistinct(profiles, DRAWN_PER_SIDE);
  for (const profile of drawn) {
    const index = profiles.indexOf(profile);
    const name = names.get(profile)!;
    const chart = profileChart.drawSymbols(profile, name, index);
    if (chart !== null) blocks.push(chart);
    blocks.push({ kind: 'details', summary: `All symbols: ${name}`, blocks: symbolBlocks(profile, name, index) });
  }
  const overview = makeTable(
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
    profiles.map((p) => [
      text(p.side),
      code(p.run),
      code(p.file),
      text(p.event),
      countCell(p.totalSamples),
      pctCell(p.idlePct),
      pctCell(p.enginePct),
    ]),
  );
  const others = profiles.filter((p) => !drawn.includes(p));
  if (others.length === 0) blocks.push(overview);
  else {
    const tables = others.flatMap((p) => symbolBlocks(p, names.get(p)!, profiles.indexOf(p)));
    blocks.push({ kind: 'details', summary: `All ${profiles.length} profile tables`, blocks: [overview, ...tables] });
  }
  return { id: 'profile', title: 'CPU profile', blocks };
}
