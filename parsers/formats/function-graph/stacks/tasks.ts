import type { StringId } from '../../../../src/model/units.ts';

const FIRST_CPUS = 64;

/** Which task each CPU runs, as far as banners tell: ` 1)  rxsink-1055   =>    <idle>-0`. */
export class CpuTasks {
  private tids = new Int32Array(FIRST_CPUS).fill(-1);
  private comms = new Int32Array(FIRST_CPUS).fill(-1);

  tidOf(cpu: number): number {
    return cpu >= 0 && cpu < this.tids.length ? this.tids[cpu] : -1;
  }

  commOf(cpu: number): StringId {
    return cpu >= 0 && cpu < this.comms.length ? this.comms[cpu] : -1;
  }

  set(cpu: number, tid: number, comm: StringId): void {
    this.reserve(cpu);
    this.tids[cpu] = tid;
    this.comms[cpu] = comm;
  }

  forget(): void {
    this.tids.fill(-1);
    this.comms.fill(-1);
  }

  private reserve(cpu: number): void {
    if (cpu < this.tids.length) return;
    const size = Math.max(this.tids.length * 2, cpu + 1);
    const tids = new Int32Array(size).fill(-1);
    const comms = new Int32Array(size).fill(-1);
    tids.set(this.tids);
    comms.set(this.comms);
    this.tids = tids;
    this.comms = comms;
  }
}
