import { measureStages, STAGES, stageQuantile } from '../arrivals/stages.ts';
import { writeNs } from '../words.ts';
import { type Lens, withArrivals } from './lens.ts';

/** What the stack, the wakeup and the reader add to a segment, stage by stage. */
export const rxLatency: Lens = {
  id: 'rx-latency',
  title: 'From the driver to the reader',
  look(sights) {
    const all = withArrivals(sights).map(({ run, own }) => measureStages(run, own));
    const merged = new Map(
      STAGES.map((stage) => [stage, Float64Array.from(all.flatMap((stages) => [...(stages.get(stage) ?? [])])).sort()]),
    );
    const shown = STAGES.filter((stage) => merged.get(stage)!.length > 0);
    if (!shown.some((stage) => stage !== 'copy → return')) return null;
    const q = (stage: (typeof STAGES)[number], p: number): number => stageQuantile(merged, stage, p);
    const whole = merged.get('driver → copy')!.length > 0 ? 'driver → copy' : 'socket → copy';
    const n = merged.get(whole)!.length;
    const sentences =
      n === 0
        ? []
        : [
            `${whole === 'driver → copy' ? 'From the driver to the first copy of its bytes' : 'From its socket to the first copy of its bytes'} a segment took ${writeNs(q(whole, 0.5))} (median), ${writeNs(q(whole, 0.99))} (p99), ${writeNs(q(whole, 0.999))} (p99.9), at most ${writeNs(q(whole, 1))}; n = ${n}.`,
          ];
    return {
      sentences,
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
            q(stage, 0.99),
            q(stage, 0.999),
            q(stage, 1),
          ]),
        },
      ],
    };
  },
};
