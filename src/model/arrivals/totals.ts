/** Exact sums of the softirq side of a run, also of arrivals that the table does not keep. Plain JSON. */
export interface ArrivalTotals {
  /** `received`: netif_receive_skb; `entered`: driver or netif_rx, before GRO; `gro`: of these offered to GRO, absent none. */
  segments: { device: string; cpu: number; entered: number; received: number; bytes: number; gro?: number }[];
  /** Receive queues as the driver numbers them, where skbs entered by NAPI. */
  queues: { device: string; queue: number; cpu: number; entered: number }[];
  /** TCP segments with payload by connection and CPU (tcp_probe). */
  flows: {
    flow: string;
    sock: string;
    cpu: number;
    segments: number;
    payloadBytes: number;
    /** Smallest and largest receive window of the connection as tcp_probe shows it; null unknown. */
    windowMin: number | null;
    windowMax: number | null;
  }[];
  /** skbs that entered, by shape: exact for the first shapes seen, `device` '' for what did not fit. */
  shapes: { device: string; lenBytes: number; dataLenBytes: number; fragments: number; count: number }[];
  polls: {
    device: string;
    /** busy: by a reader itself; softirq; netpoll: budget 0. */
    by: 'softirq' | 'busy' | 'netpoll';
    budget: number | null;
    comm: string;
    polls: number;
    empty: number;
    packets: number;
  }[];
  /** Time between successive polls of readers that busy polled. */
  busyPollNs: number;
  drops: {
    reason: string;
    place: string;
    count: number;
    firstNs: number | null;
    lastNs: number | null;
    firstLine: number;
    /** When: packets by bin, a bin begins at bin × binNs on the clock of the calls of file `callFile`; absent without calls. */
    over?: { callFile: number; binNs: number; bins: { bin: number; count: number }[] };
    /** Recording it is of, where several that were made one after the other are in the run. */
    file?: string;
    /** Freed by the reader after use, or consumed: no drop. */
    isFree: boolean;
    /** No reason is printed and no symbol names the place: a drop or not, no line tells. */
    isUnnamed?: boolean;
    /** Call chains that stand below the events, most frequent first: `tcp_v4_rcv < ip_protocol_deliver_rcu < …`. */
    chains?: { chain: string; count: number }[];
  }[];
  /** tcp_rcvbuf_grow by connection: how often the reader took more in a round trip than before, and the receive buffer then. */
  buffers?: { flow: string; asked: number; firstBytes: number; lastBytes: number; firstLine: number }[];
  refused: { event: string; flow: string; count: number; firstLine: number }[];
  trouble: { event: string; count: number; firstLine: number }[];
  softirqs: { cpu: number; vector: string; runs: number; ns: number; ksoftirqdRuns: number; ksoftirqdNs: number }[];
  /** NET_RX time of polls (napi_poll), or of softirqs in which one device alone received. */
  deviceNs: { device: string; ns: number }[];
  irqs: { cpu: number; name: string; runs: number; ns: number }[];
  /** From softirq_raise NET_RX to its run on the same CPU. */
  raiseDelay: { count: number; p50Ns: number; p99Ns: number; p999Ns: number; maxNs: number } | null;
  /** csd_queue_cpu: functions handed over; ipi_send_cpu: interrupts sent (without a function: reschedule). */
  ipis: { event: string; function: string; count: number }[];
  /** Arrivals seen and kept in the table. */
  rows: { seen: number; kept: number };
}
