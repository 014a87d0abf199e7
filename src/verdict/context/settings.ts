import type { Run } from '../../model/capture.ts';
import { findFact, findSysctl } from '../../model/environment.ts';
import { findKernelRelease } from '../../model/identity.ts';

/** What the side data say about machine and settings, run by run. NaN / '' = not in the capture. */
export interface Settings {
  kernel: string;
  /** Major, minor, patch of the release: [2, 6, 32]. */
  version: number[] | null;
  cpuMhz: number;
  cpuModel: string;
  copybreak: number;
  lowLatency: number;
  rmemMax: number;
}

export function readSettings(run: Run): Settings {
  const kernel = findKernelRelease(run.facts);
  return {
    kernel,
    version: parseRelease(kernel),
    cpuMhz: findFact(run.facts, 'cpu', 'mhz')?.value ?? Number.NaN,
    cpuModel: findFact(run.facts, 'cpu', 'model')?.text ?? '',
    copybreak: findSysctl(run.facts, 'net.ipv4.tcp_dma_copybreak'),
    lowLatency: findSysctl(run.facts, 'net.ipv4.tcp_low_latency'),
    rmemMax: findSysctl(run.facts, 'net.core.rmem_max'),
  };
}

function parseRelease(release: string): number[] | null {
  const found = release.match(/^(\d+)\.(\d+)(?:\.(\d+))?/);
  return found === null ? null : [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

/** version ≥ major.minor.patch; null when the version is unknown. */
export function isAtLeast(version: number[] | null, ...wanted: number[]): boolean | null {
  if (version === null) return null;
  for (let i = 0; i < wanted.length; i++) if (version[i] !== wanted[i]) return version[i] > wanted[i];
  return true;
}

/**
 * Names that no kernel before 3.18 has (receive path reference, sections 1.6 to 3.2): tracepoints, and functions as tracers
 * print them. Without its system a name that is also an older function proves nothing: tcp_rcv_space_adjust is a function of
 * 2.6, and sk_data_ready a likely label of a kprobe.
 */
const LATER_NAMES = new Set([
  'sched_waking',
  'tcp_probe',
  'tcp:tcp_rcv_space_adjust',
  'tcp:tcp_rcvbuf_grow',
  'inet_sock_set_state',
  'sock_recv_length',
  'sock_send_length',
  'sock:sk_data_ready',
  'napi_gro_receive_exit',
  'netif_receive_skb_list_entry',
  'skb_copy_datagram_iter',
  '__skb_datagram_iter',
  'simple_copy_to_iter',
  '_copy_to_iter',
  'tcp_recvmsg_locked',
  'wait_woken',
  '__tcp_cleanup_rbuf',
  'skb_attempt_defer_free',
]);
const USER_PROBE = /^k?probes?(_\w+)?:/;

/** Release 3.18 or later, by its number or by names that older kernels do not have; null = nothing says so. */
export function isAfterNetDma(run: Run): boolean | null {
  const byRelease = isAtLeast(readSettings(run).version, 3, 18);
  if (byRelease !== null) return byRelease;
  const names = run.files.flatMap((file) => [...file.eventNames.keys()]);
  return names.some(isLaterName) ? true : null;
}

function isLaterName(name: string): boolean {
  if (LATER_NAMES.has(name)) return true;
  // A probe is named by the user: only names of functions, which nobody gives to something else, would prove anything.
  return (
    !USER_PROBE.test(name) && LATER_NAMES.has(name.replace(/^\w+:/, '').replace(/\.(isra|constprop|part)\b.*$/, ''))
  );
}

/**
 * Signs that times are those of an emulated CPU or that the engine is a program: model names QEMU gives its CPUs, a
 * software engine's functions or settings, a note of the user. Absence proves nothing.
 */
export function findEmulationSigns(run: Run): string[] {
  const signs: string[] = [];
  const model = findFact(run.facts, 'cpu', 'model')?.text ?? '';
  if (/\b(QEMU|TCG|Bochs|Virtual CPU)\b/i.test(model) || /\(.* Class Core\b.*\)/.test(model))
    signs.push(`CPU model “${model}”`);
  for (const fact of run.facts) {
    if (
      /^engine\.(mbps|setup_ns|engine_cpu)$/.test(fact.key) ||
      /(^|\.)engine\.(mbps|setup_ns|engine_cpu)$/.test(fact.key)
    ) {
      signs.push('settings of a software engine (engine.mbps, engine.setup_ns) among the side data');
      break;
    }
  }
  const seesEngineSymbol =
    run.profiles.some((table) => table.rows.some((row) => row.symbol.startsWith('swdma_'))) ||
    run.files.some((file) => [...file.tasks.keys()].some((task) => /^swdma/.test(task)));
  if (seesEngineSymbol) signs.push('functions or threads of a software engine (swdma…)');
  return signs;
}
