/** The phases that tile a receive call. Order = order of the columns of `recvscope calls`. */
export const PHASES = [
  'pin',
  'submit',
  'copy',
  'wait',
  'unpin',
  'sleep',
  'wakeLatency',
  'backlog',
  'interrupt',
  'ack',
  'unattributed',
] as const;
export type Phase = (typeof PHASES)[number];
export const PhaseIndex = Object.fromEntries(PHASES.map((name, index) => [name, index])) as Record<Phase, number>;

export const PHASE_TITLES: Record<Phase, string> = {
  pin: 'pin user buffer',
  submit: 'DMA submission',
  copy: 'CPU copy',
  wait: 'DMA completion wait',
  unpin: 'unpin and dirty',
  sleep: 'sleep (waiting for data)',
  wakeLatency: 'wake latency (woken, not yet on CPU)',
  backlog: 'backlog run by the reader',
  interrupt: 'CPU taken (irq, softirq, preemption)',
  ack: 'ACK work',
  unattributed: 'unattributed',
};

/** "Of which" figures kept beside the tiling phase they are contained in. */
export const DETAILS = ['preempted', 'lock', 'busyPoll', 'map', 'unmap'] as const;
export type Detail = (typeof DETAILS)[number];
/** preempted ⊂ interrupt · lock ⊂ unattributed · busyPoll ⊂ sleep · map ⊂ submit · unmap ⊂ unpin */
export const DETAIL_PARENT: Record<Detail, Phase> = {
  preempted: 'interrupt',
  lock: 'unattributed',
  busyPoll: 'sleep',
  map: 'submit',
  unmap: 'unpin',
};
