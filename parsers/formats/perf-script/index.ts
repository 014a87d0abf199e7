import type { Format } from '../../contract.ts';
import { detectPerfScript } from './detect.ts';
import { PerfScriptReader } from './reader.ts';

export const perfScriptFormat: Format = {
  id: 'perf-script',
  title: 'perf script (2.6.31 perf trace to 6.x), simpleperf report_sample',
  fills: 'events',
  printedBy: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/tools/perf/builtin-script.c',
  example:
    '         rxbench 23674 [000]  1989.580471:   net:netif_receive_skb: dev=vrx skbaddr=0xffff88842f6fab00 len=66',
  detect: detectPerfScript,
  open: (context) => new PerfScriptReader(context),
};
