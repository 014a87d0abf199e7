import type { Format } from './contract.ts';

/**
 * Where one format ends and another begins without an opener line: `cat trace.txt iperf.csv`. A few windows of four lines
 * are shown to the current format; only where it knows none of them are the others asked, and a bisection finds the line.
 */
const WINDOW_LINES = 4;
const EVEN_PROBES = 8;
/** Points per line that a foreign format needs in its window: half of what an event line has. */
const FOREIGN_DENSITY = 5;
const NEWLINE = 10;

/** Their lines look alike: changes between them are told by opener lines only. */
const FAMILIES: readonly ReadonlySet<string>[] = [new Set(['ftrace', 'trace-cmd', 'function_graph'])];

type Owner = 'own' | 'foreign' | 'nobody';

/** Offset of the first line of a foreign stretch in `data` (which begins at a line), or null. */
export function findBorder(data: Buffer, current: Format, formats: readonly Format[]): number | null {
  const starts = findLineStarts(data);
  if (starts.length < 2) return null;
  const others = formats.filter((format) => format !== current && !areAkin(format, current));
  const ownerAt = (line: number): Owner => judge(textOf(data, starts, line, WINDOW_LINES), current, others);
  let lastOwn = -1;
  let firstForeign = -1;
  for (const line of chooseProbes(starts.length)) {
    const owner = ownerAt(line);
    if (owner === 'own') lastOwn = line;
    else if (owner === 'foreign') {
      firstForeign = line;
      break;
    }
  }
  if (firstForeign < 0) return null;
  while (firstForeign - lastOwn > 1) {
    const middle = (firstForeign + lastOwn) >> 1;
    if (ownerAt(middle) === 'own') lastOwn = middle;
    else firstForeign = middle;
  }
  let line = Math.max(firstForeign, 0);
  while (line < starts.length && judge(textOf(data, starts, line, 1), current, others) === 'own') line++;
  return line < starts.length ? starts[line] : null;
}

/** Bytes at the beginning that belong to another format than the one that won the whole head; 0 = none. */
export function findLead(data: Buffer, winner: Format, formats: readonly Format[]): number {
  const starts = findLineStarts(data);
  const others = formats.filter((format) => format !== winner && !areAkin(format, winner));
  if (starts.length < 2 || judge(textOf(data, starts, 0, 1), winner, others) !== 'foreign') return 0;
  const isOwn = (line: number): boolean => judge(textOf(data, starts, line, 1), winner, others) === 'own';
  let line = 1;
  while (line < starts.length && !isOwn(line)) line++;
  return line < starts.length ? starts[line] : 0;
}

export function areAkin(a: Format, b: Format): boolean {
  return a.id === b.id || FAMILIES.some((family) => family.has(a.id) && family.has(b.id));
}

/** Ends are probed closely, so that a few foreign lines at the end are seen. */
function chooseProbes(count: number): number[] {
  const probes = new Set<number>();
  for (let i = 0; i < EVEN_PROBES; i++) probes.add(Math.floor((count * i) / EVEN_PROBES));
  for (let back = 1; back < count; back *= 4) probes.add(Math.max(count - back, 0));
  return [...probes].sort((a, b) => a - b);
}

function judge(lines: string[], current: Format, others: readonly Format[]): Owner {
  const full = lines.filter((line) => line.trim() !== '').length;
  if (full === 0) return 'nobody';
  const head = { text: `${lines.join('\n')}\n`, lines, isWholeFile: false };
  if (current.detect(head).score > 0) return 'own';
  return others.some((format) => format.detect(head).score >= full * FOREIGN_DENSITY) ? 'foreign' : 'nobody';
}

function findLineStarts(data: Buffer): number[] {
  const starts: number[] = [];
  for (let at = 0; at < data.length; ) {
    starts.push(at);
    const newline = data.indexOf(NEWLINE, at);
    if (newline < 0) break;
    at = newline + 1;
  }
  return starts;
}

function textOf(data: Buffer, starts: readonly number[], line: number, count: number): string[] {
  const end = line + count < starts.length ? starts[line + count] : data.length;
  const text = data.toString('utf8', starts[line], Math.min(end, starts[line] + 16_384));
  return text.replace(/\r*\n$/, '').split(/\r*\n/);
}
