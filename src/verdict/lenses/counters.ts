import type { Run } from '../../model/capture.ts';
import { writeCount } from '../words.ts';
import { counterDeltas } from './counter-deltas.ts';
import type { Lens } from './lens.ts';

const MAX_ROWS = 40;
/** What a single snapshot may answer by itself: totals since boot that should be 0. */
const TELLING =
  /^(softnet\.cpu\d+\.(dropped|time_squeeze)|(TcpExt|Tcp|Udp|Ip)\.(RcvPruned|PruneCalled|TCPRcvCollapsed|TCPBacklogDrop|ListenOverflows|ListenDrops|TCPRcvQDrop|RcvbufErrors|InErrors|InCsumErrors|RetransSegs|InDiscards))$/;

/** Counters beside the trace: what moved between two snapshots; of one snapshot what should not be there at all. */
export const counters: Lens = {
  id: 'counters',
  title: 'Counters',
  look(sights) {
    const runs = sights.map(({ run }) => run);
    const moved = counterDeltas(runs)
      .filter(({ delta }) => delta !== 0)
      .sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta) || (a.key < b.key ? -1 : 1));
    if (moved.length > 0)
      return {
        sentences: [
          `${writeCount(moved.length, 'counter')} moved between the two snapshots${moved.length > MAX_ROWS ? `; the ${MAX_ROWS} that moved most are listed` : ''}.`,
        ],
        tables: [
          {
            caption: 'Counters before and after',
            columns: [
              { title: 'counter', unit: '' },
              { title: 'before', unit: 'count' },
              { title: 'after', unit: 'count' },
              { title: 'change', unit: 'count' },
            ],
            rows: moved.slice(0, MAX_ROWS).map((d) => [d.key, d.before, d.after, d.delta]),
          },
        ],
      };
    return tellSnapshot(runs);
  },
};

function tellSnapshot(runs: readonly Run[]): ReturnType<Lens['look']> {
  const facts = runs.flatMap((run) => run.facts).filter((fact) => TELLING.test(fact.key) && fact.value >= 0);
  if (facts.length === 0) return null;
  const bad = facts.filter((fact) => fact.value > 0);
  return {
    sentences: [
      bad.length === 0
        ? `${writeCount(facts.length, 'counter')} of drops and errors are in the snapshot, all 0.`
        : `Since the counters began: ${bad
            .slice(0, 8)
            .map((fact) => `${fact.key} ${fact.value}`)
            .join(', ')}.`,
      'One snapshot cannot tell whether that happened during the transfer: take a second one afterwards, both in one folder.',
    ],
    tables: [
      {
        caption: 'Counters of drops and errors',
        columns: [
          { title: 'counter', unit: '' },
          { title: 'value', unit: 'count' },
        ],
        rows: facts.slice(0, MAX_ROWS).map((fact) => [fact.key, fact.value]),
      },
    ],
  };
}
