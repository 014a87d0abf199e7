import type { ProfileSummary } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import type { ProfileRow, ProfileTable } from '../../model/profile.ts';

const MAX_SYMBOLS = 40;
const MIN_LISTED = 0.9;

/** Loops of a CPU with nothing to do; names of the eras 2.6–7.x. `swapper` as application counts too. */
const IDLE_SYMBOLS = new Set([
  'default_idle',
  'default_idle_call',
  'poll_idle',
  'cpu_idle',
  'cpu_idle_loop',
  'mwait_idle',
  'mwait_idle_with_hints',
  'intel_idle',
  'intel_idle_irq',
  'acpi_idle',
  'acpi_idle_do_entry',
  'acpi_idle_enter',
  'acpi_idle_enter_c1',
  'acpi_idle_enter_simple',
  'acpi_idle_enter_bm',
  'acpi_safe_halt',
  'native_safe_halt',
  'pv_native_safe_halt',
  'xen_safe_halt',
  'xen_hypercall_sched_op',
  'cpuidle_enter',
  'cpuidle_enter_state',
  'cpuidle_idle_call',
  'arch_cpu_idle',
  'cpu_startup_entry',
  'do_idle',
  'ppc64_runlatch_off',
  'power_save',
  'pseries_dedicated_idle_sleep',
]);

/** Threads and tasklets that are the engine or work for it on a CPU of its own; not the reader's submit and poll calls. */
const ENGINE_SYMBOLS =
  /^(swdma_thread|swdma_run|ioat\w*_(cleanup_tasklet|cleanup_event|do_interrupt\w*)|fsl(_dma|dma)\w*_(do_interrupt|irq)|dma_do_tasklet|idxd_(irq_thread|wq_thread))$/;
const ENGINE_APPS = /^(swdma\d*|dma\d+chan\d+|idxd[-\w]*)$/;

/** The busy wait for completion: status polls and the function that loops over them (NET_DMA 2.6.35–3.17). */
const WAIT_SYMBOLS =
  /^(swdma_tx_status|tcp_service_net_dma|ioat\w*_(tx_status|is_complete)|fsl\w*_(tx_status|is_complete)|dma_async_(memcpy_complete|is_tx_complete)|dma_sync_wait)$/;
/** Routines that move the bytes to the user buffer: __copy_tofrom_user (powerpc), __copy_user_intel (i386), copy_user_generic_string … */
const COPY_SYMBOLS =
  /^(__copy_tofrom_user\w*|copy_tofrom_user\w*|__copy_user_\w+|__copy_to_user\w*|_?copy_to_user|copy_user_\w+|rep_movs_alternative|_copy_to_iter|copyout|memcpy_toiovec|csum_partial_copy_\w+)$/;

function isIdleRow(row: ProfileRow, category: string): boolean {
  return (
    category === 'idle' ||
    IDLE_SYMBOLS.has(baseName(row.symbol)) ||
    (/^(swapper(\/\d+)?|<idle>)$/.test(row.app) && /idle|halt|mwait/.test(row.symbol))
  );
}

function isEngineRow(row: ProfileRow): boolean {
  return ENGINE_SYMBOLS.test(baseName(row.symbol)) || ENGINE_APPS.test(row.app);
}

export function isCompletionWait(symbol: string): boolean {
  return WAIT_SYMBOLS.test(baseName(symbol));
}

export function isCopySymbol(symbol: string, category: string): boolean {
  return category === 'data_copy' || COPY_SYMBOLS.test(baseName(symbol));
}

function baseName(symbol: string): string {
  const dot = symbol.indexOf('.');
  return dot > 0 ? symbol.slice(0, dot) : symbol;
}

/** Rows of one table with idle and engine set apart. */
export interface SplitProfile {
  total: number;
  idle: number;
  engine: number;
  busy: number;
  rows: { row: ProfileRow; category: string; weight: number; kind: 'busy' | 'idle' | 'engine' }[];
  engineCpus: number[];
  /** The table has only a part of all samples (top rows of a listing). */
  coveredPct: number;
}

export function splitProfile(table: ProfileTable, categoryOf: (symbol: string) => string): SplitProfile {
  const engineCpus = findEngineCpus(table);
  const split: SplitProfile = { total: 0, idle: 0, engine: 0, busy: 0, rows: [], engineCpus, coveredPct: 100 };
  for (const row of table.rows) {
    const weight = weightOf(row);
    if (!(weight > 0)) continue;
    const category = categoryOf(row.symbol);
    const idle = isIdleRow(row, category);
    const engine = isEngineRow(row) || (row.cpu >= 0 && engineCpus.includes(row.cpu));
    const kind = engine ? 'engine' : idle ? 'idle' : 'busy';
    split[kind] += weight;
    split.rows.push({ row, category: idle ? 'idle' : category, weight, kind });
  }
  const listed = split.idle + split.engine + split.busy;
  split.total = Math.max(listed, usesPercent(table) ? 100 : table.totalWeight || table.totalSamples || 0);
  split.coveredPct = split.total > 0 ? (100 * listed) / split.total : 0;
  return split;
}

function usesPercent(table: ProfileTable): boolean {
  return table.rows.every((row) => Number.isNaN(row.samples) && !(row.weight > 0));
}

function weightOf(row: ProfileRow): number {
  if (row.weight > 0) return row.weight;
  return row.samples > 0 ? row.samples : row.percent;
}

/** A CPU on which the engine's own thread has the most busy samples is the engine's: its idle time is not the reader's. */
function findEngineCpus(table: ProfileTable): number[] {
  const engine = new Map<number, number>();
  const other = new Map<number, number>();
  for (const row of table.rows) {
    if (row.cpu < 0 || IDLE_SYMBOLS.has(baseName(row.symbol))) continue;
    const target = isEngineRow(row) ? engine : other;
    target.set(row.cpu, (target.get(row.cpu) ?? 0) + (weightOf(row) || 0));
  }
  return [...engine]
    .filter(([cpu, weight]) => weight > (other.get(cpu) ?? 0))
    .map(([cpu]) => cpu)
    .sort((a, b) => a - b);
}

/** Events that sample time: a table of another event (a tracepoint, a kprobe) counts hits, not CPU time. */
const TIME_EVENTS =
  /^(cpu-clock|task-clock|cycles|cpu-cycles|cpu_core|cpu_atom|ref-cycles|timer|CPU_CLK_UNHALTED|GLOBAL_POWER_EVENTS|CYCLES)/i;

function samplesTime(event: string): boolean {
  return event === '' || TIME_EVENTS.test(event) || (!event.includes(':') && !event.includes('__'));
}

/**
 * Tables fit for shares: samples of time by symbol, not a difference of two profiles. Those that keep CPUs apart come
 * first (idle time of the engine's CPU can be set apart), then the largest, then by file name.
 */
export function usableTables(run: Run): ProfileTable[] {
  return run.profiles
    .filter((t) => !t.imagesOnly && !t.isDifference && t.rows.length > 0 && samplesTime(t.event))
    .sort((a, b) => rankOf(b) - rankOf(a) || sizeOf(b) - sizeOf(a) || (a.file < b.file ? -1 : 1));
}

/** A listing cut short (of a call graph, of a cut file) says nothing about shares; CPUs kept apart are worth more. */
function rankOf(table: ProfileTable): number {
  const listed = table.rows.reduce((sum, row) => sum + (weightOf(row) || 0), 0);
  const total = usesPercent(table) ? 100 : table.totalWeight || table.totalSamples;
  const isWhole = table.format.includes('callgraph') || listed < MIN_LISTED * total ? 0 : 2;
  const cpus = new Set(table.rows.map((row) => row.cpu).filter((cpu) => cpu >= 0)).size;
  return isWhole + (cpus > 1 ? 1 : 0);
}

function sizeOf(table: ProfileTable): number {
  return Number.isFinite(table.totalSamples) ? table.totalSamples : 0;
}

export function summarizeProfiles(runs: readonly Run[], categoryOf: (symbol: string) => string): ProfileSummary[] {
  return runs.flatMap((run) => usableTables(run).map((table) => summarizeProfile(run, table, categoryOf)));
}

function summarizeProfile(run: Run, table: ProfileTable, categoryOf: (symbol: string) => string): ProfileSummary {
  const split = splitProfile(table, categoryOf);
  const notes: string[] = [];
  if (split.coveredPct < 99.5)
    notes.push(
      `the table lists ${split.coveredPct.toFixed(1)} % of all samples; shares of busy samples assume that what is not listed is busy work outside the categories`,
    );
  if (split.engineCpus.length > 0)
    notes.push(`CPU ${split.engineCpus.join(', ')} runs the engine: set apart as a whole`);
  else if (split.engine > 0)
    notes.push('samples are not separated by CPU: idle time of the engine’s CPU is part of idle');
  const wait = sumWhere(split, (symbol) => isCompletionWait(symbol));
  const notListed = Math.max(0, split.total - split.idle - split.engine - split.busy);
  const busy = split.busy + notListed;
  if (wait > 0)
    notes.push(`${((100 * wait) / busy).toFixed(1)} % of busy samples poll for DMA completion (not copying)`);
  const categories = new Map<string, number>();
  for (const { category, weight, kind } of split.rows)
    if (kind === 'busy') categories.set(category, (categories.get(category) ?? 0) + weight);
  if (notListed > 0) categories.set('not listed', notListed);
  const pct = (value: number, of: number): number => (of > 0 ? (100 * value) / of : 0);
  // A weight may be a sum of periods (cycles): what is called samples is their number.
  const countOf = (weight: number): number =>
    table.totalSamples > 0 && split.total > 0 ? Math.round((table.totalSamples * weight) / split.total) : 0;
  return {
    side: run.side,
    run: run.name,
    file: table.file,
    event: table.event,
    totalSamples: table.totalSamples > 0 ? table.totalSamples : 0,
    idlePct: pct(split.idle, split.total),
    enginePct: pct(split.engine, split.total),
    categories: [...categories]
      .map(([category, weight]) => ({ category, samples: countOf(weight), busyPct: pct(weight, busy) }))
      .sort((a, b) => b.samples - a.samples || (a.category < b.category ? -1 : 1)),
    symbols: [...mergeSymbols(split)].slice(0, MAX_SYMBOLS).map(({ row, category, weight, kind }) => ({
      symbol: row.symbol,
      image: row.image,
      category,
      samples: countOf(weight),
      totalPct: Number.isNaN(row.percent) ? pct(weight, split.total) : row.percent,
      busyPct: kind === 'busy' ? pct(weight, busy) : null,
    })),
    notes,
  };
}

function mergeSymbols(split: SplitProfile): SplitProfile['rows'] {
  const merged = new Map<string, SplitProfile['rows'][number]>();
  for (const entry of split.rows) {
    const key = `${entry.kind} ${entry.row.symbol} ${entry.row.image}`;
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { ...entry });
    else {
      known.weight += entry.weight;
      known.row = { ...known.row, percent: Number.NaN };
    }
  }
  return [...merged.values()].sort((a, b) => b.weight - a.weight || (a.row.symbol < b.row.symbol ? -1 : 1));
}

/** Samples of busy rows whose symbol passes. */
export function sumWhere(split: SplitProfile, keep: (symbol: string, category: string) => boolean): number {
  let total = 0;
  for (const { row, category, weight, kind } of split.rows)
    if (kind === 'busy' && keep(row.symbol, category)) total += weight;
  return total;
}
