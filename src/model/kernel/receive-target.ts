import { isAtLeast, type KernelEra } from './era.ts';

/** A value that is known only within bounds. */
export interface Range {
  low: number;
  high: number;
}

/**
 * sk_rcvbuf after SO_RCVBUF (iperf -w): twice min(asked, net.core.rmem_max). Without rmem_max between nothing of it and
 * all of it is doubled: a text that says "the window was 250 KB" may also mean what getsockopt gave back.
 */
export function receiveBufferOf(askedBytes: number, rmemMaxBytes: number): Range {
  if (Number.isFinite(rmemMaxBytes)) {
    const set = 2 * Math.min(askedBytes, rmemMaxBytes);
    return { low: set, high: set };
  }
  return { low: askedBytes, high: 2 * askedBytes };
}

/**
 * Window that an empty receive buffer allows: tcp_win_from_space, R − R/2^scale. net.ipv4.tcp_adv_win_scale is 2 by default
 * up to 3.3 and 1 from 3.4 on.
 */
export function windowOf(rcvbufBytes: number, advWinScale: number): number {
  if (advWinScale <= 0) return rcvbufBytes / 2 ** -advWinScale;
  return rcvbufBytes - rcvbufBytes / 2 ** advWinScale;
}

/** 1 where the era does not tell: the smaller window of the two. */
export function defaultAdvWinScale(era: KernelEra): number {
  return isAtLeast(era, 3, 4) === false ? 2 : 1;
}

/** sock_rcvlowat: what a call waits for. */
export function targetOf(readBytes: number, rcvlowatBytes: number, waitsForAll = false): number {
  return waitsForAll ? readBytes : Math.max(1, Math.min(rcvlowatBytes, readBytes));
}

/**
 * Whether a sleeping reader can get its target in one sleep. `yes`: before sk_rmem_alloc, which is at least the payload
 * queued, passes sk_rcvbuf/2 and tcp_dma_try_early_copy wakes the reader. `woken-before`: it is woken first, finds too little
 * and sleeps again. `window-closes`: not even the whole window holds the target. Bytes that the engine took in softirq
 * (2.6.18–3.5) are not charged and do not count; PSH wakes earlier in any case.
 */
export type Reach = 'yes' | 'woken-before' | 'window-closes';

export function reachTarget(targetBytes: number, rcvbufBytes: number, advWinScale: number): Reach {
  if (targetBytes > windowOf(rcvbufBytes, advWinScale)) return 'window-closes';
  return targetBytes > rcvbufBytes / 2 ? 'woken-before' : 'yes';
}
