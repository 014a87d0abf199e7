export type Outcome = 'wins' | 'loses' | 'noDifference' | 'cannotTell';

export interface Effect {
  estimate: number | null;
  low: number | null;
  high: number | null;
  /** 'ns', 'ns/byte', '%', 'bytes', 'count', 'bytes/s', 'points' … */
  unit: string;
  /** 'Hodges-Lehmann, run = unit', 'block bootstrap of calls' … */
  method: string;
  /** 0.95 */
  level: number;
}
