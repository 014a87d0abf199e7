import type { Finding } from '../../model/analysis.ts';
import type { Context } from '../context.ts';
import { alignmentRefused } from './alignment-refused.ts';
import { answerBandwidth } from './answer-bandwidth.ts';
import { answerSettings } from './answer-settings.ts';
import { answerTransfers } from './answer-transfers.ts';
import { captureLossy } from './capture-lossy.ts';
import { captureTooShort } from './capture-too-short.ts';
import { copyCeiling } from './copy-ceiling.ts';
import { copyOnOtherCpu } from './copy-on-other-cpu.ts';
import { delayedAck } from './delayed-ack.ts';
import { earlyCopyNeverInSoftirq } from './early-copy.ts';
import { engineRingFull } from './engine-ring-full.ts';
import { issuePendingTax } from './issue-pending-tax.ts';
import { offloadHardlyTaken } from './offload-hardly-taken.ts';
import { pinWithoutDma } from './pin-without-dma.ts';
import { pinnedUnused } from './pinned-unused.ts';
import { probeDistortion } from './probe-distortion.ts';
import { rcvlowatStalls } from './rcvlowat-stalls.ts';
import { receivePathCost } from './receive-path.ts';
import type { FindingRule } from './rule.ts';
import { selectPollNoOverlap } from './select-poll.ts';
import { smallReceiveBuffer } from './small-buffer.ts';
import { transfersTooSmall } from './transfers-too-small.ts';
import { unpinCost } from './unpin-cost.ts';
import { waitNotOverlapped } from './wait-not-overlapped.ts';
import { wakeups } from './wakeups.ts';

/** The three questions first, then causes in the order in which an expert would rule them out, then the capture itself. */
export const FINDING_RULES: readonly FindingRule[] = [
  answerBandwidth,
  answerSettings,
  answerTransfers,
  receivePathCost,
  offloadHardlyTaken,
  selectPollNoOverlap,
  alignmentRefused,
  pinWithoutDma,
  waitNotOverlapped,
  rcvlowatStalls,
  transfersTooSmall,
  pinnedUnused,
  unpinCost,
  earlyCopyNeverInSoftirq,
  wakeups,
  smallReceiveBuffer,
  delayedAck,
  engineRingFull,
  copyOnOtherCpu,
  issuePendingTax,
  copyCeiling,
  captureTooShort,
  captureLossy,
  probeDistortion,
];

const ROLE_ORDER: Record<Finding['role'], number> = { verdict: 0, answer: 1, problem: 2, note: 3 };
const OUTCOME_ORDER: Record<Finding['outcome'], number> = { loses: 0, wins: 1, noDifference: 2, cannotTell: 3 };

/** Answers first, then problems (proven losses by the time they took, then the rest), then notes; else registry order. */
export function collectFindings(context: Context): Finding[] {
  const found = FINDING_RULES.map((rule, order) => ({ finding: rule.judge(context), order })).filter(
    (x): x is { finding: Finding; order: number } => x.finding !== null,
  );
  const rank = ({ finding }: { finding: Finding }): number =>
    ROLE_ORDER[finding.role] * 10 + (finding.role === 'problem' ? OUTCOME_ORDER[finding.outcome] : 0);
  const lost = ({ finding }: { finding: Finding }): number =>
    finding.role === 'problem' && finding.effect?.unit === 'ns' ? (finding.effect.estimate ?? 0) * finding.n : 0;
  return found.sort((a, b) => rank(a) - rank(b) || lost(b) - lost(a) || a.order - b.order).map((x) => x.finding);
}
