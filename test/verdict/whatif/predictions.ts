import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadRun } from '../../../src/cli/pipeline.ts';
import type { Run } from '../../../src/model/capture.ts';
import { bytesOf } from '../../../src/verdict/call-view.ts';
import { makeContext } from '../../../src/verdict/context/context.ts';
import { cpuNsOf, mapCalls, sumOf } from '../../../src/verdict/derived.ts';
import { predict } from '../../../src/verdict/whatif/predict.ts';
import { AS_RECORDED } from '../../../src/verdict/whatif/settings.ts';
import type { Prediction, Setting } from '../../../src/verdict/whatif/types.ts';

/**
 * Predictions against truth: a setting is predicted from captures recorded without it and compared with captures recorded
 * with it. Run: node --import tsx test/verdict/whatif/predictions.ts CAPTURES [--write]; CAPTURES holds netdma and netdma-series.
 */
interface Case {
  what: string;
  from: string;
  to: string;
  file: RegExp;
  /** Trace of the recording with the setting, where it has another name. */
  toFile?: RegExp;
  setting: Partial<Setting>;
}

const SERIES: Case[] = [
  {
    what: 'SO_RCVLOWAT 200000',
    from: 'netdma-series/B-default',
    to: 'netdma-series/C-lowat200k',
    file: /^run\d\.txt/,
    setting: { rcvlowat: 200_000 },
  },
  {
    what: 'offload off',
    from: 'netdma-series/B-default',
    to: 'netdma-series/A-offload-off',
    file: /^run\d\.txt/,
    setting: { copybreak: 2_147_483_647 },
  },
  {
    what: 'offload off',
    from: 'netdma-series/C-lowat200k',
    to: 'netdma-series/A-offload-off',
    file: /^run\d\.txt/,
    setting: { copybreak: 2_147_483_647 },
  },
  {
    what: 'offload on (copybreak 4096)',
    from: 'netdma-series/A-offload-off',
    to: 'netdma-series/B-default',
    file: /^run\d\.txt/,
    setting: { copybreak: 4096 },
  },
];
const SINGLE: Case[] = [
  {
    what: 'SO_RCVLOWAT 200000, buffer 2 MiB',
    from: 'netdma/B-default',
    to: 'netdma/C-lowat200k',
    file: /^kp_ev\.txt/,
    setting: { rcvlowat: 200_000, buffer: 2_097_152 },
  },
  {
    what: 'buffer 2048 (below copybreak)',
    from: 'netdma/B-default',
    to: 'netdma/G-below-copybreak',
    file: /^kp_ev\.txt/,
    toFile: /^fn_ev_kp\.txt/,
    setting: { buffer: 2048 },
  },
  {
    what: 'MTU 9000',
    from: 'netdma/J-virtio-mtu1500',
    to: 'netdma/J-virtio-mtu9000',
    file: /^kp_ev\.txt/,
    setting: { mtu: 9000 },
  },
  {
    what: 'MTU 1500',
    from: 'netdma/J-virtio-mtu9000',
    to: 'netdma/J-virtio-mtu1500',
    file: /^kp_ev\.txt/,
    setting: { mtu: 1500 },
  },
  {
    what: 'MTU 9000',
    from: 'netdma/J-e1000-mtu1500',
    to: 'netdma/J-e1000-mtu9000',
    file: /^kp_ev\.txt/,
    setting: { mtu: 9000 },
  },
  {
    what: 'MTU 65536',
    from: 'netdma/J-loopback-mtu1500',
    to: 'netdma/J-loopback-mtu65536',
    file: /^kp_ev\.txt/,
    setting: { mtu: 65_536 },
  },
  {
    what: 'nothing (another engine)',
    from: 'netdma/K-slow-engine',
    to: 'netdma/K-fast-engine',
    file: /^kp_ev\.txt/,
    setting: {},
  },
  {
    what: 'SO_RCVLOWAT 200000',
    from: 'netdma/Q-big-B',
    to: 'netdma/Q-big-C',
    file: /\.txt(\.gz)?$/,
    setting: { rcvlowat: 200_000 },
  },
];

interface Figures {
  sharePct: number;
  cpuUsPerMiB: number;
  meanCallUs: number;
  sleepsPerMiB: number;
  calls: number;
}

/** One run from one trace of a folder and the side files that belong to it (same stem). */
async function loadRuns(folder: string, file: RegExp): Promise<Run[]> {
  const runs: Run[] = [];
  const names = readdirSync(folder).sort();
  const isTrace = (name: string): boolean =>
    file.test(name) && !/\.(conf|side-before|side-after)\.txt$|\.stats$|^gt-|README/.test(name);
  for (const trace of names.filter(isTrace)) {
    const stem = trace.replace(/\.txt(\.gz)?$/, '');
    const bundle = mkdtempSync(join(tmpdir(), 'predictions-'));
    for (const name of [trace, `${stem}.conf.txt`, `${stem}.side-before.txt`, `${stem}.side-after.txt`])
      if (existsSync(join(folder, name))) symlinkSync(resolve(folder, name), join(bundle, name));
    runs.push({ ...(await loadRun(bundle, {})), name: stem });
    rmSync(bundle, { recursive: true });
  }
  return runs;
}

function measure(runs: Run[]): Figures {
  const { fit } = makeContext(runs, { tool: 'predictions' });
  const bytes = sumOf(mapCalls(fit, bytesOf));
  const mib = bytes / 1048576;
  const hasCpu = mapCalls(fit, cpuNsOf).some((v) => !Number.isNaN(v));
  return {
    sharePct: (100 * fit.sum('dmaBytes')) / bytes,
    cpuUsPerMiB: hasCpu ? sumOf(mapCalls(fit, cpuNsOf)) / 1000 / mib : Number.NaN,
    meanCallUs: fit.sum('durationNs') / 1000 / fit.size,
    sleepsPerMiB: fit.sum('sleeps') / mib,
    calls: fit.size,
  };
}

function figuresOf(p: Prediction): Figures {
  return {
    sharePct: p.share.estimate,
    cpuUsPerMiB: p.cpu.estimate / 1000,
    meanCallUs: p.latency.estimate / 1000,
    sleepsPerMiB: p.sleepsPerMiB,
    calls: p.calls,
  };
}

async function judgeCase(root: string, c: Case): Promise<string> {
  const from = await loadRuns(join(root, c.from), c.file);
  const to = await loadRuns(join(root, c.to), c.toFile ?? c.file);
  const path = `| ${c.what} | ${c.from} → ${c.to} `;
  if (from.length === 0 || to.length === 0) return `${path}| no such capture | | | | |`;
  const context = makeContext(from, { tool: 'predictions' });
  const setting = { ...AS_RECORDED, ...c.setting };
  const asRecorded = Object.keys(c.setting).length === 0;
  const { predictions } = predict(context, asRecorded ? [] : [setting]);
  const p = asRecorded ? predictions[0] : predictions[2];
  if (p === undefined) return `${path}| too few calls (${context.fit.size}) | | | | |`;
  const truth = measure(to);
  const before = measure(from);
  const said = figuresOf(p);
  const cell = (key: keyof Figures, decimals = 0): string => {
    const show = (v: number): string => (Number.isFinite(v) ? v.toFixed(decimals) : '–');
    return `${show(before[key])} → ${show(said[key])} / ${show(truth[key])}`;
  };
  const inside = truth.sharePct >= p.share.low - 0.5 && truth.sharePct <= p.share.high + 0.5;
  const share = `${cell('sharePct', 1)} ${Number.isFinite(p.share.low) ? `[${p.share.low.toFixed(1)}, ${p.share.high.toFixed(1)}] ${inside ? 'in' : 'out'}` : ''}`;
  return `${path}| ${share} | ${cell('cpuUsPerMiB')} | ${cell('meanCallUs')} | ${cell('sleepsPerMiB', 1)} | ${cell('calls')} |`;
}

const [root, flag] = process.argv.slice(2);
if (root === undefined)
  throw new Error('usage: node --import tsx test/verdict/whatif/predictions.ts CAPTURES [--write]');
const lines = [
  '| setting | from → truth | share offloaded, % | CPU µs/MiB | mean call, µs | sleeps/MiB | calls |',
  '|---|---|---|---|---|---|---|',
];
for (const c of [...SERIES, ...SINGLE]) lines.push(await judgeCase(root, c));
console.log(lines.join('\n'));
if (flag === '--write') {
  const page = new URL('../../../src/verdict/whatif/PREDICTIONS.md', import.meta.url);
  const [head, , tail] = readFileSync(page, 'utf8').split(/<!-- (?:table|end) -->\n/);
  writeFileSync(page, `${head}<!-- table -->\n${lines.join('\n')}\n<!-- end -->\n${tail}`);
}
