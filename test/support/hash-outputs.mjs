// node test/support/hash-outputs.mjs [CLI] > hashes.txt: one line per output of every fixture, the hash of them all last.
// Run it with the dist/cli.js of two commits and compare the two texts: a change that moves code must change no line.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cli = path.resolve(process.argv[2] ?? path.join(root, 'dist', 'cli.js'));
const JOBS = 3;
const BESIDE = /(^|\/)(about\.md|gt-[^/]*\.csv)$/;

const files = readdirSync(path.join(root, 'fixtures/captures'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
  .filter((file) => !BESIDE.test(file))
  .sort();
const folders = [...new Set(files.map((file) => path.dirname(file)))];

const classic = (name) => [1, 2, 3, 4, 5].map((run) => `fixtures/captures/classic/${name}/run${run}`);
const options = (option, values) => values.flatMap((value) => [option, value]);
const compare = (before, after) => ['compare', ...options('--before', before), ...options('--after', after)];
const SIDES = ['A-offload-off', 'B-default', 'C-lowat200k'];
const FORMATS = ['json', 'html', 'markdown', 'text'];

const jobs = [
  ...files.flatMap((file) => [
    ['calls', '--extra', file],
    ['inspect', '--format', 'json', file],
    ['report', '--format', 'json', file],
    ['export', file],
  ]),
  ...folders.flatMap((folder) => [
    ...FORMATS.map((format) => ['report', '--format', format, folder]),
    ['whatif', '--rcvlowat', '1,64k,200000', '--format', 'text', folder],
  ]),
  ...SIDES.flatMap((side) => FORMATS.map((format) => ['report', '--format', format, ...classic(side)])),
  ...[
    [classic(SIDES[0]), classic(SIDES[1])],
    [classic(SIDES[0]), classic(SIDES[2])],
    [classic(SIDES[1]), classic(SIDES[2])],
    [['fixtures/captures/truth/modern-6.18-rr64'], ['fixtures/captures/truth/modern-6.18-veth1500']],
    [['fixtures/captures/perf-report/6.1'], ['fixtures/captures/perf-report/6.18']],
  ].flatMap(([before, after]) => FORMATS.map((format) => [...compare(before, after), '--format', format])),
];

function runJob(args) {
  return new Promise((resolve) => {
    const hash = createHash('sha256');
    const child = spawn(process.execPath, [cli, ...args, '--quiet'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let messages = '';
    child.stdout.on('data', (chunk) => hash.update(chunk));
    child.stderr.on('data', (chunk) => {
      messages += chunk;
    });
    child.on('close', (status) => {
      hash.update(`\n${status}\n${messages}`);
      resolve(`${hash.digest('hex').slice(0, 24)} ${status} ${args.join(' ')}`);
    });
  });
}

const lines = new Array(jobs.length);
let next = 0;
async function work() {
  while (next < jobs.length) {
    const at = next++;
    lines[at] = await runJob(jobs[at]);
  }
}
await Promise.all(Array.from({ length: JOBS }, work));
for (const line of lines) console.log(line);
console.log(`${createHash('sha256').update(lines.join('\n')).digest('hex')} all ${lines.length} outputs`);
