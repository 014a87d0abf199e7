import { classifyDrop, type DropKind, isDropped } from '../arrivals/drop-reasons.ts';
import { sumBy } from '../arrivals/own.ts';
import { writeCount, writeNumber } from '../words.ts';
import { type CounterDelta, counterDeltas } from './counter-deltas.ts';
import { type Freed, makeDropFact, sumReasons, tellApart, tellRecordings } from './drop-fact.ts';
import { type Card, captionOf, groupSum, type Lens, withArrivals } from './lens.ts';
import { adviseCounters, isLossCounter } from './loss-counters.ts';

/** What to do about the reasons that name a setting (enum skb_drop_reason, include/net/dropreason-core.h). */
const ADVICE: Record<string, string> = {
  SOCKET_RCVBUFF:
    'the receive buffer of the socket was full: raise SO_RCVBUF (net.core.rmem_max bounds it) or read faster',
  SOCKET_BACKLOG: 'the backlog of a locked socket was full: the reader held the lock too long',
  NO_SOCKET: 'nobody listens on that port',
  TCP_OLD_DATA: 'data that had arrived before: retransmissions or window probes',
  TCP_LISTEN_OVERFLOW:
    'the accept queue was full: raise net.core.somaxconn and the backlog of listen(), or accept faster',
  TCP_ZEROWINDOW: 'the window was closed: the reader is too slow or the buffer too small',
  TCP_OVERWINDOW: 'beyond the window offered',
  TCP_OFO_QUEUE_PRUNE: 'out-of-order data were thrown away for want of memory: raise net.ipv4.tcp_rmem',
  CPU_BACKLOG: 'the per-CPU backlog was full: raise net.core.netdev_max_backlog or spread with RPS',
  PROTO_MEM: 'memory of the protocol was used up: net.ipv4.tcp_mem, udp_mem',
  TCP_CSUM: 'bad checksum',
  UDP_CSUM: 'bad checksum',
  NETFILTER_DROP: 'a rule of the packet filter',
};
const REFUSALS: Record<string, string> = {
  udp_fail_queue_rcv_skb: 'UDP could not queue a datagram (receive buffer or memory full)',
  sock_rcvqueue_full: 'the receive queue of a socket was full',
  sock_exceed_buf_limit: 'a socket went beyond the memory limits of its protocol',
};
const MAX_ROWS = 30;
const MAX_CHAINS = 12;

/** Every layer: what was dropped or refused, where, how often, since when, and what would help. */
export const drops: Lens = {
  id: 'drops',
  title: 'Drops and errors',
  look(sights) {
    const seen = withArrivals(sights);
    const all = seen.flatMap(({ own }) => own.totals.drops);
    const freed = groupSum(
      all,
      (d) => `${d.reason} ${d.place} ${d.isFree}`,
      (to, d) => {
        to.count += d.count;
        if (d.chains !== undefined) to.chains = [...(to.chains ?? []), ...d.chains];
      },
    ).sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
    const unnamed = sumBy(
      freed.filter((d) => d.isUnnamed),
      (d) => d.count,
    );
    const real = freed.filter((d) => !d.isFree && !d.isUnnamed);
    const refused = groupSum(
      seen.flatMap(({ own }) => own.totals.refused),
      (r) => `${r.event} ${r.flow}`,
      (to, r) => {
        to.count += r.count;
      },
    ).sort((a, b) => b.count - a.count);
    const trouble = groupSum(
      seen.flatMap(({ own }) => own.totals.trouble),
      (t) => t.event,
      (to, t) => {
        to.count += t.count;
      },
    ).sort((a, b) => b.count - a.count);
    const deltas = counterDeltas(sights.map(({ run }) => run)).filter(
      ({ key, delta }) => isLossCounter(key) && delta > 0,
    );
    if (freed.length + refused.length + trouble.length + deltas.length === 0) return null;
    const sentences: string[] = [];
    const dropped = real.filter(isDropped);
    const count = sumBy(dropped, (d) => d.count);
    const recordings = tellRecordings(all.filter((d) => !d.isFree && !d.isUnnamed && isDropped(d)));
    if (freed.length > 0) {
      const reasons = sumReasons(dropped);
      const apart = tellApart(real);
      if (count > 0 || unnamed === 0)
        sentences.push(
          count > 0
            ? `${writeCount(count, 'packet')} dropped (kfree_skb): ${reasons.map((d) => `${d.count.toLocaleString('en-US')} ${d.reason === '' ? `in ${d.place}` : d.reason}`).join(', ')}${recordings === '' ? '' : ` (${recordings})`}.`
            : apart === ''
              ? 'No packet was dropped: what kfree_skb shows was freed after use.'
              : 'No packet was dropped that brought new data.',
        );
      if (apart !== '') sentences.push(`${apart[0].toUpperCase()}${apart.slice(1)}.`);
      if (unnamed > 0)
        sentences.push(
          `${writeCount(unnamed, 'packet')} ${unnamed === 1 ? 'was' : 'were'} freed by kfree_skb at addresses that no symbol names: a drop or a reader’s free after use, no line tells. Call chains do (perf record -g -e skb:kfree_skb).`,
        );
      const free = sumBy(
        freed.filter((d) => d.isFree),
        (d) => d.count,
      );
      if (free > 0 && count > 0) sentences.push(`${free} more were freed by their reader after use: no drops.`);
      for (const { reason } of sumReasons(real))
        if (ADVICE[reason] !== undefined) sentences.push(`${reason}: ${ADVICE[reason]}.`);
    }
    for (const event of new Set(refused.map((r) => r.event)))
      sentences.push(
        `${sumBy(
          refused.filter((r) => r.event === event),
          (r) => r.count,
        )} times ${REFUSALS[event] ?? event} (${event}).`,
      );
    if (trouble.length > 0)
      sentences.push(`Events of trouble: ${trouble.map((t) => `${t.count} ${t.event}`).join(', ')}.`);
    if (deltas.length > 0)
      sentences.push(
        `Counters that moved between the two snapshots: ${deltas
          .slice(0, 8)
          .map((d) => `${d.key} +${d.delta}`)
          .join(', ')}${deltas.length > 8 ? ` and ${deltas.length - 8} more` : ''}.`,
        ...adviseCounters(deltas.map((d) => d.key)),
      );
    return {
      sentences,
      card: makeCard(real, deltas, recordings),
      fact: makeDropFact(real, recordings),
      tables: [
        {
          caption: captionOf('Freed packets by reason and place', MAX_ROWS, freed.length),
          columns: [
            { title: 'reason', unit: '' },
            { title: 'place', unit: '' },
            { title: 'packets', unit: 'count' },
            { title: 'first at line', unit: 'count' },
            { title: 'note', unit: '' },
          ],
          rows: freed
            .slice(0, MAX_ROWS)
            .map((d) => [
              d.reason,
              d.place,
              d.count,
              d.firstLine,
              d.isFree ? 'after use, no drop' : d.isUnnamed ? 'cannot tell: no symbol' : NOTES[classifyDrop(d)],
            ]),
        },
        {
          caption: 'Call chains of dropped packets, the function that freed them first',
          columns: [
            { title: 'reason', unit: '' },
            { title: 'chain', unit: '' },
            { title: 'packets', unit: 'count' },
          ],
          rows: real
            .flatMap((d) => (d.chains ?? []).map(({ chain, count }) => ({ reason: d.reason, chain, count })))
            .sort((a, b) => b.count - a.count || (a.chain < b.chain ? -1 : 1))
            .slice(0, MAX_CHAINS)
            .map(({ reason, chain, count }) => [reason, chain, count]),
        },
        {
          caption: captionOf('Refused by a full queue', MAX_ROWS, refused.length),
          columns: [
            { title: 'event', unit: '' },
            { title: 'end', unit: '' },
            { title: 'times', unit: 'count' },
            { title: 'first at line', unit: 'count' },
          ],
          rows: refused.slice(0, MAX_ROWS).map((r) => [r.event, r.flow, r.count, r.firstLine]),
        },
      ].filter((table) => table.rows.length > 0),
    };
  },
};

const NOTES: Record<DropKind, string> = {
  drop: '',
  refused: 'nobody here wanted it',
  duplicate: 'its data had arrived before',
  unread: 'unread when its queue was closed',
};

/** For these the kernel gives no reason, or the sender sends the data again without waiting for a loss. */
const NO_CARD: ReadonlySet<string> = new Set(['TCP_ZEROWINDOW', 'NOT_SPECIFIED']);
const isLoss = (d: Freed): boolean => classifyDrop(d) === 'drop' && !NO_CARD.has(d.reason);

/** Of this title are packets that lines show; the other card is of counters. */
export const PACKETS_DROPPED = 'Packets were dropped';

function makeCard(real: readonly Freed[], deltas: readonly CounterDelta[], recordings: string): Card | null {
  const lost = real.filter(isLoss);
  const title = PACKETS_DROPPED;
  if (lost.length > 0) {
    const count = sumBy(lost, (d) => d.count);
    const most = lost[0];
    return {
      role: 'problem',
      title,
      sentence: `${writeCount(count, 'packet')} ${count === 1 ? 'was' : 'were'} dropped${most.count === count ? ' ' : ', '}${most.count === count ? '' : `${writeNumber(most.count)} of them `}in ${most.place}${most.reason === '' ? '' : `, reason ${most.reason}`}, ${recordings === '' || lost.length < real.length ? `the first at line ${writeNumber(Math.min(...lost.map((d) => d.firstLine)))}` : recordings}.`,
      n: count,
      unitOfN: 'packets',
      nextStep:
        ADVICE[most.reason] === undefined
          ? ''
          : `${ADVICE[most.reason][0].toUpperCase()}${ADVICE[most.reason].slice(1)}.`,
    };
  }
  const counted = deltas.filter(({ key }) => adviseCounters([key]).length > 0).sort((a, b) => b.delta - a.delta);
  if (counted.length === 0) return null;
  return {
    role: 'problem',
    title: 'Counters of losses moved',
    sentence: `Between the two snapshots ${counted.map((d) => `${d.key} rose by ${d.delta.toLocaleString('en-US')}`).join(', ')}.`,
    n: counted[0].delta,
    unitOfN: 'packets',
    nextStep: adviseCounters(counted.map((d) => d.key)).join(' '),
  };
}
