import type { ArrivalTotals } from './arrivals/totals.ts';
import type { LinkKind } from './calls.ts';
import type { ScheduleTotals } from './schedule.ts';

/** The name of no side: `recvscope side=-` and a task renamed to `recvscope:-` end a stretch, what follows belongs to nobody. */
export const NO_SIDE = '-';

/** What entered and what netif_receive_skb delivered of one device, from the first line of the file on. */
export interface DeviceArrivals {
  device: string;
  entered: number;
  received: number;
  bytes: number;
}

/** One mark: from here on calls are received under the setting called `side`. */
export interface SideMark {
  file: number;
  atNs: number;
  line: number;
  side: string;
  /** key=value words behind the side. */
  keys: string[];
  /** NET_RX softirq time of all CPUs from the first line of the file to here, ns. */
  netRxNs: number;
  /** Segments up to here; absent where none is recorded. */
  arrived?: DeviceArrivals[];
}

/** What the timeline stage knows beyond the rows: passed on to the verdict, printed in the report. */
export interface TimelineNotes {
  /** e.g. 'function entries only: phase ends are inferred', 'tcp_service_net_dma is inlined in this era'. */
  notes: string[];
  /** Why the reader was woken: 'buffer-full','psh','psh-or-rcvbuf-half','cannot-copy-early','rcvlowat','segment','memory-pressure','fin','rst','signal','timeout','unknown'. */
  wakeReasons: { reason: string; count: number; useful: number; useless: number; early: number }[];
  /** The same by thread: whose they are. */
  wakesByThread?: { tid: number; reason: string; count: number; useless: number; early: number }[];
  delack: { episodes: number; addedNs: number };
  /** Receive calls on sockets that are neither TCP's nor UDP's: made no row, counted by kind. */
  leftOut: { kind: string; calls: number; bytes: number }[];
  /** Tasks to which data of sockets was copied, though no call of theirs is in the text: they read by another call. */
  unrecordedReceivers?: { comm: string; copies: number; bytes: number | null }[];
  /** Off-call engine work that no call claims. */
  unlinkedEarlyCopies: number;
  links: Record<LinkKind, number>;
  /** Which evidence the capture had: decides what "cannot tell" is about. */
  evidence: {
    callEntry: 'syscall' | 'function' | 'none';
    hasReturns: boolean;
    hasSwitches: boolean;
    hasWakeups: boolean;
    hasPinProbes: boolean;
    hasSubmitProbes: boolean;
    hasDescriptors: boolean;
    hasWaitProbes: boolean;
    hasCopyLengths: boolean;
    hasCopyEnds: boolean;
    hasSoftirq: boolean;
    hasClock: boolean;
    isGraph: boolean;
    entriesOnly: boolean;
    /** early copies seen under softirq / in the reader's own thread */
    earlyInSoftirq: number;
    earlyInReader: number;
    /** Net RX softirqs with dma_issue_pending_all: the per-softirq tax of CONFIG_NET_DMA. */
    issuePendingInSoftirq: number;
    netRxSoftirqs: number;
    busyPollSeen: boolean;
    selectPollSeen: boolean;
  };
  /** Sizes of single engine transfers (descriptors): log2 histogram bucket → count, and the exact sums. */
  descriptorSizes: { bytes: number; count: number }[];
  /** Exact sums of the softirq side; absent where no line tells of it. */
  arrivals?: ArrivalTotals;
  /** Times of threads between lines of the scheduler; absent where it printed none. */
  schedule?: ScheduleTotals;
  /** Marks of sides in time order (`recvscope side=A`): file as in the calls' column, time on the calls' axis. */
  marks?: SideMark[];
  /** Off-call CPU totals inside the span of the capture, ns. */
  totals: { softirqNetRxNs: number; spanNs: number; readerOnCpuNs: number };
  /** Exact totals of all calls, also of those that --max-calls left out of the table (kept < calls). */
  allCalls?: {
    calls: number;
    kept: number;
    returnedBytes: number;
    dmaBytes: number;
    cpuCopyBytes: number;
    durationNs: number;
  };
}
