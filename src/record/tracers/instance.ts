import os from 'node:os';
import path from 'node:path';
import { filterOf, toTracefsName } from '../../model/recording/events.ts';
import { noInstances, noPermission, tracerFailed } from '../errors.ts';
import type { Tracefs } from '../host/tracefs.ts';
import {
  exists,
  listNames,
  makeInstance,
  openBytes,
  readText,
  removeInstance,
  writeGzip,
  writeText,
} from '../system/files.ts';
import { isAlive } from '../system/processes.ts';
import type { TextScan } from '../text-scan.ts';
import type { Undo } from '../undo.ts';
import type { Loss, Tracer, TracerOrder } from './tracer.ts';

const PREFIX = 'recvscope-';
const BUFFER_KB = 16384;
const MEMORY_SHARE = 8;
const CLOCKS = ['mono', 'perf', 'global', 'local'];
/** A buffer this full would lose its oldest events before we look again. */
const FULL_SHARE = 0.9;
const LOOK_MS = 100;

/** A trace buffer of our own: what others trace goes on untouched. */
export class InstanceTracer implements Tracer {
  readonly name = 'tracefs';
  clock = 'local';
  readonly marker: string;
  readonly notes: string[] = [];
  readonly full: Promise<string>;
  private readonly order: TracerOrder;
  private readonly root: string;
  private readonly undo: Undo;
  private endWith: (reason: string) => void = () => undefined;
  private timer: NodeJS.Timeout | null = null;
  private bufferKb = BUFFER_KB;

  constructor(order: TracerOrder, tracefs: Tracefs, undo: Undo) {
    this.order = order;
    this.root = `${tracefs.root}/instances/${PREFIX}${process.pid}`;
    this.marker = `${this.root}/trace_marker`;
    this.undo = undo;
    this.full = new Promise((resolve) => {
      this.endWith = resolve;
    });
  }

  async start(): Promise<void> {
    if (!exists(path.dirname(this.root))) throw noInstances();
    const refusal = makeInstance(this.root);
    if (refusal === 'EACCES' || refusal === 'EPERM') throw noPermission(`${this.root}: ${refusal}`);
    if (refusal !== '') throw tracerFailed('tracefs', `${this.root}: ${refusal}`);
    this.undo.add(() => {
      if (this.timer !== null) clearInterval(this.timer);
      dropInstance(this.root);
    });
    this.put('tracing_on', '0');
    this.clock =
      CLOCKS.find((clock) => readText(`${this.root}/trace_clock`).includes(clock) && this.put('trace_clock', clock)) ??
      'local';
    const share = os.totalmem() / MEMORY_SHARE / 1024 / Math.max(1, os.cpus().length);
    while (this.bufferKb > 1024 && (this.bufferKb > share || !this.put('buffer_size_kb', String(this.bufferKb))))
      this.bufferKb /= 2;
    this.put('options/record-cmd', '1');
    let filtered = 0;
    for (const event of this.order.events) {
      const { name } = event;
      const folder = `events/${toTracefsName(name)}`;
      const own = filterOf(event, this.order.filter);
      if (own !== '' && this.put(`${folder}/filter`, own)) filtered++;
      if (!this.put(`${folder}/enable`, '1')) this.notes.push(`${name} could not be switched on`);
    }
    if (this.order.filter !== '' && filtered === 0)
      this.notes.push(`the kernel refused the filter ${this.order.filter}: every program is recorded`);
    if (!this.put('tracing_on', '1')) throw tracerFailed('tracefs', 'tracing_on was refused');
    this.timer = setInterval(() => this.lookAtBuffers(), LOOK_MS);
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.put('tracing_on', '0');
  }

  async print(scan: TextScan): Promise<Loss> {
    await writeGzip(`${this.order.folder}/trace.txt.gz`, scan.watch(openBytes(`${this.root}/trace`)));
    let events = 0;
    let text = '';
    for (const cpu of this.listCpus()) {
      const stats = readText(`${this.root}/per_cpu/${cpu}/stats`);
      text += `# ${cpu}\n${stats}`;
      for (const [, count] of stats.matchAll(/^(?:overrun|commit overrun|dropped events): (\d+)/gm))
        events += Number(count);
    }
    dropInstance(this.root);
    return { events, text: `# tracefs: ${events} events lost\n${text}` };
  }

  private put(file: string, text: string): boolean {
    return writeText(`${this.root}/${file}`, `${text}\n`) === '';
  }

  private listCpus(): string[] {
    return listNames(`${this.root}/per_cpu`).filter((name) => /^cpu\d+$/.test(name));
  }

  private lookAtBuffers(): void {
    const limit = this.bufferKb * 1024 * FULL_SHARE;
    const isFull = this.listCpus().some((cpu) => {
      const stats = readText(`${this.root}/per_cpu/${cpu}/stats`);
      return (
        Number(/^bytes: (\d+)/m.exec(stats)?.[1] ?? 0) > limit || Number(/^overrun: (\d+)/m.exec(stats)?.[1] ?? 0) > 0
      );
    });
    if (isFull) this.endWith('the trace buffer was full');
  }
}

/** Instances of recordings that were killed: their process is gone, so is whoever would remove them. */
export function removeStaleInstances(tracefs: Tracefs): string[] {
  const stale = listNames(`${tracefs.root}/instances`).filter(
    (name) => /^recvscope-\d+$/.test(name) && !isAlive(Number(name.slice(PREFIX.length))),
  );
  return stale.filter((name) => dropInstance(`${tracefs.root}/instances/${name}`));
}

function dropInstance(root: string): boolean {
  writeText(`${root}/tracing_on`, '0\n');
  writeText(`${root}/events/enable`, '0\n');
  return removeInstance(root) === '';
}
