import fs from 'node:fs';
import { listInputs } from '../../parsers/source/inputs.ts';
import { refuseEvidence } from './evidence-guard.ts';
import { checkTarget } from './target-file.ts';

/**
 * Before any work: output must not replace an input (the arguments, every member of a folder), and its place must exist
 * and take a file. What only reading finds is refused before the first byte is written (target-file.ts, output.ts).
 */
export function guardOutput(output: unknown, inputs: readonly unknown[]): void {
  const isStdout = typeof output !== 'string' || output === '-';
  const target = isStdout ? statOf(1) : statOf(output);
  if (target?.isFile() === true) {
    for (const input of inputs) if (typeof input === 'string') noteInput(input);
    refuseEvidence(target, isStdout ? 'standard output' : `-o ${output}`);
    if (!isStdout) for (const input of inputs) if (typeof input === 'string') refuseMember(output, input);
  }
  if (!isStdout) checkTarget(output);
}

/** Listing an input enters its files into the register of evidence. */
function noteInput(input: string): void {
  try {
    listInputs(input);
  } catch {
    // What is wrong with it is told when it is read.
  }
}

/** Also a file that reading the folder would pass over. */
function refuseMember(output: string, input: string): void {
  try {
    if (!fs.statSync(input).isDirectory()) return;
    const [folder, file] = [fs.realpathSync(input), fs.realpathSync(output)];
    if (!file.startsWith(folder.endsWith('/') ? folder : `${folder}/`)) return;
  } catch {
    return;
  }
  refuseEvidence(null, `-o ${output}`, `a file of ${input}`);
}

function statOf(file: string | number): fs.BigIntStats | undefined {
  try {
    return typeof file === 'number'
      ? fs.fstatSync(file, { bigint: true })
      : fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
