// npm run bench [-- MIB]: CPU per byte against grep -c on the same file, interleaved in one run; peak memory; gzip cost.
// Optional: STACKCOLLAPSE=/path/to/stackcollapse-perf.pl compares the folding of call chains.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { listFiles, ROOT } from '../support/source-tree.ts';
import { writeLargeCapture } from './large-file.ts';
import { measureProcess, medianOf, type Usage } from './measure.ts';

const mib = Number(process.argv[2] ?? 300);
const rounds = Number(process.argv[3] ?? 3);
const folder = mkdtempSync(path.join(process.env.BENCH_DIR ?? os.tmpdir(), 'recvscope-bench-'));
const worker = path.join(ROOT, 'dist-bench', 'read-only.mjs');

interface Work {
  name: string;
  format: string;
  mode: 'columns' | 'folded';
}
const WORKS: Work[] = [
  { name: 'perf tracepoints → columns', format: 'perf-script-tracepoints', mode: 'columns' },
  { name: 'ftrace events → columns', format: 'ftrace', mode: 'columns' },
  { name: 'function_graph → columns', format: 'function_graph', mode: 'columns' },
  { name: 'perf call chains → folded', format: 'perf-script-chains', mode: 'folded' },
];

/** The largest plain or gzip fixture of a kind, told by its text. */
function chooseSource(kind: string): string | undefined {
  const candidates = listFiles('fixtures/captures')
    .map((file) => path.join(ROOT, file))
    .filter((file) => kindOf(file) === kind);
  return candidates.sort((a, b) => statSync(b).size - statSync(a).size)[0];
}

function kindOf(file: string): string {
  const head = execFileSync('sh', [
    '-c',
    'case "$1" in *.gz) gzip -dc "$1" 2>/dev/null;; *) cat "$1";; esac | head -c 60000 || true',
    'sh',
    file,
  ]).toString('latin1');
  if (/^# tracer: function_graph/m.test(head)) return 'function_graph';
  if (/^# tracer: nop/m.test(head)) return 'ftrace';
  const events = head.match(/^ *\S.* +\d+ +(\[\d+\] +)?\d+\.\d{6,9}: +\S+: /gm)?.length ?? 0;
  const frames = head.match(/^\s+[0-9a-f]{5,16} .+\)$/gm)?.length ?? 0;
  if (frames > 200 && /cpu-clock|cycles/.test(head)) return 'perf-script-chains';
  if (events > 100 && frames === 0) return 'perf-script-tracepoints';
  return '';
}

const median = (usages: readonly Usage[]): number => medianOf(usages.map((usage) => usage.cpuSeconds));

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
  console.log(
    '| work | MiB | grep -c s | recvscope s | of grep -c | peak MiB | gzip ratio |\n|---|---|---|---|---|---|---|',
  );
  for (const work of WORKS) {
    const source = chooseSource(work.format);
    if (source === undefined) {
      console.log(`| ${work.name} | no fixture of this kind | | | | | |`);
      continue;
    }
    const file = path.join(folder, 'large.txt');
    const bytes = writeLargeCapture(source, file, mib * 1048576);
    spawnSync('gzip', ['-kf1', file]);
    const grep: Usage[] = [];
    const plain: Usage[] = [];
    const zipped: Usage[] = [];
    const perl: Usage[] = [];
    for (let round = 0; round < rounds; round++) {
      grep.push(measureProcess('grep', ['-c', 'tcp_recvmsg', file]));
      plain.push(measureProcess(process.execPath, [worker, work.mode, file]));
      zipped.push(measureProcess(process.execPath, [worker, work.mode, `${file}.gz`]));
      if (work.mode === 'folded' && process.env.STACKCOLLAPSE !== undefined && round === 0)
        perl.push(measureProcess('perl', [process.env.STACKCOLLAPSE, file]));
    }
    const peak = Math.max(...plain.map((usage) => usage.peakMiB));
    console.log(
      `| ${work.name} | ${(bytes / 1048576).toFixed(0)} | ${median(grep).toFixed(2)} | ${median(plain).toFixed(2)} | ${(median(grep) / median(plain)).toFixed(3)} | ${peak.toFixed(0)} | ${(median(zipped) / median(plain)).toFixed(2)} |`,
    );
    if (perl.length > 0)
      console.log(
        `| … stackcollapse-perf.pl | | | ${median(perl).toFixed(2)} | ${(median(perl) / median(plain)).toFixed(1)} × | ${perl[0].peakMiB.toFixed(0)} | |`,
      );
  }
}

try {
  await run();
} finally {
  rmSync(folder, { recursive: true, force: true });
  rmSync(path.dirname(worker), { recursive: true, force: true });
}
