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
  backlog: 'socket lock and backlog',
  interrupt: 'CPU taken (irq, softirq, preemption)',
  ack: 'ACK and receive-buffer cleanup',
  unattributed: 'unattributed',
};

/** "Of which" figures kept beside the tiling phase they are contained in. */
export const DETAILS = [
  'preempted',
  'lock',
  'switching',
  'busyPoll',
  'map',
  'unmap',
  'free',
  'queue',
  'entry',
] as const;
export type Detail = (typeof DETAILS)[number];
/**
 * The pure figures: backlog − lock − switching is TCP input run by the reader, ack − free − queue is ACK and window work.
 * - lock: taking the socket lock, waiting for its owner.
 * - switching: the reader's own CPU time of a sleep (wait queue, scheduler), before it is off and after it is back.
 * - free: freeing consumed skbs.
 * - queue: the loop of tcp_recvmsg itself between two recorded steps (queue walk, sequence numbers, space accounting).
 * - entry: before the first and after the last recorded step of the receive path: explained, but no column fits.
 */
export const DETAIL_PARENT: Record<Detail, Phase> = {
  preempted: 'interrupt',
  lock: 'backlog',
  switching: 'backlog',
  busyPoll: 'sleep',
  map: 'submit',
  unmap: 'unpin',
  free: 'ack',
  queue: 'ack',
  entry: 'unattributed',
};
