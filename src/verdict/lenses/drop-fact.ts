import { classifyDrop, isDropped } from '../arrivals/drop-reasons.ts';
import { sumBy } from '../arrivals/own.ts';
import { writeCount, writeNumber } from '../words.ts';
import { groupSum, makeFact, type ScreenFact } from './lens.ts';

/** What kfree_skb freed for one reason at one place. */
export interface Freed {
  reason: string;
  place: string;
  count: number;
  firstLine: number;
  /** The recording, where several that were made one after the other are in the run. */
  file?: string;
}

/** `not counted as dropped: 48 duplicates (TCP_OLD_DATA) and 1 packet unread at close (QUEUE_PURGE)`; '' none. */
export function tellApart(real: readonly Freed[]): string {
  const kinds = (['duplicate', 'unread'] as const).flatMap((kind) => {
    const list = real.filter((d) => classifyDrop(d) === kind);
    const count = sumBy(list, (d) => d.count);
    if (count === 0) return [];
    const names = [...new Set(sumReasons(list).map(nameOf))].join(', ');
    return kind === 'duplicate'
      ? [`${writeCount(count, 'duplicate')} (${names})`]
      : [`${writeCount(count, 'packet')} unread at close (${names})`];
  });
  return kinds.length === 0 ? '' : `not counted as dropped: ${kinds.join(' and ')}`;
}

/** By reason, where the kernel has none by place; most frequent first. */
export const sumReasons = <T extends Freed>(list: readonly T[]): T[] =>
  groupSum(
    list,
    (d) => nameOf(d),
    (to, d) => {
      to.count += d.count;
    },
  ).sort((a, b) => b.count - a.count);

/** `123 NO_SOCKET (122 in tcp_v4_rcv), 2 NOT_SPECIFIED; from line 9,195 on; not counted as dropped: 48 duplicates (TCP_OLD_DATA)`. */
export function makeDropFact(real: readonly Freed[], recordings = ''): ScreenFact | null {
  const dropped = real.filter(isDropped);
  const apart = tellApart(dropped.length === 0 ? real : real.filter((d) => classifyDrop(d) === 'duplicate'));
  if (real.length === 0) return null;
  const line = Math.min(...(dropped.length > 0 ? dropped : real).map((d) => d.firstLine));
  const from = `from line ${writeNumber(line)} on`;
  if (dropped.length === 0) return makeFact('packets dropped', 0, 'count', `${apart}; ${from}`);
  const reasons = sumReasons(dropped);
  const placeOf = (reason: string): string => {
    const [most, ...others] = dropped.filter((d) => nameOf(d) === reason);
    if (most.place === reason || most.place === '') return '';
    return others.length === 0 ? ` in ${most.place}` : ` (${writeNumber(most.count)} in ${most.place})`;
  };
  const named =
    reasons.length === 1
      ? [`all ${nameOf(reasons[0])}${placeOf(nameOf(reasons[0]))}`]
      : reasons.slice(0, 2).map((d, i) => `${writeNumber(d.count)} ${nameOf(d)}${i === 0 ? placeOf(nameOf(d)) : ''}`);
  const more = reasons.length > 2 ? ` and ${writeCount(reasons.length - 2, 'more reason')}` : '';
  return makeFact(
    'packets dropped',
    sumBy(dropped, (d) => d.count),
    'count',
    `${named.join(', ')}${more}; ${recordings === '' ? from : recordings}${apart === '' ? '' : `; ${apart}`}`,
  );
}

/** `1,191 in perf.txt.gz and 1,189 in trace.txt.gz, recorded one after the other`; '' one recording. */
export function tellRecordings(dropped: readonly Freed[]): string {
  const files = groupSum(
    dropped,
    (d) => d.file ?? '',
    (to, d) => {
      to.count += d.count;
    },
  );
  if (files.length < 2 || files.some((d) => d.file === undefined)) return '';
  const named = files.map((d) => `${writeNumber(d.count)} in ${d.file!.slice(d.file!.lastIndexOf('/') + 1)}`);
  return `${named.join(', ')}, recorded one after the other`;
}

const nameOf = ({ reason, place }: { reason: string; place: string }): string => (reason === '' ? place : reason);
