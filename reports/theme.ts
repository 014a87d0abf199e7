import type { MechanismId } from '../src/model/calls.ts';
import { nameTable } from '../src/model/name-table.ts';
import { PHASES, type Phase } from '../src/model/phases.ts';
import type { Tone } from './blocks.ts';

/**
 * One colour per meaning in every chart: warm = the price of offload, blue = the CPU copy it would have avoided,
 * pale = nobody works, green and violet = the rest of the kernel. All keep ≥ 3:1 against either page ground except
 * sleep, which is meant to recede and is bordered.
 */
export const PHASE_COLORS: Record<Phase, string> = {
  pin: '#c2410c',
  submit: '#f59e0b',
  copy: '#2f6fde',
  wait: '#dc2626',
  unpin: '#be185d',
  sleep: '#c3cad6',
  wakeLatency: '#8b5cf6',
  backlog: '#0d9488',
  interrupt: '#5f8a12',
  ack: '#6d5a2c',
  unattributed: '#8592a6',
};
/** Short names for legends and labels; the long titles stand in tables. */
export const PHASE_SHORT: Record<Phase, string> = {
  pin: 'pin',
  submit: 'submit, map',
  copy: 'CPU copy',
  wait: 'DMA wait',
  unpin: 'unpin',
  sleep: 'sleep',
  wakeLatency: 'wake latency',
  backlog: 'lock, backlog',
  interrupt: 'interrupt',
  ack: 'ACK, cleanup',
  unattributed: 'unattributed',
};
export const LANE_COLORS: Record<string, string> = nameTable({
  process: '#8592a6',
  softirq: '#0891b2',
  engine: '#7c3aed',
  waker: '#475569',
});
export const SIDE_COLORS: Record<string, string> = nameTable({ '': '#2f6fde', before: '#b7791f', after: '#2f6fde' });
export const MECHANISM_COLORS: Record<MechanismId, string> = {
  unknown: '#8592a6',
  none: '#a8b1c0',
  'plain-copy': '#2f6fde',
  'net-dma': '#d9480f',
  'net-dma+copy': '#a855c7',
  'tcp-zerocopy-receive': '#0d9488',
  'io-uring-zcrx': '#0891b2',
  dsa: '#be185d',
};
export const CATEGORY_COLORS: Record<string, string> = nameTable({
  data_copy: '#2f6fde',
  'data copy': '#2f6fde',
  tcp_ip: '#0d9488',
  netdevice: '#0891b2',
  skb: '#5f8a12',
  memory: '#b7791f',
  lock: '#8b5cf6',
  scheduling: '#7c6f9c',
  irq_softirq: '#6d5a2c',
  dma: '#dc2626',
  pin: '#c2410c',
  idle: '#c3cad6',
  other: '#8592a6',
});
const SPARE = ['#0e7490', '#a16207', '#7e22ce', '#4d7c0f', '#9f1239'];
export const TONE_COLORS: Record<Exclude<Tone, ''>, string> = {
  good: '#15803d',
  bad: '#c62828',
  neutral: '#64748b',
  doubt: '#a16207',
};

/** Colours for names not in the table are dealt by position, so the same list always gets the same colours. */
export function categoryColors(categories: readonly string[]): string[] {
  let spare = 0;
  return categories.map((name) => CATEGORY_COLORS[name] ?? SPARE[spare++ % SPARE.length]);
}

export function phaseLegend(used: ReadonlySet<Phase>): { label: string; color: string }[] {
  return PHASES.filter((phase) => used.has(phase)).map((phase) => ({
    label: PHASE_SHORT[phase],
    color: PHASE_COLORS[phase],
  }));
}
