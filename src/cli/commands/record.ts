import path from 'node:path';
import { ExitCode } from '../../model/diagnostics/errors.ts';
import { checkCapture } from '../../record/check/index.ts';
import { describeRecording } from '../../record/check/words.ts';
import { recordCapture } from '../../record/index.ts';
import type { RecordRequest } from '../../record/options.ts';
import { findRecordNext } from '../../verdict/index.ts';
import { clearProgress, printData, printProgress } from '../output.ts';
import { type LoadOptions, loadRun, vocabulary } from '../pipeline.ts';
import { runReport } from './report.ts';

export interface RecordOptions extends Omit<RecordRequest, 'folder' | 'onProgress'> {
  output?: string;
  /** true: beside the folder; a name: there. */
  report?: boolean | string;
  load: LoadOptions;
}

/** Records, reads what was recorded as any capture, and says what is in it and what is missing. */
export async function runRecord(options: RecordOptions): Promise<number> {
  const folder = options.output ?? nameFolder(new Date());
  const request: RecordRequest = { ...options, folder, onProgress: printProgress };
  const recorded = await recordCapture(request);
  clearProgress();
  const run = await loadRun(folder, options.load);
  const recordNext = findRecordNext([run], {
    tool: options.tool,
    seed: options.load.seed,
    categoryOf: vocabulary.categoryOf,
  });
  const check = checkCapture(run, recorded, request);
  await printData(describeRecording(recorded, check, recordNext));
  if (options.report !== undefined && options.report !== false && run.calls.length > 0) {
    const output =
      typeof options.report === 'string' ? options.report : `${path.normalize(folder).replace(/\/$/, '')}.html`;
    await runReport([folder], { output, tool: options.tool, load: options.load });
  }
  if (recorded.interruptedExit !== null) return recorded.interruptedExit;
  return check.complaints.some((complaint) => complaint.isFatal) ? ExitCode.nothingRecognised : ExitCode.done;
}

/** `recvscope-20261130-221500`, local time. */
export function nameFolder(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `recvscope-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
