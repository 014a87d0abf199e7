/**
 * Samples by symbol: what opreport, perf report and CPU samples of perf script have in common.
 * One table per event (oprofile class, perf event); several tables make up a capture's profile.
 */
export interface ProfileRow {
  symbol: string;
  /** Image, dso or module as printed; '' unknown. */
  image: string;
  /** Application or task name; '' unknown. */
  app: string;
  /** CPU the samples were taken on; -1 not separated. */
  cpu: number;
  /** Self samples (counts; for perf scripts the sum of periods is in `weight`). NaN when the text prints only percents. */
  samples: number;
  /** Period-weighted samples; equals `samples` when the text has no period. */
  weight: number;
  /** As printed, 0..100; NaN when not printed. */
  percent: number;
  line: number;
}

/** A node of a printed call tree: the path from the table's row to it, and its share of all samples. */
export interface ProfileChain {
  /** Symbol of the row above the tree. */
  row: string;
  symbol: string;
  /** As printed; `-g` prints shares of all samples (`graph`) unless it was asked for `fractal`. */
  percent: number;
  path: string[];
  line: number;
}

export interface ProfileTable {
  file: string;
  /** opreport, opreport-xml, opreport-images, opreport-callgraph, opannotate, perf-report-csv, perf-script … */
  format: string;
  /** cpu-clock, CPU_CLK_UNHALTED, timer … */
  event: string;
  /** Sampling rate or count as text ('count 100000', '499 Hz'), '' unknown. */
  sampling: string;
  /** True for image-level tables (no symbols): the symbol column repeats the image. */
  imagesOnly: boolean;
  /** A differential report: percents are differences, do not add up. */
  isDifference: boolean;
  rows: ProfileRow[];
  /** Sum over rows, or the total the text implies (samples / percent). */
  totalSamples: number;
  /** `Samples: 118K`: the number of samples is rounded. */
  isRounded?: boolean;
  /** Sum of the shares that are printed, 0..100: far below 100 the table is the top of a longer one. Absent without shares. */
  listedPct?: number;
  /** What the call trees below the rows say. */
  chains?: ProfileChain[];
  totalWeight: number;
  /** In a document that states several cases: the record of the case the table stands under ('case#2'). */
  caseRecord?: string;
}

/** Folded call chains: `comm;root;...;leaf count`, made on request by `recvscope export --format folded`. */
export interface FoldedStacks {
  /** Insertion order = order of first appearance. */
  readonly counts: ReadonlyMap<string, number>;
  /** The same stacks weighted by the printed period (1 where none is printed), as stackcollapse-perf.pl weighs them. */
  readonly weights: ReadonlyMap<string, number>;
  readonly samples: number;
  /** The same by event, in the order of first samples; absent where the text knows no events. */
  readonly byEvent?: ReadonlyMap<string, FoldedStacks>;
}
