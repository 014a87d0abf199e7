import type { ProfileSummary } from '../../src/model/analysis/index.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatPct } from '../format.ts';
import { categoryColors } from '../theme.ts';
import { bandAxis, bandHeight, colorScale, frameSpec, NO_LEGEND, QUANTITY_AXIS, type Spec, TIP } from './chart.ts';

/** 'after · run-2 · cpu-clock', and the file where several tables of one run are about the same event. */
export function nameProfiles(profiles: readonly ProfileSummary[]): Map<ProfileSummary, string> {
  const short = (p: ProfileSummary): string => [p.side, p.run, p.event].filter((part) => part !== '').join(' · ');
  const counts = new Map<string, number>();
  for (const p of profiles) counts.set(short(p), (counts.get(short(p)) ?? 0) + 1);
  return new Map(profiles.map((p) => [p, counts.get(short(p))! > 1 ? `${short(p)} · ${p.file}` : short(p)]));
}

/** A bundle may hold the same samples printed in several layouts: one of each is drawn. */
export function pickDistinct(profiles: readonly ProfileSummary[], perSide: number): ProfileSummary[] {
  const seen = new Set<string>();
  const taken = new Map<string, number>();
  return profiles.filter((p) => {
    const key = `${p.side}\n${p.run}\n${p.event}\n${p.totalSamples}`;
    if (seen.has(key) || p.symbols.length === 0 || (taken.get(p.side) ?? 0) >= perSide) return false;
    seen.add(key);
    taken.set(p.side, (taken.get(p.side) ?? 0) + 1);
    return true;
  });
}

export function categoryRows(
  profiles: readonly ProfileSummary[],
  names: ReadonlyMap<ProfileSummary, string>,
): { row: string; category: string; pct: number; order: number; tip: string }[] {
  return profiles.flatMap((profile) =>
    profile.categories.map((c, order) => ({
      row: names.get(profile) ?? profile.run,
      category: c.category,
      pct: c.busyPct,
      order,
      tip: `${names.get(profile)}: ${c.category} ${formatPct(c.busyPct).text} of busy samples`,
    })),
  );
}

export function drawCategories(
  profiles: readonly ProfileSummary[],
  names: ReadonlyMap<ProfileSummary, string>,
): ChartBlock | null {
  const bars = categoryRows(profiles, names);
  if (bars.length === 0) return null;
  const order = [...new Set(bars.map((bar) => bar.row))];
  const categories = [...new Set(bars.map((bar) => bar.category))];
  const colors = categoryColors(categories);
  const spec: Spec = {
    ...frameSpec(bandHeight(order.length)),
    data: { values: bars.map((bar) => ({ ...bar, order: categories.indexOf(bar.category) })) },
    mark: { type: 'bar', stroke: 'currentColor', strokeOpacity: 0.25, strokeWidth: 0.5 },
    encoding: {
      y: bandAxis('row', order),
      x: { field: 'pct', type: 'quantitative', stack: 'zero', title: 'share of busy samples (%)', axis: QUANTITY_AXIS },
      color: { field: 'category', type: 'nominal', scale: colorScale(categories, colors), ...NO_LEGEND },
      order: { field: 'order', type: 'quantitative' },
      ...TIP,
    },
  };
  return {
    kind: 'chart',
    id: 'profile-categories',
    title: 'CPU time by kind of work',
    alt: `Stacked bars of busy samples per category. ${profiles.map((p) => `${names.get(p)}: ${p.categories.map((c) => `${c.category} ${formatPct(c.busyPct).text}`).join(', ')}`).join('; ')}.`,
    caption: 'Shares of busy samples: idle and the copy engine of a software channel are set apart.',
    spec,
    bars: [],
    legend: categories.map((label, i) => ({ label, color: colors[i] })),
  };
}

export const profileChart = { id: 'profile', drawCategories };
