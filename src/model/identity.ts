import type { FileReport } from './diagnostics/accounting.ts';
import { type Fact, findFact } from './environment.ts';

/**
 * Whose capture this is: what a fleet groups and joins by. null = neither a line, a side file nor the recorder's
 * `recvscope.json` tells it. Texts stand as they were found (a start without a time zone stays one).
 */
export interface CaptureIdentity {
  /** First 128 bits of the SHA-256 of the decompressed bytes, in hex; null when the command did not need it. */
  captureId: string | null;
  /** A label `host=…` where the capture itself does not tell it. */
  host: string | null;
  bootId: string | null;
  kernel: string | null;
  cpuModel: string | null;
  nic: string | null;
  driver: string | null;
  /** Formats of the files with events, in the order of their names: 'ftrace', 'perf-script' … */
  tracer: string | null;
  /** 'mono', 'local', 'monotonic' …: as the recorder names it. */
  clock: string | null;
  startedAt: string | null;
  /** --label, over those of `recvscope.json`; keys in order. */
  labels: Record<string, string>;
}

export interface IdentitySource {
  captureId?: string | null;
  labels?: Readonly<Record<string, string>>;
  files: readonly FileReport[];
  facts: readonly Fact[];
}

const LABEL = 'label.';

export function identifyCapture({ captureId, labels, files, facts }: IdentitySource): CaptureIdentity {
  const allLabels = sortLabels([
    ...facts.filter((f) => f.domain === 'other' && f.key.startsWith(LABEL)).map((f) => toLabel(f)),
    ...Object.entries(labels ?? {}),
  ]);
  const told = (domain: Fact['domain'], key: string): string | null => findFact(facts, domain, key)?.text || null;
  return {
    captureId: captureId ?? null,
    host:
      nameOrNull(told('header', 'hostname')) ??
      nameOrNull(hostOfUname(told('kernel', 'uname'))) ??
      allLabels.host ??
      null,
    bootId: told('sysctl', 'kernel.random.boot_id'),
    kernel: findKernelRelease(facts) || null,
    cpuModel: told('cpu', 'model'),
    nic: told('other', 'nic') ?? findNic(facts),
    driver: told('ethtool', 'driver'),
    tracer: listTracers(files),
    clock: told('trace-option', 'trace_clock') ?? told('header', 'clockid')?.replace(/\s*\(.*$/, '') ?? null,
    startedAt: told('header', 'captured on') ?? told('other', 'date'),
    labels: allLabels,
  };
}

/** Release as `uname -r` prints it; '' when nothing tells it. */
export function findKernelRelease(facts: readonly Fact[]): string {
  const release = findFact(facts, 'kernel', 'release')?.text;
  if (release !== undefined && release !== '') return release;
  const sources = [findFact(facts, 'kernel', 'uname')?.text, findFact(facts, 'header', 'os release')?.text];
  for (const text of sources) {
    const found = text?.match(/\b\d+\.\d+(?:\.\d+)?[\w.+-]*/);
    if (found) return found[0];
  }
  return '';
}

/** A kernel whose name nobody has set calls itself `(none)`. */
const nameOrNull = (name: string | null): string | null => (name === '(none)' ? null : name);

/** `Linux tohost 3.10.105 #10 SMP …`: the second word. */
function hostOfUname(uname: string | null): string | null {
  return uname === null ? null : (/^Linux (\S+) \d+\.\d+/.exec(uname)?.[1] ?? null);
}

/** The one device that `ethtool DEV` was asked about; of several none is the receiver's for certain. */
function findNic(facts: readonly Fact[]): string | null {
  const devices = new Set<string>();
  for (const fact of facts) {
    const asked =
      fact.domain === 'ethtool' ? /^(.+?)\.(?:features|coalesce|ring|settings|stats)\./.exec(fact.key) : null;
    if (asked !== null) devices.add(asked[1]);
  }
  return devices.size === 1 ? [...devices][0] : null;
}

function listTracers(files: readonly FileReport[]): string | null {
  const formats = new Set(files.filter((file) => file.events > 0).map((file) => file.format));
  return formats.size === 0 ? null : [...formats].sort().join(', ');
}

const toLabel = (fact: Fact): [string, string] => [fact.key.slice(LABEL.length), fact.text];

function sortLabels(labels: readonly [string, string][]): Record<string, string> {
  const last = new Map(labels);
  return Object.fromEntries([...last].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Columns that every table of an export begins with; labels as one JSON object, keys in order. */
export function listAttributes(identity: CaptureIdentity): [name: string, value: string | null][] {
  return [
    ['capture_id', identity.captureId],
    ['host', identity.host],
    ['boot_id', identity.bootId],
    ['kernel', identity.kernel],
    ['cpu_model', identity.cpuModel],
    ['nic', identity.nic],
    ['driver', identity.driver],
    ['tracer', identity.tracer],
    ['clock', identity.clock],
    ['started_at', identity.startedAt],
    ['labels', JSON.stringify(identity.labels)],
  ];
}
