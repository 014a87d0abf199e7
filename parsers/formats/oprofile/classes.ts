/**
 * The head of an opreport: which event, and what the columns stand for.
 *   CPU: Core 2, speed 2534 MHz (estimated)
 *   Counted CPU_CLK_UNHALTED events (Clock cycles when not halted) with a unit mask of 0x00 (…) count 100000
 *   Profiling through timer interrupt
 *   Samples on CPU 0
 */
export interface SampleClass {
  event: string;
  sampling: string;
  cpu: number;
  label: string;
}

export class ClassHeader {
  private readonly events: { event: string; sampling: string }[] = [];
  private readonly cpus: number[] = [];
  private readonly threads: string[] = [];
  /** A `Counted` line that a mail program broke. */
  private open = '';
  cpuText = '';

  /** True when the line belongs to the head. */
  take(line: string): boolean {
    if (this.open !== '') {
      if (!this.giveUpOn(line)) return this.takeCounted(`${this.open} ${line.trim()}`);
      this.open = '';
    }
    const cpu = /^CPU: (.+)$/.exec(line);
    if (cpu !== null) {
      this.clear();
      this.cpuText = cpu[1];
      return true;
    }
    if (/^Counted \S+ events/.test(line)) return this.takeCounted(line.trim());
    if (/^Profiling through timer interrupt/.test(line)) {
      this.events.push({ event: 'timer', sampling: 'timer interrupt' });
      return true;
    }
    const separate = /^Samples on CPU (\d+|all)\b/.exec(line);
    if (separate !== null) {
      this.cpus.push(Number(separate[1]));
      return true;
    }
    const thread = /^Processes with a thread (group )?ID of (\d+)/.exec(line);
    if (thread !== null) {
      this.threads.push(`${thread[1] === undefined ? 'tid' : 'tgid'}:${thread[2]}`);
      return true;
    }
    return false;
  }

  private takeCounted(line: string): boolean {
    const match = /^Counted (\S+) events.* count (\d+)\s*$/.exec(line);
    this.open = match === null ? line : '';
    if (match !== null) this.events.push({ event: match[1], sampling: `count ${match[2]}` });
    return true;
  }

  /** A line that begins something else ends the wait for ` count 100000`. */
  private giveUpOn(line: string): boolean {
    if (!/^(?:samples|vma|CPU: |Counted |Profiling |Samples on|Processes with)|\|\s*$/.test(line))
      return this.open.length > 2000;
    const event = /^Counted (\S+)/.exec(this.open)![1];
    this.events.push({ event, sampling: '' });
    return true;
  }

  /** One per samples/percent pair of the table; `names` are the class names of an image summary (`cpu:0`, `TIMER:0`). */
  makeClasses(pairs: number, names: readonly string[] = []): SampleClass[] {
    const { event, sampling } = this.events[0] ?? { event: '', sampling: '' };
    return Array.from({ length: pairs }, (_, index) => {
      const name = names[index] ?? '';
      const cpuName = /^cpu:(\d+)$/.exec(name);
      if (this.events.length === pairs && pairs > 1) return { ...this.events[index], cpu: -1, label: '' };
      if (cpuName !== null) return { event, sampling, cpu: Number(cpuName[1]), label: '' };
      if (this.cpus.length === pairs) return { event, sampling, cpu: this.cpus[index], label: '' };
      if (this.threads.length === pairs) return { event, sampling, cpu: -1, label: this.threads[index] };
      const fromName = this.events.length === 0 || pairs > 1 ? name.replace(/\.\.\.$/, '') : '';
      return { event: event || fromName, sampling, cpu: -1, label: pairs > 1 ? fromName : '' };
    });
  }

  private clear(): void {
    this.events.length = 0;
    this.cpus.length = 0;
    this.threads.length = 0;
    this.open = '';
  }
}
