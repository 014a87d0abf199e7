import path from 'node:path';
import { ROOT } from '../support/source-tree.ts';
import { writeLargeCapture } from './large-file.ts';
import { writeManyCalls } from './many-calls.ts';
import { measureProcess, medianOf, type Usage } from './measure.ts';
import type { Printer } from './printers.ts';

/** What a user waits for: whole processes of the built command line. */
const COMMANDS: readonly { name: string; args: string[] }[] = [
  { name: 'inspect', args: ['inspect'] },
  { name: 'calls', args: ['calls'] },
  { name: 'report as text', args: ['report', '--format', 'text'] },
  { name: 'report as HTML', args: ['report', '--format', 'html'] },
];
const CLI = path.join(ROOT, 'dist/cli.js');
const CALLS = [100_000, 1_100_000];

const runOwn = (args: readonly string[]): Usage => measureProcess(process.execPath, [CLI, '--quiet', ...args]);
const cpuOf = (usages: readonly Usage[]): number => medianOf(usages.map((usage) => usage.cpuSeconds));
const wallOf = (usages: readonly Usage[]): number => medianOf(usages.map((usage) => usage.wallSeconds));
const row = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);

function head(names: readonly string[]): void {
  console.log('');
  row(names);
  console.log(`|${'---|'.repeat(names.length)}`);
}

/** CPU per byte of text of each command, every command once a round. */
export function benchReports(works: readonly { name: string; source: string }[], folder: string, size: Size): void {
  head(['ns/byte, whole process', ...COMMANDS.map(({ name }) => name), 'peak MiB of the report']);
  for (const { name, source } of works) {
    const file = path.join(folder, 'large.txt');
    const bytes = writeLargeCapture(path.join(ROOT, source), file, size.bytes);
    const usages: Usage[][] = COMMANDS.map(() => []);
    for (let round = 0; round < size.rounds; round++)
      COMMANDS.forEach(({ args }, i) => {
        usages[i].push(runOwn([...args, file]));
      });
    const peak = Math.max(...usages[2].map((usage) => usage.peakMiB));
    row([name, ...usages.map((list) => ((cpuOf(list) / bytes) * 1e9).toFixed(1)), peak.toFixed(0)]);
  }
}

export interface Size {
  bytes: number;
  rounds: number;
}

/** The whole report of a text against the tool that printed it, per byte, one after the other in each round. */
export function benchReportOfPrinted(printer: Printer, folder: string, size: Size): void {
  if (printer.skipped !== '') return;
  const file = path.join(folder, 'printed-large.txt');
  const bytes = writeLargeCapture(printer.text, file, size.bytes);
  const [printing, reporting]: Usage[][] = [[], []];
  for (let round = 0; round < size.rounds; round++) {
    printing.push(measureProcess('sh', ['-c', `${printer.command} | cat`]));
    reporting.push(runOwn(['report', '--format', 'text', file]));
  }
  const printed = (cpuOf(printing) / printer.bytes) * 1e9;
  const reported = (cpuOf(reporting) / bytes) * 1e9;
  console.log(
    `… whole report against ${printer.name}: prints at ${printed.toFixed(1)} ns/byte, reported at ${reported.toFixed(1)}: ${(reported / printed).toFixed(2)} of it`,
  );
}

/** Peak memory by calls: a capture of three lines a call, so that nothing but calls can need it. */
export function benchMemory(folder: string): void {
  head(['calls', ...COMMANDS.map(({ name }) => `${name}, peak MiB`), 'compare of two, peak MiB']);
  for (const calls of CALLS) {
    const files = ['a.txt', 'b.txt'].map((name) => path.join(folder, name));
    files.forEach((file, seed) => {
      writeManyCalls(file, calls, seed + 1);
    });
    const peaks = COMMANDS.map(({ args }) => runOwn([...args, files[0]]).peakMiB);
    const both = runOwn(['compare', ...files, '--format', 'text', '--jobs', '1']).peakMiB;
    row([calls, ...[...peaks, both].map((peak) => peak.toFixed(0))]);
  }
}

/** Two captures with one thread and with two, in turns. */
export function benchJobs(source: string, folder: string, size: Size): void {
  const files = ['a.txt', 'b.txt'].map((name) => path.join(folder, name));
  for (const file of files) writeLargeCapture(path.join(ROOT, source), file, size.bytes);
  const [one, two]: Usage[][] = [[], []];
  for (let round = 0; round < size.rounds; round++) {
    one.push(runOwn(['compare', ...files, '--format', 'text', '--jobs', '1']));
    two.push(runOwn(['compare', ...files, '--format', 'text', '--jobs', '2']));
  }
  console.log(
    `… compare of two captures, --jobs 2 ÷ --jobs 1: wall ${(wallOf(two) / wallOf(one)).toFixed(2)}, CPU ${(cpuOf(two) / cpuOf(one)).toFixed(2)}`,
  );
}
