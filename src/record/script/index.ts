import { RECEIVE_SYSCALLS, RECORDED_EVENTS, toTracefsName } from '../../model/recording/events.ts';
import type { Lens } from '../../model/recording/lenses.ts';
import { KPROBES, TRACED_FUNCTIONS } from '../../model/recording/probes.ts';
import { CHOOSE, FIND, HEAD, RECORD, SIDE, SWITCH_ON } from './template.ts';

/** Numbers of arch/x86/entry/syscalls/syscall_64.tbl, for kernels that show system calls only by number. */
const X86_64_NUMBERS: Readonly<Record<(typeof RECEIVE_SYSCALLS)[number], number>> = {
  read: 0,
  readv: 19,
  recvfrom: 45,
  recvmsg: 47,
  getsockopt: 55,
  splice: 275,
  preadv: 295,
  recvmmsg: 299,
  io_uring_enter: 426,
};

/** Beside the base: what NET_DMA kernels were recorded with, at the cost of one line a segment. */
const OLD_BOX_EVENTS = ['irq:irq_handler_entry', 'irq:irq_handler_exit', 'net:netif_receive_skb'];

/** The recorder as one sh file: the same events, probes and side data as `recvscope record`. */
export function printScript(tool: string, lenses: readonly Lens[] = []): string {
  const chosen = RECORDED_EVENTS.filter(
    (event) => event.layer === 'base' || (lenses as string[]).includes(event.layer),
  );
  const names = [...new Set([...chosen.map((event) => event.name), ...OLD_BOX_EVENTS])].map(toTracefsName);
  const fill: Record<string, string> = {
    TOOL: tool,
    EVENTS: names.join('\n'),
    KPROBES: KPROBES.join('\n'),
    FUNCTIONS: TRACED_FUNCTIONS.join(' '),
    RAW_FILTER: RECEIVE_SYSCALLS.map((name) => `id == ${X86_64_NUMBERS[name]}`).join(' || '),
  };
  const text = [HEAD, FIND, CHOOSE, SWITCH_ON, SIDE, RECORD].join('');
  return text.replace(/@([A-Z_]+)@/g, (_, key: string) => fill[key]);
}
