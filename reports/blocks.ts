import type { LaneCall } from './lanes/call.ts';
import type { Strip } from './overview/strip.ts';

/**
 * ReportDocument: what every output is made of. Values are plain text (outputs escape); no output looks into the
 * Analysis again, so they cannot disagree.
 */
export type Tone = 'good' | 'bad' | 'neutral' | 'doubt' | '';

export interface Cell {
  text: string;
  /** Full value for the tooltip: '123,456 ns'. */
  exact?: string;
  tone?: Tone;
  /** Printed in a fixed-width font: symbols, file names, options. */
  code?: boolean;
}

export interface Column {
  title: string;
  /** Numbers stand right. */
  numeric: boolean;
}

export interface TableBlock {
  kind: 'table';
  id: string;
  caption: string;
  columns: Column[];
  rows: Cell[][];
  /** Said under the table: how many rows were left out, how to read it. */
  note: string;
  /** The same as sentences, for outputs too narrow for the grid. */
  narrow?: string[];
}

export interface ChartBlock {
  kind: 'chart';
  id: string;
  title: string;
  /** What the picture shows, in words with its main numbers: for readers who cannot see it. */
  alt: string;
  /** How to read it. */
  caption: string;
  /** vega-lite specification, a plain object. */
  spec: Record<string, unknown>;
  /** The same as bars of characters, for text outputs; empty when a table beside the chart says it all. */
  bars: { label: string; value: string; fraction: number }[];
  /** What those bars measure, where their labels do not say it: `time in calls per MiB`. */
  barsOf?: string;
  /** Legend drawn by the page (all charts share the phase colours), empty for none. */
  legend: { label: string; color: string }[];
}

/** A picture that the page draws itself, and its script again for every zoom: swim lanes, the overview strip. */
export interface PictureBlock {
  kind: 'picture';
  id: string;
  title: string;
  alt: string;
  caption: string;
  legend: { label: string; color: string }[];
  bars: ChartBlock['bars'];
  content: { kind: 'lanes'; call: LaneCall } | { kind: 'strip'; strip: Strip };
}

export interface FindingBlock {
  kind: 'finding';
  id: string;
  title: string;
  stratum: string;
  outcome: string;
  tone: Tone;
  sentence: string;
  /** 'completion wait: 58 % of the cost'; '' where it is not known. */
  share: string;
  effect: Cell | null;
  basis: string;
  numbers: { label: string; value: Cell }[];
  reasons: string[];
  warnings: string[];
  evidence: { place: string; text: string }[];
  /** Calls to look at; `isShown` = the page draws it open, so that a link leads somewhere visible. */
  exemplars: { id: string; label: string; isShown: boolean }[];
  nextStep: string;
}

export type Block =
  | { kind: 'paragraph'; text: string; tone: Tone }
  | { kind: 'list'; items: string[] }
  | { kind: 'heading'; text: string; id: string }
  | { kind: 'commands'; items: { missing: string; why: string; command: string }[] }
  | { kind: 'details'; summary: string; blocks: Block[] }
  | { kind: 'note'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'legend'; items: { label: string; color: string }[]; note: string }
  | TableBlock
  | ChartBlock
  | PictureBlock
  | FindingBlock;

export interface Section {
  id: string;
  title: string;
  blocks: Block[];
  /** Folded sections stand below the open part, closed. */
  isFolded: boolean;
  /** What the ticket says of it: the short form for Markdown and the terminal; nothing = left out there. */
  ticket: Block[];
}

/** One line of the verdict strip: a figure of both sides and its difference on the shared ratio axis. */
export interface StripRow {
  id: string;
  title: string;
  before: Cell;
  after: Cell;
  /** 'difference', with its interval. */
  difference: Cell;
  /** after ÷ before with its interval, for the axis; null = not known. */
  ratio: { estimate: number; low: number | null; high: number | null } | null;
  word: string;
  tone: Tone;
  /** Why it cannot be told; '' where it can. */
  reason: string;
}

/** The answer on one screen. */
export interface FirstScreen {
  /** What was looked at: kind, title, kernel, runs, bytes. */
  eyebrow: string[];
  headline: string;
  outcome: string;
  tone: Tone;
  why: string[];
  actions: { text: string; command: string }[];
  strip: StripRow[];
  /** In place of the strip where nothing was compared. */
  facts: { label: string; value: Cell; note: string }[];
  /** Each with the section that says more. */
  trust: { text: string; section: string }[];
}

export interface ReportDocument {
  kind: 'report' | 'compare' | 'whatif' | 'fleet';
  title: string;
  tool: string;
  first: FirstScreen;
  /** Printed right below the first screen: what nobody may overlook when quoting a number. */
  cautions: string[];
  sections: Section[];
  /** Titles of the sections that have nothing to say here. */
  absent: string[];
  footnotes: string[];
}

export const paragraph = (text: string, tone: Tone = ''): Block => ({ kind: 'paragraph', text, tone });
export const text = (value: string): Cell => ({ text: value });
export const code = (value: string): Cell => ({ text: value, code: true });
export const column = (title: string): Column => ({ title, numeric: false });
export const numberColumn = (title: string): Column => ({ title, numeric: true });
