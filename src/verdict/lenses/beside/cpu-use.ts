import type { LensTable } from '../../../model/analysis/index.ts';
import type { Run } from '../../../model/capture.ts';
import { writeCount, writePct } from '../../words.ts';
import { captionOf, type Lens } from '../lens.ts';

const MAX_ROWS = 40;

/** What mpstat, pidstat and sar say of CPUs, processes and interfaces: the averages, or the mean of the rows. */
export const cpuUse: Lens = {
  id: 'cpu-use',
  title: 'CPU use over time',
  look(sights) {
    const objects = sights.flatMap(({ run }) => readObjects(run));
    if (objects.length === 0) return null;
    const cpus = objects.filter(({ object, means }) => /^CPU \d+$/.test(object) && means.has('%idle'));
    cpus.sort((a, b) => a.means.get('%idle')! - b.means.get('%idle')!);
    const [busiest] = cpus;
    const soft = busiest?.means.get('%soft');
    const sentences = [
      busiest === undefined
        ? `${writeCount(objects.length, 'row')} of CPU or interface use, averaged over the time shown.`
        : `The busiest CPU is ${busiest.object.slice(4)}: ${writePct(100 - busiest.means.get('%idle')!)} busy${soft === undefined ? '' : `, ${writePct(soft)} in softirqs`}, averaged over the time shown.`,
    ];
    return { sentences, tables: listTables(objects) };
  },
};

interface Use {
  object: string;
  means: Map<string, number>;
}

function readObjects(run: Run): Use[] {
  const sums = new Map<string, { sum: number; n: number; average: number }>();
  for (const fact of run.facts) {
    if (fact.domain !== 'cpu-use' || Number.isNaN(fact.value)) continue;
    const [key, time] = fact.key.split('@');
    const id = `${fact.file}\n${key}`;
    const own = sums.get(id) ?? { sum: 0, n: 0, average: Number.NaN };
    sums.set(id, own);
    if (time === undefined) own.average = fact.value;
    else {
      own.sum += fact.value;
      own.n++;
    }
  }
  const objects = new Map<string, Use>();
  for (const [id, { sum, n, average }] of sums) {
    const bar = id.lastIndexOf('|');
    const object = id.slice(0, bar);
    const use = objects.get(object) ?? { object: object.slice(object.indexOf('\n') + 1), means: new Map() };
    objects.set(object, use);
    use.means.set(id.slice(bar + 1), Number.isNaN(average) ? sum / n : average);
  }
  return [...objects.values()];
}

/** Rows with the same columns stand in one table. */
function listTables(objects: readonly Use[]): LensTable[] {
  const byColumns = new Map<string, Use[]>();
  for (const use of objects) {
    const columns = [...use.means.keys()].join(' ');
    byColumns.set(columns, [...(byColumns.get(columns) ?? []), use]);
  }
  return [...byColumns.values()].map((uses) => {
    const names = [...uses[0].means.keys()];
    return {
      caption: captionOf('Averages', MAX_ROWS, uses.length),
      columns: [
        { title: 'of', unit: '' },
        ...names.map((title) => ({ title, unit: title.startsWith('%') ? '%' : 'count' })),
      ],
      rows: uses
        .slice(0, MAX_ROWS)
        .map(({ object, means }) => [object, ...names.map((name) => means.get(name) ?? null)]),
    };
  });
}
