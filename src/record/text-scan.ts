/** Trailing text that may be the first half of a word we look for. */
const CARRY = 96;
const IDLE = /(prev|next)_comm=swapper(?:\/(\d+))? (?:prev|next)_pid=0/g;
const LOST = /PERF_RECORD_LOST(?:_SAMPLES)? lost (\d+)/g;
/** Fewer switches than this on a CPU prove nothing. */
const MIN_SWITCHES = 20;

/**
 * Looks at the printed text as it passes, for what no reader keeps: lost events of perf, and CPUs that show switches to
 * their idle task but none back (seen on real machines: every sleep there seems to last until the task's next line).
 */
export class TextScan {
  bytes = 0;
  lines = 0;
  lostEvents = 0;
  lostRecords = 0;
  private readonly toIdle = new Map<number, number>();
  private readonly fromIdle = new Map<number, number>();
  private carry = '';

  async *watch(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.push(chunk);
      yield chunk;
    }
  }

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    const text = this.carry + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
    const end = text.lastIndexOf('\n') + 1;
    const whole = text.slice(0, end);
    this.carry = text.slice(end);
    for (let at = whole.indexOf('\n'); at >= 0; at = whole.indexOf('\n', at + 1)) this.lines++;
    for (const [, side, cpu] of whole.matchAll(IDLE)) {
      const counts = side === 'next' ? this.toIdle : this.fromIdle;
      counts.set(Number(cpu ?? 0), (counts.get(Number(cpu ?? 0)) ?? 0) + 1);
    }
    for (const [, lost] of whole.matchAll(LOST)) {
      this.lostEvents += Number(lost);
      this.lostRecords++;
    }
    if (this.carry.length > 1 << 20) this.carry = this.carry.slice(-CARRY);
  }

  /** CPUs whose switches from idle are less than half of those to idle, lowest first. */
  get oneSidedCpus(): number[] {
    return [...this.toIdle]
      .filter(([cpu, count]) => count >= MIN_SWITCHES && (this.fromIdle.get(cpu) ?? 0) < count / 2)
      .map(([cpu]) => cpu)
      .sort((a, b) => a - b);
  }
}
