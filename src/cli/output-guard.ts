import { statSync } from 'node:fs';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';

/** A capture is evidence: -o that names one of the inputs, also through a link, is refused before anything is read. */
export function refuseToOverwrite(output: unknown, inputs: readonly unknown[]): void {
  if (typeof output !== 'string' || output === '-') return;
  const target = statSync(output, { bigint: true, throwIfNoEntry: false });
  if (target === undefined || !target.isFile()) return;
  for (const input of inputs) {
    if (typeof input !== 'string') continue;
    const source = statSync(input, { bigint: true, throwIfNoEntry: false });
    if (source === undefined || source.ino !== target.ino || source.dev !== target.dev) continue;
    throw new RecvscopeError(
      'output-is-input',
      ExitCode.usage,
      `-o ${output} would overwrite the capture ${input}`,
      'choose another file with -o',
    );
  }
}
