import { spawn } from 'node:child_process';
import path from 'node:path';
import { printable } from '../../src/model/diagnostics/index.ts';
import type { OnBroken } from './limits.ts';
import type { BinaryKind } from './magic.ts';
import { peek } from './peek.ts';

/** Old tools lack --ns, and refuse a field that one of the events does not have: then their default layout is taken. */
const PRINTERS: Readonly<Record<string, readonly { tool: string; args: (file: string) => string[] }[]>> = {
  'perf.data': [
    {
      tool: 'perf',
      args: (file) => ['script', '-i', file, '--ns', '-F', 'comm,pid,tid,cpu,time,period,event,ip,sym,dso,trace'],
    },
    { tool: 'perf', args: (file) => ['script', '-i', file, '--ns'] },
    { tool: 'perf', args: (file) => ['script', '-f', '-i', file, '--ns'] },
    { tool: 'perf', args: (file) => ['script', '-i', file] },
  ],
  'trace.dat': [{ tool: 'trace-cmd', args: (file) => ['report', '-i', file] }],
};

const MAX_MESSAGE_BYTES = 8192;

/**
 * Runs the producer's own tool on a binary recording, without a shell. A string: why there is no text of it. A tool that
 * fails after it has printed something leaves a cut text, which must not pass for a whole one.
 */
export async function printRecording(
  location: string,
  binary: BinaryKind,
  onBroken: OnBroken,
): Promise<AsyncIterable<Uint8Array> | string> {
  const file = path.resolve(location);
  let failure = '';
  for (const { tool, args } of PRINTERS[binary.id] ?? []) {
    const child = spawn(tool, args(file), { stdio: ['ignore', 'pipe', 'pipe'], shell: false });
    let messages = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      if (messages.length < MAX_MESSAGE_BYTES) messages += text;
    });
    const closed = new Promise<string>((resolve) => {
      child.once('close', (code, signal) => resolve(code === 0 ? '' : nameEnd(code, signal)));
    });
    const isStarted = await new Promise<boolean>((resolve) => {
      child.once('spawn', () => resolve(true));
      child.once('error', () => resolve(false));
    });
    if (!isStarted) return `${tool} is not installed here`;
    const { head, all } = await peek(child.stdout);
    if (head.length > 0) return watchPrinting(all, { tool, child, closed, messages: () => messages }, onBroken);
    child.kill();
    const end = await closed;
    failure = `${tool} printed nothing of it${firstLine(messages, ': ') || (end === '' ? '' : `: it ${end}`)}`;
  }
  return failure;
}

/** A tool that is printing a recording. */
interface Printing {
  tool: string;
  child: { kill(): boolean };
  /** How it ended; '' well. */
  closed: Promise<string>;
  /** What it has said so far on stderr. */
  messages(): string;
}

async function* watchPrinting(
  printed: AsyncIterable<Uint8Array>,
  { tool, child, closed, messages }: Printing,
  onBroken: OnBroken,
): AsyncGenerator<Uint8Array> {
  try {
    yield* printed;
    const end = await closed;
    if (end !== '')
      onBroken('printing-broke-off', `${tool} ${end} before the recording was printed${firstLine(messages(), ': ')}`);
    else if (messages().trim() !== '') onBroken('tool-message', `${tool} says${firstLine(messages(), ': ')}`);
  } finally {
    child.kill();
  }
}

function nameEnd(code: number | null, signal: NodeJS.Signals | null): string {
  return code === null ? `was stopped by ${signal}` : `stopped with exit code ${code}`;
}

function firstLine(text: string, lead: string): string {
  const line = text
    .split('\n')
    .map((each) => each.trim())
    .find((each) => each !== '');
  return line === undefined ? '' : `${lead}${printable(line.slice(0, 200))}`;
}

/** What keeps it from being printed here, and the command that prints it elsewhere. */
export function explainBinary(
  binary: BinaryKind,
  why: string,
  isStdin: boolean,
  packings: readonly string[],
): BinaryKind {
  if (binary.command === '' || PRINTERS[binary.id] === undefined) return binary;
  const tool = PRINTERS[binary.id]![0].tool;
  if (isStdin) return { ...binary, title: `${binary.title}, which ${tool} reads only from a file`, isNameless: true };
  if (packings.length === 0) return why === '' ? binary : { ...binary, title: `${binary.title}, and ${why}` };
  const unpack = packings.map((packing) => (packing === 'gzip' ? 'gzip -dc' : 'zstd -dc'));
  const [first, ...rest] = [`${unpack[0]} FILE`, ...unpack.slice(1)];
  const target = [first, ...rest].join(' | ');
  const command = `${target} > ${binary.id}; ${binary.command.replace('FILE', binary.id)}`;
  return { ...binary, title: `${binary.title} in packed form`, command };
}
