import type { ArrivalTable } from './arrivals/table.ts';
import type { CallTable } from './calls.ts';
import type { FileReport } from './diagnostics/accounting.ts';
import type { DiagnosticRecord } from './diagnostics/index.ts';
import type { Fact } from './environment.ts';
import type { KernelEra } from './kernel/era.ts';
import type { ProfileTable } from './profile.ts';
import type { TimelineNotes } from './timeline-notes.ts';

/** One run: everything one CAPTURE argument (file, stdin or folder) gave. The verdict judges lists of these. */
export interface Run {
  /** Base name of the argument, never a path. */
  name: string;
  side: 'before' | 'after' | '';
  files: FileReport[];
  calls: CallTable;
  /** Segments as they arrived; calls are named by number. Absent where nothing was recorded of them. */
  arrivals?: ArrivalTable;
  profiles: ProfileTable[];
  facts: Fact[];
  diagnostics: DiagnosticRecord[];
  timeline: TimelineNotes;
  /** Name by content and labels of the user: see identifyCapture in identity.ts. */
  captureId?: string | null;
  labels?: Record<string, string>;
  /** Which kernel it is of, with the reason. */
  era: KernelEra;
  /** Time in which the calls were received, where that is not from the first to the last of them (stretches between marks). */
  spanNs?: number;
}
