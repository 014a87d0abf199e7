import type { ProfileRow, ProfileTable } from '../../../src/model/profile.ts';
import type { SampleClass } from './classes.ts';

/** One printed row with its counts and percents per class. */
export interface ClassRow {
  samples: number[];
  percents: number[];
  image: string;
  app: string;
  symbol: string;
  line: number;
}

export interface TableSpec {
  file: string;
  format: string;
  imagesOnly: boolean;
  isDifference: boolean;
}

/** One ProfileTable per event; CPUs of one event share a table. Rows that a class has no samples for are left out. */
export function makeTables(
  rows: readonly ClassRow[],
  classes: readonly SampleClass[],
  spec: TableSpec,
): ProfileTable[] {
  const tables = new Map<string, ProfileTable>();
  for (const [index, sampleClass] of classes.entries()) {
    const event = sampleClass.event;
    let table = tables.get(event);
    if (table === undefined) {
      table = { ...spec, event, sampling: sampleClass.sampling, rows: [], totalSamples: 0, totalWeight: 0 };
      tables.set(event, table);
    }
    const ofClass = rows.filter((row) => row.samples[index] > 0).map((row) => makeRow(row, index, sampleClass));
    for (const row of ofClass) table.rows.push(row);
    const total = findTotal(ofClass);
    table.totalSamples += total;
    table.totalWeight += total;
  }
  return [...tables.values()];
}

function makeRow(row: ClassRow, index: number, sampleClass: SampleClass): ProfileRow {
  const samples = row.samples[index];
  const app = [row.app, sampleClass.label].filter((part) => part !== '').join(' ');
  const { symbol, image, line } = row;
  return {
    symbol,
    image,
    app,
    cpu: sampleClass.cpu,
    samples,
    weight: samples,
    percent: row.percents[index] ?? Number.NaN,
    line,
  };
}

/**
 * The total behind the percents: a table cut by a threshold, a head or a page border has fewer samples than that.
 * The largest row tells it best: samples / percent, exact to the four digits of the percent.
 */
function findTotal(rows: readonly ProfileRow[]): number {
  let sum = 0;
  let largest: ProfileRow | null = null;
  for (const row of rows) {
    sum += row.samples;
    if (row.percent > 0 && (largest === null || row.samples > largest.samples)) largest = row;
  }
  if (largest === null) return sum;
  const implied = (largest.samples / largest.percent) * 100;
  return implied > sum * 1.001 ? Math.round(implied) : sum;
}
