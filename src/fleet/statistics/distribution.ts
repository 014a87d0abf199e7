/** Widths of a bin on the log scale that read well as percents. */
const WIDTHS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const MAX_BINS = 40;

/** Hosts by their change, bins of one width on the log scale, 0 on an edge. Empty bins between others are kept. */
export function countChanges(changes: readonly number[]): { lowPct: number; highPct: number; hosts: number }[] {
  if (changes.length === 0) return [];
  const low = changes.reduce((a, b) => Math.min(a, b));
  const high = changes.reduce((a, b) => Math.max(a, b));
  const width = WIDTHS.find((w) => Math.floor(high / w) - Math.floor(low / w) < MAX_BINS) ?? WIDTHS[WIDTHS.length - 1];
  const first = Math.floor(low / width);
  const counts = new Array<number>(Math.floor(high / width) - first + 1).fill(0);
  for (const change of changes) counts[Math.floor(change / width) - first]++;
  const pct = (edge: number): number => 100 * Math.expm1((first + edge) * width);
  return counts.map((hosts, i) => ({ lowPct: pct(i), highPct: pct(i + 1), hosts }));
}
