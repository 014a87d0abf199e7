import { findEvidence } from '../../parsers/source/evidence.ts';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';

/** Throws when the file that output would go to is one of the inputs. `known`: somebody found out already which one. */
export function refuseEvidence(target: { dev: bigint; ino: bigint } | null, output: string, known?: string): void {
  const input = known ?? (target === null ? undefined : findEvidence(target));
  if (input === undefined) return;
  throw new RecvscopeError(
    'output-is-input',
    ExitCode.usage,
    `${output} would overwrite the capture ${input}`,
    'choose another file with -o',
  );
}
