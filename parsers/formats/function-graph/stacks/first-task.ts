import { EventBatch, type EventSink, type EventStream, Kind } from '../../../../src/model/events.ts';
import type { StringId } from '../../../../src/model/units.ts';

/** 16 pages are 131 072 rows, some 15 MB: a CPU on which one task runs for longer stays without a name. */
const MAX_HELD_PAGES = 16;

/**
 * Without funcgraph-proc the first banner of a CPU (`prev => next`) names the task of every line before it: the printer
 * stays silent until the task changes. Pages are held back until each CPU in them has had its banner.
 */
export class FirstTaskSink implements EventSink {
  private readonly sink: EventSink;
  private readonly held: { stream: EventStream; page: EventBatch }[] = [];
  private readonly spare: EventBatch[] = [];
  private readonly known = new Set<number>();
  /** Set as soon as a title says that every line names its task. */
  isPassing = false;

  constructor(sink: EventSink) {
    this.sink = sink;
  }

  onBatch(stream: EventStream, batch: EventBatch): void {
    if (this.held.length === 0 && (this.isPassing || !this.isWaiting(batch))) {
      this.sink.onBatch(stream, batch);
      return;
    }
    const page = this.spare.pop() ?? new EventBatch();
    copyPage(batch, page);
    this.held.push({ stream, page });
    this.release();
  }

  /** The first banner of `cpu`. The writer must have flushed. */
  nameFirstTask(cpu: number, tid: number, comm: StringId): void {
    if (this.known.has(cpu)) return;
    this.known.add(cpu);
    for (const { page } of this.held) {
      for (let row = 0; row < page.length; row++) {
        if (page.cpu[row] !== cpu || page.tid[row] !== -1) continue;
        const kind = page.kind[row];
        if (kind === Kind.lost || kind === Kind.boundary) continue;
        page.tid[row] = tid;
        page.comm[row] = comm;
      }
    }
    this.release();
  }

  hasNamed(cpu: number): boolean {
    return this.known.has(cpu);
  }

  /** A gap in the text: what comes after it begins with unknown tasks again, what is held stays as it is. */
  forget(): void {
    this.releaseAll();
    this.known.clear();
  }

  releaseAll(): void {
    for (const { stream, page } of this.held) this.sink.onBatch(stream, page);
    this.held.length = 0;
  }

  private release(): void {
    while (this.held.length > 0) {
      const { stream, page } = this.held[0];
      if (!this.isPassing && this.isWaiting(page)) {
        if (this.held.length <= MAX_HELD_PAGES) return;
        for (let row = 0; row < page.length; row++) if (page.tid[row] === -1) this.known.add(page.cpu[row]);
        continue;
      }
      this.held.shift();
      this.sink.onBatch(stream, page);
      this.spare.push(page);
    }
  }

  private isWaiting(page: EventBatch): boolean {
    for (let row = 0; row < page.length; row++) {
      if (page.tid[row] === -1 && page.cpu[row] >= 0 && !this.known.has(page.cpu[row])) {
        const kind = page.kind[row];
        if (kind !== Kind.lost && kind !== Kind.boundary) return true;
      }
    }
    return false;
  }
}

function copyPage(from: EventBatch, to: EventBatch): void {
  to.length = from.length;
  const size = from.length;
  to.atNs.set(from.atNs.subarray(0, size));
  to.cpu.set(from.cpu.subarray(0, size));
  to.tid.set(from.tid.subarray(0, size));
  to.comm.set(from.comm.subarray(0, size));
  to.kind.set(from.kind.subarray(0, size));
  to.source.set(from.source.subarray(0, size));
  to.edge.set(from.edge.subarray(0, size));
  to.context.set(from.context.subarray(0, size));
  to.probe.set(from.probe.subarray(0, size));
  to.parent.set(from.parent.subarray(0, size));
  to.depth.set(from.depth.subarray(0, size));
  to.durNs.set(from.durNs.subarray(0, size));
  to.sock.set(from.sock.subarray(0, size));
  to.obj.set(from.obj.subarray(0, size));
  to.arg0.set(from.arg0.subarray(0, size));
  to.arg1.set(from.arg1.subarray(0, size));
  to.arg2.set(from.arg2.subarray(0, size));
  to.arg3.set(from.arg3.subarray(0, size));
  to.aux.set(from.aux.subarray(0, size));
  to.line.set(from.line.subarray(0, size));
}
