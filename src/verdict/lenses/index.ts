import type { LensReport } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { tidySentence } from '../words.ts';
import { benchmarks } from './beside/benchmarks.ts';
import { hardwareCounters } from './beside/hardware-counters.ts';
import { robot } from './beside/robot.ts';
import { coalescing } from './coalescing.ts';
import { counters } from './counters.ts';
import { drops } from './drops.ts';
import { engine } from './engine.ts';
import { incomingCpu } from './incoming-cpu.ts';
import { rxLatency } from './latency.ts';
import { type Lens, makeSights } from './lens.ts';
import { polling } from './polling.ts';
import { queues } from './queues.ts';
import { scheduling } from './scheduling.ts';
import { softnet } from './softnet.ts';
import { splitHeaders } from './split-headers.ts';
import { window } from './window.ts';

/** The questions about what arrived, in the order in which they are asked; losses first. */
export const LENSES: readonly Lens[] = [
  drops,
  queues,
  softnet,
  rxLatency,
  incomingCpu,
  scheduling,
  coalescing,
  splitHeaders,
  polling,
  window,
  engine,
  benchmarks,
  robot,
  counters,
  hardwareCounters,
];

/** Those that have something to say. */
export function lookThroughLenses(runs: readonly Run[]): LensReport[] {
  const sights = makeSights(runs);
  return LENSES.flatMap(({ id, title, look }): LensReport[] => {
    const seen = look(sights);
    if (seen === null) return [];
    const tables = seen.tables.map((table) => ({
      ...table,
      rows: table.rows.map((row) =>
        row.map((cell) => (typeof cell === 'number' && !Number.isFinite(cell) ? null : cell)),
      ),
    }));
    return [{ id, title, sentences: seen.sentences.map(tidySentence), tables }];
  });
}
