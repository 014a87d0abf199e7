import type { Run } from '../../model/capture.ts';
import type { Fact } from '../../model/environment.ts';
import { writeCount, writeNumber } from '../words.ts';
import { COUNTER_DOMAINS, counterDeltas } from './counter-deltas.ts';
import { type Lens, makeFact } from './lens.ts';
import { adviseCounters, isLossCounter } from './loss-counters.ts';
import { measureElapsed } from './snapshot-span.ts';

const MAX_ROWS = 40;
const MAX_NAMED = 8;
/** Told by lenses of their own; values that are no counters. */
const OTHERS = /^(softnet\.|dma\d|cpu)|\.mtu$|\.cpu\d+$|\.(features|settings|ring|coalesce|driver)\./;

/** Counters beside the trace: what moved between two snapshots; of one snapshot what it counts, losses first. */
export const counters: Lens = {
  id: 'counters',
  title: 'Counters',
  look(sights) {
    const runs = sights.map(({ run }) => run);
    const moved = counterDeltas(runs)
      .filter(({ delta, key }) => delta !== 0 && !key.startsWith('softnet.'))
      .sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta) || (a.key < b.key ? -1 : 1));
    if (moved.length === 0) return tellSnapshot(runs);
    const seconds = measureElapsed(runs);
    const delayed = moved.find(({ key }) => key === 'TcpExt.DelayedACKs')?.delta ?? 0;
    // Where the timer's own lines are in the text the finding of delayed ACKs has the counter beside them.
    const isTimed = runs.some(({ timeline }) => timeline.delack.episodes > 0);
    return {
      fact:
        delayed > 0 && !isTimed
          ? makeFact('delayed ACKs', delayed, 'count', 'of all sockets; DelayedACKs between the two snapshots')
          : null,
      sentences: [
        `${writeCount(moved.length, 'counter')} moved between the two snapshots${moved.length > MAX_ROWS ? `; the ${MAX_ROWS} that moved most are listed` : ''}.`,
        ...(seconds === null
          ? ['How much time lies between them stands in neither, so no rate is given: /proc/stat beside them tells.']
          : [
              `They lie ${writeNumber(seconds.value)} s apart${seconds.source === '' ? '' : ' (the span of the trace)'}.`,
            ]),
      ],
      tables: [
        {
          caption: 'Counters before and after',
          columns: [
            { title: 'counter', unit: '' },
            { title: 'before', unit: 'count' },
            { title: 'after', unit: 'count' },
            { title: 'change', unit: 'count' },
            ...(seconds === null ? [] : [{ title: 'a second', unit: '' }]),
          ],
          rows: moved
            .slice(0, MAX_ROWS)
            .map((d) => [
              d.key,
              d.before,
              d.after,
              d.delta,
              ...(seconds === null ? [] : [writeNumber(d.delta / seconds.value)]),
            ]),
        },
      ],
    };
  },
};

/** One snapshot answers by itself: totals since boot that should be 0. */
function tellSnapshot(runs: readonly Run[]): ReturnType<Lens['look']> {
  const facts = runs
    .flatMap((run) => run.facts)
    .filter((fact) => COUNTER_DOMAINS.includes(fact.domain) && fact.moment !== 'before' && fact.value >= 0)
    .filter(
      (fact) =>
        !OTHERS.test(fact.key) && (fact.domain === 'netstat' || fact.domain === 'ethtool' || /^dev\./.test(fact.key)),
    );
  if (facts.length === 0) return null;
  const losses = facts.filter((fact) => isLossCounter(fact.key));
  const bad = losses.filter((fact) => fact.value > 0).sort(byValue);
  const good = facts.filter((fact) => fact.value > 0 && !isLossCounter(fact.key)).sort(byValue);
  const rows = [...bad, ...good].slice(0, MAX_ROWS);
  return {
    sentences: [
      losses.length === 0
        ? `${writeCount(facts.length, 'counter')} are in the snapshot, none of drops or errors.`
        : bad.length === 0
          ? `${writeCount(losses.length, 'counter')} of drops and errors are in the snapshot, all 0.`
          : `Since the counters began: ${bad
              .slice(0, MAX_NAMED)
              .map((fact) => `${fact.key} ${fact.value.toLocaleString('en-US')}`)
              .join(', ')}${bad.length > MAX_NAMED ? ` and ${bad.length - MAX_NAMED} more` : ''}.`,
      ...adviseCounters(bad.map((fact) => fact.key)),
      'One snapshot cannot tell whether that happened during the transfer: take a second one afterwards, both in one folder or one text.',
    ],
    tables: [
      {
        caption: `Counters above 0, those of drops and errors first (${rows.length} of ${bad.length + good.length})`,
        columns: [
          { title: 'counter', unit: '' },
          { title: 'value', unit: 'count' },
        ],
        rows: rows.map((fact) => [fact.key, fact.value]),
      },
    ],
  };
}

const byValue = (a: Fact, b: Fact): number => b.value - a.value || (a.key < b.key ? -1 : 1);
