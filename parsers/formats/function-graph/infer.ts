import { cursor } from '../../text/numbers.ts';
import { Columns, type GraphColumns } from './columns.ts';
import { scanCpu } from './cpu.ts';
import type { GraphLayout } from './layout.ts';

const BAR = 124;

/**
 * The layout of a line on its own, for texts without header (mail, documentation); null when it has none. Only what
 * the line shows: the caller still has to read the tree.
 */
export function inferLayout(columns: GraphColumns, buf: Uint8Array, start: number, end: number): GraphLayout | null {
  let pos = start;
  const time = columns.scanTime(buf, pos, end);
  const abs = time >= 0;
  if (abs) pos = time;
  const relative = abs ? -1 : columns.scanRelative(buf, pos, end);
  // A duration without decimals looks the same; only a relative time is followed by a CPU.
  const rel = relative >= 0 && scanCpu(buf, relative, end) >= 0;
  if (rel) pos = relative;
  const cpu = scanCpu(buf, pos, end) >= 0;
  if (cpu) pos = cursor.end;
  const afterProc = columns.task.scan(buf, pos, end, !(cpu || abs || rel));
  const proc = afterProc >= 0;
  if (proc) pos = afterProc;
  const afterFlags = columns.scanFlags(buf, pos, end);
  const lat = afterFlags >= 0 && !isPlainNumber(buf, columns.flagsStart, columns.flagsEnd);
  if (lat) pos = afterFlags;
  const bar = columns.scanDuration(buf, pos, end, pos, true);
  const dur = bar === Columns.all || (bar === Columns.arrow && buf[end - 1] === BAR);
  // Nothing but a bar is no evidence, and nothing at all is C code.
  if (!abs && !rel && !cpu && !proc && !(dur && !Number.isNaN(columns.durNs))) return null;
  const layout = { abs, rel, cpu, proc, lat, dur };
  return columns.scan(buf, start, end, layout) >= Columns.all ? layout : null;
}

function isPlainNumber(buf: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (buf[i] < 48 || buf[i] > 57) return false;
  return true;
}
