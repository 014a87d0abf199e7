import type { Evidence } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import type { ProfileTable } from '../../model/profile.ts';
import type { CopyDirection } from './copy-direction.ts';
import type { OffloadRow, Part } from './parts.ts';
import type { Told } from './told.ts';

/** One case of an experiment known only by figures: a throughput and a profile. */
export interface FigureCase {
  name: string;
  run: string;
  bytesPerSecond: number;
  /** Bounds where several figures may be of the profile's phase; equal where one is. */
  rateLow: number;
  rateHigh: number;
  /** CPU time of the receiving machine per byte, as netperf -c -C says it; NaN: not said. */
  receiverNsPerByte: number;
  table: ProfileTable | null;
  /** Whether offload was on; null: nothing says it. */
  isOn: boolean | null;
  offBecause: 'copybreak' | 'words' | 'name' | '';
  /** Busy share of all CPUs in percent, the engine's own CPU time left out; NaN where no idle row and no sentence tells. */
  busyPct: number;
  /** What a busy share was read from. */
  busyCite: Evidence | null;
  /** Percent of all samples by part; empty without a table. */
  parts: ReadonlyMap<Part, number>;
  /** Rows of what runs only because of offload, of a table or of sentences. */
  offloadRows: readonly OffloadRow[];
  rcvlowat: Told | null;
  /** Share of the copy routines in percent: of all samples as listed, and of busy samples (idle and engine set apart). */
  copyPct: number;
  copyBusyPct: number;
  idlePct: number;
  enginePct: number;
  waitBusyPct: number;
  /** The largest copy routine and its own share of all samples, in percent. */
  copySymbol: string;
  copySymbolPct: number;
  /** How many routines make up `copyPct`. */
  copyRoutines: number;
  /** Share of all samples that the table lists, in percent: below `WHOLE_PCT` no upper bound follows. */
  listedPct: number;
  direction: CopyDirection;
  /** Line of the copy row and of the throughput figure, for citation. */
  copyFile: string;
  copyLine: number;
  throughputFile: string;
  throughputLine: number;
  isReference: boolean;
  referenceBecause: string;
}

export function blankCase(run: Run, name: string): FigureCase {
  const nan = Number.NaN;
  return {
    name,
    run: run.name,
    bytesPerSecond: nan,
    receiverNsPerByte: nan,
    rateLow: nan,
    rateHigh: nan,
    table: null,
    isOn: null,
    offBecause: '',
    busyPct: nan,
    busyCite: null,
    parts: new Map(),
    offloadRows: [],
    rcvlowat: null,
    copyPct: nan,
    copyBusyPct: nan,
    idlePct: nan,
    enginePct: nan,
    waitBusyPct: nan,
    copySymbol: '',
    copySymbolPct: nan,
    copyRoutines: 0,
    listedPct: nan,
    direction: 'unknown',
    copyFile: '',
    copyLine: 0,
    throughputFile: '',
    throughputLine: 0,
    isReference: false,
    referenceBecause: '',
  };
}
