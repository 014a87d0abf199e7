import { printable } from '../../model/diagnostics/index.ts';
import { countsSoftirqs, type Figures, logRatiosOf, metricOf } from './figures.ts';
import { describeInterval, type Experiment } from './index.ts';
import { METRICS, type Side, type Untraced } from './options.ts';
import { ALPHA, intervalOf } from './spending.ts';

/** What a person reads at the end: the interval that the experiment stands by first, then what else was seen. */
export function describeExperiment(experiment: Experiment): string {
  const { session, metric, interval, stoppedBy } = experiment;
  const { request, pairs, untraced, subject, notes } = session;
  const claim = interval.low > 1 ? 'b needs more' : interval.high < 1 ? 'b needs less' : 'no difference can be claimed';
  const said =
    metric === 'throughput' ? claim.replace('needs more', 'is faster').replace('needs less', 'is slower') : claim;
  const out = [
    `${request.folder}: ${pairs.length} pairs of ${printable(subject)} (${stoppedBy})`,
    `  a: ${printable(request.settings.a)}`,
    `  b: ${printable(request.settings.b)}`,
    `${describeInterval(metric, interval)} at ${(100 * interval.level).toFixed(1)} %: ${said}`,
    countsSoftirqs(pairs)
      ? '  cpu: the reader in its calls and the NET_RX softirqs of all CPUs, per byte received'
      : '  cpu: the reader in its calls alone, per byte received: no softirqs are in the text',
  ];
  for (const other of METRICS) {
    if (other === metric) continue;
    const ratios = logRatiosOf(pairs, other);
    if (ratios.length > 1) out.push(`  beside it, not tested: ${describeInterval(other, intervalOf(ratios, ALPHA))}`);
  }
  for (const side of ['a', 'b'] as const)
    out.push(
      describeSide(
        side,
        untraced[side],
        pairs.map((pair) => pair[side]),
      ),
    );
  for (const note of notes) out.push(`note: ${note}`);
  return `${out.join('\n')}\n`;
}

function describeSide(side: Side, untraced: Untraced | null, figures: readonly Figures[]): string {
  const sum = figures.reduce(
    (total, each) => ({ ...each, bytes: total.bytes + each.bytes, seconds: total.seconds + each.seconds }),
    { calls: 0, bytes: 0, cpuNs: 0, durationNs: 0, seconds: 0, softirqNs: 0 },
  );
  const traced = metricOf(sum, 'throughput', false);
  if (untraced === null || !(untraced.bytesPerSecond > 0)) return `  ${side}: ${formatRate(traced)} while traced`;
  return `  ${side}: ${formatRate(untraced.bytesPerSecond)} without tracer (headers included), ${formatRate(traced)} while traced; ${untraced.busyNsPerByte.toPrecision(3)} ns of all CPUs a byte without tracer`;
}

/** Three digits: 998 Mbit/s, 1.00 Gbit/s. */
export function formatRate(bytesPerSecond: number): string {
  const bits = 8 * bytesPerSecond;
  const [unit, scale] = bits >= 999.5e6 ? ['Gbit/s', 1e9] : bits >= 999.5e3 ? ['Mbit/s', 1e6] : ['kbit/s', 1e3];
  return `${Number(bits / scale >= 99.95 ? (bits / scale).toFixed(0) : (bits / scale).toPrecision(3))} ${unit}`;
}
