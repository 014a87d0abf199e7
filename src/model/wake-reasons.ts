/** Codes of the wakeReason column; order of TimelineNotes.wakeReasons. */
export const WAKE_REASONS = [
  'buffer-full',
  'psh',
  'rcvbuf-half',
  'cannot-copy-early',
  'rcvlowat',
  'segment',
  'memory-pressure',
  'fin',
  'rst',
  'signal',
  'timeout',
  'unknown',
] as const;
