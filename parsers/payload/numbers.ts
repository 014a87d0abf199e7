import type { Fact } from '../../src/model/environment.ts';

/** How a kprobe argument is written. `auto`: 0x… is hex, else decimal: what kernels from 4.x on print. */
export const Style = { auto: 0, bareHex: 1, decimal: 2 } as const;

/** A `p:kprobes/tcp_recvmsg tcp_recvmsg sk=%si len=%cx:u64` line of kprobe_events. */
export interface ProbeDefinition {
  symbol: string;
  isReturn: boolean;
  types: Map<string, string>;
}

export function readDefinitions(facts: readonly Fact[]): Map<string, ProbeDefinition> {
  const found = new Map<string, ProbeDefinition>();
  for (const fact of facts) {
    if (fact.domain !== 'kprobe-definition') continue;
    const words = fact.text.trim().split(/\s+/);
    const kind = /^([prf])\d*(?::(?:[^/\s]*\/)?(\S+))?$/.exec(words[0] ?? '');
    if (kind === null || words.length < 2) continue;
    const place = words[1].replace(/^[^:\s]*:/, '');
    const isReturn = kind[1] === 'r' || place.endsWith('%return');
    const types = new Map<string, string>();
    for (const word of words.slice(2)) {
      const arg = /^(\w+)=(.*?)(?::([a-z]\w*))?$/.exec(word);
      if (arg !== null) types.set(arg[1], arg[3] ?? '');
    }
    const symbol = place.replace(/[+%].*$/, '');
    found.set(kind[2] ?? fact.key, { symbol, isReturn, types });
  }
  return found;
}

/**
 * Type of a parameter in the kernel's C source, as far as users copy it into a probe definition: 'u' prints bare hex in
 * kernels up to 3.x, 's' decimal. Last resort when neither the definition nor the values tell.
 */
const SIGNED_PARAMETERS = new Set(
  (
    'skb_copy_datagram_iovec.len skb_copy_datagram_iovec.offset dma_skb_copy_datagram_iovec.offset ' +
    'tcp_dma_try_early_copy.hlen tcp_recvmsg.nonblock tcp_recvmsg.flags tcp_cleanup_rbuf.copied udp_recvmsg.flags ' +
    'udp_recvmsg.noblock inet_recvmsg.flags'
  ).split(' '),
);
const SIGNED_NAMES = new Set(['ret', 'retval', 'cookie', 'err', 'error', 'copied', 'eaten', 'timeo', 'arg1']);

interface FieldEvidence {
  hasLetter: boolean;
  hasMinus: boolean;
  hasPrefix: boolean;
  /** Distinct values of two digits and more: they differ between hex and decimal. */
  values: Set<string>;
}

/** Task id and what follows it up to the event name: `x-77  [001] … 12.3: `, `x 77/77 [001] 12.3: 1 probe:`. */
const BEFORE_EVENT = String.raw`(?:-|\s)(\d+)(?:\/\d+)?\s.*?:\s+(?:\d+\s+)?(?:[\w-]+:)?`;
/** `name: (place) a=1 b=2` of an event line, and the syscall lines that can be checked against it. */
const KPROBE_LINE = new RegExp(String.raw`${BEFORE_EVENT}([\w.-]+):\s+\(([^()]*)\)((?: [\w.]+=\S+)*)\s*$`);
const SYSCALL_SIZE = new RegExp(
  String.raw`${BEFORE_EVENT}(?:sys_enter_\w+:\s+.*|sys_\w+\(.*)\b(?:size|count): (?:0x)?([0-9a-f]+)`,
);
const SYSCALL_RESULT = new RegExp(
  String.raw`${BEFORE_EVENT}sys_(?:exit_)?re(?:cv|ad)\w*(?: ->|:)\s+0x([0-9a-f]{1,8})\s*$`,
);
/** No event of interest is longer; expressions are not run over hostile lines. */
const MAX_LEARN_LENGTH = 2000;
const ARGUMENT = / ([\w.]+)=(\S+)/g;
const ENOUGH_VALUES = 8;

/**
 * Decides hex or decimal for every (event, field) of a file. Up to 3.x `%x` printed u8…u64 arguments as hex WITHOUT 0x
 * and s8…s64 as decimal: `len=20000` can be 131072. A definition in the bundle settles it; else the file's own first
 * MiB is read before any line is used: a letter a–f proves hex, many values without one prove decimal, a syscall
 * size of the same call can prove either, a result larger than the request proves the request hex.
 */
export class NumberStyles {
  readonly definitions: Map<string, ProbeDefinition>;
  /** Pointers are printed without 0x: the old print format. null = no pointer seen yet. */
  isOld: boolean | null = null;
  private readonly fields = new Map<string, FieldEvidence>();
  private readonly proven = new Map<string, number>();

  constructor(facts: readonly Fact[]) {
    this.definitions = readDefinitions(facts);
  }

  /** First look at the head of a file, whole lines. */
  learn(text: string): void {
    const sizeOfTask = new Map<string, string>();
    const lengthOfTask = new Map<string, { field: string; text: string }>();
    const resultOfTask = new Map<string, { field: string; text: string }>();
    for (const line of text.split('\n')) {
      if (line.length > MAX_LEARN_LENGTH) continue;
      if (line.includes('size: ') || line.includes('count: ')) {
        const size = SYSCALL_SIZE.exec(line);
        if (size !== null) sizeOfTask.set(size[1], size[2].replace(/^0+(?=.)/, ''));
      }
      if (line.includes(' 0x') && resultOfTask.size > 0) {
        const result = SYSCALL_RESULT.exec(line);
        const returned = result === null ? undefined : resultOfTask.get(result[1]);
        if (returned !== undefined) {
          this.compare(returned.field, returned.text, Number.parseInt(result![2], 16));
          resultOfTask.delete(result![1]);
        }
      }
      if (!line.includes(': (')) continue;
      const found = KPROBE_LINE.exec(line);
      if (found === null) continue;
      const [, tid, event, place, args] = found;
      this.countFields(event, place.includes('<-'), args);
      for (const [, field, value] of args.matchAll(ARGUMENT)) {
        this.see(`${event}.${field}`, value);
        if (place.includes('<-')) {
          if (/recvmsg/.test(event)) resultOfTask.set(tid, { field: `${event}.${field}`, text: value });
          const asked = lengthOfTask.get(tid);
          if (asked !== undefined && /recvmsg/.test(event) && /^\d+$/.test(value) && /^\d+$/.test(asked.text)) {
            if (Number(value) > Number(asked.text)) this.proven.set(asked.field, Style.bareHex);
          }
        } else if (/recvmsg/.test(event) && /^(len|size)$/.test(field)) {
          lengthOfTask.set(tid, { field: `${event}.${field}`, text: value });
          this.checkAgainstSyscall(`${event}.${field}`, value, sizeOfTask.get(tid));
          sizeOfTask.delete(tid);
        } else if (field === 'len' && /pin_iovec/.test(event)) {
          this.adoptStyle(`${event}.${field}`, value, lengthOfTask.get(tid));
        }
      }
    }
  }

  private countFields(event: string, isReturn: boolean, args: string): void {
    const key = `${event} ${isReturn}`;
    const count = args.split(' ').filter((word) => word.includes('=')).length;
    let linesOf = this.linesOfCount.get(key);
    if (linesOf === undefined) {
      linesOf = [];
      this.linesOfCount.set(key, linesOf);
    }
    linesOf[count] = (linesOf[count] ?? 0) + 1;
  }

  /** Named fields of this probe's lines in the head of the file: it prints the same ones every time, a cut line fewer. */
  fieldsOf(event: string, isReturn: boolean): number {
    const linesOf = this.linesOfCount.get(`${event} ${isReturn}`) ?? [];
    const printed = linesOf.reduce((best, lines, count) => (lines >= (linesOf[best] ?? 0) ? count : best), 0);
    return Math.max(printed, this.definitions.get(event)?.types.size ?? 0);
  }
  private readonly linesOfCount = new Map<string, number[]>();

  private see(key: string, value: string): void {
    if (/^0x[0-9a-f]+$/.test(value)) {
      if (value.length >= 14) this.isOld ??= false;
    } else if (/^[0-9a-f]{12,16}$/.test(value) && /[a-f]/.test(value)) this.isOld ??= true;
    let evidence = this.fields.get(key);
    if (evidence === undefined) {
      evidence = { hasLetter: false, hasMinus: false, hasPrefix: false, values: new Set() };
      this.fields.set(key, evidence);
    }
    if (value.startsWith('0x')) evidence.hasPrefix = true;
    else if (value.startsWith('-')) evidence.hasMinus = true;
    else if (/^[0-9a-f]+$/.test(value) && /[a-f]/.test(value)) evidence.hasLetter = true;
    else if (/^\d\d+$/.test(value) && evidence.values.size < ENOUGH_VALUES) evidence.values.add(value);
  }

  /** `sys_recvfrom(… size: 20000 …)` is hex in every version. */
  private checkAgainstSyscall(key: string, value: string, size: string | undefined): void {
    if (size === undefined || value.length < 2) return;
    this.compare(key, value, Number.parseInt(size, 16));
  }

  /** `text` is the number `truth`: in which reading? */
  private compare(key: string, text: string, truth: number): void {
    if (!/^\d\d+$/.test(text)) return;
    if (Number(text) === truth) this.proven.set(key, Style.decimal);
    else if (Number.parseInt(text, 16) === truth) this.proven.set(key, Style.bareHex);
  }

  /** The pinned length is the requested one: the same digits mean the same style. */
  private adoptStyle(key: string, text: string, asked: { field: string; text: string } | undefined): void {
    const style = asked?.text === text ? this.proven.get(asked.field) : undefined;
    if (style !== undefined && text.length > 1) this.proven.set(key, style);
  }

  /**
   * Style of one field. `certain` false: nothing in the bundle decides and the value would differ; the reading chosen
   * follows the C type of the parameter.
   */
  styleOf(event: string, symbol: string, field: string): { style: number; certain: boolean } {
    const key = `${event}.${field}`;
    const type = this.definitions.get(event)?.types.get(field);
    const isOld = this.isOld ?? type === undefined;
    const evidence = this.fields.get(key);
    if (evidence?.hasPrefix === true || this.isOld === false) return { style: Style.auto, certain: true };
    if (type !== undefined) {
      if (/^s\d/.test(type)) return { style: Style.decimal, certain: true };
      if (/^x\d/.test(type)) return { style: Style.auto, certain: true };
      return { style: this.isOld === true ? Style.bareHex : Style.auto, certain: this.isOld !== null };
    }
    if (evidence?.hasMinus === true) return { style: Style.decimal, certain: true };
    if (evidence?.hasLetter === true) return { style: Style.bareHex, certain: true };
    const proven = this.proven.get(key);
    if (proven !== undefined) return { style: proven, certain: true };
    if (!isOld) return { style: Style.auto, certain: true };
    const values = evidence?.values.size ?? 0;
    if (values >= ENOUGH_VALUES) return { style: Style.decimal, certain: true };
    const isSigned = SIGNED_NAMES.has(field) || SIGNED_PARAMETERS.has(`${symbol}.${field}`);
    const style = this.isOld === true && !isSigned ? Style.bareHex : Style.decimal;
    return { style, certain: values === 0 || this.isOld === null };
  }
}
