import type { FleetEngine } from '../engines/engine.ts';

/** What every question is asked of. */
export interface Ask {
  engine: FleetEngine;
  /** hist: the histograms of summaries · calls: rows of calls, exact quantiles. */
  source: 'hist' | 'calls';
  /** 'recvscope 0.1.0' */
  tool: string;
  seed: number;
}

export const relationOf = ({ engine, source }: Ask): string => (source === 'hist' ? engine.summaries : engine.calls);

export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
