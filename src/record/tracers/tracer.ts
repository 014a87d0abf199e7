import type { RecordedEvent } from '../../model/recording/events.ts';
import type { TextScan } from '../text-scan.ts';

/** What a tracer is told. */
export interface TracerOrder {
  folder: string;
  events: readonly RecordedEvent[];
  /** For events that run in the receiving task; '' = none. */
  filter: string;
  /** Sides are marked while it records. */
  wantsMarks: boolean;
}

export interface Loss {
  events: number;
  /** The text of loss.txt: what the tracer itself says about it. */
  text: string;
}

/**
 * perf or a tracefs instance. `start` returns when the events are on, never before; after `stop` nothing is recorded any
 * more; `print` leaves the text in the folder. What a tracer changed on the machine it puts on the undo list at once.
 */
export interface Tracer {
  readonly name: string;
  readonly clock: string;
  start(): Promise<void>;
  /** Resolves with the reason when the recording ends by itself: buffer full, file too large, tracer gone. */
  readonly full: Promise<string>;
  /** Where the marks of sides go: a trace_marker, or `comm`: a task that renames itself, since perf records no ftrace:print. */
  readonly marker: string;
  stop(): Promise<void>;
  print(scan: TextScan): Promise<Loss>;
  /** What had to be done otherwise than ordered. */
  readonly notes: string[];
}
