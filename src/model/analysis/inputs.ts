import type { Severity } from '../diagnostics/index.ts';
import type { CaptureIdentity } from '../identity.ts';

export interface FileSummary {
  file: string;
  format: string;
  variant: string;
  wrapping: string;
  lines: number;
  parsedLines: number;
  commentLines: number;
  unusedLines: number;
  unknownLines: number;
  malformedLines: number;
  events: number;
  samples: number;
  unknownEvents: number;
  lostEvents: number;
  /** Absolute ns on the capture's clock as decimal text (may exceed 2^53); null without clock. */
  firstNs: string | null;
  lastNs: string | null;
}

export interface RunSummary {
  name: string;
  side: 'before' | 'after' | '';
  /** Release as printed; '' when only names bound it. */
  kernel: string;
  /** Why the kernel is known: "event sk_data_ready exists from 6.3 on"; '' when nothing tells. */
  kernelKnownBy?: string;
  calls: number;
  completeCalls: number;
  /** null: no return value is in the capture. */
  bytes: number | null;
  spanNs: number | null;
  bytesPerSecond: number | null;
  /** Where the throughput figure comes from: 'calls', 'tcp_probe', 'iperf', 'netperf', ''. */
  throughputFrom: string;
  dmaBytes: number | null;
  dmaSharePct: number | null;
  /** Engine counters of the side data, where present: whole run, all channels. */
  counterDmaBytes: number | null;
  counterDmaCopies: number | null;
  files: FileSummary[];
  /** Absent in analyses saved before it was known. */
  identity?: CaptureIdentity;
}

export interface DiagnosticSummary {
  name: string;
  severity: Severity;
  origin: string;
  count: number;
  meaning: string;
  advice: string;
  examples: { file: string; line: number; text: string; reason: string }[];
}
