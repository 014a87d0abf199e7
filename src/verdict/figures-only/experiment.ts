import type { Run } from '../../model/capture.ts';
import { type KernelEra, UNKNOWN_ERA } from '../../model/kernel/era.ts';
import { defaultAdvWinScale, type Range, receiveBufferOf } from '../../model/kernel/receive-target.ts';
import { ETHERNET_MTU, segmentBytes } from '../../model/kernel/transfers.ts';
import { findFirst, findTold, type Told, tell } from './told.ts';

/** What the bundle says about settings and machine, each with its line; null where no line says it. */
export interface Experiment {
  era: KernelEra;
  copybreak: Told | null;
  lowLatency: Told | null;
  /** Bytes a read asks for: iperf -l. */
  readBytes: Told | null;
  /** sk_rcvbuf: what getsockopt printed, or what -w makes of it; null: neither is known. */
  rcvbuf: (Range & { from: Told; isDoubled: boolean }) | null;
  advWinScale: number;
  /** Payload of a full segment, and the line of the MTU if one tells it. */
  segmentBytes: number;
  mtu: Told | null;
  /** MTUs of which one cannot be chosen: several devices, several cases. */
  otherMtus: readonly number[];
  /** Devices without receive checksums in hardware. */
  withoutChecksum: Told[];
  /** CONFIG_NET_DMA of the kernel's own configuration. */
  config: Told | null;
  /** The largest received byte counter of a device. */
  received: Told | null;
  cpus: number;
}

export function readExperiment(runs: readonly Run[]): Experiment {
  const of = (domain: Parameters<typeof findTold>[1], key: string | RegExp, record?: string): Told | null =>
    findFirst(...runs.map((run) => findTold(run, domain, key, record)).reverse());
  const era = runs.map((run) => run.era).find(({ reason }) => reason !== '') ?? UNKNOWN_ERA;
  const ofAll = of('stated', 'mtu', 'settings');
  const { mtu, otherMtus } = chooseMtu(ofAll === null ? [] : [ofAll], tellMtusOfCases(runs), tellEthernetMtus(runs));
  const scale = of('sysctl', 'net.ipv4.tcp_adv_win_scale');
  const hasTimestamps = of('sysctl', 'net.ipv4.tcp_timestamps')?.value !== 0;
  const received = runs
    .flatMap((run) =>
      run.facts
        .filter(({ domain, key }) =>
          domain === 'ethtool'
            ? /(?:^|\.)stats\.rx_(?:bytes|octets)$/.test(key)
            : domain === 'other' && /^dev\.(?!lo\.).*rx_bytes$/.test(key),
        )
        .map((fact) => tell(run, fact, `${fact.key} ${fact.text}`)),
    )
    .sort((a, b) => b.value - a.value)[0];
  return {
    era,
    copybreak: findFirst(of('sysctl', 'net.ipv4.tcp_dma_copybreak'), of('stated', 'copybreak', 'settings')),
    lowLatency: of('sysctl', 'net.ipv4.tcp_low_latency'),
    readBytes: findFirst(of('stated', 'read_bytes'), of('iperf', 'block_bytes'), readLengthOfCalls(runs)),
    rcvbuf: readBuffer(of),
    advWinScale: scale?.value ?? defaultAdvWinScale(era),
    segmentBytes: segmentBytes(mtu?.value ?? ETHERNET_MTU, hasTimestamps),
    mtu,
    otherMtus,
    withoutChecksum: runs.flatMap((run) =>
      run.facts
        .filter(
          ({ domain, key, text }) => domain === 'ethtool' && /\.features\.rx-checksum/.test(key) && /^off/.test(text),
        )
        .map((fact) => tell(run, fact, `${fact.key} ${fact.text}`)),
    ),
    config: of('kernel', 'config.NET_DMA'),
    received: received ?? null,
    cpus: of('cpu', 'count')?.value ?? Number.NaN,
  };
}

/** The one length that all reads of the calls beside the figures ask for; of several none is told. */
function readLengthOfCalls(runs: readonly Run[]): Told | null {
  const found = new Map<number, Told>();
  for (const { name, calls } of runs)
    for (let row = 0; row < calls.length && found.size < 2; row++) {
      const asked = calls.get('requestedBytes', row);
      if (!(asked > 0) || found.has(asked)) continue;
      const file = calls.files[calls.get('file', row)]?.name ?? '';
      const line = Math.max(0, calls.get('firstLine', row) || 0);
      const cite = { run: name, file, line, call: row, text: `a call asks for ${asked} bytes` };
      found.set(asked, { value: asked, text: String(asked), cite });
    }
  return found.size === 1 ? [...found.values()][0] : null;
}

/** What the sentences of the cases say; the engine is at work in those with offload on, whose MTU it is then. */
function tellMtusOfCases(runs: readonly Run[]): Told[] {
  const told = runs.flatMap((run) => {
    const isOf = (file: string, record: string): boolean =>
      run.facts.some(
        (f) =>
          f.domain === 'stated' && f.key === 'offload' && f.file === file && f.record === record && f.text === 'on',
      );
    return run.facts
      .filter(({ domain, key, record }) => domain === 'stated' && key === 'mtu' && record !== 'settings')
      .map((fact) => ({ isOn: isOf(fact.file, fact.record), told: tell(run, fact, `MTU ${fact.text}`) }));
  });
  const on = told.filter(({ isOn }) => isOn);
  return (on.length > 0 ? on : told).map((each) => each.told);
}

/** All devices that are not the loopback (16,436 up to 3.5, then 65,536). */
function tellEthernetMtus(runs: readonly Run[]): Told[] {
  return runs.flatMap((run) =>
    run.facts
      .filter(
        ({ domain, key, value }) => domain === 'other' && /^dev\.(?!lo\.).*\.mtu$/.test(key) && value < LOOPBACK_MTU,
      )
      .map((fact) => tell(run, fact, `MTU ${fact.text}`)),
  );
}
const LOOPBACK_MTU = 16_436;

/** Of the first source that tells, the one MTU that its lines agree on: words of the author outrank a list of devices. */
function chooseMtu(...sources: (readonly Told[])[]): { mtu: Told | null; otherMtus: number[] } {
  const told = sources.find((source) => source.length > 0) ?? [];
  const values = [...new Set(told.map(({ value }) => value))].sort((x, y) => x - y);
  return values.length === 1 ? { mtu: told[0], otherMtus: [] } : { mtu: null, otherMtus: values };
}

/** What iperf printed came from getsockopt and is sk_rcvbuf itself; what somebody asked for is doubled up to a limit. */
function readBuffer(of: (domain: 'iperf' | 'stated' | 'sysctl', key: string) => Told | null): Experiment['rcvbuf'] {
  const printed = of('iperf', 'window_bytes');
  if (printed !== null) return { low: printed.value, high: printed.value, from: printed, isDoubled: true };
  const asked = of('stated', 'window_bytes');
  if (asked === null) return null;
  const rmemMax = of('sysctl', 'net.core.rmem_max')?.value ?? Number.NaN;
  return { ...receiveBufferOf(asked.value, rmemMax), from: asked, isDoubled: Number.isFinite(rmemMax) };
}
