import type { Answer, CompareRow } from '../../../model/analysis/index.ts';

/** What to look at on both sides when a figure is proven to have become worse: where its cause is set. */
const PLACES: readonly { metrics: readonly string[]; text: string; command: string }[] = [
  {
    // GRO, LRO and the MTU decide how many segments a MiB is; a sender without TSO makes no difference to that.
    metrics: ['segments received per MiB', 'segments per MiB at the device', 'skbs entered per MiB'],
    text: 'More segments bring the same bytes: compare GRO, LRO and the MTU on both sides.',
    command:
      "grep -H . /sys/class/net/*/mtu; for d in /sys/class/net/*; do ethtool -k ${d##*/}; done | grep -E '^Features|receive-offload'",
  },
  {
    metrics: ['segments copied on another CPU'],
    text: 'The reader copies on another CPU than the one that received: compare the affinity of interrupts, RPS and reader on both sides.',
    command: 'grep -H . /sys/class/net/*/queues/rx-*/rps_cpus /proc/irq/*/smp_affinity_list',
  },
  {
    metrics: ['IPIs per MiB'],
    text: 'More is handed to other CPUs by interrupt: compare RPS and RFS on both sides.',
    command: 'grep -H . /sys/class/net/*/queues/rx-*/rps_* /proc/sys/net/core/rps_sock_flow_entries',
  },
  {
    metrics: ['smallest receive window'],
    text: 'The receive window became smaller: compare the buffer limits on both sides.',
    command: 'sysctl net.ipv4.tcp_rmem net.core.rmem_max net.ipv4.tcp_moderate_rcvbuf net.ipv4.tcp_adv_win_scale',
  },
];

/** For the proven changes to the worse, largest first: one step for each place. `rows` as the comparison ranked them. */
export function adviseChanges(rows: readonly CompareRow[]): Answer['actions'] {
  const worse = rows.filter((row) => row.significant && row.direction === 'worse').map((row) => row.metric);
  const found = worse.flatMap((metric) => PLACES.filter(({ metrics }) => metrics.includes(metric)));
  return [...new Set(found)].map(({ text, command }) => ({ text, command }));
}
