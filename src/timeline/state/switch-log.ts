const MAX_SWITCHES = 20_000;

/** sched_switch lines of one file, the events that two recordings of one run have in common. */
export class SwitchLog {
  readonly atNs: number[] = [];
  readonly cpu: number[] = [];
  readonly previous: number[] = [];
  readonly next: number[] = [];

  add(atNs: number, cpu: number, previous: number, next: number): void {
    if (this.atNs.length >= MAX_SWITCHES || Number.isNaN(next)) return;
    this.atNs.push(atNs);
    this.cpu.push(cpu);
    this.previous.push(previous);
    this.next.push(next);
  }
}
