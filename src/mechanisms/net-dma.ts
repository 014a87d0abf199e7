import type { Clause, ClauseCell, DeclineReason, DeclineVerdict, Mechanism } from '../model/mechanism.ts';
import { judgePredicate } from './predicate/net-dma.ts';

/**
 * NET_DMA (I/OAT), 2.6.18–3.17. Predicate at entry (receive path reference 2.1, all clauses must hold):
 * available < target (2.6.23+) && len > tcp_dma_copybreak && !(flags & MSG_PEEK) && !tcp_low_latency && a channel;
 * then the pin must succeed. The channel look-up is the last operand: seen = the clauses before it held. copybreak compares
 * the length of the read buffer, not the size of a packet.
 *
 * Cost: pin, submit, wait, unpin. Engine time is not traced: lower bound first submission to first completed poll (completion
 * is polled; NET_DMA asks ioatdma for no interrupt). Early copies run in the NIC softirq only up to 3.5, later only out of the
 * reader's own backlog.
 */
export const netDma: Mechanism = {
  id: 'net-dma',
  title: 'NET_DMA (I/OAT) copy offload',
  eraFrom: '2.6.18',
  eraTo: '3.17',
  evidence: 'seen',
  matches(facts) {
    if (facts.dmaCopies === 0) return null;
    if (facts.cpuCopies > 0) return 'net-dma+copy';
    // Engine copies only, as far as lengths tell: fewer engine bytes than returned means that the rest was copied unseen.
    const engineBytesShort = facts.dmaBytes < facts.returnedBytes;
    return engineBytesShort && !facts.canSeeCopy ? 'net-dma+copy' : 'net-dma';
  },
  explainDecline(facts, environment) {
    if (facts.pinned === true) return { reason: 'none', knownBy: 'probe-presence' };
    if (facts.mechanismInKernel === false) return { reason: 'no-offload-in-kernel', knownBy: 'kernel-version' };
    if (facts.isUdp) return { reason: 'not-tcp', knownBy: 'probe-presence' };
    if (facts.pinFailed) return { reason: 'pin-failed', knownBy: 'probe-presence' };
    return nameDecline(judgePredicate(facts, environment), facts.engineRefused);
  },
  judgeClauses(facts, environment) {
    if (facts.mechanismInKernel === false || facts.isUdp) return null;
    return judgePredicate(facts, environment);
  },
};

/** A clause that is known to fail explains the call whatever stands behind it; the look-up proves those before it. */
function nameDecline(cells: Record<Clause, ClauseCell>, engineRefused: boolean): DeclineVerdict {
  const order: [Clause, DeclineReason][] = [
    ['channel', engineRefused ? 'alignment-refused' : 'no-channel'],
    ['peek', 'peek'],
    ['copybreak', 'below-copybreak'],
    ['lowLatency', 'low-latency'],
    ['available', 'enough-data-queued'],
  ];
  for (const [clause, reason] of order)
    if (cells[clause].state === 'fails') return { reason, knownBy: cells[clause].knownBy };
  return { reason: 'not-visible', knownBy: 'not-visible' };
}
