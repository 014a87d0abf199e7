import type { MechanismId } from '../src/model/calls.ts';
import { nameTable } from '../src/model/name-table.ts';
import { PHASES, type Phase } from '../src/model/phases.ts';
import type { Tone } from './blocks.ts';

/**
 * One colour per meaning in every chart: warm and magenta = the price of offload, blue = the CPU copy it would have
 * avoided, greys = nobody works or nobody knows. Any two differ by ΔE ≥ 15 (CIE 1976) also for deuteranopes, and each
 * keeps ≥ 3:1 against either page ground, so lightness lies between 42 and 62 for all; test/reports/theme.test.ts measures.
 */
export const PHASE_COLORS: Record<Phase, string> = {
  pin: '#db7755',
  submit: '#cb810b',
  copy: '#2065ee',
  wait: '#c61d1a',
  unpin: '#c717b7',
  sleep: '#8694ac',
  wakeLatency: '#9c62ea',
  backlog: '#1c6d7c',
  interrupt: '#097528',
  ack: '#b08972',
  unattributed: '#64645e',
};
/** Letters on a stretch of that colour. */
export const PHASE_INKS: Record<Phase, string> = {
  pin: '#111',
  submit: '#111',
  copy: '#fff',
  wait: '#fff',
  unpin: '#fff',
  sleep: '#111',
  wakeLatency: '#111',
  backlog: '#fff',
  interrupt: '#fff',
  ack: '#111',
  unattributed: '#fff',
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
/** Lanes other than the process: each lane has its row, so colours of phases with a like meaning are used again. */
export const LANE_COLORS: Record<string, string> = nameTable({
  process: PHASE_COLORS.unattributed,
  softirq: PHASE_COLORS.interrupt,
  engine: PHASE_COLORS.submit,
  waker: PHASE_COLORS.wakeLatency,
});
/** Tracks of the overview strip. */
export const TRACK_COLORS: Record<string, string> = nameTable({
  throughput: PHASE_COLORS.copy,
  sleep: PHASE_COLORS.sleep,
  wake: PHASE_COLORS.wakeLatency,
  softirq: PHASE_COLORS.interrupt,
  drops: PHASE_COLORS.wait,
  engine: PHASE_COLORS.submit,
  other: PHASE_COLORS.unattributed,
});
export const SIDE_COLORS: Record<string, string> = nameTable({ '': '#2065ee', before: '#cb810b', after: '#2065ee' });
export const MECHANISM_COLORS: Record<MechanismId, string> = {
  unknown: '#64645e',
  none: '#8694ac',
  'plain-copy': '#2065ee',
  'net-dma': '#db7755',
  'net-dma+copy': '#c717b7',
  'tcp-zerocopy-receive': '#097528',
  'io-uring-zcrx': '#1c6d7c',
  dsa: '#9c62ea',
};
export const CATEGORY_COLORS: Record<string, string> = nameTable({
  data_copy: '#2065ee',
  'data copy': '#2065ee',
  tcp_ip: '#1c6d7c',
  netdevice: '#db7755',
  skb: '#097528',
  memory: '#cb810b',
  lock: '#c717b7',
  scheduling: '#9c62ea',
  irq_softirq: '#b08972',
  dma: '#c61d1a',
  pin: '#db7755',
  idle: '#8694ac',
  other: '#64645e',
});
const SPARE = ['#c61d1a', '#b08972', '#8694ac', '#c717b7', '#097528'];
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
