import { canTellQuantile } from '../../stats/index.ts';
import { measureCpus } from '../arrivals/cpus.ts';
import { medianOf } from '../derived.ts';
import { writeCount, writeNumber, writePct, writeSigned } from '../words.ts';
import { groupSum, type Lens, makeFact, withArrivals } from './lens.ts';

/** Fewer calls and one that lost its CPU in the copy decides. */
const MIN_CALLS_A_SIDE = 30;

/** The CPU that did protocol work against the CPU that copied (SO_INCOMING_CPU). */
export const incomingCpu: Lens = {
  id: 'incoming-cpu',
  title: 'Arrival CPU and copy CPU',
  look(sights) {
    const measured = withArrivals(sights).flatMap(({ run, own }) => measureCpus(run, own) ?? []);
    const segments = measured.reduce((sum, m) => sum + m.segments, 0);
    if (segments === 0) return null;
    const remote = measured.reduce((sum, m) => sum + m.remote, 0);
    const pairs = groupSum(
      measured.flatMap((m) => m.pairs),
      (p) => `${p.arrival} ${p.copy}`,
      (to, p) => {
        to.segments += p.segments;
      },
    ).sort((a, b) => b.segments - a.segments);
    const rate = (group: 'local' | 'other'): { calls: number; perByte: number } => {
      const values = measured.flatMap((m) => m[group]);
      return { calls: values.length, perByte: medianOf(values) };
    };
    const [local, other] = [rate('local'), rate('other')];
    const hasCost = local.calls >= MIN_CALLS_A_SIDE && other.calls >= MIN_CALLS_A_SIDE;
    const cost = hasCost
      ? `A copied byte took ${writeNumber(local.perByte)} ns (median of the calls) where it had arrived on the reader’s CPU (${writeCount(local.calls, 'call')}), ${writeNumber(other.perByte)} ns where it had arrived on another (${writeCount(other.calls, 'call')}): ${writeSigned((100 * other.perByte) / local.perByte - 100, '%', 0)}. That is of this recording; two recordings with the reader pinned to either CPU, compared, prove it.`
      : 'What a remote reader costs takes calls of both kinds: record with the reader pinned to the arrival CPU too and compare.';
    // A share of fewer goes in steps of more than 5 %.
    const isShare = canTellQuantile(0.05, segments);
    const remotePct = (100 * remote) / segments;
    return {
      fact: isShare
        ? makeFact(
            'copied on another CPU',
            remotePct,
            '%',
            `of ${writeCount(segments, 'segment')}; most: arrived on CPU ${pairs[0].arrival}, copied on CPU ${pairs[0].copy}`,
          )
        : null,
      card:
        remotePct < 50 || !isShare
          ? null
          : {
              role: 'note',
              title: 'The reader copies on another CPU than the one that receives',
              sentence: `${writePct(remotePct)} of ${writeCount(segments, 'segment')} were received on one CPU and copied on another, most on CPU ${pairs[0].arrival} and CPU ${pairs[0].copy}${hasCost ? `; a copied byte cost ${writeSigned((100 * other.perByte) / local.perByte - 100, '%', 0)} there` : ''}.`,
              n: segments,
              unitOfN: 'segments',
              nextStep:
                'Let the reader run where its segments arrive (SO_INCOMING_CPU, taskset) or let them arrive where it runs (RFS: net.core.rps_sock_flow_entries), record both and compare.',
            },
      sentences: [
        `${remote} of ${writeCount(segments, 'segment')} (${writePct((100 * remote) / segments)}) were copied on another CPU than the one that received them; most: received on CPU ${pairs[0].arrival}, copied on CPU ${pairs[0].copy} (${pairs[0].segments}).`,
        cost,
      ],
      tables: [
        {
          caption: 'Segments by arrival CPU and copy CPU',
          columns: [
            { title: 'arrival CPU', unit: 'count' },
            { title: 'copy CPU', unit: 'count' },
            { title: 'segments', unit: 'count' },
          ],
          rows: pairs.map((p) => [p.arrival, p.copy, p.segments]),
        },
      ],
    };
  },
};
