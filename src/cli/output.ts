import fs from 'node:fs';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';
import { replaceUnprintableInLines } from '../model/printable.ts';
import { refuseEvidence } from './evidence-guard.ts';

export { makeFolder, writeFileWhole } from './target-file.ts';

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
  const failure = isStdoutFile() ? writeWhole(text) : await writeStream(text);
  if (failure === null) return true;
  stdoutClosed = true;
  const code = failure.code ?? failure.message;
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return false;
  throw new RecvscopeError(
    'cannot-write',
    ExitCode.unreadable,
    `cannot write to standard output: ${code}`,
    'what stands there is cut; write into a file with -o, which is whole or not there at all',
  );
}

async function writeStream(text: string | Uint8Array): Promise<NodeJS.ErrnoException | null> {
  const failure = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
    process.stdout.write(text, resolve);
  });
  return failure ?? null;
}

/** Node writes to a file behind stdout with one write(2) and does not look how much of it was taken. */
function writeWhole(text: string | Uint8Array): NodeJS.ErrnoException | null {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  try {
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(1, bytes, at, bytes.length - at);
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

let stdoutKind: 'file' | 'stream' | '' = '';

function isStdoutFile(): boolean {
  if (stdoutKind === '') {
    const stat = fs.fstatSync(1, { bigint: true });
    stdoutKind = stat.isFile() ? 'file' : 'stream';
    if (stat.isFile()) refuseEvidence(stat, 'standard output');
  }
  return stdoutKind === 'file';
}

/** Network file systems and quotas refuse as late as here; then the output is not whole. */
export function finishStdout(): void {
  if (stdoutKind !== 'file' || stdoutClosed) return;
  try {
    fs.fdatasyncSync(1);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EROFS'].includes(code)) return;
    throw new RecvscopeError(
      'cannot-write',
      ExitCode.unreadable,
      `cannot write to standard output: ${code}`,
      'write into a file with -o',
    );
  }
}

/** Names of files and arguments may hold terminal escapes. */
function printNote(text: string): void {
  process.stderr.write(`${replaceUnprintableInLines(text)}\n`);
}

export function printWarning(text: string): void {
  if (!quiet) printNote(`recvscope: ${text}`);
}

const NOTE_WIDTH = 78;

/** A long sentence, folded at blanks. */
export function printSentence(text: string): void {
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > NOTE_WIDTH - 11) {
      printWarning(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  printWarning(line);
}

/** Two lines: what happened (with its code), and what to do next. */
export function printError(error: RecvscopeError): void {
  printNote(`recvscope: ${error.message} [${error.code}]`);
  if (error.hint !== '') printNote(`  hint: ${error.hint}`);
}

/** What commander says about the command line, which it quotes. */
export function printUsage(text: string): void {
  printNote(text.replace(/\n$/, ''));
}

export function printStack(error: unknown): void {
  printNote(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

export function printProgress(text: string): void {
  if (!quiet && process.stderr.isTTY) process.stderr.write(`\r\u001b[K${replaceUnprintableInLines(text)}`);
}

export function clearProgress(): void {
  printProgress('');
}
