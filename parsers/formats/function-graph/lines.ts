/** Lines of a function_graph text that are not entries. */
export const Special = {
  blank: 0,
  header: 1,
  title: 2,
  rule: 3,
  banner: 4,
  overruns: 5,
  lost: 6,
  gap: 7,
  bufferStarted: 8,
  tooBig: 9,
  prose: 10,
  /** `rxbench-1507    0d..1 3792us : <stack trace>` and its ` => tcp_recvmsg`: what latency tracers end with. */
  stack: 11,
} as const;

const BLANK = 32;
const DASH = 45;

/** A rough look; `title` and `lost` are confirmed by the caller, who reads the text of the line. */
export function classifySpecial(buf: Uint8Array, from: number, lineEnd: number): number {
  let start = from;
  let end = lineEnd;
  while (start < end && (buf[start] === BLANK || buf[start] === 9)) start++;
  while (end > start && (buf[end - 1] === BLANK || buf[end - 1] === 9)) end--;
  const size = end - start;
  if (size === 0) return Special.blank;
  const first = buf[start];
  if (size < 200 && endsInFunctionCalls(buf, start, end)) return Special.title;
  if (first === 35) return buf[start + 1] === 35 ? Special.bufferStarted : Special.header;
  if (first === 91 && buf[start + 1] === 76) return Special.tooBig;
  if (first === 67 && buf[start + 1] === 80 && buf[start + 2] === 85 && buf[start + 3] === 58) return Special.lost;
  if (first === 40 && buf[start + 1] === 79 && buf[end - 1] === 41) return Special.overruns;
  if (first === DASH && size >= 20 && isAll(buf, start, end, DASH)) return Special.rule;
  if (isGap(buf, start, end)) return Special.gap;
  if (isStack(buf, start, end)) return Special.stack;
  return Special.prose;
}

const STACK_HEAD = new TextEncoder().encode('stack trace>');
/** A line of a closing stack; ` => started at: ` belongs to the head. */
function isStack(buf: Uint8Array, start: number, end: number): boolean {
  if (buf[start] === 61 && buf[start + 1] === 62 && buf[start + 2] === BLANK)
    return buf[end - 1] !== 58 && !isHeaderArrow(buf, start + 3, end);
  const at = end - STACK_HEAD.length;
  if (at <= start || buf[end - 1] !== 62) return false;
  for (let i = 0; i < STACK_HEAD.length; i++) if (buf[at + i] !== STACK_HEAD[i]) return false;
  return true;
}

/** `started at: `, `ended at:   ` */
function isHeaderArrow(buf: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i + 3 < end; i++)
    if (buf[i] === BLANK && buf[i + 1] === 97 && buf[i + 2] === 116 && buf[i + 3] === 58) return true;
  return false;
}

/** `...`, `.`, `[...]`, `[snip]`, `[...] anything`: text was left out here. */
function isGap(buf: Uint8Array, start: number, end: number): boolean {
  if (buf[start] === 46) return isAll(buf, start, end, 46);
  if (buf[start] !== 91) return false;
  if (buf[start + 1] === 46 && buf[start + 2] === 46 && buf[start + 3] === 46 && buf[start + 4] === 93) return true;
  return end - start === 6 && buf[start + 1] === 115 && buf[start + 2] === 110 && buf[start + 5] === 93;
}

function isAll(buf: Uint8Array, start: number, end: number, byte: number): boolean {
  for (let i = start; i < end; i++) if (buf[i] !== byte) return false;
  return true;
}

const FUNCTION_CALLS = new TextEncoder().encode('FUNCTION CALLS');
function endsInFunctionCalls(buf: Uint8Array, start: number, end: number): boolean {
  const at = end - FUNCTION_CALLS.length;
  if (at < start) return false;
  for (let i = 0; i < FUNCTION_CALLS.length; i++) if (buf[at + i] !== FUNCTION_CALLS[i]) return false;
  return true;
}

/** What is read off the header lines besides the title. */
export interface HeaderFacts {
  release: string;
  tracer: string;
}

/** `# function_graph latency trace v1.1.5 on 6.1.0-56-amd64` · `# tracer: function_graph` */
export function readHeader(text: string): HeaderFacts | null {
  const release = /^#?\s*\S+ latency trace v\S+ on (\S+)/.exec(text)?.[1] ?? '';
  const tracer = /^#?\s*tracer:\s+(\S+)/.exec(text)?.[1] ?? '';
  return release === '' && tracer === '' ? null : { release, tracer };
}

/** `# _-----=> irqs-off`, `# |     |   |`, `# latency: 0 us, …`, `# --------`, `#    | task: …`; also without the `#`. */
const HEADER_LINE =
  /^\s*#?\s*(?:$|[|/ ]*\|[|/ ]*$|[|/ ]*_-+=>? |[|/ ]*\/ *$|-{5,}|latency:|\| task:|=> (?:started|ended) at|tracer:|WARNING|entries-in-buffer)/;
const HASH_HEADER = /^\s*#\s*(?:\S+ latency trace v|.* {3}\w+-?\w*$)/;
export function isHeaderLine(text: string): boolean {
  return HEADER_LINE.test(text) || HASH_HEADER.test(text);
}

/** `# ./funcgraph -m 3 do_nanosleep`, `root@host:~# cat trace`, `$ cmd` */
export function isPrompt(text: string): boolean {
  return /^\s*(?:[$#] \S|[\w.@:~/-]+[$#] )/.test(text);
}
