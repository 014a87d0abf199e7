import type { Run } from '../../model/capture.ts';
import type { Fact } from '../../model/environment.ts';
import { type Told, tell } from './told.ts';

/** The engine's counters of one bundle: between two snapshots of a phase, or since the driver was loaded. */
export interface EngineCounters {
  bytes: number;
  copies: number;
  /** Mean transfer; NaN without copies. */
  meanBytes: number;
  isSinceBoot: boolean;
  channels: { name: string; copies: number; bytes: number; inUse: number }[];
  inUse: number;
  cites: Told[];
  /** By phase whose bytes iperf counted: engine bytes ÷ received bytes. */
  shares: { run: string; folder: string; phase: string; pct: number; cites: Told[] }[];
}

/** Sums over all runs; null: no counter of an engine in them. */
export function readCounters(runs: readonly Run[]): EngineCounters | null {
  const all = runs.flatMap((run) => run.facts.filter(isCounter).map((fact) => ({ run, fact })));
  if (all.length === 0) return null;
  const hasTwo = all.some(({ fact }) => fact.moment === 'after') && all.some(({ fact }) => fact.moment === 'before');
  const used = hasTwo ? all.filter(({ fact }) => fact.moment !== '') : all;
  const signed = ({ fact }: { fact: Fact }): number => (fact.moment === 'before' ? -fact.value : fact.value);
  const sum = (list: typeof all, key: string): number => {
    const of = list.filter(({ fact }) => fact.key.endsWith(`.${key}`));
    return of.length === 0 ? Number.NaN : of.reduce((total, each) => total + signed(each), 0);
  };
  const channelOf = ({ fact }: { fact: Fact }): string => fact.key.slice(0, fact.key.lastIndexOf('.'));
  const channels = [...new Set(used.map(channelOf))].sort().map((name) => {
    const own = used.filter((each) => channelOf(each) === name);
    const inUse = own.filter(({ fact }) => fact.key.endsWith('.in_use')).at(-1)?.fact.value ?? Number.NaN;
    return { name, copies: sum(own, 'memcpy_count'), bytes: sum(own, 'bytes_transferred'), inUse };
  });
  const bytes = sum(used, 'bytes_transferred');
  const copies = sum(used, 'memcpy_count');
  const held = channels.map(({ inUse }) => inUse).filter((value) => !Number.isNaN(value));
  return {
    bytes,
    copies,
    meanBytes: copies > 0 ? bytes / copies : Number.NaN,
    isSinceBoot: !hasTwo,
    channels,
    inUse: held.length === 0 ? Number.NaN : held.reduce((a, b) => a + b, 0),
    cites: used.map(({ run, fact }) => tell(run, fact, `${fact.key} ${fact.text}`)),
    shares: hasTwo ? runs.flatMap(shareByPhase) : [],
  };
}

const isCounter = ({ domain, key, value }: Fact): boolean =>
  domain === 'dma' && /\.(?:memcpy_count|bytes_transferred|in_use)$/.test(key) && !Number.isNaN(value);

/** `oprofile.side-before.txt`, `oprofile.side-after.txt` and `oprofile.iperf.csv` are of one phase. */
function shareByPhase(run: Run): EngineCounters['shares'] {
  const phases = new Map<string, { folder: string; engine: number; cites: Told[]; received: number }>();
  const at = (file: string) => {
    const folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
    const phase = `${folder === '' ? '' : `${folder}/`}${phaseOf(file)}`;
    const known = phases.get(phase) ?? { folder, engine: 0, cites: [], received: Number.NaN };
    phases.set(phase, known);
    return known;
  };
  for (const fact of run.facts) {
    if (fact.domain === 'dma' && fact.key.endsWith('.bytes_transferred') && fact.moment !== '') {
      const phase = at(fact.file);
      phase.engine += fact.moment === 'before' ? -fact.value : fact.value;
      phase.cites.push(tell(run, fact, `${fact.key} ${fact.text} (${fact.moment})`));
    }
    if (fact.domain === 'iperf' && fact.key === 'bytes') {
      const phase = at(fact.file);
      phase.received = Number.isNaN(phase.received) ? fact.value : Math.max(phase.received, fact.value);
      phase.cites.push(tell(run, fact, `iperf ${fact.text} bytes`));
    }
  }
  return [...phases]
    .filter(([, { engine, received, cites }]) => received > 0 && engine <= received && cites.length > 1)
    .map(([phase, { folder, engine, received, cites }]) => ({
      run: run.name,
      folder,
      phase,
      pct: (100 * engine) / received,
      cites,
    }));
}

export function phaseOf(file: string): string {
  return file
    .slice(file.lastIndexOf('/') + 1)
    .replace(/\.(?:txt|csv|gz|zst|json|log|out)\b/g, '')
    .replace(/[-_.](?:side|dma|iperf3?|before|after|pre|post|start|end)(?=$|[-_.])/gi, '');
}
