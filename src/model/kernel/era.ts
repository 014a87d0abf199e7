import type { FileReport } from '../diagnostics/accounting.ts';
import { type Fact, findFact } from '../environment.ts';
import { findKernelRelease } from '../identity.ts';
import type { ProfileTable } from '../profile.ts';
import { type DatedName, findDatedEvent, findDatedFunction, findDatedName } from './dated-names.ts';
import { compareReleases, parseRelease, type Release, writeRelease } from './release.ts';

/**
 * Which kernel a capture is of: decided once, with its reason, and read by everything that is said about kernels. A release
 * that is printed (uname, perf's header) outweighs names, which distributions carry back into older kernels.
 */
export interface KernelEra {
  /** As printed: '6.18.44'; '' when no line tells. */
  release: string;
  /** Bounds of the release, both included; null: no line bounds it. Both are the release itself where it is printed. */
  from: Release | null;
  until: Release | null;
  /** 'impossible': no kernel of these bounds has NET_DMA; 'seen': one of its functions or settings is in the capture. */
  netDma: 'seen' | 'possible' | 'impossible';
  /** One clause: "event sk_data_ready exists from 6.3 on"; '' when nothing is known. */
  reason: string;
}

export const UNKNOWN_ERA: KernelEra = { release: '', from: null, until: null, netDma: 'possible', reason: '' };

/** A name a tracer printed, and whether it is a tracepoint (else a function). */
export interface SeenName {
  name: string;
  isEvent: boolean;
}

export interface EraEvidence {
  facts: readonly Fact[];
  files: readonly FileReport[];
  profiles: readonly ProfileTable[];
  /** Names of rows whose source is known: tracepoints and functions, not what users call their probes. */
  seen: Iterable<SeenName>;
}

const FIRST_NET_DMA: Release = [2, 6, 18];
const FIRST_WITHOUT: Release = [3, 18];
const USER_PROBE = /^k?u?probes?(_\w+)?:/;

export function decideKernelEra(evidence: EraEvidence): KernelEra {
  const names = collectNames(evidence);
  const copybreak = findFact(evidence.facts, 'sysctl', 'net.ipv4.tcp_dma_copybreak');
  const printed = findPrintedRelease(evidence.facts);
  if (printed !== null) {
    const isOutside =
      compareReleases(printed.release, FIRST_NET_DMA) < 0 || compareReleases(printed.release, FIRST_WITHOUT) >= 0;
    const isSeen = names.some(isNetDmaName) || copybreak !== undefined;
    return {
      release: printed.text,
      from: printed.release,
      until: printed.release,
      netDma: isSeen ? 'seen' : isOutside ? 'impossible' : 'possible',
      reason: `release ${printed.text} in ${printed.where}`,
    };
  }
  const newest = pickLimit(names, 'from');
  const oldest = pickLimit(names, 'until');
  const isSeen = names.some(isNetDmaName) || copybreak !== undefined;
  const from = newest?.dated.from ?? null;
  const isAfter = from !== null && compareReleases(from, FIRST_WITHOUT) >= 0;
  const clauses = [
    ...(newest === null ? [] : [`${newest.kind} ${newest.dated.name} exists from ${writeRelease(from!)} on`]),
    ...(oldest === null
      ? []
      : [`${oldest.kind} ${oldest.dated.name} exists until ${writeRelease(oldest.dated.until!.slice(0, 2))}`]),
    ...(copybreak === undefined ? [] : ['sysctl tcp_dma_copybreak exists from 2.6.18 to 3.17']),
  ];
  return {
    release: '',
    from,
    until: oldest?.dated.until ?? (copybreak === undefined ? null : [3, 17, 99]),
    netDma: isSeen ? 'seen' : isAfter ? 'impossible' : 'possible',
    reason: clauses.join('; '),
  };
}

/** Release ≥ the one asked for; null: the bounds do not tell. */
export function isAtLeast(era: KernelEra, ...wanted: number[]): boolean | null {
  if (era.from !== null && compareReleases(era.from, wanted) >= 0) return true;
  if (era.until !== null && compareReleases(era.until, wanted) < 0) return false;
  return null;
}

interface FoundName {
  kind: 'event' | 'function';
  dated: DatedName;
}

function isNetDmaName(found: FoundName): boolean {
  const last = found.dated.until;
  return last !== null && last[0] === 3 && last[1] === 17;
}

/** The name that bounds the release most tightly from one side. */
function pickLimit(names: readonly FoundName[], side: 'from' | 'until'): FoundName | null {
  let best: FoundName | null = null;
  for (const found of names) {
    const limit = found.dated[side];
    if (limit === null) continue;
    const known = best?.dated[side] ?? null;
    const order = known === null ? 1 : compareReleases(limit, known) * (side === 'from' ? 1 : -1);
    if (order > 0) best = found;
  }
  return best;
}

function collectNames(evidence: EraEvidence): FoundName[] {
  const found = new Map<string, FoundName>();
  const add = (kind: FoundName['kind'], dated: DatedName | undefined): void => {
    if (dated !== undefined) found.set(`${kind} ${dated.name}`, { kind, dated });
  };
  for (const { name, isEvent } of evidence.seen)
    if (isEvent) add('event', findDatedEvent(name));
    else add('function', findDatedFunction(name));
  // perf prints 'sock:sk_data_ready': the system says that it is a tracepoint. Without one it may be a probe of the user.
  for (const file of evidence.files)
    for (const name of file.eventNames.keys()) {
      if (USER_PROBE.test(name)) continue;
      if (name.includes(':')) add('event', findDatedEvent(name.slice(name.indexOf(':') + 1)));
      const bare = name.includes(':') ? undefined : findDatedName(name);
      if (bare !== undefined) add(bare.kind, bare.dated);
    }
  for (const table of evidence.profiles) for (const row of table.rows) add('function', findDatedFunction(row.symbol));
  return [...found.keys()].sort().map((key) => found.get(key)!);
}

interface PrintedRelease {
  text: string;
  release: Release;
  where: string;
}

/** `uname -r`, `uname -a`, "os release" of perf's header. */
function findPrintedRelease(facts: readonly Fact[]): PrintedRelease | null {
  const text = findKernelRelease(facts);
  const release = parseRelease(text);
  if (release === null) return null;
  const isUname =
    findFact(facts, 'kernel', 'release') !== undefined || findFact(facts, 'kernel', 'uname') !== undefined;
  return { text, release, where: isUname ? 'uname' : 'the header of perf' };
}
