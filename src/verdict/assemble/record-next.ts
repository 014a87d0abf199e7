import type { Analysis } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { makeContext } from '../context/context.ts';
import type { JudgeOptions } from '../options.ts';
import { listRecordNext } from '../summaries/record-next.ts';

/** What to record next time, without the judgement around it. */
export function assembleRecordNext(runs: readonly Run[], options: JudgeOptions): Analysis['recordNext'] {
  return listRecordNext(makeContext(runs, options));
}
