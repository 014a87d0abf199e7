import { type EventBatch, Kind, Source } from '../../model/events.ts';
import type { StringTable } from '../../model/string-table.ts';
import type { DeviceArrivals, SideMark } from '../../model/timeline-notes.ts';

const MARK = /^recvscope side=(\S+)(.*)$/s;
const NET_RX = 1;

/**
 * Lines beside the calls that a comparison needs: marks of sides, and up to each mark the time of NET_RX softirqs and the segments. Read
 * batch by batch as they come, before anything is put in order.
 */
export class SideLines {
  readonly marks: Omit<SideMark, 'file'>[] = [];
  private readonly strings: StringTable;
  private netRxNs = 0;
  /** Begin of the NET_RX softirq that runs on a CPU. */
  private readonly running = new Map<number, number>();
  private readonly devices = new Map<number, Omit<DeviceArrivals, 'device'>>();

  constructor(strings: StringTable) {
    this.strings = strings;
  }

  learn(batch: EventBatch): void {
    const { kind, length } = batch;
    for (let i = 0; i < length; i++) {
      switch (kind[i]) {
        case Kind.marker:
          if (batch.aux[i] >= 0) this.takeMark(batch, i);
          break;
        case Kind.softirqBegin:
          if (batch.arg0[i] === NET_RX && batch.source[i] === Source.tracepoint)
            this.running.set(batch.cpu[i], batch.atNs[i]);
          break;
        case Kind.softirqEnd:
          this.endSoftirq(batch, i);
          break;
        case Kind.skbEntered:
          this.device(batch.aux[i]).entered++;
          break;
        case Kind.segmentArrived:
          if (batch.source[i] === Source.tracepoint) this.receive(batch, i);
          break;
      }
    }
  }

  private endSoftirq(batch: EventBatch, i: number): void {
    const begin = this.running.get(batch.cpu[i]);
    if (begin === undefined || batch.arg0[i] !== NET_RX) return;
    this.running.delete(batch.cpu[i]);
    if (batch.atNs[i] > begin) this.netRxNs += batch.atNs[i] - begin;
  }

  private receive(batch: EventBatch, i: number): void {
    const device = this.device(batch.aux[i]);
    device.received++;
    if (batch.arg0[i] > 0) device.bytes += batch.arg0[i];
  }

  private device(name: number): Omit<DeviceArrivals, 'device'> {
    let found = this.devices.get(name);
    if (found === undefined) {
      found = { entered: 0, received: 0, bytes: 0 };
      this.devices.set(name, found);
    }
    return found;
  }

  private takeMark(batch: EventBatch, i: number): void {
    const found = MARK.exec(this.strings.textOf(batch.aux[i]));
    const at = batch.atNs[i];
    if (found === null || Number.isNaN(at)) return;
    let open = 0;
    for (const begin of this.running.values()) open += Math.max(0, at - begin);
    const keys = found[2]
      .trim()
      .split(/\s+/)
      .filter((word) => word.includes('='));
    const arrived = [...this.devices].map(([device, counts]) => ({ device: this.strings.textOf(device), ...counts }));
    this.marks.push({
      atNs: at,
      line: batch.line[i],
      side: found[1],
      keys,
      netRxNs: this.netRxNs + open,
      ...(arrived.length === 0 ? {} : { arrived }),
    });
  }
}
