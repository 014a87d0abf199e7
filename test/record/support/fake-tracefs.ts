import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { listEvents, toTracefsName } from '../../../src/model/recording/events.ts';
import { KPROBES } from '../../../src/model/recording/probes.ts';

/** What tracefs of an era has, as plain files: what is written stays, so that everything not put back shows. */
export interface Era {
  release: string;
  hasInstances: boolean;
  hasKprobes: boolean;
  clocks: string;
  bufferSize: string;
}

export const ERAS: readonly Era[] = [
  { release: '2.6.32.65', hasInstances: false, hasKprobes: false, clocks: '', bufferSize: '1411' },
  { release: '2.6.38', hasInstances: false, hasKprobes: true, clocks: '[local] global', bufferSize: '1411' },
  {
    release: '3.10.105',
    hasInstances: true,
    hasKprobes: true,
    clocks: '[local] global counter uptime perf',
    bufferSize: '1408',
  },
  {
    release: '3.18.140',
    hasInstances: true,
    hasKprobes: true,
    clocks: '[local] global counter uptime perf mono',
    bufferSize: '1408',
  },
  {
    release: '6.18.44',
    hasInstances: true,
    hasKprobes: true,
    clocks: '[local] global counter mono boot',
    bufferSize: '7 (expanded: 1408)',
  },
];

/** Numbers of a release, for the events that it has. */
const rank = (release: string): number =>
  release
    .split('.')
    .slice(0, 3)
    .reduce((sum, part) => sum * 1000 + Number.parseInt(part, 10), 0) * (release.split('.').length === 2 ? 1000 : 1);

export function makeTree(root: string, era: Era): void {
  rmSync(root, { recursive: true, force: true });
  const put = (file: string, text: string): void => {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  put('trace', '# tracer: nop\n');
  put('trace_marker', '');
  put('current_tracer', 'nop\n');
  put('tracing_on', '1\n');
  put('buffer_size_kb', `${era.bufferSize}\n`);
  put('set_event', '');
  put('options/record-cmd', '0\n');
  put('per_cpu/cpu0/stats', 'entries: 0\noverrun: 0\n');
  put('available_tracers', 'function nop\n');
  put('set_ftrace_filter', '#### all functions enabled ####\n');
  if (era.clocks !== '') put('trace_clock', `${era.clocks}\n`);
  if (era.hasKprobes) put('kprobe_events', 'p:kprobes/of_somebody do_sys_open\n');
  if (era.hasInstances) mkdirSync(path.join(root, 'instances'));
  for (const { name, from } of listEvents())
    if (from === '' || rank(from) <= rank(era.release)) {
      put(`events/${toTracefsName(name)}/enable`, '0\n');
      put(`events/${toTracefsName(name)}/filter`, 'none\n');
    }
}

/** mkdir and rmdir as tracefs has them: a new instance is full of files, and goes with them. */
export function makeTools(bin: string, root: string): void {
  mkdirSync(bin, { recursive: true });
  const tool = (name: string, body: string): void => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  const copy =
    'for f in trace trace_marker tracing_on buffer_size_kb trace_clock options per_cpu events current_tracer; do [ -e "$R/$f" ] && cp -r "$R/$f" "$1/"; done';
  tool('mkdir', `R=${root}; /bin/mkdir "$@" || exit 1; case $1 in */instances/*) ${copy};; esac; exit 0`);
  tool('rmdir', 'case $1 in */instances/*) rm -r "$1";; *) /bin/rmdir "$@";; esac');
}

export function writeSymbols(file: string): void {
  const symbols = new Set(KPROBES.map((probe) => probe.split(' ')[1]));
  writeFileSync(file, [...symbols].map((symbol) => `0000000000000000 T ${symbol}\n`).join(''));
}

/** The tree as the kernel would show it: appended definitions taken together, spellings of one state made alike. */
export function readTree(root: string): Record<string, string> {
  const out: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const name of readdirSync(path.join(root, folder)).sort()) {
      const file = path.posix.join(folder, name);
      if (statSync(path.join(root, file)).isDirectory()) walk(file);
      else if (!/^(?:trace|trace_marker)$/.test(name))
        out[file] = normalise(name, readFileSync(path.join(root, file), 'utf8'));
    }
  };
  walk('');
  return out;
}

function normalise(name: string, text: string): string {
  const value = text.trim();
  if (name === 'buffer_size_kb')
    return /\(expanded: (\d+)/.exec(value)?.[1] === undefined ? value : value.split(' ')[0];
  if (name === 'trace_clock') return /\[(\w+)\]/.exec(value)?.[1] ?? value;
  if (name === 'filter') return value === '0' ? 'none' : value;
  if (name === 'set_ftrace_filter') return value.startsWith('####') ? '' : value;
  if (name !== 'kprobe_events') return value;
  const probes = new Set<string>();
  for (const line of value.split('\n')) {
    const removed = /^-:(\S+)/.exec(line);
    if (removed === null) probes.add(line);
    else for (const probe of probes) if (probe.split(' ')[0].endsWith(`:${removed[1]}`)) probes.delete(probe);
  }
  return [...probes].join('\n');
}

export interface ScriptRun {
  status: number | null;
  stdout: string;
  stderr: string;
}

export function runScript(
  shell: string,
  script: string,
  args: readonly string[],
  env: Record<string, string>,
): ScriptRun {
  const [command, ...options] = shell.split(' ');
  const { status, stdout, stderr } = spawnSync(command, [...options, script, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env, PATH: `${env.BIN}:${process.env.PATH}` },
  });
  return { status, stdout, stderr };
}

export const SHELLS = ['dash', 'busybox ash', 'bash --posix'].filter((shell) =>
  ['/bin', '/usr/bin'].some((folder) => existsSync(path.join(folder, shell.split(' ')[0]))),
);
