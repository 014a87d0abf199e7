import { ExitCode } from '../../model/diagnostics/errors.ts';
import type { Lens } from '../../model/recording/lenses.ts';
import { printScript } from '../../record/script/index.ts';
import { printData } from '../output.ts';

/** The recorder for boxes without Node, on standard output. */
export async function runPrintScript(tool: string, lenses: readonly Lens[]): Promise<number> {
  await printData(printScript(tool, lenses));
  return ExitCode.done;
}
