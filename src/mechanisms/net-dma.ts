import { findSysctl } from '../model/environment.ts';
import type { CallFacts, DeclineVerdict, Mechanism } from '../model/mechanism.ts';

const MSG_PEEK = 0x2;

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
    return explainByClauses(
      facts,
      findSysctl(environment, 'net.ipv4.tcp_dma_copybreak'),
      findSysctl(environment, 'net.ipv4.tcp_low_latency'),
    );
  },
};

/** The order of C: a clause that is known to fail explains the call whatever stands behind it. */
function explainByClauses(facts: CallFacts, copybreak: number, lowLatency: number): DeclineVerdict {
  if (facts.channelLookedUp === true && facts.pinned === false)
    return { reason: facts.engineRefused ? 'alignment-refused' : 'no-channel', knownBy: 'probe-presence' };
  if (!Number.isNaN(facts.flags) && (facts.flags & MSG_PEEK) !== 0) return { reason: 'peek', knownBy: 'argument' };
  if (isBelowCopybreak(facts.requestedBytes, copybreak)) return { reason: 'below-copybreak', knownBy: 'sysctl' };
  if (lowLatency === 1) return { reason: 'low-latency', knownBy: 'sysctl' };
  const hasAvailableClause = facts.hasAvailableClause !== false;
  if (hasAvailableClause && facts.availableBytes >= facts.targetBytes)
    return { reason: 'enough-data-queued', knownBy: 'argument' };
  const othersHold =
    !Number.isNaN(facts.flags) && isAboveCopybreak(facts, copybreak) && isNotLowLatency(facts, lowLatency);
  // Slept for data: fewer bytes than the target were there, c1 held. Before 2.6.23 there is no c1.
  const availableHolds = facts.hasAvailableClause === false || facts.waitedForData;
  // Without a look-up one of the clauses before it failed; with flags, len and sysctl ruled out only c1 is left.
  if (facts.canSeeChannelLookUp && facts.channelLookedUp === false && othersHold && !availableHolds)
    return { reason: 'enough-data-queued', knownBy: 'probe-absence' };
  // Order of actions: a call that copies and never waits had data; c1 is false for target 1 (default SO_RCVLOWAT).
  if (hasAvailableClause && !facts.waitedForData && facts.copiedBeforeWait === true)
    if (facts.otherCallOffloaded || othersHold) return { reason: 'enough-data-queued', knownBy: 'order' };
  // Every other clause held and the pin, which could have been seen, was never tried.
  if (facts.pinned === false && othersHold && availableHolds) return { reason: 'no-channel', knownBy: 'probe-absence' };
  return { reason: 'not-visible', knownBy: 'not-visible' };
}

function isAboveCopybreak(facts: CallFacts, copybreak: number): boolean {
  // isBelowCopybreak was asked before.
  if (Number.isNaN(facts.requestedBytes)) return false;
  return !Number.isNaN(copybreak) || facts.requestedBytes >= facts.smallestOffloadedBytes;
}

/** tcp_low_latency switches the prequeue off too: one in use proves 0, as does any other offloaded call. */
function isNotLowLatency(facts: CallFacts, lowLatency: number): boolean {
  return lowLatency === 0 || facts.prequeueUsed || facts.otherCallOffloaded;
}

/** Unsigned comparison: a negative sysctl disables offload (2.1 note ii). */
function isBelowCopybreak(requestedBytes: number, copybreak: number): boolean {
  if (Number.isNaN(requestedBytes) || Number.isNaN(copybreak)) return false;
  return copybreak < 0 || requestedBytes <= copybreak;
}
