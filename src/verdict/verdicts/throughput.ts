import type { Finding } from '../../model/analysis/index.ts';
import type { Context } from '../context/context.ts';
import { seeOffload } from '../context/offload-visibility.ts';
import { intervalOverRuns } from '../intervals.ts';
import { finite, makeFinding } from '../make-finding.ts';
import { readBenchmarkRate } from '../summaries/benchmark.ts';
import { measureTraffic } from '../summaries/run.ts';
import { writeByteRate } from '../words.ts';
import { describeChange, findPrimaryRow, nameOtherSide } from './change.ts';

/** Throughput: only runs can tell it; calls of one run share one machine state and one sender. */
export function judgeThroughput(context: Context): Finding {
  if (context.baseline.length > 0) {
    const finding = describeChange(context, 'throughput', {
      id: 'verdict-throughput',
      title: 'Throughput',
      noun: 'throughput',
      unit: 'bytes/s',
      write: writeByteRate,
      missing: 'the throughput of both sides is not known',
      nextStep: 'Record five or more runs a side, in turns, and keep what iperf says of runs without tracing.',
    });
    const said = /^throughput \((\w+)\)$/.exec(findPrimaryRow(context, 'throughput')?.metric ?? '')?.[1];
    finding.reasons.push(
      said !== undefined
        ? `as ${said} says`
        : 'bytes returned ÷ time from the first call to the last; the probes slow the reader, so the figure is that of a traced run',
    );
    return finding;
  }
  const rates = context.runs.map((run) => {
    const said = readBenchmarkRate(run.facts);
    const { bytes, spanNs } = measureTraffic(run);
    return said > 0 ? said : (bytes * 1e9) / spanNs;
  });
  const known = rates.filter((v) => v > 0);
  const spread = intervalOverRuns(known);
  const level =
    known.length === 0
      ? 'not known'
      : known.length === 1
        ? writeByteRate(known[0])
        : `${writeByteRate(spread.estimate)} on average of ${known.length} runs (${writeByteRate(Math.min(...known))} to ${writeByteRate(Math.max(...known))})`;
  const other = nameOtherSide(context);
  return makeFinding({
    id: 'verdict-throughput',
    role: 'verdict',
    outcome: 'cannotTell',
    title: 'Throughput',
    sentence: `Cannot tell: ${level}; there is ${other.missing} to compare it with, so ${seeOffload(context) === 'no-such-kernel' ? 'what would raise or lower it' : 'whether offload raises or lowers it'} cannot be told.`,
    n: known.length,
    unitOfN: 'runs',
    reasons: ['throughput is a verdict between captures of the same traffic'],
    numbers: [{ label: 'throughput', value: finite(spread.estimate), unit: 'bytes/s' }],
    nextStep: other.nextStep,
  });
}
