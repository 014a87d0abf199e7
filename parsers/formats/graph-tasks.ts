import type { StringId } from '../../src/model/units.ts';

const FIRST_CPUS = 64;

/** Which task each CPU runs, as far as banners tell: ` 1)  rxsink-1055   =>    <idle>-0`. */
export class CpuTasks {
  private tids = new Int32Array(FIRST_CPUS).fill(-1);
  private comms = new Int32Array(FIRST_CPUS).fill(-1);
  private lastAt = new Float64Array(FIRST_CPUS).fill(Number.NEGATIVE_INFINITY);
  private lastLeafNs = new Float64Array(FIRST_CPUS);

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

  /**
   * Notes the time and the duration of a leaf (0 for other lines). A leaf stands at its entry, so the next line of its
   * CPU comes at least its duration later: returns the duration for which a repeated stamp leaves no room, 0 when there
   * is none, -1 when the clock of this CPU stepped back.
   */
  takeStamp(cpu: number, atNs: number, leafNs: number): number {
    if (cpu >= this.lastAt.length) this.reserve(cpu);
    const last = this.lastAt[cpu];
    const hidden = last < atNs ? 0 : last === atNs ? this.lastLeafNs[cpu] : -1;
    this.lastAt[cpu] = atNs;
    this.lastLeafNs[cpu] = leafNs;
    return hidden;
  }

  forget(): void {
    this.tids.fill(-1);
    this.comms.fill(-1);
    this.lastAt.fill(Number.NEGATIVE_INFINITY);
  }

  private reserve(cpu: number): void {
    if (cpu < this.tids.length) return;
    const size = Math.max(this.tids.length * 2, cpu + 1);
    const tids = new Int32Array(size).fill(-1);
    const comms = new Int32Array(size).fill(-1);
    const lastAt = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    const lastLeafNs = new Float64Array(size);
    tids.set(this.tids);
    comms.set(this.comms);
    lastAt.set(this.lastAt);
    lastLeafNs.set(this.lastLeafNs);
    this.tids = tids;
    this.comms = comms;
    this.lastAt = lastAt;
    this.lastLeafNs = lastLeafNs;
  }
}
