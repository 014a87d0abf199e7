import { Kind, Source } from '../../model/events.ts';
import type { EventRow } from '../state/event-row.ts';
import type { ThreadState } from '../state/thread.ts';
import type { ArrivalSink } from '../state/walk-state.ts';
import { Drops } from './drops.ts';
import { Interrupts } from './interrupts.ts';
import { Packets } from './packets.ts';
import type { ArrivalStore } from './store.ts';

/** Rows of one file that tell of the softirq side. The walk hands them over in time order, before it takes them itself. */
export class ArrivalCollector implements ArrivalSink {
  readonly packets: Packets;
  readonly interrupts = new Interrupts();
  readonly drops: Drops;
  readonly store: ArrivalStore;
  private readonly textOf: (id: number) => string;
  private readonly isKsoftirqd: (boolean | undefined)[] = [];

  constructor(store: ArrivalStore, textOf: (id: number) => string, file: () => number) {
    this.store = store;
    this.textOf = textOf;
    this.packets = new Packets(store, file);
    this.drops = new Drops(textOf);
  }

  take(row: EventRow, thread: ThreadState): boolean {
    switch (row.kind) {
      case Kind.skbEntered:
        this.packets.enter(row);
        return true;
      case Kind.segmentArrived:
        if (row.source !== Source.tracepoint) return true;
        this.packets.receive(row);
        this.interrupts.receive(row);
        return true;
      case Kind.segmentBegin:
        if (row.source === Source.tracepoint) this.packets.reachSocket(row);
        return true;
      case Kind.copyBegin:
        this.interrupts.stopBusyPoll(row.cpu);
        return row.source !== Source.tracepoint || this.packets.copy(row, thread);
      case Kind.softirqBegin:
        if (row.source === Source.tracepoint) this.interrupts.beginSoftirq(row, this.runsInKsoftirqd(row.comm));
        return true;
      case Kind.softirqEnd:
        if (row.source === Source.tracepoint) this.interrupts.endSoftirq(row);
        return true;
      case Kind.irqBegin:
        if (row.source === Source.tracepoint) this.interrupts.beginIrq(row);
        return true;
      case Kind.irqEnd:
        if (row.source === Source.tracepoint) this.interrupts.endIrq(row);
        return true;
      case Kind.switchOut:
        this.interrupts.stopBusyPoll(row.cpu);
        return true;
      case Kind.softirqRaised:
        this.interrupts.raise(row);
        return true;
      case Kind.napiPoll:
        this.interrupts.poll(row, thread);
        return true;
      case Kind.ipiSent:
        this.interrupts.sendIpi(row);
        return true;
      case Kind.skbFreed:
        this.drops.free(row);
        this.packets.drop(row);
        return true;
      case Kind.queueFull:
        this.drops.refuse(row);
        return true;
      case Kind.tcpTrouble:
        this.drops.suffer(row);
        return true;
    }
    return true;
  }

  private runsInKsoftirqd(comm: number): boolean {
    if (comm < 0) return false;
    this.isKsoftirqd[comm] ??= this.textOf(comm).startsWith('ksoftirqd');
    return this.isKsoftirqd[comm];
  }
}
