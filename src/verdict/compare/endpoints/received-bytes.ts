import { bytesOf, MSG_PEEK, type Selection } from '../../call-view.ts';

export interface RunBytes {
  /** Bytes of the calls that count; NaN when some call's are not known. */
  counted: number;
  /** Bytes of every call of the run that took some off the socket. */
  all: number;
  /** Bytes to put down for each counted call where calls do not tell theirs; NaN where they do. */
  perCall: number;
  from: 'calls' | 'tcp_probe' | '';
}

/**
 * Bytes of one run. Where a counted call returns bytes that no line tells (TCP_ZEROCOPY_RECEIVE without the mapped length),
 * the payload that tcp:tcp_probe showed for the receivers' sockets stands for the sum of all calls (within 1 % of the
 * receiver's log in 8 of 8 recordings); without it the sum is not known.
 */
export function bytesOfRun({ fit, all, whole = all }: Selection, run: number): RunBytes {
  let counted = 0;
  let calls = 0;
  const socks = new Set<string>();
  for (let i = 0; i < fit.size; i++) {
    if (fit.run[i] !== run) continue;
    counted += bytesOf(fit, i);
    calls++;
    if (fit.column('sock')[i] >= 0) socks.add(fit.text('sock', i));
  }
  if (!Number.isNaN(counted)) return { counted, all: sumAll(whole, run), perCall: Number.NaN, from: 'calls' };
  const probed = (fit.runs[run].timeline.arrivals?.flows ?? []).filter(({ sock }) => socks.has(sock));
  const bytes = probed.reduce((sum, flow) => sum + flow.payloadBytes, 0);
  if (!(bytes > 0)) return { counted: Number.NaN, all: Number.NaN, perCall: Number.NaN, from: '' };
  return { counted: bytes, all: bytes, perCall: bytes / calls, from: 'tcp_probe' };
}

function sumAll(all: Selection['all'], run: number): number {
  let bytes = 0;
  for (let i = 0; i < all.size; i++) {
    if (all.run[i] !== run || (all.column('flags')[i] & MSG_PEEK) !== 0) continue;
    const returned = all.column('returnedBytes')[i];
    if (returned > 0) bytes += returned;
  }
  return bytes;
}
