import os from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { filterOf } from '../../model/recording/events.ts';
import { noPerf, noPermission, tracerFailed } from '../errors.ts';
import { firstLine } from '../host/tracefs.ts';
import { removeAll, sizeOf, writeGzip } from '../system/files.ts';
import { findTool, type Running, runTool, signalProcess, startProgram } from '../system/processes.ts';
import type { TextScan } from '../text-scan.ts';
import type { Undo } from '../undo.ts';
import type { Loss, Tracer, TracerOrder } from './tracer.ts';

/** 16 MiB a CPU lost nothing at 220,000 events/s, where 1 MiB lost 2 %. */
const PAGES = 4096;
const MIN_PAGES = 128;
/** Buffers take at most this part of the memory. */
const MEMORY_SHARE = 8;
/** perf.data is 0.7 of its text: 1 GiB of text. */
const MAX_DATA_BYTES = 0.7 * 2 ** 30;
const LOOK_MS = 200;
const ACK_MS = 120_000;
const RAISED_PRIORITY = -10;
const FIELDS = 'comm,tid,cpu,time,event,trace';

/** The path of a perf that says when its events are on (--control, 5.10), and its version. */
export function findPerf(): { tool: string; version: string } | null {
  const tool = findTool('perf');
  if (tool === '') return null;
  const version = /perf version (\S+)/.exec(runTool(tool, ['--version']).stdout)?.[1] ?? '';
  const help = runTool(tool, ['record', '-h']);
  return version !== '' && `${help.stdout}${help.stderr}`.includes('--control') ? { tool, version } : null;
}

/**
 * perf record of the whole machine. It starts with its events off (-D -1), is told `enable` through a pipe and answers
 * `ack` when they are on: starting takes seconds on a loaded machine. Its own command waits for the end of a pipe that we
 * hold, so that perf ends with us even when nothing can be cleaned up any more.
 */
export class PerfTracer implements Tracer {
  readonly name: string;
  readonly clock = 'mono';
  readonly marker = 'comm';
  readonly notes: string[] = [];
  readonly full: Promise<string>;
  private readonly tool: string;
  private readonly order: TracerOrder;
  private readonly data: string;
  private running: Running | null = null;
  private isStopping = false;
  private endWith: (reason: string) => void = () => undefined;
  private timer: NodeJS.Timeout | null = null;

  constructor(order: TracerOrder, undo: Undo) {
    const perf = findPerf();
    if (perf === null) throw noPerf('it is not installed, or older than 5.10');
    this.name = `perf ${perf.version}`;
    this.tool = perf.tool;
    this.order = order;
    this.data = `${order.folder}/.perf.data`;
    this.full = new Promise((resolve) => {
      this.endWith = resolve;
    });
    undo.add(() => {
      if (this.timer !== null) clearInterval(this.timer);
      this.running?.kill('SIGKILL');
      removeAll(this.data);
      removeAll(`${this.data}.old`);
    });
  }

  async start(): Promise<void> {
    let refusal = await this.tryToStart(this.order.filter, choosePages());
    if (/set(?:ting)? filter|filter "/i.test(refusal) && this.order.filter !== '') {
      this.notes.push(`the kernel refused the filter ${this.order.filter}: every program is recorded`);
      refusal = await this.tryToStart('', choosePages());
    }
    if (/mmap|mlock/i.test(refusal)) {
      this.notes.push(`buffers of ${PAGES} pages a CPU were refused`);
      refusal = await this.tryToStart(this.order.filter, MIN_PAGES);
    }
    if (refusal === '') return this.watch();
    if (/permission|permitted|paranoid|can't access trace events|EACCES|EPERM/i.test(refusal))
      throw noPermission(firstLine(refusal));
    throw tracerFailed('perf', firstLine(refusal));
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.timer !== null) clearInterval(this.timer);
    if (this.running === null) return;
    signalProcess(this.running.child.pid, 'SIGINT');
    await this.running.exit;
  }

  async print(scan: TextScan): Promise<Loss> {
    const base = ['script', '-f', '-i', this.data, '--ns', '--show-lost-events'];
    const file = `${this.order.folder}/perf.txt.gz`;
    const failure =
      (await this.printWith([...base, '--header', '-F', FIELDS], file, scan)) &&
      (await this.printWith(base, file, scan));
    if (failure !== '') throw tracerFailed('perf', `perf script: ${failure}`);
    removeAll(this.data);
    const text = `# perf: ${scan.lostEvents} events lost in ${scan.lostRecords} records\n${saidOf(this.running?.messages() ?? '')}`;
    return { events: scan.lostEvents, text };
  }

  /** '' = the events are on; else what perf said. */
  private async tryToStart(filter: string, pages: number): Promise<string> {
    const { events, wantsMarks } = this.order;
    const args = [
      'record',
      '-a',
      '-k',
      'mono',
      '-m',
      String(pages),
      '-D',
      '-1',
      '--control',
      'fd:3,4',
      '-o',
      this.data,
    ];
    for (const event of events) {
      const own = filterOf(event, filter);
      args.push('-e', event.name, ...(own === '' ? [] : ['--filter', own]));
    }
    if (wantsMarks) args.push('-e', 'task:task_rename', '--filter', 'newcomm ~ "recvscope:*"');
    const running = startProgram(this.tool, [...args, '--', 'cat'], ['pipe', 'ignore', 'pipe', 'pipe', 'pipe']);
    this.running = running;
    try {
      os.setPriority(running.child.pid!, RAISED_PRIORITY);
    } catch {
      // Not root: it runs as we do.
    }
    const [, , , control, ack] = running.child.stdio as unknown as [Writable, null, Readable, Writable, Readable];
    const answered = new Promise<string>((resolve) => {
      ack.once('data', () => resolve('ack'));
      setTimeout(() => resolve('late'), ACK_MS).unref();
    });
    control.write('enable\n');
    const first = await Promise.race([answered, running.exit]);
    if (first === 'ack') return '';
    running.kill('SIGKILL');
    await running.exit;
    return running.messages() || (first === 'late' ? 'it did not say that its events are on' : 'it ended at once');
  }

  private watch(): void {
    const { running } = this;
    void running!.exit.then(({ code, signal }) => {
      if (!this.isStopping) this.endWith(`perf ended by itself (${signal ?? `exit code ${code}`})`);
    });
    this.timer = setInterval(() => {
      if (sizeOf(this.data) > MAX_DATA_BYTES) this.endWith('1 GiB of text was recorded');
    }, LOOK_MS);
  }

  private async printWith(args: readonly string[], file: string, scan: TextScan): Promise<string> {
    const running = startProgram(this.tool, args, ['ignore', 'pipe', 'pipe']);
    try {
      await writeGzip(file, scan.watch(running.child.stdout!));
    } catch (error) {
      running.kill('SIGKILL');
      return (error as Error).message;
    }
    const { code, signal } = await running.exit;
    if (code === 0) return '';
    removeAll(file);
    return firstLine(running.messages()) || String(signal ?? code);
  }
}

/** `[ perf record: Captured and wrote 5.4 MB … ]`: the lines that say what it got. */
const saidOf = (messages: string): string =>
  messages
    .split('\n')
    .filter((line) => line.startsWith('[ perf'))
    .map((line) => `${line}\n`)
    .join('');

function choosePages(): number {
  const share = os.totalmem() / MEMORY_SHARE / 4096 / Math.max(1, os.cpus().length);
  let pages = PAGES;
  while (pages > MIN_PAGES && pages > share) pages /= 2;
  return pages;
}
