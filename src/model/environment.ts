/**
 * Facts beside the trace: sysctls, engine counters, throughput, counters. A flat list, so that a new source needs no new
 * type; helpers below ask the questions the verdict has.
 */
export const FACT_DOMAINS = [
  'sysctl',
  'dma',
  'kernel',
  'cpu',
  'netstat',
  'softirqs',
  'interrupts',
  'iperf',
  'benchmark',
  'stated',
  'robot',
  'cpu-use',
  'perf-stat',
  'ethtool',
  'socket',
  'kprobe-definition',
  'trace-option',
  'header',
  'buffer-stats',
  'other',
] as const;
export type FactDomain = (typeof FACT_DOMAINS)[number];

export interface Fact {
  domain: FactDomain;
  /**
   * sysctl: 'net.ipv4.tcp_dma_copybreak' · dma: 'dma0chan1.bytes_transferred' · kernel: 'release' | 'uname' ·
   * cpu: 'mhz' | 'model' | 'count' · netstat: 'TcpExt.TCPPrequeued' · iperf: 'bits_per_second' | 'bytes' | 'seconds' |
   * 'interval' · benchmark: 'bits_per_second' | 'receiver_cpu_ns_per_byte' | … (one record a result) · stated (in a sentence, record 'case#2' or 'settings'): 'case' | 'offload' | 'bits_per_second' |
   * 'share.__copy_tofrom_user' | 'busy_pct' | 'window_bytes' | 'read_bytes' | 'rcvlowat_bytes' · robot (a row, record): 'METRIC|before' | 'METRIC|after' | 'METRIC|change' · cpu-use (mpstat, pidstat, sar): 'CPU 0|%soft@03:20:02', without time the average · perf-stat: the event name · header: the perf header key · kprobe-definition: the event name.
   */
  key: string;
  text: string;
  /** NaN when the text is not one number. */
  value: number;
  unit: string;
  /** Snapshot order where a bundle has two; '' when there is one only. */
  moment: 'before' | 'after' | '';
  file: string;
  line: number;
  /** Groups the values of one record (one iperf line, one perf stat row): 'iperf#3'. */
  record: string;
}

/** Last known value of a key; `moment` '' means any. */
export function findFact(facts: readonly Fact[], domain: FactDomain, key: string): Fact | undefined {
  for (let i = facts.length - 1; i >= 0; i--) if (facts[i].domain === domain && facts[i].key === key) return facts[i];
  return undefined;
}

/** What was looked for in /sys/class/dma is not there: no channel of an engine is registered (key of the domain 'other'). */
export const DMA_CHANNELS = 'dma.channels';

/** A reading of /sys/class/dma found nothing, and nothing else in the facts has a channel. */
export function hasNoEngine(facts: readonly Fact[]): boolean {
  return findFact(facts, 'other', DMA_CHANNELS)?.value === 0 && !facts.some(({ domain }) => domain === 'dma');
}

export function findSysctl(facts: readonly Fact[], key: string): number {
  const fact = findFact(facts, 'sysctl', key);
  return fact === undefined ? Number.NaN : fact.value;
}
