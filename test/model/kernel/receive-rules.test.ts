import { describe, expect, it } from 'vitest';
import { UNKNOWN_ERA } from '../../../src/model/kernel/era.ts';
import { pinnedPages, spanPages } from '../../../src/model/kernel/pinned-pages.ts';
import {
  defaultAdvWinScale,
  reachTarget,
  receiveBufferOf,
  targetOf,
  windowOf,
} from '../../../src/model/kernel/receive-target.ts';
import {
  findSufficientMtu,
  impliedPieces,
  meanTransferBytes,
  segmentBytes,
  transfersPerSegment,
} from '../../../src/model/kernel/transfers.ts';

describe('pages that a read pins (num_pages_spanned)', () => {
  it.each([
    [2 * 2 ** 20, 512, 513],
    [2_000_000, 489, 490],
    [1, 1, 1],
    [2, 1, 2],
    [4096, 1, 2],
    [4097, 2, 2],
    [4098, 2, 3],
    [0, 0, 0],
  ])('%i bytes: %i to %i', (bytes, least, most) => {
    expect(pinnedPages(bytes)).toEqual({ least, most });
  });

  it('malloc of 2 MiB begins 16 bytes into a page', () => expect(spanPages(2 ** 21, 16)).toBe(513));
});

describe('engine transfers of a segment', () => {
  it('cuts 1,448 bytes into 1.353 transfers of 1,070.0 bytes', () => {
    expect(segmentBytes(1500)).toBe(1448);
    expect(transfersPerSegment(1448)).toBeCloseTo(1.3533, 4);
    expect(meanTransferBytes(1448)).toBeCloseTo(1070.0, 1);
    expect(meanTransferBytes(8948)).toBeCloseTo(2810, 0);
  });

  it('explains 612 bytes by two pieces, the published 1,069.7 by one', () => {
    expect(meanTransferBytes(1448, 2)).toBeCloseTo(615.4, 1);
    expect(impliedPieces(612, 1448)).toBeCloseTo(2.013, 3);
    expect(impliedPieces(131_791_916_307 / 123_205_655, 1448)).toBeCloseTo(1, 2);
  });

  it('knows the smallest MTU that reaches a size, and that none reaches a page', () => {
    expect(meanTransferBytes(findSufficientMtu(2400)! - 52)).toBeGreaterThanOrEqual(2400);
    expect(meanTransferBytes(findSufficientMtu(2400)! - 53)).toBeLessThan(2400);
    // 2400 · 4095 / 1696 = 5,794.8 → 5,795 + 52.
    expect(findSufficientMtu(2400)).toBe(5847);
    expect(findSufficientMtu(4096)).toBeNull();
    expect(findSufficientMtu(200_000)).toBeNull();
  });
});

describe('whether a target can be reached in one sleep', () => {
  it('SO_RCVBUF is doubled, up to twice rmem_max', () => {
    expect(receiveBufferOf(130_000, 8_000_000)).toEqual({ low: 260_000, high: 260_000 });
    expect(receiveBufferOf(250_000, 124_928)).toEqual({ low: 249_856, high: 249_856 });
    expect(receiveBufferOf(250_000, Number.NaN)).toEqual({ low: 250_000, high: 500_000 });
  });

  it('the window is 3/4 of the buffer up to 3.3 and half of it from 3.4 on', () => {
    const era = (release: number[]) => ({ ...UNKNOWN_ERA, from: release, until: release });
    expect(defaultAdvWinScale(era([2, 6, 32, 2]))).toBe(2);
    expect(defaultAdvWinScale(era([3, 10, 105]))).toBe(1);
    expect([windowOf(250_000, 2), windowOf(250_000, 1), windowOf(250_000, -2)]).toEqual([187_500, 125_000, 62_500]);
  });

  it('the question of 2.6.32: 200,000 bytes in 250,000 never, in 500,000 yes, in 300,000 woken before', () => {
    expect(reachTarget(200_000, 250_000, 2)).toBe('window-closes');
    expect(reachTarget(200_000, 300_000, 2)).toBe('woken-before');
    expect(reachTarget(200_000, 500_000, 2)).toBe('yes');
  });

  it('target is min(rcvlowat, len), all of it with MSG_WAITALL', () => {
    expect(targetOf(2 ** 21, 1)).toBe(1);
    expect(targetOf(65_536, 200_000)).toBe(65_536);
    expect(targetOf(65_536, 1, true)).toBe(65_536);
  });
});
