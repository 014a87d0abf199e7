import { RECVFROM, type Way } from './ways.ts';

/**
 * Random schedules of receive calls with known phases, printed as ftrace events, function_graph and perf script text.
 * Microsecond steps: every printer shows the times exactly, so parsing and rebuilding must return the schedule itself.
 */
export interface Step {
  phase:
    | 'pin'
    | 'submit'
    | 'copy'
    | 'wait'
    | 'unpin'
    | 'sleep'
    | 'wakeLatency'
    | 'preempted'
    | 'softirq'
    | 'ack'
    | 'idle';
  us: number;
  bytes: number;
}
export interface PlannedCall {
  tid: number;
  cpu: number;
  steps: Step[];
  requested: number;
  returned: number;
  gapUs: number;
  /** CPU on which a sleep ends. */
  wakeCpu: number;
  /** How the call was made and how its bytes came; a plain recvfrom without it. */
  way?: Way;
}
export interface Schedule {
  calls: PlannedCall[];
}

export function phasesOf(call: PlannedCall): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const step of call.steps) {
    const name =
      step.phase === 'preempted' || step.phase === 'softirq'
        ? 'interrupt'
        : step.phase === 'idle'
          ? (call.way ?? RECVFROM).idle
          : step.phase;
    sum[name] = (sum[name] ?? 0) + step.us * 1000;
  }
  return sum;
}

export function durationOf(call: PlannedCall): number {
  return call.steps.reduce((total, step) => total + step.us * 1000, 0);
}

interface Line {
  us: number;
  order: number;
  cpu: number;
  tid: number;
  flags: string;
  name: string;
  payload: string;
}

/** Emits the lines of all calls in time order; calls of different threads overlap, each thread keeps its own CPU. */
class Printer {
  readonly lines: Line[] = [];
  add(at: Pick<Line, 'us' | 'cpu' | 'tid'>, flags: string, name: string, payload: string): void {
    this.lines.push({ ...at, order: this.lines.length, flags, name, payload });
  }
  sorted(): Line[] {
    return [...this.lines].sort((a, b) => a.us - b.us || a.order - b.order);
  }
}

const switchText = (prev: number, state: string, next: number): string =>
  `prev_comm=${commOf(prev)} prev_pid=${prev} prev_prio=120 prev_state=${state} ==> next_comm=${commOf(next)} next_pid=${next} next_prio=120`;
const commOf = (tid: number): string => (tid === 0 ? 'swapper/0' : `rx ${tid}`);

/** Kprobes with returns, sched, softirq and syscall events: everything a phase needs. */
function planLines(schedule: Schedule): Line[] {
  const out = new Printer();
  const clock = new Map<number, number>();
  for (const call of schedule.calls) {
    let now = (clock.get(call.tid) ?? 1000) + call.gapUs;
    let cpu = call.cpu;
    const kprobe = (name: string, args: string): void =>
      out.add({ us: now, cpu, tid: call.tid }, 'd....', name, `(${name}+0x0/0x10) ${args}`);
    const kret = (name: string, args: string): void =>
      out.add({ us: now, cpu, tid: call.tid }, 'd....', `${name}_ret`, `(tcp_recvmsg+0x10/0x20 <- ${name}) ${args}`);
    const way = call.way ?? RECVFROM;
    // A sleep and the wait for the CPU after it belong together.
    const half = call.steps.findIndex((_s, k) => k >= call.steps.length >> 1 && call.steps[k - 1]?.phase !== 'sleep');
    out.add({ us: now, cpu, tid: call.tid }, '.....', `sys_enter_${way.syscall}`, way.enter(call.requested));
    const enterLevels = (): void => {
      for (const level of way.levels) kprobe(level, way.levelArgs(call.requested));
    };
    const leaveLevels = (bytes: number): void => {
      for (const level of [...way.levels].reverse()) kret(level, `ret=${bytes}`);
    };
    enterLevels();
    let done = 0;
    for (const [index, step] of call.steps.entries()) {
      if (way.isSplit && index === half) {
        // Several protocol receives in one syscall.
        leaveLevels(done);
        enterLevels();
        done = 0;
      }
      if (step.phase === 'copy' || step.phase === 'submit') done += step.bytes;
      switch (step.phase) {
        case 'idle':
          now += step.us;
          break;
        case 'pin':
          kprobe('dma_pin_iovec_pages', `len=0x${call.requested.toString(16)}`);
          now += step.us;
          kret('dma_pin_iovec_pages', 'ret=0xffff880000001000');
          break;
        case 'submit':
          kprobe(way.submit, way.submitArgs(step.bytes));
          now += step.us;
          kret(way.submit, way.submit.startsWith('dma_') ? 'cookie=5' : 'ret=0');
          break;
        case 'copy':
          kprobe(way.copy, `skb=0xffff880000002000 offset=0 len=0x${step.bytes.toString(16)}`);
          now += step.us;
          kret(way.copy, 'ret=0');
          break;
        case 'wait':
          kprobe('tcp_service_net_dma', 'sk=0xffff880000003000 wait=1');
          now += step.us;
          kret('tcp_service_net_dma', '');
          break;
        case 'unpin':
          kprobe('dma_unpin_iovec_pages', 'list=0xffff880000001000');
          now += step.us;
          kret('dma_unpin_iovec_pages', '');
          break;
        case 'ack':
          kprobe('tcp_cleanup_rbuf', 'copied=0x10');
          now += step.us;
          kret('tcp_cleanup_rbuf', '');
          break;
        case 'softirq':
          out.add({ us: now, cpu, tid: call.tid }, '..s1.', 'softirq_entry', 'vec=3 [action=NET_RX]');
          // A hard interrupt in the softirq, and segments of somebody else.
          if (step.us > 8) {
            const inside = now + (step.us >> 2);
            out.add({ us: inside, cpu, tid: call.tid }, 'd.H1.', 'irq_handler_entry', 'irq=24 name=eth0-rx-0');
            out.add({ us: inside + 1, cpu, tid: call.tid }, 'd.H1.', 'irq_handler_exit', 'irq=24 ret=handled');
          }
          now += step.us;
          out.add({ us: now, cpu, tid: call.tid }, '..s1.', 'softirq_exit', 'vec=3 [action=NET_RX]');
          break;
        case 'preempted':
          out.add({ us: now, cpu, tid: call.tid }, 'd..2.', 'sched_switch', switchText(call.tid, 'R', 0));
          now += step.us;
          out.add({ us: now, cpu, tid: 0 }, 'd..2.', 'sched_switch', switchText(0, 'R', call.tid));
          break;
        case 'sleep':
          out.add({ us: now, cpu, tid: call.tid }, 'd..2.', 'sched_switch', switchText(call.tid, 'S', 0));
          now += step.us;
          out.add(
            { us: now, cpu: 7, tid: 0 },
            'dNs4.',
            'sched_wakeup',
            `comm=${commOf(call.tid)} pid=${call.tid} prio=120 target_cpu=000`,
          );
          break;
        case 'wakeLatency':
          now += step.us;
          cpu = call.wakeCpu;
          out.add({ us: now, cpu, tid: 0 }, 'd..2.', 'sched_switch', switchText(0, 'R', call.tid));
          break;
      }
    }
    if (way.consumed === 'named') kprobe('tcp_cleanup_rbuf', `sk=0xffff880000003000 copied=${call.returned}`);
    if (way.consumed === 'named') kret('tcp_cleanup_rbuf', '');
    leaveLevels(way.levelReturn(way.isSplit ? done : call.returned));
    out.add(
      { us: now, cpu, tid: call.tid },
      '.....',
      `sys_exit_${way.syscall}`,
      `0x${way.exit(call.returned).toString(16)}`,
    );
    clock.set(call.tid, now);
  }
  return out.sorted();
}

const seconds = (us: number): string => `${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}`;

/** `trace` text; syscall events lose their names there. */
export function printFtrace(schedule: Schedule): string {
  const head =
    '# tracer: nop\n#\n# entries-in-buffer/entries-written: 1/1   #P:8\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n';
  return (
    head +
    planLines(schedule)
      .map((line) => {
        const task = `${line.tid === 0 ? '<idle>' : commOf(line.tid)}-${line.tid}`.padStart(16).padEnd(22);
        const text = line.name.startsWith('sys_enter_')
          ? `sys_${line.name.slice(10)}(${line.payload})`
          : line.name.startsWith('sys_exit_')
            ? `sys_${line.name.slice(9)} -> ${line.payload}`
            : `${line.name}: ${line.payload}`;
        return `${task} [${String(line.cpu).padStart(3, '0')}] ${line.flags} ${seconds(line.us).padStart(12)}: ${text}`;
      })
      .join('\n') +
    '\n'
  );
}

/** perf script, default fields; kprobes are `probe:name` and `probe:name__return`. */
export function printPerf(schedule: Schedule): string {
  return (
    planLines(schedule)
      .map((line) => {
        const comm = (line.tid === 0 ? 'swapper' : commOf(line.tid)).padStart(16);
        const system = line.name.startsWith('sys_')
          ? 'syscalls:'
          : line.name.startsWith('sched_')
            ? 'sched:'
            : /^(softirq|irq_)/.test(line.name)
              ? 'irq:'
              : 'probe:';
        const name = line.name.replace(/_ret$/, '__return');
        const payload = line.payload
          .replace(/\((\w+)\+0x0\/0x10\)/, '(ffffffff81000000)')
          .replace(/\(tcp_recvmsg\+0x10\/0x20 <- \w+\)/, '(ffffffff81000000 <- ffffffff81000010)');
        return `${comm} ${String(line.tid).padStart(5)} [${String(line.cpu).padStart(3, '0')}] ${seconds(line.us).padStart(12)}: ${system}${name}: ${payload}`;
      })
      .join('\n') + '\n'
  );
}

/** `trace-cmd report`: plugins print switches and wakeups in their own words, kprobe places are addresses. */
export function printTraceCmd(schedule: Schedule): string {
  const words = (line: Line): string => {
    const fields = Object.fromEntries(
      [...line.payload.matchAll(/(\w+)=(.*?)(?= \w+=| ==>|$)/g)].map((m) => [m[1], m[2]]),
    );
    if (line.name === 'sched_switch')
      return `${fields.prev_comm}:${fields.prev_pid} [120] ${fields.prev_state} ==> ${fields.next_comm}:${fields.next_pid} [120]`;
    if (line.name === 'sched_wakeup') return `${fields.comm}:${fields.pid} [120] CPU:${fields.target_cpu}`;
    return line.payload
      .replace(/\((\w+)\+0x0\/0x10\)/, '(ffffffff81000000)')
      .replace(/\(tcp_recvmsg\+0x10\/0x20 <- \w+\)/, '(ffffffff81000000 <- ffffffff81000010)');
  };
  const lines = planLines(schedule).map((line) => {
    const task = `${line.tid === 0 ? '<idle>' : commOf(line.tid)}-${line.tid}`.padStart(20).padEnd(23);
    return `${task} [${String(line.cpu).padStart(3, '0')}] ${seconds(line.us).padStart(12)}: ${`${line.name}:`.padEnd(20)} ${words(line)}`;
  });
  return `cpus=8\n${lines.join('\n')}\n`;
}

const GRAPH_NAME: Partial<Record<Step['phase'], string>> = {
  pin: 'dma_pin_iovec_pages',
  submit: 'dma_skb_copy_datagram_iovec',
  copy: 'skb_copy_datagram_iovec',
  wait: 'tcp_service_net_dma',
  unpin: 'dma_unpin_iovec_pages',
  ack: 'tcp_cleanup_rbuf',
  softirq: '__do_softirq',
};

/** function_graph with times, task names and leaves; no sched events: a sleep is schedule() inside sk_wait_data(). */
export function printGraph(schedule: Schedule): string {
  const lines: { us: number; order: number; text: string }[] = [];
  const clock = new Map<number, number>();
  const mark = (us: number): string => (us > 1000 ? '#' : us > 100 ? '!' : us > 10 ? '+' : ' ');
  for (const call of schedule.calls) {
    let now = (clock.get(call.tid) ?? 1000) + call.gapUs;
    const start = now;
    const put = (us: number, duration: number | null, depth: number, text: string): void => {
      const cell =
        duration === null ? '               ' : `${mark(duration)} ${String(`${duration}.000`)} us`.padEnd(15);
      const task = `   rx-${call.tid}`.padEnd(13);
      lines.push({
        us,
        order: lines.length,
        text: `${seconds(us).padStart(12)} |  ${String(call.cpu).padStart(2)}) ${task}  | ${cell}|  ${'  '.repeat(depth)}${text}`,
      });
    };
    put(now, null, 0, 'tcp_recvmsg() {');
    for (const step of call.steps) {
      const name = GRAPH_NAME[step.phase];
      if (name !== undefined) put(now, step.us, 1, `${name}();`);
      else if (step.phase === 'sleep') {
        put(now, null, 1, 'sk_wait_data() {');
        put(now, step.us, 2, 'schedule();');
        put(now + step.us, step.us, 1, '}');
      }
      now += step.us;
    }
    put(now, now - start, 0, '}');
    clock.set(call.tid, now);
  }
  lines.sort((a, b) => a.us - b.us || a.order - b.order);
  const head =
    '# tracer: function_graph\n#\n#     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS\n#      |          |     |    |           |   |                     |   |   |   |\n';
  return head + lines.map((line) => line.text).join('\n') + '\n';
}

const FUNCTION_NAME: Partial<Record<Step['phase'], string>> = { ...GRAPH_NAME, softirq: undefined };

/** Function tracer, entries with callers: a step lasts until the next entry by tcp_recvmsg, release_sock ends the call. */
export function printFunctions(schedule: Schedule): string {
  const lines: { us: number; order: number; text: string }[] = [];
  const clock = new Map<number, number>();
  for (const call of schedule.calls) {
    let now = (clock.get(call.tid) ?? 1000) + call.gapUs;
    const put = (name: string, caller: string): void => {
      const task = `${commOf(call.tid)}-${call.tid}`.padStart(16).padEnd(22);
      const text = `${task} [${String(call.cpu).padStart(3, '0')}] ..... ${seconds(now).padStart(12)}: ${name} <-${caller}`;
      lines.push({ us: now, order: lines.length, text });
    };
    put('tcp_recvmsg', 'inet_recvmsg');
    for (const step of call.steps) {
      const name = FUNCTION_NAME[step.phase];
      if (name !== undefined) put(name, 'tcp_recvmsg');
      else if (step.phase === 'sleep') {
        put('sk_wait_data', 'tcp_recvmsg');
        put('schedule', 'sk_wait_data');
      }
      now += step.us;
    }
    put('release_sock', 'tcp_recvmsg');
    clock.set(call.tid, now);
  }
  // Recording went on after the last call: its release_sock was its end, not the edge of the text.
  const last = Math.max(...clock.values()) + 10;
  lines.push({
    us: last,
    order: lines.length,
    text: `          <idle>-0     [007] ..s1. ${seconds(last).padStart(12)}: net_rx_action <-__do_softirq`,
  });
  lines.sort((a, b) => a.us - b.us || a.order - b.order);
  const head =
    '# tracer: function\n#\n# entries-in-buffer/entries-written: 1/1   #P:8\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n';
  return `${head}${lines.map((line) => line.text).join('\n')}\n`;
}
