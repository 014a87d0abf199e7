/** Deeper indentation than any kernel records (FTRACE_RETFUNC_DEPTH is 50, shadow stacks hold some 128): damage. */
export const MAX_DEPTH = 1024;
/** Tasks with open calls. A thread that never shows again would stay for ever: the oldest gives way. */
const MAX_STACKS = 1 << 16;

/** The open calls of one task by depth, as far as the text has shown them. */
export class TaskStack {
  private names = new Int32Array(64);
  /** Depth of the next entry: everything at or above is closed. */
  top = 0;
  lastCpu = -1;

  /** `{`: returns how many returns are missing, that is, frames at this depth or deeper that were never closed. */
  enter(depth: number, name: number): number {
    const missing = depth < this.top ? this.dropFrom(depth) : 0;
    if (depth >= this.names.length) this.grow(depth);
    for (let d = this.top; d < depth; d++) this.names[d] = -1;
    this.names[depth] = name;
    this.top = depth + 1;
    return missing;
  }

  /** `;` */
  leaf(depth: number): number {
    return depth < this.top ? this.dropFrom(depth) : 0;
  }

  /** Name of the open frame at this depth, -1 when the text has not shown its entry. */
  openAt(depth: number): number {
    return depth < this.top ? this.names[depth] : -1;
  }

  /** `}` at this depth: frames above it are missing their returns. */
  exit(depth: number): number {
    if (depth >= this.top) return 0;
    const missing = depth + 1 < this.top ? this.dropFrom(depth + 1) : 0;
    this.top = depth;
    return missing;
  }

  clear(): void {
    this.top = 0;
  }

  private dropFrom(depth: number): number {
    let missing = 0;
    for (let d = depth; d < this.top; d++) if (this.names[d] >= 0) missing++;
    this.top = depth;
    return missing;
  }

  private grow(depth: number): void {
    const larger = new Int32Array(Math.max(this.names.length * 2, depth + 1));
    larger.set(this.names);
    this.names = larger;
  }
}

/**
 * Stacks belong to tasks, not to CPUs: a call that sleeps opens on one CPU and may go on on another. Idle tasks share
 * pid 0 and unknown tasks have none, so these are keyed by CPU as well.
 */
export class TaskStacks {
  private readonly stacks = new Map<number, TaskStack>();
  /** Changes when a stack handed out before may have been given up. */
  generation = 0;
  private lastKey = Number.NaN;
  private lastStack = new TaskStack();

  of(tid: number, cpu: number): TaskStack {
    const key = tid > 0 ? tid : tid === 0 ? -2 - 2 * (cpu + 1) : -3 - 2 * (cpu + 1);
    if (key === this.lastKey) return this.lastStack;
    let stack = this.stacks.get(key);
    if (stack === undefined) {
      if (this.stacks.size >= MAX_STACKS) this.dropIdle();
      stack = new TaskStack();
      this.stacks.set(key, stack);
    }
    this.lastKey = key;
    this.lastStack = stack;
    stack.lastCpu = cpu;
    return stack;
  }

  /** The first banner of a CPU names the task of all lines before it. */
  renameUnknown(cpu: number, tid: number): void {
    const key = -3 - 2 * (cpu + 1);
    const stack = this.stacks.get(key);
    if (stack === undefined || tid < 0) return;
    this.stacks.delete(key);
    this.stacks.set(tid > 0 ? tid : -2 - 2 * (cpu + 1), stack);
    this.generation++;
    this.lastKey = Number.NaN;
  }

  /** Events of this CPU (-1: all) are missing: what was open on it cannot be carried across. */
  forgetCpu(cpu: number): void {
    for (const stack of this.stacks.values()) if (cpu < 0 || stack.lastCpu === cpu) stack.clear();
  }

  private dropIdle(): void {
    this.generation++;
    for (const [key, stack] of this.stacks) if (stack.top === 0) this.stacks.delete(key);
    for (const key of this.stacks.keys()) {
      if (this.stacks.size < MAX_STACKS) break;
      this.stacks.delete(key);
    }
    this.lastKey = Number.NaN;
  }
}
