import type { EventKind } from './events.ts';

/**
 * What a probe name means. A function or kprobe has an entry and a return; a tracepoint has one line (`enter` only).
 * `root` marks names that delimit a phase; for others the phase of the enclosing root wins (symbols.tsv).
 */
export interface ProbeMeaning {
  /** Canonical name, compiler suffixes stripped: `tcp_recvmsg`. */
  readonly name: string;
  readonly kind: 'function' | 'tracepoint' | 'syscall';
  readonly enter: EventKind;
  /** Kind.none when the probe has no return. */
  readonly exit: EventKind;
  /** First and last kernel release that has the name, '' = open. */
  readonly eraFrom: string;
  readonly eraTo: string;
  readonly note: string;
  /** Names of printed fields in the order arg0, arg1, arg2, arg3 of the enter kind; '' = nothing. */
  readonly enterArgs: readonly string[];
  readonly exitArgs: readonly string[];
}

/** The names of every kernel era as data (src/kernels), handed to the readers by the pipeline. */
export interface Vocabulary {
  /** `name` without compiler suffix and module; undefined = a name recvscope does not use. */
  lookUpFunction(name: string): ProbeMeaning | undefined;
  /** Tracepoint name without its system: `sched_switch`. */
  lookUpTracepoint(name: string): ProbeMeaning | undefined;
  /** Syscall name without sys_enter_/SyS_/__x64_sys_: `recvfrom`. */
  lookUpSyscall(name: string): ProbeMeaning | undefined;
  /** Profile category of a symbol (symbols.tsv: data_copy, tcp_ip, …), 'other' when unknown. */
  categoryOf(symbol: string): string;
  readonly eras: readonly { id: string; title: string; from: string; to: string; mechanisms: readonly string[] }[];
  readonly probes: readonly ProbeMeaning[];
}

/** `tcp_send_ack.part.0` and `x.isra.2.constprop.1` are compared without what the compiler appended. */
export function stripCompilerSuffix(name: string): string {
  const cut = name.search(/\.(isra|part|constprop|cold|llvm|lto_priv)\b/);
  return cut < 0 ? name : name.slice(0, cut);
}
