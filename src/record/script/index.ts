import { RECORDED_EVENTS, toTracefsName } from '../../model/recording/events.ts';
import type { Lens } from '../../model/recording/lenses.ts';
import { KPROBES, TRACED_FUNCTIONS } from '../../model/recording/probes.ts';
import { RAW_FILTER } from '../../model/recording/raw-syscalls.ts';
import { CHOOSE, FIND, HEAD, RECORD, SIDE, SWITCH_ON } from './template.ts';

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
    RAW_FILTER,
  };
  const text = [HEAD, FIND, CHOOSE, SWITCH_ON, SIDE, RECORD].join('');
  return text.replace(/@([A-Z_]+)@/g, (_, key: string) => fill[key]);
}
