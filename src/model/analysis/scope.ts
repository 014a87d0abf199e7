/** One receiver of a capture: a process with its connections, as far as the text tells them apart. */
export interface ReceiverRow {
  run: string;
  side: 'before' | 'after' | '';
  /** `iperf3`, `iperf3 (port 5201)` where another receiver has the same task name. */
  name: string;
  protocol: 'TCP' | 'UDP';
  threads: number;
  sockets: number;
  /** Both ends of the connection with most bytes, else its socket; '' when no line tells. */
  socket: string;
  calls: number;
  /** null: no line tells the bytes of some of its calls. */
  bytes: number | null;
  bytesFrom: 'calls' | 'tcp_probe' | '';
  /** Of the time in the receive calls of all receivers. */
  timeSharePct: number | null;
  /** From its first call to its last. */
  spanNs: number | null;
  isJudged: boolean;
}

/** Whose calls the judgement is about. */
export interface Scope {
  /** As asked: `--comm iperf3`; '' = chosen: the one that received most bytes. */
  asked: string;
  /** Name of the judged receiver(s). */
  judged: string;
  /** First sentence of a report of several receivers; '' when there is one. */
  sentence: string;
  receivers: ReceiverRow[];
  /** Receivers beyond the thousand of a side that are listed; absent in analyses of 0.1.0. */
  unlisted?: number;
  /** Calls on sockets of other kinds: unix, netlink. */
  leftOut: { kind: string; calls: number; bytes: number }[];
  /** The two sides of a comparison are not the same receiver. */
  isUnlike: boolean;
}
