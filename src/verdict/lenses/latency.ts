import { canTellQuantile } from '../../stats/index.ts';
import { measureStages, STAGES, type Stage, stageQuantile } from '../arrivals/stages.ts';
import { writeCount, writeNs, writeNumber } from '../words.ts';
import { type Card, type Lens, makeFact, withArrivals } from './lens.ts';

/** What the stack, the wakeup and the reader add to a segment, stage by stage. */
export const rxLatency: Lens = {
  id: 'rx-latency',
  title: 'From the driver to the reader',
  look(sights) {
    const all = withArrivals(sights).map(({ run, own }) => measureStages(run, own));
    const merged = new Map(STAGES.map((stage) => [stage, mergeSorted(all.flatMap((run) => run.get(stage) ?? []))]));
    const shown = STAGES.filter((stage) => merged.get(stage)!.length > 0);
    if (!shown.some((stage) => stage !== 'copy → return')) return null;
    const q: Quantile = (stage, p) => stageQuantile(merged, stage, p);
    const whole = merged.get('driver → copy')!.length > 0 ? 'driver → copy' : 'socket → copy';
    const n = merged.get(whole)!.length;
    const sentences =
      n === 0
        ? []
        : [
            `${whole === 'driver → copy' ? 'From the driver to the first copy of its bytes' : 'From its socket to the first copy of its bytes'} a segment took ${writeQuantiles(q, whole, n)}, at most ${writeNs(q(whole, 1))}; n = ${writeNumber(n)}.`,
          ];
    return {
      sentences,
      fact:
        n === 0
          ? null
          : makeFact(
              whole,
              q(whole, 0.5),
              'ns',
              `median of ${writeCount(n, 'segment')}; ${canTellQuantile(0.99, n) ? `p99 ${writeNs(q(whole, 0.99))}` : `at most ${writeNs(q(whole, 1))}`}`,
            ),
      card: n === 0 ? null : makeCard(whole, n, q, shown),
      tables: [
        {
          caption: 'Segments with payload by stage',
          columns: [
            { title: 'stage', unit: '' },
            { title: 'segments', unit: 'count' },
            { title: 'p50', unit: 'ns' },
            { title: 'p99', unit: 'ns' },
            { title: 'p99.9', unit: 'ns' },
            { title: 'largest', unit: 'ns' },
          ],
          rows: shown.map((stage) => [
            stage,
            merged.get(stage)!.length,
            q(stage, 0.5),
            ...TAILS.map(([p]) => (canTellQuantile(p, merged.get(stage)!.length) ? q(stage, p) : null)),
            q(stage, 1),
          ]),
        },
      ],
    };
  },
};

function mergeSorted(lists: readonly Float64Array[]): Float64Array {
  if (lists.length === 1) return lists[0];
  const all = new Float64Array(lists.reduce((sum, list) => sum + list.length, 0));
  let filled = 0;
  for (const list of lists) {
    all.set(list, filled);
    filled += list.length;
  }
  return all.sort();
}

type Quantile = (stage: Stage, p: number) => number;
const TAILS = [
  [0.99, 'p99'],
  [0.999, 'p99.9'],
] as const;

/** `67 µs (median), 11.7 ms (p99)`: as far out as the number of segments can tell. */
function writeQuantiles(q: Quantile, stage: Stage, n: number): string {
  const tails = TAILS.filter(([p]) => canTellQuantile(p, n)).map(([p, name]) => `${writeNs(q(stage, p))} (${name})`);
  return [`${writeNs(q(stage, 0.5))} (median)`, ...tails].join(', ');
}

const CURES: Partial<Record<Stage, string>> = {
  'driver → protocol': 'Softirqs wait or take long: look at NET_RX time by CPU, GRO and RPS.',
  'protocol → socket': 'Protocol work or the socket lock takes long: look at the backlog of the calls.',
  'socket → copy':
    'The reader comes late: look at its wakeups and at who waited for a CPU; SO_BUSY_POLL or a CPU of its own help.',
};

function makeCard(whole: Stage, n: number, q: Quantile, shown: readonly Stage[]): Card {
  const parts = shown.filter((stage) => stage !== 'driver → copy' && stage !== 'copy → return');
  const far = canTellQuantile(0.99, n) ? 0.99 : 0.5;
  const largest = parts.reduce((best, stage) => (q(stage, far) > q(best, far) ? stage : best), parts[0]);
  const most =
    whole === largest || parts.length < 2 ? '' : ` The largest part is ${largest}: ${writeQuantiles(q, largest, n)}.`;
  return {
    role: 'note',
    title: 'What the stack, the wakeup and the reader add',
    sentence: `${whole === 'driver → copy' ? 'From the driver' : 'From its socket'} to the copy a segment took ${writeQuantiles(q, whole, n)}.${most}`,
    n,
    unitOfN: 'segments',
    nextStep: CURES[largest] ?? '',
  };
}
