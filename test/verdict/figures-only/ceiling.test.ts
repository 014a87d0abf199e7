import { describe, expect, it } from 'vitest';
import type { ProfileChain, ProfileTable } from '../../../src/model/profile.ts';
import { collectCases } from '../../../src/verdict/figures-only/cases.ts';
import { describeCeiling } from '../../../src/verdict/figures-only/ceiling.ts';
import { makeRun } from '../make-run.ts';

/** A profile as `perf report` prints it: percents only. */
function ceilingOf(rows: Record<string, number>, chains?: ProfileChain[]) {
  const table: ProfileTable = {
    file: 'report.txt',
    format: 'perf-report',
    event: 'cycles',
    sampling: '',
    imagesOnly: false,
    isDifference: false,
    totalSamples: Number.NaN,
    totalWeight: Number.NaN,
    chains,
    rows: Object.entries(rows).map(([symbol, percent], i) => ({
      symbol,
      image: '[kernel]',
      app: 'reader',
      cpu: -1,
      samples: Number.NaN,
      weight: Number.NaN,
      percent,
      line: i + 1,
    })),
  };
  const [figure] = collectCases([makeRun('profile', { profiles: [table] })], (symbol) =>
    symbol === '__skb_datagram_iter' ? 'data_copy' : 'other',
  );
  const finding = describeCeiling(figure)!;
  const numbers = new Map(finding.numbers.map((n) => [n.label, n.value]));
  return { figure, finding, gain: numbers.get('largest throughput gain') };
}

describe('the ceiling of a copy that costs nothing', () => {
  it('of a whole profile of a receiver: an upper bound, 1/(1 − share) − 1', () => {
    const { figure, gain } = ceilingOf({ copy_user_generic_string: 20, tcp_recvmsg: 30, tcp_v4_rcv: 50 });
    expect(figure.direction).toBe('receive');
    expect(gain).toBeCloseTo(25, 6);
  });

  it('partial-profile-ceiling: of the first rows only a lower bound', () => {
    const { figure, finding, gain } = ceilingOf({
      rep_movs_alternative: 18.4,
      _copy_to_iter: 4.2,
      tcp_recvmsg_locked: 3,
    });
    expect(figure.copyPct).toBeCloseTo(22.6, 6);
    expect(figure.copySymbolPct).toBeCloseTo(18.4, 6);
    expect(figure.listedPct).toBeCloseTo(25.6, 6);
    expect(gain).toBeUndefined();
    expect(finding.sentence).not.toContain('at most');
  });

  it('sender-profile-read-as-receiver: nothing of the receive path has a sample', () => {
    const { figure, gain } = ceilingOf({ rep_movs_alternative: 44, tcp_sendmsg_locked: 21, __alloc_skb: 35 });
    expect([figure.direction, gain]).toEqual(['transmit', undefined]);
  });

  it('both directions in one profile: the copy is nobody’s', () => {
    const { figure, gain } = ceilingOf({ copy_user_generic_string: 40, tcp_sendmsg: 30, tcp_recvmsg: 30 });
    expect([figure.direction, gain]).toEqual(['unknown', undefined]);
  });

  it('a copy routine that only receiving has proves the direction also beside sending', () => {
    const { figure } = ceilingOf({ __skb_datagram_iter: 10, tcp_sendmsg: 90 });
    expect(figure.direction).toBe('receive');
  });

  const chain = (row: string, percent: number, ...path: string[]): ProfileChain => ({
    row,
    symbol: path.at(-1)!,
    percent,
    path,
    line: 1,
  });
  const mixed = { rep_movs_alternative: 40, tcp_sendmsg: 30, tcp_recvmsg: 30 };

  it('call trees prove the direction where flat rows cannot', () => {
    const receive = [
      chain('rep_movs_alternative', 39.6, '_copy_to_iter'),
      chain('rep_movs_alternative', 39.5, '_copy_to_iter', '__skb_datagram_iter'),
      chain('rep_movs_alternative', 39.4, '_copy_to_iter', '__skb_datagram_iter', 'tcp_recvmsg_locked'),
    ];
    expect(ceilingOf(mixed, receive)).toMatchObject({ figure: { direction: 'receive' } });
    const both = [
      chain('rep_movs_alternative', 25, '_copy_to_iter', 'tcp_recvmsg_locked'),
      chain('rep_movs_alternative', 15, '_copy_from_iter', 'tcp_sendmsg_locked'),
    ];
    expect(ceilingOf(mixed, both).figure.direction).toBe('unknown');
  });

  it('trees that begin with the caller: the copy is a leaf, below several rows with --children', () => {
    const send = [
      chain('do_syscall_64', 39, 'tcp_sendmsg', 'rep_movs_alternative'),
      chain('tcp_sendmsg', 39, '_copy_from_iter', 'rep_movs_alternative'),
    ];
    expect(ceilingOf({ rep_movs_alternative: 40, tcp_recvmsg: 60 }, send).figure.direction).toBe('transmit');
  });
});
