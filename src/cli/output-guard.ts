import fs from 'node:fs';
import path from 'node:path';
import { listInputs } from '../../parsers/source/inputs.ts';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';
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

/**
 * Where a command fills a folder: it need not exist, and it may not be an input or lie in one, or the next run would read what
 * this one wrote.
 */
export function guardFolder(output: unknown, inputs: readonly unknown[]): void {
  if (typeof output !== 'string') return;
  const place = realPathOf(output);
  for (const input of inputs) {
    if (typeof input !== 'string' || statOf(input)?.isDirectory() !== true) continue;
    const folder = fs.realpathSync(input);
    if (place === folder || place.startsWith(folder.endsWith('/') ? folder : `${folder}/`))
      throw new RecvscopeError(
        'output-is-input',
        ExitCode.usage,
        `-o ${output} lies in the capture ${input}`,
        'choose another folder with -o',
      );
  }
}

/** Of what does not exist yet: the real path of the folder that does, and the rest. */
function realPathOf(file: string): string {
  const full = path.resolve(file);
  try {
    return fs.realpathSync(full);
  } catch {
    const parent = path.dirname(full);
    return parent === full ? full : path.join(realPathOf(parent), path.basename(full));
  }
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
