/**
 * Joins every capture below a folder with the calls its receiver logged and prints one line per file.
 *   node --import tsx test/truth/truth.ts [folder] [--only text] [--verbose]
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { readCapture } from '../../parsers/index.ts';
import { makeVocabulary } from '../../src/kernels/index.ts';
import { MECHANISMS } from '../../src/mechanisms/index.ts';
import { type CallTable, MECHANISM_IDS, UNFIT_FOR_STATISTICS } from '../../src/model/calls.ts';
import { Diagnostics } from '../../src/model/diagnostics/index.ts';
import type { Fact } from '../../src/model/environment.ts';
import type { EventBatch, EventStream } from '../../src/model/events.ts';
import { sumCounterDelta } from '../../src/model/kernel/counters.ts';
import { DECLINE_REASONS } from '../../src/model/mechanism.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { TimelineBuilder } from '../../src/timeline/index.ts';
import { type Evidence, evidenceOf, summarizeUnattributed } from './evidence.ts';
import { joinCalls, quantile, type Span, untiledRows } from './join.ts';
import { findPairs, readTruth, type TrueCall, type TruthPair } from './pairs.ts';

export async function buildCalls(path: string, extraFacts: readonly Fact[] = []) {
  const strings = new StringTable();
  const diagnostics = new Diagnostics();
  const vocabulary = makeVocabulary();
  const builder = new TimelineBuilder({ strings, vocabulary, mechanisms: MECHANISMS, diagnostics, seed: 1 });
  const sources = new Set<number>();
  const sink = {
    onBatch(stream: EventStream, batch: EventBatch): void {
      for (let i = 0; i < batch.length; i++) sources.add(batch.source[i]);
      builder.onBatch(stream, batch);
    },
  };
  const parts = await readCapture(path, { vocabulary, strings, diagnostics, sink });
  const built = builder.finish([...parts.facts, ...extraFacts], parts.files);
  return { ...built, parts, diagnostics, strings, sources };
}

/** Facts of the side files of one capture: X.side-before.txt, X.side-after.txt, X.conf.txt, side.sysctl.txt. */
async function sideFacts(pair: TruthPair): Promise<Fact[]> {
  const stem = pair.truth.slice(3, -4);
  const facts: Fact[] = [];
  for (const name of readdirSync(pair.folder)) {
    const isOwn = name.startsWith(`${stem}.side-`) || name.startsWith(`${stem}.conf`);
    if (!isOwn && !/^side\.(sysctl|uname)/.test(name)) continue;
    try {
      const strings = new StringTable();
      const sink = { onBatch: () => {} };
      const parts = await readCapture(join(pair.folder, name), {
        vocabulary: makeVocabulary(),
        strings,
        diagnostics: new Diagnostics(),
        sink,
      });
      const moment = name.includes('before') ? 'before' : name.includes('after') ? 'after' : '';
      facts.push(...parts.facts.map((fact) => ({ ...fact, moment: fact.moment || (moment as Fact['moment']) })));
    } catch {
      // A side file nobody reads is no reason to stop.
    }
  }
  return facts;
}

/** The stretch of time the text covers, on the logged clock; null when the text has no absolute times. */
function spanOf(built: Awaited<ReturnType<typeof buildCalls>>, originNs: bigint): Span | null {
  const report = built.parts.files.find((file) => file.firstNs !== null && file.lastNs !== null);
  const file = built.calls.files[0];
  if (report === undefined || file === undefined) return null;
  return {
    firstNs: Number(report.firstNs! - originNs),
    lastNs: Number(report.lastNs! - originNs),
    shiftNs: Number(file.baseNs - originNs),
  };
}

const OUTLAST_NS = 10_000;

export interface TruthLine {
  file: string;
  covered: string;
  expected: number;
  found: number;
  invented: number;
  missing: number;
  bytesEqual: string;
  startUs: string;
  endUs: string;
  /** Rows that last longer than their logged call by more than 10 µs. */
  outlasting: number;
  untiled: number;
  flagged: number;
  unattributedPct: string;
  evidence: Evidence;
  /** Shares of the complete calls, for the summary. */
  shares: number[];
  dma: string;
  pinned: string;
  /** Engine bytes of all rows / bytes_transferred of the whole run. */
  engineBytes: string;
  /** Complete TCP calls whose engine bytes and CPU bytes add up to the returned bytes / calls where all are known. */
  conserved: string;
  mechanism: string;
  clock: string;
}

export async function checkPair(pair: TruthPair, root: string, isVerbose = false): Promise<TruthLine> {
  const { calls, originNs } = readTruth(join(pair.folder, pair.truth));
  const facts = await sideFacts(pair);
  const built = await buildCalls(join(pair.folder, pair.capture), facts);
  const table = built.calls;
  const joined = joinCalls(table, calls, spanOf(built, originNs));
  if (isVerbose) printDetails(table, joined);
  const shares = unattributedShares(
    table,
    joined.joined.map((pair) => pair.row),
  );
  const us = (values: readonly number[]): string =>
    values.length === 0
      ? '-'
      : `${(quantile(values, 0.5) / 1000).toFixed(1)}/${(quantile(values, 0.95) / 1000).toFixed(1)}`;
  return {
    file: relative(root, join(pair.folder, pair.capture)),
    covered: Number.isNaN(joined.covered) ? '-' : String(joined.covered),
    expected: joined.expected,
    found: joined.joined.length,
    invented: joined.invented.length,
    missing: joined.missing.length,
    bytesEqual: `${joined.bytesEqual}/${joined.bytesKnown}`,
    startUs: us(joined.startErrors),
    endUs: us(joined.endErrors),
    outlasting: joined.endErrors.filter((error) => error < -OUTLAST_NS).length,
    untiled: untiledRows(table).length,
    flagged: joined.flagged,
    unattributedPct: shares.length === 0 ? '-' : quantile(shares, 0.5).toFixed(1),
    evidence: evidenceOf(built.sources, built.parts.files),
    shares,
    ...engineFigures(table, joined),
    engineBytes: engineBytes(table, [...facts, ...built.parts.facts]),
    conserved: conservation(table),
    mechanism: mechanisms(table),
    clock: Number.isNaN(joined.slope) ? '-' : joined.slope === 1 ? '1' : ((joined.slope - 1) * 1e6).toFixed(0),
  };
}

/** Unattributed percentage of each complete call. */
function unattributedShares(table: CallTable, rows: readonly number[]): number[] {
  const shares: number[] = [];
  for (const row of rows) {
    const duration = table.get('durationNs', row);
    if (!(duration > 0) || (table.get('state', row) & UNFIT_FOR_STATISTICS) !== 0) continue;
    shares.push((100 * table.get('unattributedNs', row)) / duration);
  }
  return shares;
}

function engineFigures(table: CallTable, joined: ReturnType<typeof joinCalls>): { dma: string; pinned: string } {
  let [pinSame, pinKnown, pinUnknown] = [0, 0, 0];
  let [dmaSame, dmaKnown, copySame] = [0, 0, 0];
  for (const { truth, row } of joined.joined) {
    if (Number.isNaN(truth.pinned)) continue;
    const pinned = table.get('pinned', row);
    if (pinned === 2) pinUnknown++;
    else {
      pinKnown++;
      if (pinned === truth.pinned) pinSame++;
    }
    dmaKnown++;
    const dma = known(table.get('dmaCopies', row)) - known(table.get('earlyCopies', row));
    const early = known(table.get('earlyCopies', row));
    if (dma === truth.dmaCopies && isSameEarly(early, truth)) dmaSame++;
    if (known(table.get('cpuCopies', row)) === truth.cpuCopies + truth.backlogCopies) copySame++;
  }
  return {
    dma: dmaKnown === 0 ? '-' : `${dmaSame}/${copySame}/${dmaKnown}`,
    pinned: pinKnown + pinUnknown === 0 ? '-' : `${pinSame}/${pinKnown}${pinUnknown > 0 ? `+${pinUnknown}?` : ''}`,
  };
}

function engineBytes(table: CallTable, facts: readonly Fact[]): string {
  const counted = sumCounterDelta(facts, 'dma', 'bytes_transferred');
  if (Number.isNaN(counted)) return '-';
  let sum = 0;
  for (let row = 0; row < table.length; row++) sum += table.get('dmaCopies', row) > 0 ? table.get('dmaBytes', row) : 0;
  return `${Number.isNaN(sum) ? '?' : sum}/${counted}`;
}

const PEEK_OR_TRUNC = 0x22;
const MIGRATED = 8;
const UDP = 2;

function conservation(table: CallTable): string {
  let [equal, calls] = [0, 0];
  for (let row = 0; row < table.length; row++) {
    const call = table.rowAt(row);
    if ((call.state & ~MIGRATED) !== 0 || !(call.returnedBytes > 0) || call.protocol === UDP) continue;
    // Tracepoints do not show engine copies: such calls are called unknown.
    if ((call.flags & PEEK_OR_TRUNC) !== 0 || MECHANISM_IDS[call.mechanism] === 'unknown') continue;
    const copied = (call.dmaCopies > 0 ? call.dmaBytes : 0) + (call.cpuCopies > 0 ? call.cpuCopyBytes : 0);
    const sum = copied + known(call.mappedBytes);
    if (Number.isNaN(sum) || Number.isNaN(call.cpuCopies)) continue;
    calls++;
    if (sum === call.returnedBytes) equal++;
  }
  return calls === 0 ? '-' : `${equal}/${calls}`;
}

/** Logs of 3.10 count the reader's own early copies only; those of the softirq come on top. */
function isSameEarly(found: number, truth: TrueCall): boolean {
  if (Number.isNaN(truth.otherEarlyCopies)) return found >= truth.earlyCopies;
  return found === truth.earlyCopies + truth.otherEarlyCopies;
}

function known(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function mechanisms(table: CallTable): string {
  const counts = new Map<string, number>();
  for (let row = 0; row < table.length; row++) {
    const reason = table.get('declineReason', row);
    const name = `${MECHANISM_IDS[table.get('mechanism', row)]}${reason > 0 ? `:${DECLINE_REASONS[reason]}` : ''}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name}=${count}`).join(' ');
}

function printDetails(table: CallTable, joined: ReturnType<typeof joinCalls>): void {
  const text = (row: number): string => {
    const r = table.rowAt(row);
    return `row ${row} line ${r.firstLine}-${r.lastLine} ${table.strings.textOf(r.entry)} tid ${r.tid} req ${r.requestedBytes} ret ${r.returnedBytes} dur ${r.durationNs} state ${r.state} pinned ${r.pinned} dma ${r.dmaCopies} early ${r.earlyCopies} cpu ${r.cpuCopies}`;
  };
  for (const row of joined.invented) console.log('  invented', text(row));
  for (const call of joined.missing) console.log('  missing', JSON.stringify(call));
  for (const { truth, row } of joined.joined) {
    const pinned = table.get('pinned', row);
    const dma = known(table.get('dmaCopies', row)) - known(table.get('earlyCopies', row));
    if (
      !Number.isNaN(truth.pinned) &&
      ((pinned !== 2 && pinned !== truth.pinned) ||
        dma !== truth.dmaCopies ||
        !isSameEarly(known(table.get('earlyCopies', row)), truth) ||
        known(table.get('cpuCopies', row)) !== truth.cpuCopies + truth.backlogCopies)
    )
      console.log('  differs', text(row), JSON.stringify(truth));
  }
}

const COLUMNS: [keyof TruthLine, number][] = [
  ['file', 58],
  ['covered', 7],
  ['expected', 8],
  ['found', 6],
  ['missing', 8],
  ['invented', 9],
  ['bytesEqual', 10],
  ['startUs', 12],
  ['endUs', 12],
  ['outlasting', 10],
  ['untiled', 8],
  ['flagged', 8],
  ['unattributedPct', 8],
  ['dma', 10],
  ['pinned', 10],
  ['engineBytes', 20],
  ['conserved', 9],
  ['clock', 7],
  ['evidence', 15],
  ['mechanism', 0],
];

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const only = argv.includes('--only') ? argv[argv.indexOf('--only') + 1] : '';
  const isVerbose = argv.includes('--verbose');
  const root = argv.find((arg) => !arg.startsWith('--') && arg !== only) ?? join(import.meta.dirname, '../../fixtures');
  if (!existsSync(root)) throw new Error(`no such folder: ${root}`);
  const pad = (text: string, width: number): string => (width === 0 ? text : text.padEnd(width));
  console.log(COLUMNS.map(([name, width]) => pad(name.replace('unattributedPct', 'unattr%'), width)).join(' '));
  const lines: TruthLine[] = [];
  for (const pair of findPairs(root)) {
    const name = relative(root, join(pair.folder, pair.capture));
    if (only !== '' && !name.includes(only)) continue;
    try {
      const line = await checkPair(pair, root, isVerbose);
      lines.push(line);
      console.log(COLUMNS.map(([column, width]) => pad(String(line[column]), width)).join(' '));
    } catch (error) {
      console.log(`${pad(name, 58)} ${(error as Error).message.split('\n')[0]}`);
      if (isVerbose) console.log((error as Error).stack);
    }
  }
  console.log(
    `rows that outlast their logged end by more than 10 us: ${lines.reduce((sum, line) => sum + line.outlasting, 0)}`,
  );
  for (const text of summarizeUnattributed(lines)) console.log(text);
}

if (basename(process.argv[1] ?? '') === 'truth.ts') await main();
