import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A capture and the file in which its receiver logged its own calls. */
export interface TruthPair {
  folder: string;
  capture: string;
  truth: string;
}

const SIDE = /\.(conf|side-(before|after)|rec|stats|err)\b|^side\.|README|\.csv$|\.md$/;
const TRACE_ENDINGS = ['txt', 'trace', 'report', 'tail', 'script', 'perf'];

/** All pairs below `root`: the README table names them; else gt-X.csv stands beside X.txt, X.trace.txt, X.script-g.txt … */
export function findPairs(root: string): TruthPair[] {
  const pairs: TruthPair[] = [];
  const walk = (folder: string): void => {
    const names = readdirSync(folder).sort();
    for (const name of names) if (statSync(join(folder, name)).isDirectory()) walk(join(folder, name));
    const truths = names.filter((name) => /^gt-.*\.csv$/.test(name));
    if (truths.length === 0) return;
    const listed = pairsOfReadme(folder, names);
    for (const truth of truths) {
      const stem = truth.slice(3, -4);
      const captures = new Set(listed.get(truth) ?? []);
      for (const name of names) if (!SIDE.test(name) && isNamedLike(name, stem)) captures.add(name);
      // A bundle: gt-run1.csv stands beside the folder run1/.
      if (names.includes(stem) && statSync(join(folder, stem)).isDirectory()) captures.add(stem);
      for (const capture of captures) pairs.push({ folder, capture, truth });
    }
  };
  walk(root);
  return pairs;
}

function isNamedLike(name: string, stem: string): boolean {
  if (!name.startsWith(stem)) return false;
  const rest = name.slice(stem.length);
  if (!rest.startsWith('.')) {
    // perf.script-g.txt belongs to gt-perf-g.csv
    return false;
  }
  const parts = rest.slice(1).replace(/\.gz$/, '').split('.');
  if (!parts.every((part) => TRACE_ENDINGS.includes(part.replace(/-.*$/, '')))) return false;
  return !/script-g\./.test(name);
}

function pairsOfReadme(folder: string, names: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const path = join(folder, 'README.md');
  if (!existsSync(path)) return found;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    if (cells.length < 4) continue;
    const capture = cells[1];
    const listed = cells[2].split(/[ ,]+/).map((cell) => (cell.endsWith('.csv') ? cell : `${cell}.csv`));
    for (const truth of listed.filter((name) => names.includes(name)))
      for (const name of [capture, `${capture}.gz`]) {
        if (!names.includes(name) || SIDE.test(name)) continue;
        found.set(truth, [...(found.get(truth) ?? []), name]);
      }
  }
  return found;
}

export interface TrueCall {
  seq: number;
  tid: number;
  call: string;
  startNs: number;
  endNs: number;
  requested: number;
  flags: number;
  /** Return value with the errno folded in (-11 for EAGAIN). */
  returned: number;
  pinned: number;
  dmaCopies: number;
  earlyCopies: number;
  cpuCopies: number;
  backlogCopies: number;
  /** Early copies made by another task (NIC softirq), where the log counts them. */
  otherEarlyCopies: number;
}

const WAITS = new Set(['poll', 'epoll_wait', 'select', 'madvise', 'send']);

/** Receive calls of one gt-*.csv in order. Times relative to the first start, so that a double holds them. */
export function readTruth(path: string): { calls: TrueCall[]; originNs: bigint } {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const names = lines[0].split(',');
  const column = (cells: string[], name: string): string => cells[names.indexOf(name)] ?? '';
  const number = (text: string): number => (text === '' ? Number.NaN : Number(text));
  const calls: TrueCall[] = [];
  let originNs = 0n;
  for (const line of lines.slice(1)) {
    const cells = line.split(',');
    if (WAITS.has(column(cells, 'call'))) continue;
    const start = BigInt(column(cells, 'start_ns'));
    if (calls.length === 0) originNs = start;
    const ret = Number(column(cells, 'ret'));
    const errno = Number(column(cells, 'errno'));
    calls.push({
      seq: Number(column(cells, 'seq')),
      tid: Number(column(cells, 'tid')),
      call: column(cells, 'call'),
      startNs: Number(start - originNs),
      endNs: Number(BigInt(column(cells, 'end_ns')) - originNs),
      requested: Number(column(cells, 'req_len')),
      flags: Number(column(cells, 'flags')),
      returned: ret < 0 ? -errno : ret,
      pinned: number(column(cells, 'pinned')),
      dmaCopies: number(column(cells, 'dma_copies_in_recvmsg')),
      earlyCopies: number(column(cells, 'early_copies_own_thread')),
      cpuCopies: number(column(cells, 'cpu_copies')),
      otherEarlyCopies: number(column(cells, 'early_copies_other_task')),
      backlogCopies: number(column(cells, 'backlog_cpu_copies') || '0'),
    });
  }
  return { calls, originNs };
}
