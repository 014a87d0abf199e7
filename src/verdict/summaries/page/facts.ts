import type { Analysis, Answer, Effect } from '../../../model/analysis/index.ts';
import type { Context } from '../../context/context.ts';
import { toEffect } from '../../intervals.ts';
import { nameBenchmark, readBenchmarkRate, readReceiverCpu } from '../benchmark.ts';
import { measureReceivePath } from '../receive-path.ts';

const plain = (estimate: number, unit: string, low: number | null = null, high: number | null = null): Effect => ({
  estimate,
  low,
  high,
  unit,
  method: '',
  level: 0.95,
});

/** What the first screen says where nothing was compared: the figures of this capture, each with what it is of. */
export function listFacts(context: Context, judged: Pick<Analysis, 'distributions' | 'runs'>): Answer['facts'] {
  const out: Answer['facts'] = [];
  if (context.fit.size > 0) {
    const { cpuPerByte, copyPct } = measureReceivePath(context);
    if (cpuPerByte !== null)
      out.push({ label: 'CPU time per byte', effect: toEffect(cpuPerByte, 'ns/byte'), note: 'of CPU-copied calls' });
    if (copyPct !== null)
      out.push({ label: 'the copy', effect: toEffect(copyPct, '%'), note: 'of the CPU time of those calls' });
  }
  const latency = judged.distributions.find((d) => d.metric === 'latency');
  for (const [p, label] of [
    [0.5, 'median call'],
    [0.99, '99th percentile'],
  ] as const) {
    const quantile = latency?.quantiles.find((q) => q.p === p);
    if (quantile !== undefined)
      out.push({
        label,
        effect: plain(quantile.value, 'ns', quantile.low, quantile.high),
        note: `duration, sleep included, n = ${latency!.n.toLocaleString('en-US')}`,
      });
  }
  const rates = judged.runs.map((run) => run.bytesPerSecond).filter((rate) => rate !== null);
  const cpus = context.fit.size > 0 ? [] : context.runs.map((run) => readReceiverCpu(run.facts)).filter((ns) => ns > 0);
  if (cpus.length > 0)
    out.push({
      label: 'CPU time per byte',
      effect: plain(cpus.reduce((sum, ns) => sum + ns, 0) / cpus.length, 'ns/byte'),
      note: 'of the receiving machine, as the benchmark says',
    });
  if (rates.length > 0) {
    // A benchmark without receive calls beside it was not traced, as far as the capture tells.
    const traced = judged.runs.some((run) => run.calls > 0) ? ', traced' : '';
    const by = new Set(context.runs.map((run) => (readBenchmarkRate(run.facts) > 0 ? nameBenchmark(run.facts) : '')));
    // A benchmark beside the trace may have run at another time.
    const said = [...by].filter((name) => name !== '').join(', ');
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    out.push({
      label: 'throughput',
      effect: plain(
        mean,
        'bytes/s',
        rates.length > 1 ? Math.min(...rates) : null,
        rates.length > 1 ? Math.max(...rates) : null,
      ),
      note:
        rates.length > 1
          ? `mean of ${rates.length} runs, [least, most]${said === '' ? traced : `, as ${said} says`}`
          : said !== ''
            ? `as ${said} says`
            : `of this${traced === '' ? '' : ' traced'} run`,
    });
  }
  return out;
}
