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
  /** Legend drawn by the page (all charts share the phase colours), empty for none. */
  legend: { label: string; color: string }[];
}

export interface CardsBlock {
  kind: 'cards';
  cards: {
    id: string;
    title: string;
    outcome: string;
    tone: Tone;
    figure: string;
    exact: string;
    sentence: string;
    basis: string;
    warnings: string[];
  }[];
}

export interface FindingBlock {
  kind: 'finding';
  id: string;
  title: string;
  stratum: string;
  outcome: string;
  tone: Tone;
  sentence: string;
  effect: Cell | null;
  basis: string;
  numbers: { label: string; value: Cell }[];
  reasons: string[];
  warnings: string[];
  evidence: { place: string; text: string }[];
  exemplars: { id: string; label: string }[];
  nextStep: string;
}

export type Block =
  | { kind: 'paragraph'; text: string; tone: Tone }
  | { kind: 'list'; items: string[] }
  | { kind: 'heading'; text: string; id: string }
  | { kind: 'commands'; items: { missing: string; why: string; command: string }[] }
  | { kind: 'details'; summary: string; blocks: Block[] }
  | TableBlock
  | ChartBlock
  | CardsBlock
  | FindingBlock;

export interface Section {
  id: string;
  title: string;
  blocks: Block[];
}

export interface ReportDocument {
  kind: 'report' | 'compare' | 'whatif' | 'fleet';
  title: string;
  tool: string;
  headline: string;
  outcome: string;
  tone: Tone;
  /** Printed above everything else: what nobody may overlook when quoting a number. */
  cautions: string[];
  sections: Section[];
  footnotes: string[];
}

export const paragraph = (text: string, tone: Tone = ''): Block => ({ kind: 'paragraph', text, tone });
export const text = (value: string): Cell => ({ text: value });
export const code = (value: string): Cell => ({ text: value, code: true });
export const column = (title: string): Column => ({ title, numeric: false });
export const numberColumn = (title: string): Column => ({ title, numeric: true });
