import type { Evidence } from '../../model/analysis/index.ts';
import { refusesAll } from '../../model/kernel/copybreak.ts';
import { isAtLeast } from '../../model/kernel/era.ts';
import { writeBytes, writeCount } from '../words.ts';
import type { EngineCounters } from './counters.ts';
import type { Experiment } from './experiment.ts';

/** A reason why an engine that is loaded copies nothing, and what shows whether it is the one. */
export interface Refusal {
  clause: string;
  check: string;
  /** The bundle shows it; else it is only possible. */
  isShown: boolean;
  cites: Evidence[];
}

/** ioatdma sets the copybreak when it probes a device of version 3, 2.6.29 and later (drivers/dma/ioat). */
const COPYBREAK_OF_VERSION_3 = 262_144;

/**
 * The clauses of the kernel that refuse, in the order in which to check them: no client at all comes before a setting that
 * would refuse a client's reads. Empty: the counters moved.
 */
export function listRefusals(counters: EngineCounters, e: Experiment): Refusal[] {
  if (!(counters.bytes === 0 || counters.copies === 0)) return [];
  const refusals: Refusal[] = [];
  const cite = (...told: ({ cite: Evidence } | null)[]): Evidence[] =>
    told.flatMap((t) => (t === null ? [] : [t.cite]));
  const add = (clause: string, check: string, isShown: boolean, cites: Evidence[]): void => {
    refusals.push({ clause, check, isShown, cites });
  };
  const inUse = counters.cites.filter(({ cite: { text } }) => text.includes('in_use'));
  if (e.config?.text === 'n')
    add(
      'the kernel is built without CONFIG_NET_DMA',
      'a kernel of 2.6.18 – 3.12 with CONFIG_NET_DMA=y',
      true,
      cite(e.config),
    );
  else if (isAtLeast(e.era, 3, 18) === true)
    add(
      `the kernel (${e.era.release || 'from 3.18 on'}) has no NET_DMA any more`,
      'nothing: receive copies are the CPU’s',
      true,
      [],
    );
  else if (isAtLeast(e.era, 3, 13) === true)
    add(
      'NET_DMA depends on BROKEN from 3.13 on: ordinary kernels are built without it',
      'zgrep NET_DMA /proc/config.gz',
      true,
      [],
    );
  if (counters.inUse === 0 && e.config?.text !== 'n')
    add(
      'in_use is 0 on every channel: no client holds one, so the kernel has no NET_DMA client (CONFIG_NET_DMA off: with it every interface that comes up takes a reference) or the channels are private',
      'zgrep NET_DMA /proc/config.gz (or /boot/config-$(uname -r))',
      true,
      cite(...inUse),
    );
  if (e.copybreak !== null && refusesAll(e.copybreak.value))
    add(
      `tcp_dma_copybreak = ${e.copybreak.value} refuses every read: offload is switched off`,
      'sysctl -w net.ipv4.tcp_dma_copybreak=4096',
      true,
      cite(e.copybreak),
    );
  else if (e.copybreak !== null) {
    const read = e.readBytes;
    const isShown = read !== null && read.value <= e.copybreak.value;
    const shown = isShown ? `, and these reads ask for ${writeBytes(read.value)}` : '';
    const origin = e.copybreak.value === COPYBREAK_OF_VERSION_3 ? ' (what ioatdma sets for I/OAT version 3)' : '';
    if (read === null || isShown)
      add(
        `${counters.inUse > 0 ? '' : 'even with a client, '}tcp_dma_copybreak = ${e.copybreak.value}${origin} keeps every read of ${writeBytes(e.copybreak.value)} or less on the CPU${shown}; it compares the length of the read, not of a packet`,
        `the length of the reads (strace -e trace=network,read -p PID, PID being the program that receives), then sysctl -w net.ipv4.tcp_dma_copybreak=4096`,
        isShown,
        cite(e.copybreak, read),
      );
  }
  if (e.lowLatency?.value === 1)
    add('tcp_low_latency = 1 switches offload off', 'sysctl -w net.ipv4.tcp_low_latency=0', true, cite(e.lowLatency));
  for (const told of e.withoutChecksum)
    add(
      `${told.cite.text}: data without a hardware checksum is never copied by the engine in softirq`,
      `ethtool -K ${/^(.+?)\.features\./.exec(told.cite.text)?.[1] ?? 'DEVICE'} rx on`,
      true,
      [told.cite],
    );
  if (!refusals.some(({ isShown }) => isShown))
    add(
      'what no setting shows: available ≥ target (the data were queued when the reader came, as after select or poll), MSG_PEEK, and, from 3.4 on, an engine that needs aligned copies',
      '',
      false,
      [],
    );
  return refusals;
}

/** "The engine (2 channels) has copied nothing since boot, while 757 GiB were received." */
export function writeUnused(counters: EngineCounters, e: Experiment): string {
  const when = counters.isSinceBoot ? 'since the driver was loaded' : 'between the two snapshots';
  const meanwhile =
    e.received === null || !counters.isSinceBoot ? '' : `, while ${writeGigabytes(e.received.value)} were received`;
  return `The copy engine (${writeCount(counters.channels.length, 'channel')}) has copied nothing ${when}${meanwhile}`;
}

/** As counters of devices are quoted: decimal. */
function writeGigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${Math.round(bytes / 1e9).toLocaleString('en-US')} GB` : writeBytes(bytes);
}
