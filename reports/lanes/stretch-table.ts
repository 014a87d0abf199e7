import type { LaneCall, Stretch } from './call.ts';
import { nameStretch } from './draw.ts';

export interface StretchRow {
  lane: string;
  what: string;
  startNs: number;
  spentNs: number;
  cpu: number;
  line: number;
}

const MAX_ROWS = 40;

/** Stretch by stretch in time order; runs of short ones are one row: '48 × submit, backlog'. At most 40 rows. */
export function listStretches(call: LaneCall): StretchRow[] {
  const ordered = call.stretches.filter((s) => s.endNs > s.startNs).sort((a, b) => a.startNs - b.startNs);
  for (let short = Math.max(1, call.durationNs / 1000); ; short *= 2) {
    const rows = mergeShort(ordered, short);
    if (rows.length <= MAX_ROWS) return rows;
  }
}

function mergeShort(ordered: readonly Stretch[], shortNs: number): StretchRow[] {
  const out: StretchRow[] = [];
  let run: Stretch[] = [];
  const flush = (): void => {
    if (run.length === 0) return;
    const [first] = run;
    const names = [...new Set(run.map(nameStretch))];
    const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ');
    out.push({
      lane: [...new Set(run.map((s) => s.lane))].join(', '),
      what: run.length === 1 ? shown : `${run.length} × ${shown}`,
      startNs: first.startNs,
      spentNs: run.reduce((sum, s) => sum + s.endNs - s.startNs, 0),
      cpu: new Set(run.map((s) => s.cpu)).size === 1 ? first.cpu : -1,
      line: first.line,
    });
    run = [];
  };
  for (const stretch of ordered) {
    if (stretch.endNs - stretch.startNs >= shortNs) {
      flush();
      run = [stretch];
      flush();
    } else run.push(stretch);
  }
  flush();
  return out;
}
