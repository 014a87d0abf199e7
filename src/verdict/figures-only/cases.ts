import type { Run } from '../../model/capture.ts';
import type { Fact } from '../../model/environment.ts';
import type { ProfileTable } from '../../model/profile.ts';
import { isBenchmark } from '../summaries/benchmark.ts';
import { usableTables } from '../summaries/profile.ts';
import { describeCase, describeStated, OFF_WORDS } from './describe-case.ts';
import type { FigureCase } from './figure-case.ts';

/**
 * A run is a case; a folder that holds the figures of several is split by its folders, a single one by file names that differ
 * only in the case (off-iperf.csv, off-opreport.txt, on-iperf.csv …), a text by the states that its sentences name. Measured
 * figures outrank stated ones. The reference is the case without offload: said by its sysctl, in words or by its name, else
 * the first.
 */
export function collectCases(runs: readonly Run[], categoryOf: (symbol: string) => string): FigureCase[] {
  const cases = runs.flatMap((run) => casesOfRun(run, categoryOf));
  const known = cases.filter((c) => Number.isFinite(c.bytesPerSecond) || c.table !== null || c.copyPct > 0);
  markReference(known);
  return known;
}

function casesOfRun(run: Run, categoryOf: (symbol: string) => string): FigureCase[] {
  const tables = usableTables(run).filter(({ caseRecord }) => caseRecord === undefined);
  const folders = groupBy(run, tables, (file) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : ''));
  // The name of the run is the outermost folder of its files.
  const inner = folders.length > 1 ? folders : groupBy(run, tables, (file) => file.split('/').slice(0, -1).at(1) ?? '');
  if (inner.length > 1) return inner.map((g) => describeCase(run, g.name, g.facts, g.tables, categoryOf));
  // A folder with receive calls is one case, whatever phases its side files come from.
  const stems = run.calls.length === 0 ? groupBy(run, tables, stemOf) : [];
  if (stems.length > 1) return stems.map((g) => describeCase(run, g.name, g.facts, g.tables, categoryOf));
  const stated = statedRecords(run);
  const measured = describeCase(run, run.name, run.facts, tables, categoryOf);
  const isMeasured = measured.table !== null && Number.isFinite(measured.bytesPerSecond);
  if (stated.length === 0 || isMeasured) return [measured];
  return stated.map((record) => describeStated(run, record, categoryOf));
}

const REFERENCE_WORDS: Record<FigureCase['offBecause'], string> = {
  copybreak: 'its tcp_dma_copybreak switches offload off',
  words: 'its text says that offload was off',
  name: 'its name says so',
  '': 'it comes first',
};

function markReference(cases: FigureCase[]): void {
  if (cases.length === 0) return;
  const reference =
    cases.find((c) => c.offBecause === 'copybreak') ?? cases.find((c) => c.offBecause !== '') ?? cases[0];
  reference.isReference = true;
  reference.referenceBecause = REFERENCE_WORDS[reference.offBecause];
  // Beside a case without offload the others are those with it, unless something says otherwise.
  if (reference.isOn === false) for (const c of cases) if (c !== reference && !OFF_WORDS.test(c.name)) c.isOn ??= true;
}

interface Group {
  name: string;
  facts: Fact[];
  tables: ProfileTable[];
}

/** Groups of files that have both a throughput and a profile. */
function groupBy(run: Run, tables: readonly ProfileTable[], nameOf: (file: string) => string): Group[] {
  const groups = new Map<string, Group>();
  const at = (file: string): Group => {
    const name = nameOf(file);
    const group = groups.get(name) ?? { name, facts: [], tables: [] };
    groups.set(name, group);
    return group;
  };
  for (const fact of run.facts) if (isBenchmark(fact)) at(fact.file).facts.push(fact);
  for (const table of tables) at(table.file).tables.push(table);
  const paired = [...groups.values()].filter((g) => g.name !== '' && g.facts.length > 0 && g.tables.length > 0);
  for (const group of paired)
    group.facts.push(...run.facts.filter((fact) => !isBenchmark(fact) && nameOf(fact.file) === group.name));
  return paired.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** 'off-iperf.csv' and 'off.opreport.txt' are both 'off'. */
function stemOf(file: string): string {
  const base = file.slice(file.lastIndexOf('/') + 1);
  return base
    .replace(/\.(txt|csv|gz|zst|out|log|dat|opreport|iperf|oprofile|prof)\b/gi, '')
    .replace(/(^|[-_. ])(iperf3?|netperf|kperf|opreport|oprofile|profile|perf|report|symbols|l)(?=$|[-_. ])/gi, '')
    .replace(/^[-_. ]+|[-_. ]+$/g, '');
}

/** Each text numbers its cases from 1 on and is an experiment of its own: of several, the one that tells most cases. */
function statedRecords(run: Run): { file: string; record: string }[] {
  const byFile = new Map<string, Set<string>>();
  for (const { domain, key, file, record } of run.facts)
    if (domain === 'stated' && key === 'case') byFile.set(file, (byFile.get(file) ?? new Set()).add(record));
  const [most] = [...byFile].sort((a, b) => b[1].size - a[1].size || (a[0] < b[0] ? -1 : 1));
  return most === undefined ? [] : [...most[1]].map((record) => ({ file: most[0], record }));
}
