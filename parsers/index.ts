import { ExitCode, RecvscopeError } from '../src/model/diagnostics/errors.ts';
import { CaptureAccount, type CaptureParts } from './reading/account.ts';
import { FileReading } from './reading/file.ts';
import type { ReadOptions } from './reading/options.ts';
import { rankFiles } from './reading/ranking.ts';
import { binaryRecording, emptyFolder, nothingIn, notRecognised } from './source/input-errors.ts';
import { type InputList, listInputs } from './source/inputs.ts';

export type { CaptureParts } from './reading/account.ts';
export type { ReadOptions } from './reading/options.ts';
export { listRunsInside } from './reading/ranking.ts';
export { FORMATS } from './registry.ts';
export { listInputs } from './source/inputs.ts';

/** Everything one CAPTURE argument holds: a file, '-' for stdin, or a folder whose every file is sniffed and used. */
export async function readCapture(argument: string, options: ReadOptions): Promise<CaptureParts> {
  const list = listInputs(argument, options);
  if (list.isFolder && list.files.length === 0) throw emptyFolder(list);
  const account = new CaptureAccount(list, options.diagnostics);
  if (list.isFolder) await readFolder(list, options, account);
  // The user named this very file: a recording is printed.
  else await readOnly(list, { ...options, printRecordings: true }, account);
  return account.finish(options.wantFolded === true);
}

/** A file that cannot be read is noted, and the others are read all the same. */
async function readFolder(list: InputList, options: ReadOptions, account: CaptureAccount): Promise<void> {
  for (const index of await rankFiles(list.files, options)) {
    try {
      await new FileReading(list.files[index], index, options, account).read();
    } catch (error) {
      if (!(error instanceof RecvscopeError) || error.exitCode !== ExitCode.unreadable) throw error;
      account.noteUnreadable(index, error.message);
    }
  }
  account.noteSkipped();
  if (!account.hasRecognised) throw nothingIn(list, account.files);
}

async function readOnly(list: InputList, options: ReadOptions, account: CaptureAccount): Promise<void> {
  const file = list.files[0];
  for (const index of list.files.keys()) if (index > 0) await readBeside(list, index, options, account);
  const reading = new FileReading(file, 0, options, account);
  const binary = await reading.read();
  if (binary !== null) throw binaryRecording(file.name, binary);
  if (!account.recognises(0)) throw notRecognised(file.name, account.files[0], reading.packingNote);
}

/** Settings beside the trace are read before it; one that cannot be read is noted. */
async function readBeside(
  list: InputList,
  index: number,
  options: ReadOptions,
  account: CaptureAccount,
): Promise<void> {
  try {
    await new FileReading(list.files[index], index, options, account).read();
  } catch (error) {
    if (!(error instanceof RecvscopeError) || error.exitCode !== ExitCode.unreadable) throw error;
    account.noteUnreadable(index, error.message);
  }
}
