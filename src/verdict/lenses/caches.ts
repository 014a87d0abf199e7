import { sumBy } from '../arrivals/own.ts';
import { writeBytes, writeNumber, writePct } from '../words.ts';
import type { Lens } from './lens.ts';

/** Events of perf and oprofile that count misses of a cache: cache-misses, LLC-load-misses, L1-dcache-load-misses, LLC_MISSES … */
const MISSES = /(cache|LLC|L[123]|l[123])\S*miss|\bmiss\S*.*(cache|LLC)|LAST_LEVEL_CACHE_MISSES/i;
const KIB = 1024;

/** Cache misses of the copies (DCA, DDIO, a reader far from the segments' CPU): by event, per KiB where bytes are known. */
export const caches: Lens = {
  id: 'caches',
  title: 'Cache misses of the copies',
  look(sights, categoryOf) {
    const rows = sights.flatMap(({ run }) => {
      let bytes = 0;
      for (let row = 0; row < run.calls.length; row++) bytes += Math.max(0, run.calls.get('returnedBytes', row) || 0);
      return run.profiles
        .filter(
          (table) => MISSES.test(table.event) && !table.imagesOnly && !table.isDifference && table.totalSamples > 0,
        )
        .map((table) => {
          const copies = table.rows.filter(({ symbol }) => categoryOf(symbol) === 'data_copy');
          const samples = sumBy(copies, (row) => (row.samples >= 0 ? row.samples : 0));
          const misses = sumBy(copies, (row) => (row.weight >= 0 ? row.weight : 0));
          return { event: table.event, samples, of: table.totalSamples, misses, bytes, hasPeriod: misses > samples };
        });
    });
    if (rows.length === 0) return null;
    const [first] = rows;
    const perKib = (row: (typeof rows)[number]): number =>
      row.bytes > 0 && row.hasPeriod ? (row.misses * KIB) / row.bytes : Number.NaN;
    const rate = perKib(first);
    const sentence = `${writePct((100 * first.samples) / first.of)} of the samples of ${first.event} fall into copies (${first.samples.toLocaleString('en-US')} of ${first.of.toLocaleString('en-US')})${rate > 0 ? `: ${writeNumber(rate)} misses per KiB of the ${writeBytes(first.bytes)} that the calls returned` : ''}.`;
    return {
      sentences: [
        sentence,
        rate > 0
          ? 'The profile and the calls must be of the same time for that; before and after a change (DCA, DDIO, the reader’s CPU) compare it.'
          : 'Per KiB takes the period of the samples (perf record -c) and the bytes of the calls in the same recording.',
      ],
      card: {
        role: 'note',
        title: 'Cache misses of the copies',
        sentence,
        n: first.samples,
        unitOfN: 'samples',
        nextStep:
          'A 64-byte line that misses in every cache costs 16 misses per KiB: fewer mean that DCA, DDIO or the reader’s place help.',
      },
      tables: [
        {
          caption: 'Samples of cache misses in copies',
          columns: [
            { title: 'event', unit: '' },
            { title: 'in copies', unit: 'count' },
            { title: 'of', unit: 'count' },
            { title: 'misses per KiB', unit: 'count' },
          ],
          rows: rows.map((row) => [row.event, row.samples, row.of, perKib(row)]),
        },
      ],
    };
  },
};
