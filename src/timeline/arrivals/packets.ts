import { ArrivalAt as At } from '../../model/arrivals/table.ts';
import type { EventRow } from '../state/event-row.ts';
import type { ThreadState } from '../state/thread.ts';
import { type LiveArrival, LivePool } from './live.ts';
import { SocketQueues } from './socket-queues.ts';
import type { ArrivalStore } from './store.ts';
import { Tally } from './tally.ts';

const QUEUES = 65536;
const MAX_SHAPES = 4096;

/** Segments from the driver to the copy: rows of the arrival table, and their exact sums. */
export class Packets {
  readonly segments = new Tally(() => ({ entered: 0, gro: 0, received: 0, bytes: 0 }));
  /** By device and queue × 65536 + CPU. */
  readonly queues = new Tally(() => ({ entered: 0 }));
  readonly flows = new Map<string, FlowCount>();
  readonly shapes = new Map<string, ShapeCount>();
  otherShapes = 0;
  /** netif_receive_skb is recorded, with the addresses of its skbs. */
  private showsDevices = false;
  private lastShape: ShapeCount | null = null;
  private readonly file: () => number;
  private readonly store: ArrivalStore;
  private readonly pool = new LivePool();
  private readonly live = new Map<number, LiveArrival>();
  private readonly queued = new SocketQueues();
  /** Before 6.7 tcp_probe does not name its skb: it is the one that the CPU received last. */
  private readonly lastReceived: (LiveArrival | undefined)[] = [];
  private readonly flowOf = new Map<number, Map<number, FlowCount>>();

  constructor(store: ArrivalStore, file: () => number) {
    this.store = store;
    this.file = file;
  }

  enter(row: EventRow): void {
    const { cpu, aux: device } = row;
    const count = this.segments.at(device, cpu);
    count.entered++;
    if (row.role.name.startsWith('napi_gro')) count.gro++;
    this.queues.at(device, (row.arg3 % QUEUES) * QUEUES + cpu).entered++;
    this.countShape(row);
    const known = this.live.get(row.obj);
    // Entered again on its way (netif_rx, then netif_receive_skb_entry): one segment.
    if (known !== undefined && !known.isQueued && Number.isNaN(known.values[At.receiveNs])) return;
    const { values } = this.begin(row, known);
    values[At.entryNs] = row.at;
    values[At.entryCpu] = cpu;
    values[At.device] = device;
    values[At.lenBytes] = row.arg0;
    values[At.dataLenBytes] = row.arg1;
    values[At.fragments] = row.arg2;
    values[At.napi] = Math.floor(row.arg3 / QUEUES);
    values[At.queue] = row.arg3 % QUEUES;
  }

  private countShape(row: EventRow): void {
    const { aux: device, arg0: lenBytes, arg1: dataLenBytes, arg2: fragments } = row;
    if (Number.isNaN(dataLenBytes) || Number.isNaN(fragments)) return;
    // A stream's segments are mostly like the one before: no key is made for them.
    let shape = this.lastShape;
    if (
      shape === null ||
      shape.lenBytes !== lenBytes ||
      shape.dataLenBytes !== dataLenBytes ||
      shape.fragments !== fragments ||
      shape.device !== device
    )
      shape = this.findShape(device, lenBytes, dataLenBytes, fragments);
    if (shape === null) this.otherShapes++;
    else shape.count++;
    this.lastShape = shape;
  }

  /** null: there are too many already. */
  private findShape(device: number, lenBytes: number, dataLenBytes: number, fragments: number): ShapeCount | null {
    const key = `${device} ${lenBytes} ${dataLenBytes} ${fragments}`;
    const known = this.shapes.get(key);
    if (known !== undefined || this.shapes.size >= MAX_SHAPES) return known ?? null;
    const shape = { device, lenBytes, dataLenBytes, fragments, count: 0 };
    this.shapes.set(key, shape);
    return shape;
  }

  receive(row: EventRow): void {
    const { cpu, aux: device } = row;
    if (!Number.isNaN(row.obj)) this.showsDevices = true;
    const count = this.segments.at(device, cpu);
    count.received++;
    if (row.arg0 > 0) count.bytes += row.arg0;
    let arrival = this.live.get(row.obj);
    if (arrival === undefined || arrival.isQueued || !Number.isNaN(arrival.values[At.receiveNs]))
      arrival = this.begin(row, arrival);
    const { values } = arrival;
    values[At.receiveNs] = row.at;
    values[At.receiveCpu] = cpu;
    if (device >= 0) values[At.device] = device;
    if (Number.isNaN(values[At.lenBytes])) values[At.lenBytes] = row.arg0;
    this.lastReceived[cpu] = arrival;
  }

  /** tcp_probe. */
  reachSocket(row: EventRow): void {
    const { cpu, arg0: payload, sock } = row;
    if (payload > 0) this.countFlow(row);
    const hasSkb = !Number.isNaN(row.obj);
    const arrival = hasSkb ? this.live.get(row.obj) : this.lastReceived[cpu];
    this.lastReceived[cpu] = undefined;
    if (arrival === undefined || arrival.isQueued || !Number.isNaN(arrival.values[At.socketNs])) return;
    const { values } = arrival;
    values[At.socketNs] = row.at;
    values[At.socketCpu] = cpu;
    values[At.payloadBytes] = payload;
    values[At.windowBytes] = row.arg1;
    values[At.sock] = sock;
    values[At.flow] = row.aux;
    if (payload > 0) {
      arrival.leftBytes = payload;
      const queue = sock >= 0 ? sock : row.aux;
      if (queue >= 0) {
        arrival.isQueued = true;
        this.queued.add(queue, arrival);
      }
    } else this.finish(arrival);
  }

  private countFlow(row: EventRow): void {
    let byCpu = this.flowOf.get(row.sock >= 0 ? row.sock : row.aux);
    if (byCpu === undefined) {
      byCpu = new Map();
      this.flowOf.set(row.sock >= 0 ? row.sock : row.aux, byCpu);
    }
    let count = byCpu.get(row.cpu);
    // The address of a socket serves another connection later.
    if (count === undefined || count.flow !== row.aux) {
      const key = `${row.sock} ${row.aux} ${row.cpu}`;
      count = this.flows.get(key) ?? {
        flow: row.aux,
        sock: row.sock,
        cpu: row.cpu,
        segments: 0,
        payloadBytes: 0,
        windowMin: Number.POSITIVE_INFINITY,
        windowMax: Number.NEGATIVE_INFINITY,
      };
      this.flows.set(key, count);
      byCpu.set(row.cpu, count);
    }
    count.segments++;
    count.payloadBytes += row.arg0;
    if (row.arg1 < count.windowMin) count.windowMin = row.arg1;
    if (row.arg1 > count.windowMax) count.windowMax = row.arg1;
  }

  /** False: out of an skb that came by no device, where the file shows those that do. */
  copy(row: EventRow, thread: ThreadState): boolean {
    const own = this.live.get(row.obj);
    const { at, cpu } = row;
    const call = thread.ownCall;
    const mark = (arrival: LiveArrival): void => {
      if (!Number.isNaN(arrival.values[At.copyNs])) return;
      arrival.values[At.copyNs] = at;
      arrival.values[At.copyCpu] = cpu;
      arrival.call = call;
    };
    const isQueued = this.queued.take(row.obj, row.arg0, own, (arrival, isCopied, isUsedUp) => {
      if (isCopied) mark(arrival);
      if (isUsedUp) this.finish(arrival);
    });
    if (!isQueued && own !== undefined) mark(own);
    return isQueued || own !== undefined || !this.showsDevices;
  }

  /** kfree_skb; true: a segment that was on its way. */
  drop(row: EventRow): void {
    const arrival = this.live.get(row.obj);
    if (arrival === undefined || arrival.isQueued) return;
    const { values } = arrival;
    values[At.dropNs] = row.at;
    values[At.dropReason] = row.aux;
    values[At.dropPlace] = row.parent.id;
    this.finish(arrival);
  }

  end(): void {
    for (const arrival of this.queued.rest()) this.finish(arrival);
    for (const arrival of [...this.live.values()]) this.finish(arrival);
  }

  /** `before`: what had the address until now. */
  private begin(row: EventRow, before: LiveArrival | undefined): LiveArrival {
    if (before !== undefined && !before.isQueued) this.finish(before);
    const arrival = this.pool.take(row.obj, this.file(), row.line);
    this.live.set(row.obj, arrival);
    return arrival;
  }

  private finish(arrival: LiveArrival): void {
    if (this.live.get(arrival.skb) === arrival) this.live.delete(arrival.skb);
    this.store.add(arrival.values, arrival.call);
    const last = this.lastReceived.indexOf(arrival);
    if (last >= 0) this.lastReceived[last] = undefined;
    this.pool.giveBack(arrival);
  }
}

interface ShapeCount {
  device: number;
  lenBytes: number;
  dataLenBytes: number;
  fragments: number;
  count: number;
}

export interface FlowCount {
  flow: number;
  sock: number;
  cpu: number;
  segments: number;
  payloadBytes: number;
  windowMin: number;
  windowMax: number;
}
