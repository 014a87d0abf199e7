// npm run bench:record [-- ROUNDS [SECONDS]]: what `recvscope record` costs the receiver: CPU time per byte of iperf3's server,
// as iperf3 accounts it, with the base events on against none, by perf and by a trace instance, at 2 and 5 Gbit/s over
// loopback in a network namespace. Rounds are interleaved; the median of the ratios within a round counts. Needs root,
// iperf3. Exits 1 when the base costs more than 12 % by perf.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../support/source-tree.ts';
import { medianOf } from './measure.ts';

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 2);
const LIMIT_PCT = 12;
const RATES = ['2G', '5G'];
const WAYS = ['none', 'perf', 'tracefs'] as const;
type Way = (typeof WAYS)[number];
const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-cost-'));

interface Report {
  end: { cpu_utilization_percent: { host_total: number }; sum_received: { bytes: number; seconds: number } };
}

/** ns of the server's CPU a byte, and the rate reached in Gbit/s. */
function measure(way: Way, rate: string, name: string): { nsPerByte: number; gbit: number } {
  const file = path.join(scratch, `${name}.json`);
  const client = `until iperf3 -c 127.0.0.1 -t ${seconds} -b ${rate} > /dev/null 2>&1; do sleep 0.1; done`;
  const load = [
    'unshare',
    '-n',
    'sh',
    '-c',
    `ip link set lo up; taskset -c 0 iperf3 -s -1 -J > ${file} & taskset -c 1 sh -c '${client}'; wait`,
  ];
  const folder = path.join(scratch, name);
  const command =
    way === 'none'
      ? load
      : [
          process.execPath,
          path.join(ROOT, 'dist/cli.js'),
          'record',
          '-q',
          '--tracer',
          way,
          '-o',
          folder,
          '--',
          ...load,
        ];
  const { status, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${way} at ${rate}: ${stderr}`);
  rmSync(folder, { recursive: true, force: true });
  const { end } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const { bytes, seconds: took } = end.sum_received;
  return {
    nsPerByte: ((end.cpu_utilization_percent.host_total / 100) * took * 1e9) / bytes,
    gbit: (8 * bytes) / took / 1e9,
  };
}

console.log('| rate | tracer | ns/byte | Gbit/s | against none |\n|---|---|---|---|---|');
let worst = 0;
for (const rate of RATES) {
  const seen = new Map<Way, { nsPerByte: number; gbit: number }[]>(WAYS.map((way) => [way, []]));
  for (let round = 0; round < rounds; round++)
    for (const way of round % 2 === 0 ? WAYS : [...WAYS].reverse())
      seen.get(way)!.push(measure(way, rate, `${rate}-${way}-${round}`));
  for (const way of WAYS) {
    const own = seen.get(way)!;
    const ratios = own.map(({ nsPerByte }, round) => nsPerByte / seen.get('none')![round].nsPerByte);
    const costPct = 100 * (medianOf(ratios) - 1);
    if (way === 'perf') worst = Math.max(worst, costPct);
    const cells = [
      rate,
      way,
      medianOf(own.map((each) => each.nsPerByte)).toFixed(3),
      medianOf(own.map((each) => each.gbit)).toFixed(2),
    ];
    console.log(
      `| ${cells.join(' | ')} | ${way === 'none' ? '' : `${costPct >= 0 ? '+' : ''}${costPct.toFixed(0)} %`} |`,
    );
  }
}
rmSync(scratch, { recursive: true, force: true });
if (worst > LIMIT_PCT) {
  console.log(`the base costs ${worst.toFixed(0)} % by perf: more than ${LIMIT_PCT} %`);
  process.exitCode = 1;
}
