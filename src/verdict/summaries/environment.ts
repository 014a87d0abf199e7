import type { Analysis } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { type Fact, findFact } from '../../model/environment.ts';
import { type CaptureIdentity, identifyCapture } from '../../model/identity.ts';

const SHOWN_KEYS: [Fact['domain'], string, string][] = [
  ['kernel', 'release', 'kernel release'],
  ['kernel', 'uname', 'uname'],
  ['cpu', 'model', 'CPU model'],
  ['cpu', 'mhz', 'CPU MHz'],
  ['cpu', 'count', 'CPUs'],
];

const SHOWN_IDENTITY: [Exclude<keyof CaptureIdentity, 'labels'>, string][] = [
  ['host', 'host'],
  ['bootId', 'boot'],
  ['nic', 'network device'],
  ['driver', 'driver'],
  ['clock', 'clock of the trace'],
  ['startedAt', 'recorded'],
  ['captureId', 'capture id'],
];

/** Every setting that bears on the offload decision, in a stable order; a value that differs between runs says so. */
export function listEnvironment(runs: readonly Run[]): Analysis['environment'] {
  const out: Analysis['environment'] = [];
  for (const [domain, key, title] of SHOWN_KEYS) addFact(out, runs, domain, key, title);
  const sysctls = new Set<string>();
  for (const run of runs)
    for (const fact of run.facts)
      if (
        fact.domain === 'sysctl' &&
        /^(net\.(ipv4\.tcp_(dma_copybreak|low_latency|rmem|moderate_rcvbuf|adv_win_scale|timestamps|sack|window_scaling|congestion_control)|core\.(rmem_max|rmem_default|busy_read|busy_poll)))$/.test(
          fact.key,
        )
      )
        sysctls.add(fact.key);
  for (const key of [...sysctls].sort()) addFact(out, runs, 'sysctl', key, key);
  const engine = new Set<string>();
  for (const run of runs) for (const fact of run.facts) if (fact.key.startsWith('engine.')) engine.add(fact.key);
  for (const key of [...engine].sort()) {
    const domain = runs.flatMap((r) => r.facts).find((f) => f.key === key)!.domain;
    addFact(out, runs, domain, key, key);
  }
  addIdentity(out, runs);
  return out;
}

/** Whose captures these are: what a reader needs to find them again. */
function addIdentity(out: Analysis['environment'], runs: readonly Run[]): void {
  const identities = runs.map((run) => ({ name: run.name, identity: identifyCapture(run) }));
  const add = (title: string, tell: (identity: CaptureIdentity) => string | null | undefined): void => {
    const values = new Map<string, string[]>();
    for (const { name, identity } of identities) {
      const value = tell(identity);
      if (value !== null && value !== undefined && value !== '')
        values.set(value, [...(values.get(value) ?? []), name]);
    }
    for (const [value, names] of values) out.push({ key: title, value, from: names.join(', ') });
  };
  for (const [key, title] of SHOWN_IDENTITY) add(title, (identity) => identity[key]);
  const labels = new Set(identities.flatMap(({ identity }) => Object.keys(identity.labels)));
  for (const label of [...labels].sort()) add(`label ${label}`, (identity) => identity.labels[label]);
}

function addFact(
  out: Analysis['environment'],
  runs: readonly Run[],
  domain: Fact['domain'],
  key: string,
  title: string,
): void {
  const values = new Map<string, string>();
  for (const run of runs) {
    const fact = findFact(run.facts, domain, key);
    if (fact === undefined || fact.text === '') continue;
    const known = values.get(fact.text);
    values.set(fact.text, known === undefined ? `${run.name}: ${fact.file}` : `${known}, ${run.name}`);
  }
  for (const [value, from] of values) out.push({ key: title, value, from });
}
