// npm run bench [-- MIB [ROUNDS]]: first the whole report (inspect, calls, report) per byte of text and against the tool that
// printed the text, peak memory by calls, one thread against two; then the parsing alone: CPU per byte of text → columns against grep -c and against the tools that print the
// text, interleaved in one run; peak memory; cost of gzip (zcat alone beside it); the plain scanners;
// what the timeline adds to the parsing. BENCH_DIR names a roomy folder.
// STACKCOLLAPSE=/path/to/stackcollapse-perf.pl compares the folding of call chains, TRACE_DAT=/path/to/trace.dat takes a
// recording where trace-cmd may not record.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../support/source-tree.ts';
import { writeLargeCapture } from './large-file.ts';
import { measureProcess, medianOf, type Usage } from './measure.ts';
import { findPrinters, type Printer } from './printers.ts';
import { benchJobs, benchMemory, benchReportOfPrinted, benchReports } from './whole-report.ts';

const mib = Number(process.argv[2] ?? 500);
const rounds = Number(process.argv[3] ?? 3);
const folder = mkdtempSync(path.join(process.env.BENCH_DIR ?? os.tmpdir(), 'recvscope-bench-'));
const worker = path.join(ROOT, 'node_modules', '.cache', 'recvscope-bench', 'read-only.mjs');
/** A word that is rare or absent, where grep runs at the speed of memory, and one that stands on every third to tenth line. */
const RARE_WORD = 'tcp_recvmsg';
const COMMON_WORD = 'recv';

interface Work {
  name: string;
  source: string;
  mode: 'columns' | 'folded';
}
const MODERN = 'fixtures/captures/truth/modern-6.18-veth1500';
const WORKS: Work[] = [
  { name: 'perf tracepoints → columns', source: `${MODERN}/perf.script.txt`, mode: 'columns' },
  { name: 'ftrace events → columns', source: `${MODERN}/events.trace.txt`, mode: 'columns' },
  {
    name: 'ftrace kprobes of 2.6.32 → columns',
    source: 'fixtures/captures/classic/B-default/run1/trace.txt.gz',
    mode: 'columns',
  },
  { name: 'function_graph → columns', source: `${MODERN}/fgraph-rx.txt`, mode: 'columns' },
  {
    name: 'function tracer of 2.6.32 → columns',
    source: 'fixtures/captures/truth/netdma-2.6.32-B/fn_ev.txt',
    mode: 'columns',
  },
  { name: 'perf call chains → folded', source: `${MODERN}/perf.samples.txt`, mode: 'folded' },
];

const median = (usages: readonly Usage[]): number => medianOf(usages.map((usage) => usage.cpuSeconds));
const readOnly = (mode: string, file: string): Usage =>
  measureProcess(process.execPath, [worker, ...mode.split(' '), file]);

/** Five runs as one: a single one is a few ticks of the accounting clock. */
function measureGrep(word: string, file: string): Usage {
  const five = measureProcess('sh', [
    '-c',
    'for i in 1 2 3 4 5; do grep -c -- "$1" "$2" | cat; done',
    'sh',
    word,
    file,
  ]);
  return { ...five, cpuSeconds: five.cpuSeconds / 5 };
}

function benchWork(work: Work): void {
  const file = path.join(folder, 'large.txt');
  const bytes = writeLargeCapture(path.join(ROOT, work.source), file, mib * 1048576);
  spawnSync('gzip', ['-kf1', file]);
  const [rare, common, own, plain, zipped, zcat, calls, perl]: Usage[][] = [[], [], [], [], [], [], [], []];
  for (let round = 0; round < rounds; round++) {
    rare.push(measureGrep(RARE_WORD, file));
    own.push(readOnly(work.mode, file));
    if (work.mode === 'columns') calls.push(readOnly('timeline', file));
    common.push(measureGrep(COMMON_WORD, file));
    zipped.push(readOnly(work.mode, `${file}.gz`));
    zcat.push(measureProcess('sh', ['-c', 'zcat "$1" | cat > /dev/null', 'sh', `${file}.gz`]));
    if (round === 0) plain.push(readOnly(`${work.mode} plain`, file));
    if (work.mode === 'folded' && process.env.STACKCOLLAPSE !== undefined && round === 0)
      perl.push(measureProcess('perl', [process.env.STACKCOLLAPSE, file]));
  }
  const cpu = median(own);
  const cells = [
    work.name,
    (bytes / 1048576).toFixed(0),
    ((cpu / bytes) * 1e9).toFixed(2),
    (median(rare) / cpu).toFixed(3),
    (median(common) / cpu).toFixed(3),
    (median(plain) / cpu).toFixed(1),
    (median(zipped) / cpu).toFixed(2),
    (median(zipped) / median(zcat)).toFixed(2),
    calls.length === 0 ? '' : ((median(calls) - cpu) / cpu).toFixed(2),
    Math.max(...own.map((usage) => usage.peakMiB)).toFixed(0),
  ];
  console.log(`| ${cells.join(' | ')} |`);
  if (perl.length > 0) console.log(`… stackcollapse-perf.pl on the same file: ${(median(perl) / cpu).toFixed(1)} ×`);
}

/** The tool prints its recording; recvscope reads that text, repeated to the full size. CPU per byte of text on both sides. */
function benchPrinter(printer: Printer): void {
  if (printer.skipped !== '') {
    console.log(`… against ${printer.name}: skipped, ${printer.skipped}`);
    return;
  }
  const file = path.join(folder, 'printed-large.txt');
  const bytes = writeLargeCapture(printer.text, file, mib * 1048576);
  const printing: Usage[] = [];
  const reading: Usage[] = [];
  for (let round = 0; round < rounds; round++) {
    printing.push(measureProcess('sh', ['-c', `${printer.command} | cat`]));
    reading.push(readOnly('columns', file));
  }
  const perByte = (median(printing) / printer.bytes) * 1e9;
  const ownPerByte = (median(reading) / bytes) * 1e9;
  console.log(
    `… against ${printer.name}: prints at ${perByte.toFixed(1)} ns/byte, read at ${ownPerByte.toFixed(2)}: ${(perByte / ownPerByte).toFixed(1)} ×`,
  );
}

async function run(): Promise<void> {
  await build({
    entryPoints: ['test/bench/read-only.ts'],
    outfile: worker,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    absWorkingDir: ROOT,
    logLevel: 'error',
  });
  const size = { bytes: mib * 1048576, rounds };
  execFileSync(process.execPath, ['esbuild.config.mjs'], { cwd: ROOT, stdio: 'inherit' });
  const printers = findPrinters(folder);
  benchReports(
    WORKS.filter(({ mode }) => mode === 'columns'),
    folder,
    size,
  );
  for (const printer of printers) benchReportOfPrinted(printer, folder, size);
  benchJobs(WORKS[0].source, folder, size);
  benchMemory(folder);
  const heads = [
    'work',
    'MiB',
    'ns/byte',
    `of grep -c ${RARE_WORD}`,
    `of grep -c ${COMMON_WORD}`,
    'without kernel ×',
    'gzip ÷ plain',
    'gzip ÷ zcat alone',
    'timeline ÷ parsing',
    'peak MiB',
  ];
  console.log(`\n| ${heads.join(' | ')} |\n|${'---|'.repeat(heads.length)}`);
  for (const work of WORKS) benchWork(work);
  for (const printer of printers) benchPrinter(printer);
}

try {
  await run();
} finally {
  rmSync(folder, { recursive: true, force: true });
  rmSync(path.dirname(worker), { recursive: true, force: true });
}
