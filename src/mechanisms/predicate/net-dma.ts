import { type Fact, findSysctl, hasNoEngine } from '../../model/environment.ts';
import {
  type CallFacts,
  CLAUSES,
  type Clause,
  type ClauseCell,
  type DeclineEvidence,
  UNKNOWN_CELL,
} from '../../model/mechanism.ts';

const MSG_PEEK = 0x2;
/** No read is longer: the kernel cuts every length at MAX_RW_COUNT = INT_MAX rounded down to a page. */
const MAX_READ_BYTES = 0x7ffff000;

const holds = (knownBy: DeclineEvidence): ClauseCell => ({ state: 'holds', knownBy });
const fails = (knownBy: DeclineEvidence): ClauseCell => ({ state: 'fails', knownBy });
const settle = (isTrue: boolean, knownBy: DeclineEvidence): ClauseCell => (isTrue ? holds(knownBy) : fails(knownBy));

/**
 * Each operand of the predicate by itself (receive path reference 2.1): what the arguments and sysctls say, what the order of
 * the call's acts proves, what other calls of the run prove; last what is left when all others hold and no pin was tried.
 */
export function judgePredicate(facts: CallFacts, environment: readonly Fact[]): Record<Clause, ClauseCell> {
  if (facts.pinned === true || facts.pinFailed) return every(holds('probe-presence'));
  const copybreak = findSysctl(environment, 'net.ipv4.tcp_dma_copybreak');
  const lowLatency = findSysctl(environment, 'net.ipv4.tcp_low_latency');
  // The channel look-up is the last operand: once it is seen, those before it held.
  if (facts.channelLookedUp === true)
    return {
      ...every(holds('probe-presence')),
      channel: facts.pinned === false ? fails('probe-presence') : judgeChannel(facts, environment),
    };
  const cells: Record<Clause, ClauseCell> = {
    available: UNKNOWN_CELL,
    copybreak: judgeCopybreak(facts, copybreak),
    peek: judgePeek(facts),
    lowLatency: judgeLowLatency(facts, lowLatency),
    channel: judgeChannel(facts, environment),
  };
  const othersHold = (['copybreak', 'peek', 'lowLatency'] as const).every((clause) => cells[clause].state === 'holds');
  cells.available = judgeAvailable(facts, othersHold);
  return eliminate(facts, cells);
}

function every(cell: ClauseCell): Record<Clause, ClauseCell> {
  return { available: cell, copybreak: cell, peek: cell, lowLatency: cell, channel: cell };
}

function judgeChannel(facts: CallFacts, environment: readonly Fact[]): ClauseCell {
  if (facts.otherCallOffloaded) return holds('other-calls');
  if (facts.engineMoved) return holds('counter');
  return hasNoEngine(environment) ? fails('sysfs') : UNKNOWN_CELL;
}

function judgeAvailable(facts: CallFacts, othersHold: boolean): ClauseCell {
  // Before 2.6.23 the clause does not exist.
  if (facts.hasAvailableClause === false) return holds('kernel-version');
  if (!Number.isNaN(facts.availableBytes) && !Number.isNaN(facts.targetBytes))
    return settle(facts.availableBytes < facts.targetBytes, 'argument');
  // Slept for data: fewer bytes than the target were there.
  if (facts.waitedForData) return holds('order');
  // A call that copies and never waits had data; the clause is false for target 1 (default SO_RCVLOWAT).
  if (facts.copiedBeforeWait === true && (facts.otherCallOffloaded || othersHold)) return fails('order');
  return UNKNOWN_CELL;
}

/** `len > sysctl_tcp_dma_copybreak` compares the read buffer, unsigned: a negative sysctl and INT_MAX refuse every length. */
function judgeCopybreak(facts: CallFacts, copybreak: number): ClauseCell {
  const isKnown = !Number.isNaN(copybreak);
  if (isKnown && (copybreak < 0 || copybreak >= MAX_READ_BYTES)) return fails('sysctl');
  if (!Number.isNaN(facts.requestedBytes)) {
    if (isKnown) return settle(facts.requestedBytes > copybreak, 'sysctl');
    return facts.requestedBytes >= facts.smallestOffloadedBytes ? holds('other-calls') : UNKNOWN_CELL;
  }
  if (isKnown && facts.programReadBytes > 0) return settle(facts.programReadBytes > copybreak, 'other-calls');
  return facts.programReadBytes >= facts.smallestOffloadedBytes ? holds('other-calls') : UNKNOWN_CELL;
}

function judgePeek(facts: CallFacts): ClauseCell {
  if (!Number.isNaN(facts.flags)) return settle((facts.flags & MSG_PEEK) === 0, 'argument');
  if (facts.entryHasNoFlags) return holds('probe-presence');
  return facts.programPeeks === null ? UNKNOWN_CELL : settle(!facts.programPeeks, 'other-calls');
}

/** tcp_low_latency switches the prequeue off too: one in use proves 0, as does any other offloaded call. */
function judgeLowLatency(facts: CallFacts, lowLatency: number): ClauseCell {
  if (!Number.isNaN(lowLatency)) return settle(lowLatency === 0, 'sysctl');
  if (facts.otherCallOffloaded) return holds('other-calls');
  if (facts.engineMoved) return holds('counter');
  return facts.prequeueUsed ? holds('probe-presence') : UNKNOWN_CELL;
}

/** Channels are looked up by CPU, and reads of a program may differ after all: what other calls tell of these is no proof. */
function isWeak(facts: CallFacts, clause: Clause, { knownBy }: ClauseCell): boolean {
  if (knownBy !== 'other-calls' && knownBy !== 'counter') return false;
  return clause === 'channel' || clause === 'peek' || (clause === 'copybreak' && Number.isNaN(facts.requestedBytes));
}

/** The pin could have been seen and was not tried: one clause failed. Where all but one hold it is that one. */
function eliminate(facts: CallFacts, cells: Record<Clause, ClauseCell>): Record<Clause, ClauseCell> {
  const asked: readonly Clause[] =
    facts.canSeeChannelLookUp && facts.channelLookedUp === false
      ? CLAUSES.filter((clause) => clause !== 'channel')
      : facts.pinned === false
        ? CLAUSES
        : [];
  if (asked.length === 0 || asked.some((clause) => cells[clause].state === 'fails')) return cells;
  const open = asked.filter((clause) => cells[clause].state === 'unknown' || isWeak(facts, clause, cells[clause]));
  return open.length === 1 ? { ...cells, [open[0]]: fails('probe-absence') } : cells;
}
