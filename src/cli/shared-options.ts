import { type Command, InvalidArgumentError } from 'commander';
import { METRICS, type Until } from '../record/experiment/options.ts';
import type { ScopeFilter } from '../verdict/index.ts';
import type { LoadOptions } from './pipeline.ts';

export const DEFAULT_SEED = 20050720;

/** Options every command that reads captures has. */
export function addInputOptions(command: Command): Command {
  return command
    .option(
      '--max-calls <n>',
      'keep at most this many calls; totals stay exact, the rest is a seeded sample',
      parseCount,
      1_000_000,
    )
    .option('--max-line <bytes>', 'count longer lines instead of parsing them', parseCount, 16 * 1048576)
    .option(
      '--max-expansion-ratio <ratio>',
      'refuse compressed input that grows more than this (default 400)',
      parseCount,
    )
    .option('--max-expanded-bytes <bytes>', 'refuse compressed input that grows beyond this (default 64G)', parseCount)
    .option('--label <key=value>', 'a label of the captures: rollout, role, room … (repeatable)', collectLabels)
    .option('--max-files <n>', 'look at no more entries of a folder (default 10000)', parseCount)
    .option('--max-folder-bytes <bytes>', 'read no more bytes of a folder (default 64G)', parseCount)
    .option('--print-recordings', 'run perf or trace-cmd on binary recordings inside a folder, too')
    .option('--jobs <n>', 'captures read at the same time (default: as many as cores, at most 8)', parseJobs)
    .option('--seed <n>', 'seed of every random choice', parseCount, DEFAULT_SEED);
}

export function toLoadOptions(options: Record<string, unknown>): LoadOptions {
  return {
    maxCalls: options.maxCalls as number,
    seed: options.seed as number,
    maxLineBytes: options.maxLine as number,
    maxExpansionRatio: options.maxExpansionRatio as number | undefined,
    maxExpandedBytes: options.maxExpandedBytes as number | undefined,
    identify: true,
    labels: options.label as Record<string, string> | undefined,
    maxFiles: options.maxFiles as number | undefined,
    maxFolderBytes: options.maxFolderBytes as number | undefined,
    printRecordings: options.printRecordings === true,
    jobs: options.jobs as number | undefined,
  };
}

/** Whose calls: options of every command that judges or prints calls. */
export function addScopeOptions(command: Command): Command {
  return command
    .option('--comm <name>', 'only calls of tasks of this name')
    .option(
      '--pid <n>',
      'only calls of this process (of this thread, where the text does not print processes)',
      parseId,
    )
    .option('--tid <n>', 'only calls of this thread', parseId)
    .option('--port <n>', 'only calls on connections with this port at either end', parseId)
    .option('--socket <text>', 'only calls on this socket: its address as printed, or an end such as 10.77.0.1:21003');
}

export function toScope(options: Record<string, unknown>): ScopeFilter {
  const { comm, pid, tid, port, socket } = options as ScopeFilter;
  return { comm, pid, tid, port, socket };
}

function parseJobs(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 to 999');
  return Number(text);
}

function parseId(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

/** 4096, 64k, 2M, 1G (binary). */
export function parseCount(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kKmMgG]?)$/.exec(text.trim());
  if (match === null) throw new InvalidArgumentError('expected a number such as 4096, 64k or 2M');
  return Math.round(Number(match[1]) * 1024 ** ['', 'k', 'm', 'g'].indexOf(match[2].toLowerCase()));
}

export function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a positive number');
  return value;
}

export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** '4096,64k' and repeated options make one list. */
export const collectCounts = (value: string, before: number[] = []): number[] => [
  ...before,
  ...value.split(',').map(parseCount),
];

/** A key is a word; the value is anything, '' included. */
export function collectLabels(text: string, before: Record<string, string> = {}): Record<string, string> {
  const match = /^([A-Za-z_][\w.-]*)=([^\u0000-\u001f]*)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('expected key=value, the key a word');
  return { ...before, [match[1]]: match[2] };
}

/** 3/64: the third of sixty-four equal parts. */
export function parseShard(text: string): { index: number; count: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!(index >= 1 && index <= count)) throw new InvalidArgumentError('expected i/n with 1 ≤ i ≤ n');
  return { index, count };
}

export function parseWhole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

/** `cpu:5%`, `latency:10`. */
export function parseUntil(text: string): Until {
  const match = /^(\w+):(\d+(?:\.\d+)?)%?$/.exec(text);
  const metric = METRICS.find((name) => name === match?.[1]);
  if (match === null || metric === undefined || !(Number(match[2]) > 0))
    throw new InvalidArgumentError(`expected one of ${METRICS.join(', ')}, a colon and percent: cpu:5%`);
  return { metric, halfWidthPct: Number(match[2]) };
}
