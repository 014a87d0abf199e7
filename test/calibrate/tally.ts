import type { CompareRow, Comparison } from '../../src/model/analysis/index.ts';
import { wilsonInterval } from '../../src/stats/index.ts';

/** '13/1000 = 1.3 % (0.8–2.2 %)': a share with its 95 % interval (Wilson). */
export function writeShare(count: number, n: number): string {
  if (n === 0) return 'none';
  const { estimate, low, high } = wilsonInterval(count, n);
  const pct = (value: number): string => (100 * value).toFixed(1);
  return `${count}/${n} = ${pct(estimate)} % (${pct(low)}–${pct(high)} %)`;
}

/** Comparisons of like with like, counted by what they said. */
export class Tally {
  private comparisons = 0;
  private endpoints = 0;
  private tables = 0;
  private higher = 0;
  private lower = 0;
  private suggestedEndpoints = 0;
  private suggestedTables = 0;

  add({ rows, profile }: Comparison): void {
    this.comparisons++;
    const claims = rows.filter(isClaim);
    if (claims.some((row) => row.primary !== undefined)) this.endpoints++;
    if (claims.some((row) => row.primary === undefined) || profile.some((line) => line.significant)) this.tables++;
    if (rows.some((row) => row.primary !== undefined && row.suggests !== undefined)) this.suggestedEndpoints++;
    if (rows.some((row) => row.primary === undefined && row.suggests !== undefined)) this.suggestedTables++;
    for (const row of rows) {
      const { estimate } = row.difference ?? { estimate: 0 };
      if (!isClaim(row) && row.suggests === undefined) continue;
      if ((estimate ?? 0) > 0) this.higher++;
      else this.lower++;
    }
  }

  cells(): string[] {
    return [
      writeShare(this.endpoints, this.comparisons),
      writeShare(this.tables, this.comparisons),
      `${this.higher} / ${this.lower}`,
      writeShare(this.suggestedEndpoints, this.comparisons),
      writeShare(this.suggestedTables, this.comparisons),
    ];
  }
}

/** Was any difference claimed at all, in the table or in the profile? */
export function claimsAnything(comparison: Comparison): boolean {
  return comparison.rows.some(isClaim) || comparison.profile.some((line) => line.significant);
}

export function isClaim(row: CompareRow): boolean {
  return row.significant || row.outcome === 'higher' || row.outcome === 'lower';
}

export function findRow(comparison: Comparison, metric: string, stratum = 'all calls'): CompareRow | undefined {
  return comparison.rows.find((row) => row.metric === metric && row.stratum === stratum);
}

/** Does the interval of the change in % hold the truth? null = no interval was given. */
export function coversPct(row: CompareRow | undefined, truthPct: number): boolean | null {
  const effect = row?.differencePct;
  if (!effect || effect.low === null || effect.high === null) return null;
  return effect.low <= truthPct && truthPct <= effect.high;
}

export function writeTable(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
