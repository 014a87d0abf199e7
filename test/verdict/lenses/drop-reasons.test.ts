import { describe, expect, it } from 'vitest';
import { classifyDrop } from '../../../src/verdict/arrivals/drop-reasons.ts';
import { makeDropFact } from '../../../src/verdict/lenses/drop-fact.ts';

const kindOf = (reason: string, place = 'tcp_data_queue'): string => classifyDrop({ reason, place });

describe('what a reason of kfree_skb means for the data (enum skb_drop_reason of 6.18)', () => {
  it('data that had arrived before are no loss; data pruned, over the window or without memory are', () => {
    for (const reason of ['TCP_OLD_DATA', 'TCP_OLD_SEQUENCE', 'TCP_OFOMERGE', 'TCP_OFO_DROP', 'DUP_FRAG'])
      expect(kindOf(reason)).toBe('duplicate');
    for (const reason of ['SOCKET_RCVBUFF', 'TCP_OFO_QUEUE_PRUNE', 'TCP_OVERWINDOW', 'PROTO_MEM', 'CPU_BACKLOG', ''])
      expect(kindOf(reason)).toBe('drop');
  });

  it('an old ACK that PAWS refuses has no data, a segment that PAWS refuses has', () => {
    expect([kindOf('TCP_RFC7323_PAWS_ACK'), kindOf('TCP_RFC7323_PAWS')]).toEqual(['duplicate', 'drop']);
  });

  it('unread at close: by reason where the kernel has one, else by place', () => {
    expect(kindOf('QUEUE_PURGE', 'skb_queue_purge_reason')).toBe('unread');
    expect(kindOf('NOT_SPECIFIED', 'sk_stream_kill_queues')).toBe('unread');
  });
});

describe('the figure of the first screen', () => {
  const freed = (reason: string, place: string, count: number, firstLine: number) => ({
    reason,
    place,
    count,
    firstLine,
  });

  it('counts what was dropped, says where, and duplicates apart', () => {
    const fact = makeDropFact([
      freed('NO_SOCKET', 'tcp_v4_rcv', 122, 40),
      freed('TCP_OLD_DATA', 'tcp_data_queue', 48, 7),
      freed('NO_SOCKET', '__udp4_lib_rcv', 1, 90),
    ])!;
    expect(fact.effect.estimate).toBe(123);
    expect(fact.note.match(/\d+/g)).toEqual(['122', '4', '40', '48']);
  });

  it('duplicates alone are none dropped', () => {
    expect(makeDropFact([freed('TCP_OFOMERGE', 'tcp_data_queue_ofo', 5, 3)])?.effect.estimate).toBe(0);
    expect(makeDropFact([])).toBeNull();
  });
});
