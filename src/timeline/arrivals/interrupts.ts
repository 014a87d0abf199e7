import { Delays } from '../state/delays.ts';
import type { EventRow } from '../state/event-row.ts';
import type { ThreadState } from '../state/thread.ts';
import { Tally } from './tally.ts';

const NET_RX = 1;
const BUSY_BUDGET_LIMIT = 64;

interface CpuState {
  /** Softirq that runs (code of softirqBegin), -1 none. */
  vector: number;
  beganNs: number;
  isKsoftirqd: boolean;
  /** Device whose polls or segments filled the softirq so far; -1 none yet, -2 several. */
  device: number;
  /** End of the last poll in it, else its begin. */
  pollSinceNs: number;
  hasPolled: boolean;
  raisedNs: number;
  irq: number;
  irqSinceNs: number;
  /** Thread whose busy poll was the last thing here, and when. */
  busyTid: number;
  busyNs: number;
}

/** Softirqs and interrupts by CPU and device, polls, raise → run, interrupts between CPUs. */
export class Interrupts {
  readonly softirqs = new Tally(() => ({ runs: 0, ns: 0, ksoftirqdRuns: 0, ksoftirqdNs: 0 }));
  readonly irqs = new Tally(() => ({ runs: 0, ns: 0, name: -1 }));
  readonly deviceNs = new Map<number, number>();
  readonly polls = new Map<string, PollCount>();
  private lastPoll: PollCount | undefined;
  readonly raiseDelays = new Delays();
  readonly ipis = new Tally(() => ({ count: 0 }));
  busyPollNs = 0;
  private readonly cpus: CpuState[] = [];

  private at(cpu: number): CpuState {
    this.cpus[cpu] ??= {
      vector: -1,
      beganNs: 0,
      isKsoftirqd: false,
      device: -1,
      pollSinceNs: 0,
      hasPolled: false,
      raisedNs: Number.NaN,
      irq: -1,
      irqSinceNs: Number.NaN,
      busyTid: -1,
      busyNs: 0,
    };
    return this.cpus[cpu];
  }

  raise(row: EventRow): void {
    const cpu = this.at(row.cpu);
    if (row.arg0 === NET_RX && Number.isNaN(cpu.raisedNs)) cpu.raisedNs = row.at;
  }

  beginSoftirq(row: EventRow, isKsoftirqd: boolean): void {
    const cpu = this.at(row.cpu);
    cpu.vector = row.arg0;
    cpu.beganNs = row.at;
    cpu.isKsoftirqd = isKsoftirqd;
    cpu.device = -1;
    cpu.pollSinceNs = row.at;
    cpu.hasPolled = false;
    if (row.arg0 !== NET_RX || Number.isNaN(cpu.raisedNs)) return;
    this.raiseDelays.add(row.at - cpu.raisedNs);
    cpu.raisedNs = Number.NaN;
  }

  endSoftirq(row: EventRow): void {
    const cpu = this.at(row.cpu);
    if (cpu.vector !== row.arg0) return;
    const ns = row.at - cpu.beganNs;
    const count = this.softirqs.at(row.cpu, row.arg0);
    count.runs++;
    count.ns += ns;
    if (cpu.isKsoftirqd) {
      count.ksoftirqdRuns++;
      count.ksoftirqdNs += ns;
    }
    if (cpu.vector === NET_RX && !cpu.hasPolled && cpu.device >= 0) this.addDevice(cpu.device, ns);
    cpu.vector = -1;
  }

  beginIrq(row: EventRow): void {
    const cpu = this.at(row.cpu);
    cpu.irq = row.arg0;
    cpu.irqSinceNs = row.at;
  }

  endIrq(row: EventRow): void {
    const cpu = this.at(row.cpu);
    if (cpu.irq !== row.arg0 || Number.isNaN(cpu.irqSinceNs)) return;
    const count = this.irqs.at(row.cpu, row.arg0);
    count.runs++;
    count.ns += row.at - cpu.irqSinceNs;
    count.name = row.role.id;
    cpu.irqSinceNs = Number.NaN;
  }

  receive(row: EventRow): void {
    const cpu = this.at(row.cpu);
    if (cpu.vector !== NET_RX || row.aux < 0) return;
    cpu.device = cpu.device === -1 || cpu.device === row.aux ? row.aux : -2;
  }

  poll(row: EventRow, thread: ThreadState): void {
    const cpu = this.at(row.cpu);
    const { arg0: work, arg1: budget, aux: device } = row;
    const isSoftirq = cpu.vector === NET_RX;
    const by = budget === 0 ? 'netpoll' : isSoftirq ? 'softirq' : budget < BUSY_BUDGET_LIMIT ? 'busy' : 'softirq';
    const comm = by === 'busy' ? thread.comm : -1;
    // Mostly as the poll before: no key is made for those.
    let count = this.lastPoll;
    if (count?.device !== device || count.by !== by || count.budget !== budget || count.comm !== comm)
      count = this.findPoll(device, by, budget, comm);
    this.lastPoll = count;
    count.polls++;
    if (work === 0) count.empty++;
    if (work > 0) count.packets += work;
    if (isSoftirq) {
      this.addDevice(device, row.at - cpu.pollSinceNs);
      cpu.pollSinceNs = row.at;
      cpu.hasPolled = true;
    }
    if (by !== 'busy') return;
    if (cpu.busyTid === row.tid) this.busyPollNs += row.at - cpu.busyNs;
    cpu.busyTid = row.tid;
    cpu.busyNs = row.at;
  }

  private findPoll(device: number, by: PollCount['by'], budget: number, comm: number): PollCount {
    const key = `${device} ${by} ${budget} ${comm}`;
    let count = this.polls.get(key);
    if (count === undefined) {
      count = { device, by, budget, comm, polls: 0, empty: 0, packets: 0 };
      this.polls.set(key, count);
    }
    return count;
  }

  /** The thread on the CPU does something else than polling. */
  stopBusyPoll(cpu: number): void {
    const state = this.cpus[cpu];
    if (state !== undefined) state.busyTid = -1;
  }

  sendIpi(row: EventRow): void {
    this.ipis.at(row.role.id, row.aux).count++;
  }

  private addDevice(device: number, ns: number): void {
    this.deviceNs.set(device, (this.deviceNs.get(device) ?? 0) + ns);
  }
}

export interface PollCount {
  device: number;
  by: 'softirq' | 'busy' | 'netpoll';
  budget: number;
  comm: number;
  polls: number;
  empty: number;
  packets: number;
}
