import type { ProfileSummary } from '../../src/model/analysis.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatCount, formatPct } from '../format.ts';
import { categoryColors } from '../theme.ts';
import { bandAxis, bandHeight, colorScale, frameSpec, NO_LEGEND, type Spec, TIP } from './chart.ts';
import { barsSpec, type NamedBar, textBars } from './simple-bars.ts';

const MAX_SYMBOLS = 20;

/** 'after · run-2 · cpu-clock': enough to tell tables apart, no more. */
export function nameProfile(profile: ProfileSummary): string {
  return [profile.side, profile.run, profile.event].filter((part) => part !== '').join(' · ');
}

export function categoryRows(
  profiles: readonly ProfileSummary[],
): { row: string; category: string; pct: number; order: number; tip: string }[] {
  return profiles.flatMap((profile) =>
    profile.categories.map((c, order) => ({
      row: nameProfile(profile),
      category: c.category,
      pct: c.busyPct,
      order,
      tip: `${nameProfile(profile)}: ${c.category} ${formatPct(c.busyPct).text} of busy samples`,
    })),
  );
}

export function drawCategories(profiles: readonly ProfileSummary[]): ChartBlock | null {
  const bars = categoryRows(profiles);
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
      x: { field: 'pct', type: 'quantitative', stack: 'zero', title: 'share of busy samples (%)' },
      color: { field: 'category', type: 'nominal', scale: colorScale(categories, colors), ...NO_LEGEND },
      order: { field: 'order', type: 'quantitative' },
      ...TIP,
    },
  };
  return {
    kind: 'chart',
    id: 'profile-categories',
    title: 'CPU time by kind of work',
    alt: `Stacked bars of busy samples per category. ${profiles.map((p) => `${nameProfile(p)}: ${p.categories.map((c) => `${c.category} ${formatPct(c.busyPct).text}`).join(', ')}`).join('; ')}.`,
    caption: 'Shares of busy samples: idle and the copy engine of a software channel are set apart.',
    spec,
    bars: [],
    legend: categories.map((label, i) => ({ label, color: colors[i] })),
  };
}

export function symbolRows(profile: ProfileSummary): NamedBar[] {
  return profile.symbols.slice(0, MAX_SYMBOLS).map((s) => ({
    name: s.symbol,
    value: s.busyPct ?? s.totalPct,
    label: s.busyPct === null ? `${formatPct(s.totalPct).text} of all` : formatPct(s.busyPct).text,
    tip: `${s.symbol} (${s.image}): ${formatCount(s.samples).text} samples, ${s.category}`,
    group: s.category,
  }));
}

export function drawSymbols(profile: ProfileSummary, index: number): ChartBlock | null {
  const bars = symbolRows(profile);
  if (bars.length === 0) return null;
  const categories = [...new Set(profile.categories.map((c) => c.category).concat(bars.map((bar) => bar.group)))];
  const colors = categoryColors(categories);
  const left = profile.symbols.length - bars.length;
  return {
    kind: 'chart',
    id: `profile-symbols-${index}`,
    title: `Hottest symbols: ${nameProfile(profile)}`,
    alt: `Bars of the share of busy samples per symbol: ${bars
      .slice(0, 8)
      .map((b) => `${b.name} ${b.label}`)
      .join('; ')}.`,
    caption: `${profile.file}, ${formatCount(profile.totalSamples).text} samples.${left > 0 ? ` ${left} more symbols are in the table.` : ''}`,
    spec: barsSpec(bars, 'share of busy samples (%)', categories, colors),
    bars: textBars(bars),
    legend: categories
      .filter((c) => bars.some((b) => b.group === c))
      .map((label) => ({ label, color: colors[categories.indexOf(label)] })),
  };
}

export const profileChart = { id: 'profile', drawCategories, drawSymbols };
