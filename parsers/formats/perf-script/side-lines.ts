import { hexDigitOf } from '../../text/numbers.ts';
import { bytesOf, findBytes, isBlank, isDigit, skipBlanks, startsWith, textOf } from '../../text/scan.ts';
import { isBranchEntry } from './frame/line.ts';

/** `PERF_RECORD_LOST lost 77` → type and, for losses, the amount (NaN when none is printed). */
export interface SideRecord {
  type: string;
  lost: number;
  isLoss: boolean;
}

/** The records --show-*-events prints, at the position of their first letter. */
export function readSideRecord(buf: Uint8Array, start: number, end: number): SideRecord {
  let p = start;
  while (p < end && ((buf[p] >= 65 && buf[p] <= 90) || buf[p] === 95 || isDigit(buf[p]))) p++;
  const type = textOf(buf, start, p);
  if (type === 'PERF_RECORD_LOST' || type === 'PERF_RECORD_LOST_SAMPLES') {
    const at = findBytes(buf, p, end, LOST);
    return { type, isLoss: true, lost: at < 0 ? Number.NaN : numberAt(buf, at + LOST.length, end) };
  }
  // AUX data with the flag T was cut by a full buffer; how much is not printed.
  const isLoss = type === 'PERF_RECORD_AUX' && findBytes(buf, p, end, TRUNCATED) >= 0;
  return { type, isLoss, lost: Number.NaN };
}

/** `PERF_RECORD_SWITCH OUT preempt`, `PERF_RECORD_SWITCH_CPU_WIDE IN           prev pid/tid:    12/13`. */
export interface SwitchRecord {
  isOut: boolean;
  /** Kernels before 4.17 do not say it: false is then no proof of a sleep. */
  isPreempted: boolean;
  /** The other task, NaN when it is not printed. */
  otherTid: number;
}

/** null when the record is no context switch. */
export function readSwitchRecord(buf: Uint8Array, start: number, end: number): SwitchRecord | null {
  const found = SWITCH.exec(textOf(buf, start, Math.min(end, start + 120)));
  if (found === null) return null;
  return {
    isOut: found[1] === 'OUT',
    isPreempted: found[2] !== undefined,
    otherTid: found[3] === undefined ? Number.NaN : Number(found[3]),
  };
}
const SWITCH =
  /^PERF_RECORD_SWITCH(?:_CPU_WIDE)?:? +(IN|OUT)( preempt)?(?: +(?:prev|next) pid\/tid: +-?\d+\/ *(-?\d+))?\s*$/;

const LOST = bytesOf('lost ');
const TRUNCATED = bytesOf('[T');

function numberAt(buf: Uint8Array, start: number, end: number): number {
  const p = skipBlanks(buf, start, end);
  let value = 0;
  let q = p;
  for (; q < end && isDigit(buf[q]); q++) value = value * 10 + (buf[q] - 48);
  return q === p ? Number.NaN : value;
}

const ITRACE_ERROR = bytesOf('instruction trace error');
const LOST_CHUNKS = bytesOf(' chunks!');
const CODE = bytesOf(' code ');

/** ` instruction trace error type 1 time … code 7: Overflow packet`. Returns the code, NaN when it is no such line. */
export function readItraceError(buf: Uint8Array, start: number, end: number): number {
  const p = skipBlanks(buf, start, end);
  if (!startsWith(buf, p, end, ITRACE_ERROR)) return Number.NaN;
  const code = findBytes(buf, p, end, CODE);
  return code < 0 ? 0 : numberAt(buf, code + CODE.length, end);
}

/** `Processed N events and lost M chunks!` on stderr. */
export function isLostChunks(buf: Uint8Array, start: number, end: number): boolean {
  return findBytes(buf, start, end, LOST_CHUNKS) >= 0 && startsWith(buf, start, end, PROCESSED);
}
const PROCESSED = bytesOf('Processed ');

/**
 * Lines that belong to the open record but are no frame: branch stacks and registers in the place of the blank line,
 * source lines, disassembly, BPF output.
 */
export function isDetailLine(buf: Uint8Array, start: number, end: number): boolean {
  const p = skipBlanks(buf, start, end);
  if (p === start || p >= end) return buf[start] === 124 && isDigit(buf[start + 1] ?? 0);
  if (buf[p] === 48 && buf[p + 1] === 120 && isBranchEntry(buf, p, end)) return true;
  if (startsWith(buf, p, end, ABI) || startsWith(buf, p, end, BPF_OUTPUT) || startsWith(buf, p, end, BPF_STRING))
    return true;
  if (startsWith(buf, p, end, ILEN) || startsWith(buf, p, end, INSN) || startsWith(buf, p, end, METRIC)) return true;
  if (startsWith(buf, p, end, IPC) || (p === start + 1 && buf[start] === 32 && buf[p] === 47)) return true;
  if (isRegister(buf, p, end)) return true;
  if (isSymbolicBranch(buf, p, end)) return true;
  if (p - start === 2 && buf[start] === 32 && buf[start + 1] === 32) return isSourceLine(buf, p, end);
  if (buf[p] === 124 && isDigit(buf[p + 1] ?? 0)) return true;
  // brstackinsn: label lines `TAB main+0x10:` and instruction lines `TAB %016x TAB insn: …`
  if (buf[start] === 9 && end - p > 1 && buf[end - 1] === 58) return true;
  return isHexDump(buf, p, end);
}

const ABI = bytesOf('ABI:');
/** `-F +ipc`; a cgroup path (`-F +cgroup`) stands behind one blank. */
const IPC = bytesOf('IPC:');
/** `-F +insn,+insnlen`, `-F +metric`. */
const ILEN = bytesOf('ilen: ');
const INSN = bytesOf('insn: ');
const METRIC = bytesOf('metric: ');
const BPF_OUTPUT = bytesOf('BPF output:');
const BPF_STRING = bytesOf('BPF string:');

/** `   AX:0xffffffffffffffda    BX:0x1 …` */
function isRegister(buf: Uint8Array, p: number, end: number): boolean {
  let i = p;
  while (i < end && ((buf[i] >= 65 && buf[i] <= 90) || (buf[i] >= 97 && buf[i] <= 122) || isDigit(buf[i]))) i++;
  return i > p && i - p <= 6 && i + 3 < end && buf[i] === 58 && buf[i + 1] === 48 && buf[i + 2] === 120;
}

/** brstacksym: `foo+0x1/bar+0x2/P/-/-/0`. */
function isSymbolicBranch(buf: Uint8Array, p: number, end: number): boolean {
  for (let i = p + 3; i + 5 < end; i++) {
    if (buf[i] !== 47 || buf[i + 2] !== 47 || buf[i + 4] !== 47 || buf[i + 6] !== 47) continue;
    const predicted = buf[i + 1];
    const tsx = buf[i + 3];
    const abort = buf[i + 5];
    if (predicted !== 80 && predicted !== 77 && predicted !== 45) continue;
    if ((tsx === 88 || tsx === 45) && (abort === 65 || abort === 45)) return true;
  }
  return false;
}

/** `file.c:123`, `ld-2.29.so[11634]`, `??:0`. */
function isSourceLine(buf: Uint8Array, p: number, end: number): boolean {
  for (let i = p; i < end; i++) if (isBlank(buf[i])) return false;
  if (buf[end - 1] === 93) return true;
  let i = end;
  while (i > p && isDigit(buf[i - 1])) i--;
  return i < end && i > p && buf[i - 1] === 58;
}

/** `0010: 6f 20 …` of bpf-output. */
function isHexDump(buf: Uint8Array, p: number, end: number): boolean {
  for (let i = p; i < p + 4; i++) if (i >= end || hexDigitOf(buf[i]) < 0) return false;
  return (
    p + 7 < end && buf[p + 4] === 58 && buf[p + 5] === 32 && hexDigitOf(buf[p + 6]) >= 0 && hexDigitOf(buf[p + 7]) >= 0
  );
}

/** `...`, `[...]`, `[snip]`: a gap somebody cut into the text. */
export function isElision(buf: Uint8Array, start: number, end: number): boolean {
  const p = skipBlanks(buf, start, end);
  if (buf[p] !== 91 && buf[p] !== 46) return false;
  const text = textOf(buf, p, Math.min(end, p + 16)).trimEnd();
  return text === '...' || text === '[snip]' || text.startsWith('[...]') || text.startsWith('[…]');
}

/** Messages of the tool and prompts that land between the records: never part of a payload. */
export function isToolMessage(buf: Uint8Array, start: number, end: number): boolean {
  return TOOL_MESSAGE.test(textOf(buf, start, Math.min(end, start + 200)));
}
const TOOL_MESSAGE =
  /^(Failed to |Warning|Processed |Check IO|incompatible file|Was the 'perf|Error|addr2line|\S*addr2line|cmd__addr2line|perf: |\[ ?perf |Couldn't |Can't |No kallsyms|Kernel address maps|failed to |WARNING|\S*[@:~]\S*[#$] |[#$] )/;
