import type { Finding } from '../../model/analysis/index.ts';
import type { Context } from '../context/context.ts';

/** One question put to every capture. null = the capture gives no reason to speak of it. */
export interface FindingRule {
  readonly id: string;
  judge(context: Context): Finding | null;
}
