import type { Finding } from '../../model/analysis/index.ts';
import type { Context } from '../context/context.ts';
import { answerBandwidth } from './answers/bandwidth.ts';
import { answerSettings } from './answers/settings.ts';
import { answerTransfers } from './answers/transfers.ts';
import { captureLossy } from './capture/lossy.ts';
import { probeDistortion } from './capture/probe-distortion.ts';
import { captureTooShort } from './capture/too-short.ts';
import { unrecordedReceiver } from './capture/unrecorded-receiver.ts';
import { alignmentRefused } from './offload/alignment-refused.ts';
import { earlyCopyNeverInSoftirq } from './offload/early-copy.ts';
import { engineRingFull } from './offload/engine-ring-full.ts';
import { offloadHardlyTaken } from './offload/hardly-taken.ts';
import { issuePendingTax } from './offload/issue-pending-tax.ts';
import { pinWithoutDma } from './offload/pin-without-dma.ts';
import { pinnedUnused } from './offload/pinned-unused.ts';
import { rcvlowatStalls } from './offload/rcvlowat-stalls.ts';
import { transfersTooSmall } from './offload/transfers-too-small.ts';
import { unpinCost } from './offload/unpin-cost.ts';
import { waitNotOverlapped } from './offload/wait-not-overlapped.ts';
import { copyCeiling } from './receive/copy-ceiling.ts';
import { copyOnOtherCpu } from './receive/copy-on-other-cpu.ts';
import { delayedAck } from './receive/delayed-ack.ts';
import { dominatingCall } from './receive/dominating-call.ts';
import { receivePathCost } from './receive/path.ts';
import { prequeueUse } from './receive/prequeue.ts';
import { selectPollNoOverlap } from './receive/select-poll.ts';
import { smallReceiveBuffer } from './receive/small-buffer.ts';
import { wakeups } from './receive/wakeups.ts';
import type { FindingRule } from './rule.ts';

/** The three questions first, then causes in the order in which an expert would rule them out, then the capture itself. */
export const FINDING_RULES: readonly FindingRule[] = [
  answerBandwidth,
  answerSettings,
  answerTransfers,
  receivePathCost,
  dominatingCall,
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
  prequeueUse,
  engineRingFull,
  copyOnOtherCpu,
  issuePendingTax,
  copyCeiling,
  unrecordedReceiver,
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
