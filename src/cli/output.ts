import { randomBytes } from 'node:crypto';
import { constants, promises as fs } from 'node:fs';
import path from 'node:path';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';

/** The only file that prints: stdout = data, stderr = progress and warnings. */

let quiet = false;
let stdoutClosed = false;

export function setQuiet(value: boolean): void {
  quiet = value;
}

// Failures of stdout come to printData; a closed stderr is no reason to stop.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

/**
 * Waits until the text is out, so a slow reader does not make us hold all of it. False = nobody listens: `recvscope
 * calls x | head` closes the pipe, that is the reader's right. Anything else (a full disk) is an error.
 */
export async function printData(text: string | Uint8Array): Promise<boolean> {
  if (stdoutClosed) return false;
  const failure = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
    process.stdout.write(text, resolve);
  });
  if (failure === null || failure === undefined) return true;
  stdoutClosed = true;
  const code = failure.code ?? failure.message;
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return false;
  throw new RecvscopeError(
    'cannot-write',
    ExitCode.unreadable,
    `cannot write to standard output: ${code}`,
    'write into a file with -o',
  );
}

export function printWarning(text: string): void {
  if (!quiet) process.stderr.write(`recvscope: ${text}\n`);
}

/** Two lines: what happened (with its code), and what to do next. */
export function printError(error: RecvscopeError): void {
  process.stderr.write(`recvscope: ${error.message} [${error.code}]\n`);
  if (error.hint !== '') process.stderr.write(`  hint: ${error.hint}\n`);
}

export function printStack(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}

export function printProgress(text: string): void {
  if (!quiet && process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

export function clearProgress(): void {
  printProgress('');
}

export async function makeFolder(folder: string): Promise<void> {
  try {
    await fs.mkdir(folder, { recursive: true });
  } catch (error) {
    throw cannotWrite(folder, error, 'choose another folder with -o');
  }
}

/** Writes beside and renames: a reader of `file` never sees half of it, and a failure leaves nothing behind. */
export async function writeFileWhole(file: string, chunks: Iterable<string | Uint8Array> | string): Promise<void> {
  const folder = path.dirname(file);
  const beside = path.join(folder, `.${path.basename(file)}.${randomBytes(4).toString('hex')}.part`);
  try {
    // A device or pipe (/dev/stdout, /dev/null) cannot be renamed over.
    const target = await fs.stat(file).catch(() => null);
    if (target?.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
    const direct = target !== null && !target.isFile();
    const handle = await fs.open(
      direct ? file : beside,
      direct ? 'w' : constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
    );
    try {
      for (const chunk of typeof chunks === 'string' ? [chunks] : chunks) await handle.writeFile(chunk);
    } finally {
      await handle.close();
    }
    if (!direct) await fs.rename(beside, file);
  } catch (error) {
    await fs.rm(beside, { force: true }).catch(() => undefined);
    if (error instanceof RecvscopeError) throw error;
    throw cannotWrite(file, error, 'choose another file with -o');
  }
}

function cannotWrite(target: string, error: unknown, hint: string): RecvscopeError {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return new RecvscopeError('cannot-write', ExitCode.unreadable, `cannot write ${target}: ${reason}`, hint);
}
