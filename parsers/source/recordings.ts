import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { printable } from '../../src/model/diagnostics/index.ts';
import { endChild, findTool, holdChild } from './children.ts';
import type { OnBroken } from './limits.ts';
import type { BinaryKind } from './magic.ts';
import { peek } from './peek.ts';

/**
 * Old tools lack --ns, and refuse a field that one of the events does not have: then their default layout is taken.
 * --no-inline keeps a perf that was built without libbfd from starting addr2line (tools/perf/util/srcline.c) on files that
 * the recording names; a perf that does not know the option is asked without it.
 */
const FIELDS = 'comm,pid,tid,cpu,time,period,event,ip,sym,dso,trace';
const PRINTERS: ReadonlyMap<string, readonly { tool: string; args: (file: string) => string[] }[]> = new Map([
  [
    'perf.data',
    [
      { tool: 'perf', args: (file: string) => ['script', '-i', file, '--ns', '--no-inline', '-F', FIELDS] },
      { tool: 'perf', args: (file: string) => ['script', '-i', file, '--ns', '-F', FIELDS] },
      { tool: 'perf', args: (file: string) => ['script', '-i', file, '--ns'] },
      { tool: 'perf', args: (file: string) => ['script', '-f', '-i', file, '--ns'] },
      { tool: 'perf', args: (file: string) => ['script', '-i', file] },
    ],
  ],
  ['trace.dat', [{ tool: 'trace-cmd', args: (file: string) => ['report', '-i', file] }]],
]);

const MAX_MESSAGE_BYTES = 8192;
/** What a tool may write to its standard error before nobody listens any more. */
const MAX_STDERR_BYTES = 1 << 20;
/** A tool that prints nothing for so long is ended. */
const MAX_SILENCE_MS = 60_000;

export interface PrintOptions {
  onBroken: OnBroken;
  onPrinting?: (tool: string) => void;
  maxSilenceMs?: number;
}

/**
 * Runs the producer's own tool on a binary recording, without a shell. A string: why there is no text of it. A tool that
 * fails after it has printed something leaves a cut text, which must not pass for a whole one.
 */
export async function printRecording(
  location: string,
  binary: BinaryKind,
  options: PrintOptions,
): Promise<AsyncIterable<Uint8Array> | string> {
  const file = path.resolve(location);
  let failure = '';
  for (const { tool, args } of PRINTERS.get(binary.id) ?? []) {
    const program = findTool(tool);
    if (program === null) return `${tool} is not installed here`;
    if (failure === '') options.onPrinting?.(`${tool} ${args(file)[0]}`);
    const run = new ToolRun(program, args(file), options.maxSilenceMs ?? MAX_SILENCE_MS);
    const startError = await run.started;
    if (startError !== null) return `${tool} cannot be started (${startError})`;
    const { head, all } = await peek(run.printed());
    if (head.length > 0) return watchPrinting(all, tool, run, options.onBroken);
    const end = await run.waitEnd();
    failure = `${tool} printed nothing of it${firstLine(run.messages, ': ') || (end === '' ? '' : `: it ${end}`)}`;
    // Another layout would be as silent.
    if (run.isTimedOut) return failure;
  }
  return failure;
}

class ToolRun {
  messages = '';
  isTimedOut = false;
  /** null = it runs, else why it does not. */
  readonly started: Promise<string | null>;
  /** '' = it ended well. */
  readonly closed: Promise<string>;
  private readonly child: ChildProcess;
  private readonly maxSilenceMs: number;

  constructor(program: string, args: string[], maxSilenceMs: number) {
    this.maxSilenceMs = maxSilenceMs;
    // perf looks for ./vmlinux in the current folder, and asks debuginfod servers about what strangers name.
    const env = { ...process.env, DEBUGINFOD_URLS: '' };
    this.child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, cwd: '/', env });
    holdChild(this.child);
    this.started = new Promise((resolve) => {
      this.child.once('spawn', () => resolve(null));
      this.child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    this.closed = new Promise((resolve) => {
      this.child.once('close', (code, signal) => resolve(this.nameEnd(code, signal)));
    });
    this.listen();
  }

  private listen(): void {
    const { stderr } = this.child;
    let bytes = 0;
    stderr?.on('error', () => undefined);
    stderr?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (this.messages.length < MAX_MESSAGE_BYTES) this.messages += chunk.toString('utf8');
      if (bytes > MAX_STDERR_BYTES) stderr.destroy();
    });
  }

  /** What the tool prints. The clock runs only while we wait for it: a slow reader is not its fault. */
  async *printed(): AsyncGenerator<Uint8Array> {
    const chunks = this.child.stdout![Symbol.asyncIterator]();
    let isAtEnd = false;
    try {
      for (;;) {
        const next = await this.within(chunks.next());
        isAtEnd = next.done === true;
        if (next.done) return;
        yield next.value as Uint8Array;
      }
    } finally {
      if (!isAtEnd) this.end();
    }
  }

  /** How it ended; one that has closed its output and goes on is ended as well. */
  waitEnd(): Promise<string> {
    return this.within(this.closed);
  }

  private within<T>(wait: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.isTimedOut = true;
      this.end();
    }, this.maxSilenceMs);
    return wait.finally(() => clearTimeout(timer));
  }

  end(): void {
    endChild(this.child);
  }

  private nameEnd(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.isTimedOut) return `printed nothing for ${this.maxSilenceMs / 1000} s and was ended`;
    return code === 0 ? '' : code === null ? `was stopped by ${signal}` : `stopped with exit code ${code}`;
  }
}

async function* watchPrinting(
  printed: AsyncIterable<Uint8Array>,
  tool: string,
  run: ToolRun,
  onBroken: OnBroken,
): AsyncGenerator<Uint8Array> {
  try {
    yield* printed;
    const end = await run.waitEnd();
    if (end !== '')
      onBroken('printing-broke-off', `${tool} ${end} before the recording was printed${firstLine(run.messages, ': ')}`);
    else if (run.messages.trim() !== '') onBroken('tool-message', `${tool} says${firstLine(run.messages, ': ')}`);
  } finally {
    run.end();
  }
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
  const printers = PRINTERS.get(binary.id);
  if (binary.command === '' || printers === undefined) return binary;
  const { tool } = printers[0];
  if (isStdin) return { ...binary, title: `${binary.title}, which ${tool} reads only from a file`, isNameless: true };
  if (packings.length === 0) return why === '' ? binary : { ...binary, title: `${binary.title}, and ${why}` };
  const unpack = packings.map((packing) => (packing === 'gzip' ? 'gzip -dc' : 'zstd -dc'));
  const [first, ...rest] = [`${unpack[0]} FILE`, ...unpack.slice(1)];
  const target = [first, ...rest].join(' | ');
  const command = `${target} > ${binary.id}; ${binary.command.replace('FILE', binary.id)}`;
  return { ...binary, title: `${binary.title} in packed form`, command };
}
