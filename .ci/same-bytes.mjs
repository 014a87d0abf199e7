// `npm run same-bytes`: one capture, one report, whatever release of Node makes it. Node 22 and 24 come from the npm package
// `node` (platform packages hold the executable); the Node that runs this is the reference.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const RELEASES = ['20.20.2', '22.23.3', '24.9.0'];
const CLASSIC = 'fixtures/captures/classic';
const MODERN = 'fixtures/captures/truth/modern-6.18-veth1500';
const RUNS = [
  ['report', `${CLASSIC}/B-default/run1`],
  ['report', `${MODERN}/perf.script.txt`],
  ['report', `${MODERN}/perf.samples.txt`],
  ['compare', `${CLASSIC}/A-offload-off`, `${CLASSIC}/B-default`],
];
const FORMATS = ['html', 'markdown', 'text', 'json', 'summary-json', 'junit'];

const folder = mkdtempSync(path.join(os.tmpdir(), 'recvscope-node-'));
try {
  const places = new Map(RELEASES.map((release) => [release, install(release)]));
  let different = 0;
  for (const run of RUNS)
    for (const format of FORMATS) {
      const hashes = new Map(RELEASES.map((release) => [release, hash(places.get(release), [...run, '--format', format])]));
      if (new Set(hashes.values()).size > 1) {
        different++;
        console.log(`different: ${run.join(' ')} --format ${format}`, Object.fromEntries(hashes));
      }
    }
  console.log(`${RUNS.length * FORMATS.length} outputs by Node ${RELEASES.join(', ')}: ${different} different`);
  process.exitCode = different === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The platform's package of the npm package `node`, without its install script. */
function install(release) {
  if (process.versions.node === release) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const prefix = path.join(folder, release);
  execFileSync(
    'npm',
    ['install', '--prefix', prefix, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${release}`],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const program = path.join(prefix, 'node_modules', name, 'bin', 'node');
  if (!existsSync(program)) throw new Error(`no program in ${name}@${release}`);
  return program;
}

function hash(program, args) {
  const text = execFileSync(program, [path.join(root, 'dist/cli.js'), ...args], {
    cwd: root,
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
