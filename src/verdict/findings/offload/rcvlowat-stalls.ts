import type { CallView } from '../../call-view.ts';
import { inferTarget } from '../../cost/target.ts';
import { orZero } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { toEffect } from '../../intervals.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { bracket, meanPerCall } from '../../ratios.ts';
import { writeBytes, writeNs, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

const MSG_WAITALL = 0x100;
const MIN_SHARE_PCT = 5;
/** Stalls this long were probably ended by the sender's retransmission or persist timer (minimum 200 ms) or a delayed ACK. */
const TIMER_NS = 150_000_000;

/** The reader holds data and sleeps for more: SO_RCVLOWAT (or MSG_WAITALL) turns throughput into waiting. */
export const rcvlowatStalls: FindingRule = {
  id: 'rcvlowat-stalls',
  judge(context) {
    const { fit } = context;
    const calls = fit.where((i) => fit.column('sleeps')[i] >= 2 || fit.column('targetBytes')[i] > 1);
    const again = calls.where((i) => calls.column('sleeps')[i] >= 2);
    if (calls.size < MIN_CALLS || again.size < calls.size / 4) return null;
    const stalled = Float64Array.from({ length: calls.size }, (_, i) => sleepWithDataNs(calls, i));
    if (stalled.every((v) => Number.isNaN(v))) return null;
    const known = calls.where((i) => !Number.isNaN(stalled[i]));
    const values = stalled.filter((v) => !Number.isNaN(v));
    const mean = meanPerCall(context, known, values, this.id);
    const share = (100 * values.reduce((a, b) => a + b, 0)) / known.sum('durationNs');
    if (!(share >= MIN_SHARE_PCT)) return null;
    const waitAll = calls.where((i) => (orZero(calls.column('flags')[i]) & MSG_WAITALL) !== 0).size > calls.size / 2;
    const target = inferTarget(known);
    const long = values.filter((v) => v >= TIMER_NS).length;
    const cause = waitAll ? 'MSG_WAITALL' : 'SO_RCVLOWAT';
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: known.size >= MIN_CALLS && mean.low > 0 ? 'loses' : 'cannotTell',
      title: `${cause} makes the reader wait with data in hand`,
      sentence: `${again.size} of ${fit.size} calls slept again after they already had data: ${writeNs(mean.estimate)}${bracket(mean, writeNs)} per call, ${writePct(share)} of their duration${Number.isFinite(target) ? ` (they return at least ${writeBytes(target)}: a target of about that)` : ''}.`,
      effect: toEffect(mean, 'ns'),
      n: known.size,
      reasons: [
        ...(long > 0
          ? [
              `${long} of them lasted ${writeNs(TIMER_NS)} or more: as long as the sender's retransmission or persist timer takes (200 ms), so the window was probably closed`,
            ]
          : []),
        `a target above what the window lets in stalls the socket; SO_RCVBUF n gives a receive buffer of 2 n, of which truesize takes a part`,
        'parked segments keep their memory until the engine is reaped (before 2.6.35 not even then), which closes the window',
        'whether the sender was blocked by a zero window does not show in receive calls',
      ],
      numbers: [
        { label: 'sleep with data in hand, per call', value: finite(mean.estimate), unit: 'ns' },
        { label: 'share of duration', value: finite(share), unit: '%' },
        { label: 'sleeps per call', value: finite(known.sum('sleeps') / known.size), unit: 'count' },
        { label: 'smallest return (target)', value: finite(target), unit: 'bytes' },
      ],
      evidence: citeLargest(
        known,
        (i) => values[i],
        3,
        (i) => `slept ${writeNs(values[i])} with data in hand, ${known.column('sleeps')[i]} sleeps`,
      ),
      nextStep:
        'Lower SO_RCVLOWAT well below half of the receive buffer, or enlarge SO_RCVBUF; record tcp_probe or tcpdump for the advertised window.',
    });
  },
};

/** Sleep and wake latency that begin after the first byte was copied or submitted; NaN when segments were not kept. */
function sleepWithDataNs(calls: CallView, i: number): number {
  const segments = calls.runs[calls.run[i]].calls.segmentsByCall.get(calls.row[i]);
  if (segments === undefined) return Number.NaN;
  let firstData = Number.POSITIVE_INFINITY;
  for (const s of segments) {
    const isData =
      s.lane === 'process' ? s.phase === 'copy' || s.phase === 'submit' : s.lane === 'softirq' && s.phase === 'submit';
    if (isData) firstData = Math.min(firstData, s.startNs);
  }
  let total = 0;
  for (const s of segments)
    if (s.lane === 'process' && s.startNs >= firstData && (s.phase === 'sleep' || s.phase === 'wakeLatency'))
      total += s.endNs - s.startNs;
  return total;
}
