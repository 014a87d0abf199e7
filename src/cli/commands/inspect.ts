import pico from 'picocolors';
import type { Run } from '../../model/capture.ts';
import type { FileReport } from '../../model/diagnostics/accounting.ts';
import { ExitCode } from '../../model/diagnostics/errors.ts';
import { printable } from '../../model/diagnostics/index.ts';
import { identifyCapture } from '../../model/identity.ts';
import { NO_SIDE } from '../../model/timeline-notes.ts';
import { findRecordNext } from '../../verdict/index.ts';
import { loadRuns } from '../load-runs.ts';
import { printData } from '../output.ts';
import { type LoadOptions, vocabulary } from '../pipeline.ts';

export interface InspectOptions {
  format: 'text' | 'json';
  tool: string;
  load: LoadOptions;
}

type Missing = { missing: string; why: string; command: string }[];

/** What is in a capture, what is missing, what was lost, what to record next time. */
export async function runInspect(captures: string[], options: InspectOptions): Promise<number> {
  const runs = await loadRuns(captures, options.load);
  const recordNext = findRecordNext(runs, {
    tool: options.tool,
    seed: options.load.seed,
    categoryOf: vocabulary.categoryOf,
  });
  if (options.format === 'json') await printData(`${JSON.stringify(toJson(runs, recordNext), null, 2)}\n`);
  else await printData(toText(runs, recordNext));
  return ExitCode.done;
}

function toJson(runs: readonly Run[], missing: Missing): object {
  return {
    schemaVersion: 1,
    files: runs.flatMap((run) => run.files.map((file) => fileToJson(run, file))),
    captures: runs.map((run) => ({ run: run.name, ...identifyCapture(run) })),
    calls: runs.map((run) => ({ run: run.name, calls: run.calls.length })),
    marks: runs.flatMap((run) => countMarks(run).map((mark) => ({ run: run.name, ...mark }))),
    facts: runs.flatMap((run) =>
      run.facts.map((fact) => ({ run: run.name, ...fact, value: Number.isNaN(fact.value) ? null : fact.value })),
    ),
    diagnostics: runs.flatMap((run) => run.diagnostics.map((record) => ({ run: run.name, ...record }))),
    missing,
  };
}

/** How often each side is marked, in the order of first marks. */
function countMarks(run: Run): { side: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { side } of run.timeline.marks ?? []) if (side !== NO_SIDE) counts.set(side, (counts.get(side) ?? 0) + 1);
  return [...counts].map(([side, count]) => ({ side, count }));
}

function fileToJson(run: Run, file: FileReport): object {
  const { account } = file;
  return {
    run: run.name,
    file: file.file,
    format: file.format,
    variant: file.variant,
    wrapping: file.wrapping,
    undone: file.undone,
    bytes: file.bytes,
    lines: account.lines,
    parsedLines: account.parsed,
    commentLines: account.comment,
    unusedLines: account.unused,
    unknownLines: account.unknown,
    malformedLines: account.malformed,
    malformedExamples: file.malformedExamples,
    unreadableEvents: Object.fromEntries([...file.unreadableEvents].sort(byName)),
    events: file.events,
    samples: file.samples,
    unknownEvents: file.unknownEvents,
    lostEvents: file.lostEvents,
    lost: file.lost.map((range) => ({ ...range, amount: Number.isNaN(range.amount) ? null : range.amount })),
    clock: {
      kind: file.clock.kind,
      resolutionNs: Number.isNaN(file.clock.resolutionNs) ? null : file.clock.resolutionNs,
    },
    firstNs: toJsonNs(file.firstNs),
    lastNs: toJsonNs(file.lastNs),
    eventNames: Object.fromEntries([...file.eventNames].sort(byName)),
    tasks: Object.fromEntries([...file.tasks].sort(byName)),
    notes: file.notes,
  };
}

/** Decimal text, as in the JSON of a report: JSON numbers are exact up to 104 days of uptime only. */
function toJsonNs(ns: bigint | null): string | null {
  return ns === null ? null : String(ns);
}

function toText(runs: readonly Run[], missing: Missing): string {
  const out: string[] = [];
  for (const run of runs) {
    out.push(pico.bold(printable(run.name)));
    for (const file of run.files) out.push(...describeFile(file));
    out.push(...describeIdentity(run), `  receive calls: ${run.calls.length}`);
    if (run.facts.length > 0)
      out.push(
        `  side facts: ${run.facts.length} (${[...new Set(run.facts.map((fact) => fact.domain))].sort().join(', ')})`,
      );
    const marks = countMarks(run);
    if (marks.length > 0)
      out.push(
        `  marks: ${marks.map(({ side, count }) => `${printable(side)} ${count}`).join(', ')} (recvscope compare tells the sides apart)`,
      );
    for (const record of run.diagnostics) {
      out.push(
        `  ${record.severity === 'loss' ? pico.red('loss') : record.severity}: ${record.name} × ${record.count}: ${record.meaning} ${record.advice}`.trimEnd(),
      );
      for (const example of record.examples)
        out.push(
          `      ${printable(example.file)}:${example.line} ${example.reason} ${printable(example.text)}`.trimEnd(),
        );
    }
    for (const note of run.timeline.notes) out.push(`  note: ${note}`);
  }
  if (missing.length > 0) out.push('', pico.bold('To record next time'));
  for (const item of missing)
    out.push(`  ${item.missing}: ${item.why}`, ...item.command.split('\n').map((line) => `      ${line}`));
  return `${out.join('\n')}\n`;
}

/** What is known of whose capture it is; nothing is printed for what is not. */
function describeIdentity(run: Run): string[] {
  const { labels, ...known } = identifyCapture(run);
  const parts = Object.entries({ ...known, ...labels }).filter(([, value]) => value !== null && value !== '');
  return [`  identity: ${parts.map(([key, value]) => `${printable(key)} ${printable(String(value))}`).join(', ')}`];
}

function describeFile(file: FileReport): string[] {
  const { account } = file;
  const kind = [file.format, file.variant, file.wrapping].filter((text) => text !== '').join(', ');
  const lines = [
    `  ${printable(file.file)}: ${kind}`,
    `    ${account.lines} lines = ${account.parsed} parsed + ${account.comment} header/comment/blank + ${account.unused} known, unused + ${account.unknown} unknown + ${account.malformed} malformed`,
  ];
  if (file.undone.length > 0) lines.push(`    undone: ${file.undone.join(', ')}`);
  if (file.events > 0 || file.samples > 0)
    lines.push(`    ${file.events} events, ${file.samples} samples, ${file.lostEvents} lost`);
  if (file.firstNs !== null && file.lastNs !== null)
    lines.push(
      `    clock: ${file.clock.kind}, step ${file.clock.resolutionNs} ns, span ${(Number(file.lastNs - file.firstNs) / 1e6).toFixed(3)} ms`,
    );
  const names = [...file.eventNames].sort((a, b) => b[1] - a[1] || byName(a, b));
  if (names.length > 0)
    lines.push(
      `    events: ${names
        .slice(0, 12)
        .map(([name, count]) => `${printable(name)} ${count}`)
        .join(', ')}${names.length > 12 ? `, and ${names.length - 12} more names` : ''}`,
    );
  const broken = [...file.unreadableEvents].sort((a, b) => b[1] - a[1] || byName(a, b));
  if (broken.length > 0)
    lines.push(
      `    unreadable by event: ${broken.map(([name, count]) => `${printable(name)} ${count}`).join(', ')}; a call that they would tell something of is left out of statistics`,
    );
  for (const example of file.malformedExamples)
    lines.push(`    malformed: line ${example.line} (${example.reason}): ${printable(example.text)}`);
  for (const note of file.notes) lines.push(`    note: ${note}`);
  return lines;
}

const byName = (a: [string, number], b: [string, number]): number => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
