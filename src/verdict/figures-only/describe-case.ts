import type { Evidence } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { type Fact, findSysctl } from '../../model/environment.ts';
import { refusesAll } from '../../model/kernel/copybreak.ts';
import type { ProfileTable } from '../../model/profile.ts';
import { medianOf } from '../derived.ts';
import { isBenchmark, readBenchmarkRate, readReceiverCpu } from '../summaries/benchmark.ts';
import { isCompletionWait, isCopySymbol, splitProfile, sumWhere, usableTables } from '../summaries/profile.ts';
import { tellCopyDirection } from './copy-direction.ts';
import { phaseOf } from './counters.ts';
import { blankCase, type FigureCase } from './figure-case.ts';
import { isOffloadPart, partOf, sharesByPart } from './parts.ts';
import { findTold, type Told } from './told.ts';

/** Words of a name that say: without offload. */
export const OFF_WORDS = /(^|[^a-z])(off|without|disabled?|baseline|no[-_ ]?(net[-_ ]?)?dma)([^a-z]|$)/i;

/** A case whose figures were measured: iperf and a profile. */
export function describeCase(
  run: Run,
  name: string,
  facts: readonly Fact[],
  tables: readonly ProfileTable[],
  categoryOf: (symbol: string) => string,
): FigureCase {
  const table = tables[0] ?? null;
  const rates = ratesOf(facts, table);
  const out = blankCase(run, name);
  out.bytesPerSecond = rates.length > 1 ? medianOf(rates.map(({ value }) => value / 8)) : readBenchmarkRate(facts);
  out.rateLow = rates.length > 0 ? Math.min(...rates.map(({ value }) => value)) / 8 : out.bytesPerSecond;
  out.rateHigh = rates.length > 0 ? Math.max(...rates.map(({ value }) => value)) / 8 : out.bytesPerSecond;
  out.receiverNsPerByte = readReceiverCpu(facts);
  out.throughputFile = rates[0]?.file ?? '';
  out.throughputLine = rates[0]?.line ?? 0;
  const copybreak = findSysctl(facts, 'net.ipv4.tcp_dma_copybreak');
  out.offBecause = refusesAll(copybreak) ? 'copybreak' : OFF_WORDS.test(name) ? 'name' : '';
  if (out.offBecause !== '') out.isOn = false;
  fillFromTable(out, table, categoryOf);
  return out;
}

/**
 * Throughputs that may be of the phase a table was sampled in: those whose file name begins like the table's
 * (`perf-cpu.iperf.csv`, `perf-cpu-report.txt`), else those of the same tool (`oprofile…`, `opreport…`), else all.
 */
function ratesOf(facts: readonly Fact[], table: ProfileTable | null): Fact[] {
  const rates = facts.filter((fact) => isBenchmark(fact) && fact.key === 'bits_per_second');
  const best = [...new Map(rates.map((fact) => [fact.file, fact])).values()];
  if (table === null || best.length < 2) return best;
  const baseOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
  const target = baseOf(table.file);
  const longest = Math.max(0, ...best.map(({ file }) => (target.startsWith(phaseOf(file)) ? phaseOf(file).length : 0)));
  if (longest > 0)
    return best.filter(({ file }) => target.startsWith(phaseOf(file)) && phaseOf(file).length === longest);
  const ofTool = best.filter(({ file }) => /^op/.test(baseOf(file)) === /^op/.test(target));
  return ofTool.length > 0 ? ofTool : best;
}

function fillFromTable(out: FigureCase, table: ProfileTable | null, categoryOf: (symbol: string) => string): void {
  out.table = table;
  if (table === null) return;
  const split = splitProfile(table, categoryOf);
  const copy = sumWhere(split, isCopySymbol);
  const busy = split.total - split.idle - split.engine;
  const copyRows = split.rows.filter((r) => r.kind === 'busy' && isCopySymbol(r.row.symbol, r.category));
  copyRows.sort((a, b) => b.weight - a.weight);
  // A single row is quoted with the percentage its tool printed, not one recomputed from rounded figures.
  const printed = copyRows.length === 1 ? copyRows[0].row.percent : Number.NaN;
  out.copyPct = Number.isNaN(printed) ? (100 * copy) / split.total : printed;
  out.copyBusyPct = busy > 0 ? (100 * copy) / busy : Number.NaN;
  out.idlePct = (100 * split.idle) / split.total;
  out.enginePct = (100 * split.engine) / split.total;
  out.waitBusyPct = busy > 0 ? (100 * sumWhere(split, isCompletionWait)) / busy : Number.NaN;
  out.copySymbol = copyRows[0]?.row.symbol ?? '';
  out.copyRoutines = new Set(copyRows.map((r) => r.row.symbol)).size;
  const ofSymbol = copyRows.filter((r) => r.row.symbol === out.copySymbol);
  const own = ofSymbol.reduce((sum, r) => sum + r.weight, 0);
  out.copySymbolPct = out.copyRoutines === 1 ? out.copyPct : (100 * own) / split.total;
  out.listedPct = split.coveredPct;
  out.direction = tellCopyDirection(split, isCopySymbol, table.chains);
  out.copyFile = table.file;
  out.copyLine = copyRows[0]?.row.line ?? 0;
  out.parts = sharesByPart(split);
  out.offloadRows = split.rows.flatMap(({ row, category, weight, kind }) => {
    const part = partOf(row.symbol, category, kind);
    if (part === 'idle' || !isOffloadPart(part)) return [];
    const pct = (100 * weight) / split.total;
    return [{ part, symbol: row.symbol, pct, cite: citeShare(out.run, table.file, row.line, row.symbol, pct) }];
  });
  const idleRow = split.rows.find((r) => r.kind === 'idle');
  if (idleRow === undefined) return;
  out.busyPct = (100 * busy) / split.total;
  out.busyCite = {
    run: out.run,
    file: table.file,
    line: idleRow.row.line,
    call: -1,
    text: `idle ${out.idlePct.toFixed(1)} % of samples`,
  };
}

/** What a text states of one case, and the table and iperf rows that stand under its heading. */
export function describeStated(
  run: Run,
  { file, record }: { file: string; record: string },
  categoryOf: (symbol: string) => string,
): FigureCase {
  const of = (key: string | RegExp): Told | null => findTold(run, 'stated', key, record, file);
  const out = blankCase(run, of('case')?.text ?? record);
  const rate = of('bits_per_second');
  out.isOn = of('offload')?.text === 'on';
  if (!out.isOn) out.offBecause = 'words';
  if (rate !== null) {
    out.bytesPerSecond = out.rateLow = out.rateHigh = rate.value / 8;
    out.throughputFile = rate.cite.file;
    out.throughputLine = rate.cite.line;
  }
  out.rcvlowat = of('rcvlowat_bytes');
  const table = usableTables(run).find((each) => each.caseRecord === record && each.file === file) ?? null;
  fillFromTable(out, table, categoryOf);
  const busy = of('busy_pct');
  if (busy !== null) {
    out.busyPct = busy.value;
    out.busyCite = { ...busy.cite, text: `CPU ${busy.text} % busy` };
  }
  if (table !== null) return out;
  const shares = run.facts.filter(
    (f) => f.domain === 'stated' && f.file === file && f.record === record && f.key.startsWith('share.'),
  );
  out.offloadRows = shares.flatMap(({ key, value, line }) => {
    const symbol = key.slice(6);
    const part = partOf(symbol, categoryOf(symbol), 'busy');
    if (part === 'idle' || !isOffloadPart(part)) return [];
    return [{ part, symbol, pct: value, cite: citeShare(out.run, file, line, symbol, value) }];
  });
  const copies = shares.filter((f) => isCopySymbol(f.key.slice(6), categoryOf(f.key.slice(6))));
  if (copies.length === 0) return out;
  copies.sort((a, b) => b.value - a.value);
  out.copyPct = copies.reduce((sum, { value }) => sum + value, 0);
  out.copySymbol = copies[0].key.slice(6);
  out.copySymbolPct = copies[0].value;
  out.copyRoutines = copies.length;
  out.copyFile = copies[0].file;
  out.copyLine = copies[0].line;
  return out;
}

function citeShare(run: string, file: string, line: number, symbol: string, pct: number): Evidence {
  return { run, file, line, call: -1, text: `${symbol} ${pct.toFixed(1)} % of samples` };
}
