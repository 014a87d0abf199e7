import type { LensTable } from '../../../model/analysis/index.ts';
import type { Run } from '../../../model/capture.ts';
import type { Fact } from '../../../model/environment.ts';
import { writeCount, writeSigned } from '../../words.ts';
import type { Lens } from '../lens.ts';

const MAX_EVENTS = 40;
const MAX_INTERVALS = 60;
const MAX_INTERVAL_EVENTS = 8;
/** `0.100151822` or `0.100151822 CPU0` behind the event. */
const TIMED = /^(.+)@(\d+\.\d+)(?: .*)?$/;

interface Counter {
  run: string;
  event: string;
  total: Fact;
  runningPct: number;
  noisePct: number;
  /** Sums by interval, in the order of time. */
  intervals: Map<string, number>;
}

/** What perf stat counted beside or without a trace: totals, their noise, how much of the time they were counted, intervals. */
export const hardwareCounters: Lens = {
  id: 'perf-stat',
  title: 'Counters of perf stat',
  look(sights) {
    const counters = sights.flatMap(({ run }) => readCounters(run));
    if (counters.length === 0) return null;
    const counted = counters.filter(({ total }) => !Number.isNaN(total.value));
    const scaled = counted.filter(({ runningPct }) => runningPct < 100);
    const sentences = [
      counted.length === 0
        ? `None of ${writeCount(counters.length, 'counter')} was counted.`
        : `${counted
            .slice(0, 4)
            .map(({ event, total }) => `${event} ${writeTotal(total)}`)
            .join(', ')}${counted.length > 4 ? ` and ${writeCount(counted.length - 4, 'other')}` : ''}.`,
    ];
    if (scaled.length > 0)
      sentences.push(
        `${writeCount(scaled.length, 'counter')} shared the hardware: counted for ${Math.min(...scaled.map((c) => c.runningPct))} to ${Math.max(...scaled.map((c) => c.runningPct))} % of the time and scaled up, so small differences are not real.`,
      );
    const change = writeChange(counted);
    if (change !== '') sentences.push(change);
    const several = new Set(counters.map(({ run }) => run)).size > 1;
    return { sentences, tables: [listTotals(counters, several), ...listIntervals(counters)] };
  },
};

function readCounters(run: Run): Counter[] {
  const found = new Map<string, Counter>();
  const facts = run.facts.filter((fact) => fact.domain === 'perf-stat');
  for (const fact of facts) {
    if (/[|@]/.test(fact.key)) continue;
    found.set(`${fact.file} ${fact.record}`, {
      run: run.name,
      event: fact.key,
      total: fact,
      runningPct: 100,
      noisePct: Number.NaN,
      intervals: new Map(),
    });
  }
  for (const fact of facts) {
    const counter = found.get(`${fact.file} ${fact.record.replace(/@.*$/, '')}`);
    if (counter === undefined) continue;
    if (fact.key === `${counter.event}|running`) counter.runningPct = fact.value;
    if (fact.key === `${counter.event}|variance`) counter.noisePct = fact.value;
    const timed = TIMED.exec(fact.key);
    if (timed !== null && !Number.isNaN(fact.value))
      counter.intervals.set(timed[2], (counter.intervals.get(timed[2]) ?? 0) + fact.value);
  }
  // The time that passed is no counter: behind them.
  return [...found.values()].sort((a, b) => Number(isTime(a)) - Number(isTime(b)));
}

const isTime = ({ event }: Counter): boolean => event.startsWith('seconds ');

/** The rate that changed most from the first interval to the last, as the last is often cut short. */
function writeChange(counters: readonly Counter[]): string {
  let largest = { event: '', factor: 1 };
  for (const { event, intervals } of counters) {
    const times = [...intervals.keys()].map(Number).sort((a, b) => a - b);
    if (times.length < 2) continue;
    const count = (time: number): number =>
      [...intervals].reduce((sum, [at, value]) => (Number(at) === time ? sum + value : sum), 0);
    const factor = count(times.at(-1)!) / (times.at(-1)! - times.at(-2)!) / (count(times[0]) / times[0]);
    if (factor > 0 && Math.abs(Math.log(factor)) > Math.abs(Math.log(largest.factor))) largest = { event, factor };
  }
  if (largest.event === '') return '';
  return `From the first interval to the last the rate of ${largest.event} changed most: ${writeSigned(100 * (largest.factor - 1), '%')}.`;
}

const writeTotal = ({ value, unit, text }: Fact): string =>
  Number.isNaN(value)
    ? text
    : `${value.toLocaleString('en-US', { maximumFractionDigits: 3 })}${unit === '' ? '' : ` ${unit}`}`;

function listTotals(counters: readonly Counter[], several: boolean): LensTable {
  const run = several ? [{ title: 'run', unit: '' }] : [];
  return {
    caption: `What perf stat counted${counters.length > MAX_EVENTS ? ` (the first ${MAX_EVENTS} of ${counters.length})` : ''}`,
    columns: [
      ...run,
      { title: 'counter', unit: '' },
      { title: 'total', unit: '' },
      { title: 'counted', unit: '%' },
      { title: 'noise of repeats', unit: '%' },
    ],
    rows: counters
      .slice(0, MAX_EVENTS)
      .map((c) => [
        ...(several ? [c.run] : []),
        c.event,
        writeTotal(c.total),
        Number.isNaN(c.total.value) || isTime(c) ? null : c.runningPct,
        c.noisePct,
      ]),
  };
}

/** A table a run: a row per interval. */
function listIntervals(counters: readonly Counter[]): LensTable[] {
  const timed = counters.filter(({ intervals }) => intervals.size > 1);
  return [...new Set(timed.map(({ run }) => run))].map((run) => {
    const own = timed.filter((counter) => counter.run === run).slice(0, MAX_INTERVAL_EVENTS);
    const times = [...new Set(own.flatMap(({ intervals }) => [...intervals.keys()]))];
    times.sort((a, b) => Number(a) - Number(b));
    return {
      caption: `Intervals of perf stat, ${run}${times.length > MAX_INTERVALS ? ` (the first ${MAX_INTERVALS} of ${times.length})` : ''}`,
      columns: [
        { title: 'until second', unit: '' },
        ...own.map(({ event, total }) => ({
          title: total.unit === '' ? event : `${event}, ${total.unit}`,
          unit: 'count',
        })),
      ],
      rows: times
        .slice(0, MAX_INTERVALS)
        .map((time) => [Number(time).toFixed(3), ...own.map(({ intervals }) => intervals.get(time) ?? null)]),
    };
  });
}
