import type { Analysis, ProfileSummary } from '../../src/model/analysis/index.ts';
import { type Block, code, column, numberColumn, text } from '../blocks.ts';
import { nameProfiles, pickDistinct, profileChart } from '../charts/profile.ts';
import { countCell, makeTable, pctCell } from './cells.ts';
import type { SectionSpec } from './section.ts';

const MAX_SYMBOLS = 20;
const MAX_FILES = 40;
const COMPARED_PER_SIDE = 6;
const IN_TICKET = 5;

function symbolTable(profile: ProfileSummary, name: string, limit: number): Block {
  const shown = profile.symbols.slice(0, limit);
  const left = profile.symbols.length - shown.length;
  return makeTable(
    `symbols-${name}`,
    `Hottest symbols: ${name}`,
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
    left > 0 ? `${left} more symbols are in the profile itself.` : '',
  );
}

/** One profile of each side and event, the one with most samples: a folder holds the same samples in many layouts. */
function pickTables(profiles: readonly ProfileSummary[]): ProfileSummary[] {
  const best = new Map<string, ProfileSummary>();
  for (const profile of profiles) {
    if (profile.symbols.length === 0) continue;
    const key = `${profile.side}\n${profile.event}`;
    const known = best.get(key);
    if (known === undefined || profile.totalSamples > known.totalSamples) best.set(key, profile);
  }
  return [...best.values()];
}

function overviewTable(profiles: readonly ProfileSummary[]): Block {
  const left = profiles.length - MAX_FILES;
  return makeTable(
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
    profiles
      .slice(0, MAX_FILES)
      .map((p) => [
        text(p.side),
        code(p.run),
        code(p.file),
        text(p.event),
        countCell(p.totalSamples),
        pctCell(p.idlePct),
        pctCell(p.enginePct),
      ]),
    left > 0 ? `${left} more profiles are not listed.` : '',
  );
}

export const profileSection: SectionSpec = {
  id: 'profile',
  title: 'CPU profile',
  // Where no call was recorded, the profile is the answer.
  isOpen: (analysis: Analysis) => analysis.calls.total === 0,
  make(analysis) {
    const { profiles } = analysis;
    if (profiles.length === 0) return null;
    const names = nameProfiles(profiles);
    const blocks: Block[] = [];
    const categories = profileChart.drawCategories(pickDistinct(profiles, COMPARED_PER_SIDE), names);
    if (categories !== null) blocks.push(categories);
    const tables = pickTables(profiles);
    const notes = [...new Set(tables.flatMap((p) => p.notes))];
    if (notes.length > 0) blocks.push({ kind: 'list', items: notes });
    const short = (p: ProfileSummary): string => [p.side, p.event].filter((part) => part !== '').join(' · ');
    const [first, ...others] = tables.map((p) => symbolTable(p, short(p), MAX_SYMBOLS));
    if (first !== undefined) blocks.push(first);
    if (others.length > 0)
      blocks.push({ kind: 'details', summary: `${others.length} more tables: other sides and events`, blocks: others });
    blocks.push({
      kind: 'details',
      summary: `The ${profiles.length} profiles found`,
      blocks: [overviewTable(profiles)],
    });
    const ticket = tables.slice(-1).map((p) => symbolTable(p, short(p), IN_TICKET));
    return { blocks, ticket: analysis.calls.total === 0 ? ticket : undefined };
  },
};
