/** Deeper indentation than any kernel records (FTRACE_RETFUNC_DEPTH is 50, shadow stacks hold some 128): damage. */
export const MAX_DEPTH = 1024;
/** Tasks with open calls. A thread that never shows again would stay for ever: the oldest gives way. */
const MAX_STACKS = 1 << 16;

/** Cells of a stack: top, last cpu, then a function by depth. */
const TOP = 0;
const LAST_CPU = 1;
const NAMES = 2;
const FIRST_CELLS = 64;

/** Room for stacks somewhere else (parsers/wasm), each of FIRST_CELLS cells. */
export interface SharedStacks {
  cells: Int32Array;
  base: number;
  count: number;
  /** Stacks handed out before are not what they were. */
  onForget: () => void;
}

/** The open calls of one task by depth, as far as the text has shown them. */
export class TaskStack {
  /** Number of its place in the shared room; -1 when it has cells of its own. */
  place: number;
  private cells: Int32Array;
  private at: number;
  private size = FIRST_CELLS - NAMES;

  constructor(shared: Int32Array | null = null, at = 0, place = -1) {
    this.place = place;
    this.cells = shared ?? new Int32Array(FIRST_CELLS);
    this.at = at;
    this.cells[at + TOP] = 0;
    this.cells[at + LAST_CPU] = -1;
  }

  /** Depth of the next entry: everything at or above is closed. */
  get top(): number {
    return this.cells[this.at + TOP];
  }
  private set top(depth: number) {
    this.cells[this.at + TOP] = depth;
  }
  get lastCpu(): number {
    return this.cells[this.at + LAST_CPU];
  }
  set lastCpu(cpu: number) {
    this.cells[this.at + LAST_CPU] = cpu;
  }

  /** `{`: returns how many returns are missing, that is, frames at this depth or deeper that were never closed. */
  enter(depth: number, name: number): number {
    const top = this.top;
    const missing = depth < top ? this.dropFrom(depth) : 0;
    if (depth >= this.size) this.grow(depth);
    const { cells } = this;
    const names = this.at + NAMES;
    for (let d = this.top; d < depth; d++) cells[names + d] = -1;
    cells[names + depth] = name;
    this.top = depth + 1;
    return missing;
  }

  /** `;` */
  leaf(depth: number): number {
    return depth < this.top ? this.dropFrom(depth) : 0;
  }

  /** Name of the open frame at this depth, -1 when the text has not shown its entry. */
  openAt(depth: number): number {
    return depth < this.top ? this.cells[this.at + NAMES + depth] : -1;
  }

  /** `}` at this depth: frames above it are missing their returns. */
  exit(depth: number): number {
    const top = this.top;
    if (depth >= top) return 0;
    const missing = depth + 1 < top ? this.dropFrom(depth + 1) : 0;
    this.top = depth;
    return missing;
  }

  clear(): void {
    this.top = 0;
  }

  private dropFrom(depth: number): number {
    const names = this.at + NAMES;
    let missing = 0;
    for (let d = depth; d < this.top; d++) if (this.cells[names + d] >= 0) missing++;
    this.top = depth;
    return missing;
  }

  private grow(depth: number): void {
    const size = Math.max(this.size * 2, depth + 1);
    const larger = new Int32Array(NAMES + size);
    larger.set(this.cells.subarray(this.at, this.at + NAMES + this.size));
    this.cells = larger;
    this.at = 0;
    this.size = size;
    this.hasMoved = this.place >= 0;
    this.place = -1;
  }
  /** It has outgrown the shared room. */
  hasMoved = false;
}

/**
 * Stacks belong to tasks, not to CPUs: a call that sleeps opens on one CPU and may go on on another. Idle tasks share
 * pid 0 and unknown tasks have none, so these are keyed by CPU as well.
 */
export class TaskStacks {
  private readonly stacks = new Map<number, TaskStack>();
  private readonly shared: SharedStacks | null;
  private used = 0;
  private lastKey = Number.NaN;
  private lastStack = new TaskStack();

  constructor(shared: SharedStacks | null = null) {
    this.shared = shared;
  }

  of(tid: number, cpu: number): TaskStack {
    const key = tid > 0 ? tid : tid === 0 ? -2 - 2 * (cpu + 1) : -3 - 2 * (cpu + 1);
    if (key === this.lastKey) {
      this.lastStack.lastCpu = cpu;
      return this.lastStack;
    }
    let stack = this.stacks.get(key);
    if (stack === undefined) {
      if (this.stacks.size >= MAX_STACKS) this.dropIdle();
      stack = this.make();
      this.stacks.set(key, stack);
    }
    this.lastKey = key;
    this.lastStack = stack;
    stack.lastCpu = cpu;
    return stack;
  }

  private make(): TaskStack {
    const { shared, used } = this;
    if (shared === null || used === shared.count) return new TaskStack();
    this.used++;
    return new TaskStack(shared.cells, shared.base + used * FIRST_CELLS, used);
  }

  /** The first banner of a CPU names the task of all lines before it. */
  renameUnknown(cpu: number, tid: number): void {
    const key = -3 - 2 * (cpu + 1);
    const stack = this.stacks.get(key);
    if (stack === undefined || tid < 0) return;
    this.stacks.delete(key);
    this.stacks.set(tid > 0 ? tid : -2 - 2 * (cpu + 1), stack);
    this.lastKey = Number.NaN;
    this.shared?.onForget();
  }

  /** Events of this CPU (-1: all) are missing: what was open on it cannot be carried across. */
  forgetCpu(cpu: number): void {
    for (const stack of this.stacks.values()) if (cpu < 0 || stack.lastCpu === cpu) stack.clear();
  }

  private dropIdle(): void {
    for (const [key, stack] of this.stacks) if (stack.top === 0) this.stacks.delete(key);
    for (const key of this.stacks.keys()) {
      if (this.stacks.size < MAX_STACKS) break;
      this.stacks.delete(key);
    }
    this.lastKey = Number.NaN;
    this.shared?.onForget();
  }
}
