import type { Lens } from '../model/recording/lenses.ts';

/** What the user asked for. */
export interface RecordRequest {
  folder: string;
  /** null: 2 s without a command, until it ends with one. */
  seconds: number | null;
  pid: number | null;
  comm: string | null;
  command: readonly string[];
  lenses: readonly Lens[];
  /** null: perf when it is here, else tracefs. */
  tracer: 'perf' | 'tracefs' | null;
  /** `key=value` of --label: what a fleet groups by. */
  labels: Readonly<Record<string, string>>;
  /** `recvscope 0.1.0` */
  tool: string;
  onProgress: (text: string) => void;
}

/** What a recording left. */
export interface Recorded {
  folder: string;
  tracer: string;
  seconds: number;
  lines: number;
  lostEvents: number;
  oneSidedCpus: number[];
  /** Events of the table that this kernel does not have. */
  unavailable: { name: string; why: string }[];
  notes: string[];
  stoppedBy: string;
  /** Of the command; null = none, or still to be ended by us. */
  commandExit: number | null;
  /** 128 + signal when the user ended it early, else null. */
  interruptedExit: number | null;
}
