import type { Finding, LensReport } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { makeFinding } from '../make-finding.ts';
import { tidySentence } from '../words.ts';
import { benchmarks } from './beside/benchmarks.ts';
import { cpuUse } from './beside/cpu-use.ts';
import { hardwareCounters } from './beside/hardware-counters.ts';
import { robot } from './beside/robot.ts';
import { caches } from './caches.ts';
import { coalescing } from './coalescing.ts';
import { counters } from './counters.ts';
import { drops } from './drops.ts';
import { engine } from './engine.ts';
import { incomingCpu } from './incoming-cpu.ts';
import { rxLatency } from './latency.ts';
import { type Lens, makeSights, type ScreenFact } from './lens.ts';
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
  caches,
  window,
  engine,
  benchmarks,
  robot,
  counters,
  hardwareCounters,
  cpuUse,
];

/** Those that have something to say: a section each, and what of it is a finding. */
export function askLenses(
  runs: readonly Run[],
  categoryOf: (symbol: string) => string = () => 'other',
): { reports: LensReport[]; findings: Finding[]; facts: ScreenFact[] } {
  const sights = makeSights(runs);
  const reports: LensReport[] = [];
  const findings: Finding[] = [];
  const facts: ScreenFact[] = [];
  for (const { id, title, look } of LENSES) {
    const seen = look(sights, categoryOf);
    if (seen === null) continue;
    const tables = seen.tables.map((table) => ({
      ...table,
      rows: table.rows.map((row) =>
        row.map((cell) => (typeof cell === 'number' && !Number.isFinite(cell) ? null : cell)),
      ),
    }));
    reports.push({ id, title, sentences: seen.sentences.map(tidySentence), tables });
    if (seen.fact != null) facts.push(seen.fact);
    if (seen.card != null) findings.push(makeFinding({ id: `lens-${id}`, outcome: 'cannotTell', ...seen.card }));
  }
  return { reports, findings, facts };
}

export const lookThroughLenses = (runs: readonly Run[]): LensReport[] => askLenses(runs).reports;
