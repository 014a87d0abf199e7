import type { Format } from './contract.ts';

/**
 * Where one format ends and another begins without an opener line: `cat trace.txt iperf.csv`. A few windows of four lines
 * are shown to the current format; only where it knows none of them are the others asked, and a bisection finds the line.
 */
const WINDOW_LINES = 4;
const EVEN_PROBES = 8;
/** Points per line that a foreign format needs in its window: half of what an event line has. */
const FOREIGN_DENSITY = 5;
const MAX_WINDOW_BYTES = 16_384;
const NEWLINE = 10;

/** Their lines look alike: changes between them are told by opener lines only. */
const FAMILIES: readonly ReadonlySet<string>[] = [new Set(['ftrace', 'trace-cmd', 'function_graph'])];

type Owner = 'own' | 'foreign' | 'nobody';

/** Offset of the first line of a foreign stretch in `data` (which begins at a line), or null. */
export function findBorder(data: Buffer, current: Format, formats: readonly Format[]): number | null {
  const others = formats.filter((format) => format !== current && !areAkin(format, current));
  const ownerAt = (at: number): Owner => judge(readLines(data, at, WINDOW_LINES), current, others);
  let own = -1;
  let foreign = -1;
  for (const at of chooseProbes(data)) {
    const owner = ownerAt(at);
    if (owner === 'own') own = at;
    else if (owner === 'foreign') {
      foreign = at;
      break;
    }
  }
  if (foreign < 0) return null;
  for (;;) {
    const next = own < 0 ? 0 : nextLine(data, own);
    if (next >= foreign) break;
    const middle = Math.min(Math.max(nextLine(data, (next + foreign) >> 1), next), lineOf(data, foreign - 1));
    if (ownerAt(middle) === 'own') own = middle;
    else foreign = middle;
  }
  let at = foreign;
  while (at < data.length && judge(readLines(data, at, 1), current, others) === 'own') at = nextLine(data, at);
  return at < data.length ? at : null;
}

/** Bytes at the beginning that belong to another format than the one that won the whole head; 0 = none. */
export function findLead(data: Buffer, winner: Format, formats: readonly Format[]): number {
  const others = formats.filter((format) => format !== winner && !areAkin(format, winner));
  if (judge(readLines(data, 0, 1), winner, others) !== 'foreign') return 0;
  let at = 0;
  while (at < data.length && judge(readLines(data, at, 1), winner, others) !== 'own') at = nextLine(data, at);
  return at < data.length ? at : 0;
}

export function areAkin(a: Format, b: Format): boolean {
  return a.id === b.id || FAMILIES.some((family) => family.has(a.id) && family.has(b.id));
}

/** Starts of lines, in order. Ends are probed closely, so that a few foreign lines at the end are seen. */
function chooseProbes(data: Buffer): number[] {
  const probes = new Set<number>([0]);
  for (let i = 1; i < EVEN_PROBES; i++) probes.add(nextLine(data, Math.floor((data.length * i) / EVEN_PROBES)));
  let at = data.length;
  for (let back = 1; back <= 256 && at > 0; back++) {
    at = lineOf(data, at - 1);
    if (Number.isInteger(Math.log2(back) / 2)) probes.add(at);
  }
  return [...probes].filter((probe) => probe < data.length).sort((a, b) => a - b);
}

/** Start of the line that holds `at`. */
function lineOf(data: Buffer, at: number): number {
  return at <= 0 ? 0 : data.lastIndexOf(NEWLINE, at - 1) + 1;
}

/** Start of the line after the one that holds `at`; the length of the data when there is none. */
function nextLine(data: Buffer, at: number): number {
  const newline = data.indexOf(NEWLINE, at);
  return newline < 0 ? data.length : newline + 1;
}

function judge(lines: string[], current: Format, others: readonly Format[]): Owner {
  const full = lines.filter((line) => line.trim() !== '').length;
  if (full === 0) return 'nobody';
  const head = { text: `${lines.join('\n')}\n`, lines, isWholeFile: false };
  if (current.detect(head).score > 0) return 'own';
  // Comments are no evidence: the header block of perf script and of perf report is the same.
  const telling = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (telling.length === 0) return 'nobody';
  const body = { text: `${telling.join('\n')}\n`, lines: telling, isWholeFile: false };
  return others.some((format) => format.detect(body).score >= telling.length * FOREIGN_DENSITY) ? 'foreign' : 'nobody';
}

/** Up to `count` lines from `at` on; of a gigantic line only the beginning. */
function readLines(data: Buffer, at: number, count: number): string[] {
  let end = at;
  for (let i = 0; i < count && end < data.length; i++) end = nextLine(data, end);
  const text = data.toString('utf8', at, Math.min(end, at + MAX_WINDOW_BYTES));
  return text.replace(/\r*\n$/, '').split(/\r*\n/);
}
