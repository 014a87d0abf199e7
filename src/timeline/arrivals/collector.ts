import { Kind, Source } from '../../model/events.ts';
import type { EventRow } from '../state/event-row.ts';
import type { ThreadState } from '../state/thread.ts';
import type { ArrivalSink } from '../state/walk-state.ts';
import { Buffers } from './buffers.ts';
import { Drops } from './drops.ts';
import { Interrupts } from './interrupts.ts';
import { Packets } from './packets.ts';
import type { ArrivalStore } from './store.ts';

const MAX_MOMENTS = 65_536;
const MAX_CPUS = 8192;

/** Rows of one file that tell of the softirq side. The walk hands them over in time order, before it takes them itself. */
export class ArrivalCollector implements ArrivalSink {
  readonly packets: Packets;
  readonly interrupts = new Interrupts();
  readonly drops: Drops;
  readonly buffers = new Buffers();
  readonly store: ArrivalStore;
  cameByDevice = true;
  /** The first arrivals and frees: by these two recordings of one run know each other. */
  readonly moments = { atNs: [] as number[], what: [] as number[] };
  private readonly textOf: (id: number) => string;
  private readonly isKsoftirqd: (boolean | undefined)[] = [];

  constructor(store: ArrivalStore, textOf: (id: number) => string, file: () => number) {
    this.store = store;
    this.textOf = textOf;
    this.packets = new Packets(store, file);
    this.drops = new Drops(textOf);
  }

  take(row: EventRow, thread: ThreadState): void {
    switch (row.kind) {
      case Kind.skbEntered:
        this.remember(row);
        this.packets.enter(row);
        return;
      case Kind.segmentArrived:
        if (row.source !== Source.tracepoint) return;
        this.remember(row);
        this.packets.receive(row);
        this.interrupts.receive(row);
        return;
      case Kind.segmentBegin:
        if (row.source === Source.tracepoint) this.packets.reachSocket(row);
        return;
      case Kind.copyBegin:
        this.interrupts.stopBusyPoll(row.cpu);
        this.cameByDevice = row.source !== Source.tracepoint || this.packets.copy(row, thread);
        return;
      case Kind.softirqBegin:
        if (row.source === Source.tracepoint) this.interrupts.beginSoftirq(row, this.runsInKsoftirqd(row.comm));
        return;
      case Kind.softirqEnd:
        if (row.source === Source.tracepoint) this.interrupts.endSoftirq(row);
        return;
      case Kind.irqBegin:
        if (row.source === Source.tracepoint) this.interrupts.beginIrq(row);
        return;
      case Kind.irqEnd:
        if (row.source === Source.tracepoint) this.interrupts.endIrq(row);
        return;
      case Kind.switchOut:
        this.interrupts.stopBusyPoll(row.cpu);
        return;
      case Kind.softirqRaised:
        this.interrupts.raise(row);
        return;
      case Kind.napiPoll:
        this.interrupts.poll(row, thread);
        return;
      case Kind.ipiSent:
        this.interrupts.sendIpi(row);
        return;
      case Kind.skbFreed:
        this.remember(row);
        this.drops.free(row);
        this.packets.drop(row);
        return;
      case Kind.rcvbufGrown:
        this.buffers.grow(row);
        return;
      case Kind.queueFull:
        this.drops.refuse(row);
        return;
      case Kind.tcpTrouble:
        this.drops.suffer(row);
        return;
    }
  }

  private remember(row: EventRow): void {
    const { atNs, what } = this.moments;
    if (atNs.length >= MAX_MOMENTS) return;
    atNs.push(row.at);
    what.push(row.kind * MAX_CPUS + row.cpu);
  }

  private runsInKsoftirqd(comm: number): boolean {
    if (comm < 0) return false;
    this.isKsoftirqd[comm] ??= this.textOf(comm).startsWith('ksoftirqd');
    return this.isKsoftirqd[comm];
  }
}
