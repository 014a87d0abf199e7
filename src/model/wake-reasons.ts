/** Codes of the wakeReason column; order of TimelineNotes.wakeReasons. */
export const WAKE_REASONS = [
  'buffer-full',
  'psh',
  /** The latch of an early copy, buffer not full: PSH flag or more than half of sk_rcvbuf charged. */
  'psh-or-rcvbuf-half',
  'cannot-copy-early',
  'rcvlowat',
  'segment',
  /** Woken below SO_RCVLOWAT (4.18 on): memory pressure or a receive window of at most one segment. */
  'memory-pressure',
  'fin',
  'rst',
  'signal',
  'timeout',
  'unknown',
  /** The first segment of a prequeue (up to 4.13): tcp_v4_rcv woke the reader before any TCP input. */
  'prequeue',
] as const;
