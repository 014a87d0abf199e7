import type { Fact, FactDomain } from '../../model/environment.ts';
import { medianOf } from '../derived.ts';

/** Results of programs that make traffic: iperf, netperf, kperf. */
const DOMAINS: readonly FactDomain[] = ['iperf', 'benchmark'];

export function isBenchmark(fact: Fact): boolean {
  return DOMAINS.includes(fact.domain);
}

interface Result {
  file: string;
  bytesPerSecond: number;
  seconds: number;
  receiverNsPerByte: number;
  /** The line of the receiver's CPU time. */
  line: number;
}

/** One result a file: of interval lines and repetitions the longest, the first of equals. */
function chooseResults(facts: readonly Fact[]): Result[] {
  const byRecord = new Map<string, Result>();
  for (const fact of facts) {
    if (!isBenchmark(fact) || Number.isNaN(fact.value)) continue;
    const key = `${fact.file}\u0000${fact.record}`;
    let result = byRecord.get(key);
    if (result === undefined) {
      result = {
        file: fact.file,
        bytesPerSecond: Number.NaN,
        seconds: 0,
        receiverNsPerByte: Number.NaN,
        line: fact.line,
      };
      byRecord.set(key, result);
    }
    if (fact.key === 'bits_per_second') result.bytesPerSecond = fact.value / 8;
    if (fact.key === 'seconds') result.seconds = fact.value;
    if (fact.key === 'receiver_cpu_ns_per_byte') result.receiverNsPerByte = fact.value;
  }
  const best = new Map<string, Result>();
  for (const result of byRecord.values()) {
    if (Number.isNaN(result.bytesPerSecond)) continue;
    const known = best.get(result.file);
    if (known === undefined || result.seconds > known.seconds) best.set(result.file, result);
  }
  return [...best.values()];
}

/** Bytes per second as a benchmark says it; of several files the median. NaN: none says. */
export function readBenchmarkRate(facts: readonly Fact[]): number {
  return medianOf(chooseResults(facts).map(({ bytesPerSecond }) => bytesPerSecond));
}

/** CPU time of the receiving machine per byte as a benchmark says it (netperf -c -C), in ns; NaN: none says. */
export function readReceiverCpu(facts: readonly Fact[]): number {
  const known = chooseResults(facts).filter(({ receiverNsPerByte }) => !Number.isNaN(receiverNsPerByte));
  return medianOf(known.map(({ receiverNsPerByte }) => receiverNsPerByte));
}

/** 'iperf', 'netperf' …: who says it. */
export function nameBenchmark(facts: readonly Fact[]): string {
  const named = facts.find((fact) => fact.domain === 'benchmark' && fact.key === 'test');
  if (facts.some((fact) => fact.domain === 'iperf' && fact.key === 'bits_per_second')) return 'iperf';
  return named === undefined ? '' : named.text.split(' ')[0];
}
