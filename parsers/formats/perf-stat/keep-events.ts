import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import { makeFact } from '../../text/facts.ts';
import type { StatRow } from './row.ts';

export interface PlacedRow {
  row: StatRow;
  line: number;
}

/**
 * The rows of one `perf stat` as facts. Under the event name stands one fact, the total over intervals, CPUs, cores or
 * sockets; the rows it was summed from stand under `event@CPU0`, `event@0.100` and the like, so that nobody counts them
 * twice. `block` tells several outputs of one file apart.
 */
export function keepEvents(rows: readonly PlacedRow[], fileName: string, report: FileReport, block = ''): Fact[] {
  const byEvent = new Map<string, PlacedRow[]>();
  for (const each of rows) {
    const list = byEvent.get(each.row.event);
    if (list === undefined) byEvent.set(each.row.event, [each]);
    else list.push(each);
  }
  const facts: Fact[] = [];
  for (const [event, list] of byEvent) {
    report.eventNames.set(event, (report.eventNames.get(event) ?? 0) + list.length);
    keepEvent(event, list, { fileName, block, facts });
  }
  return facts;
}

function keepEvent(
  event: string,
  list: readonly PlacedRow[],
  { fileName, block, facts }: { fileName: string; block: string; facts: Fact[] },
): void {
  const counts = list.filter(({ row }) => row.text !== '');
  const summaries = counts.filter(({ row }) => row.time === 'summary');
  const parts = summaries.length > 0 ? summaries : counts;
  const known = parts.filter(({ row }) => !Number.isNaN(row.value));
  const first = (known[0] ?? parts[0] ?? list[0])!;
  const total = known.reduce((sum, { row }) => sum + row.value, 0);
  // Hundredths of msec summed as doubles: keep the printed precision.
  const text =
    known.length === 0 ? first.row.text : known.length === 1 ? first.row.text : String(Number(total.toFixed(6)));
  const record = `perf-stat${block}#${event}`;
  const at = { file: fileName, line: first.line, record };
  facts.push(makeFact('perf-stat', event, text, at, first.row.unit));
  const extra = (name: string, value: number, unit: string): void => {
    if (!Number.isNaN(value)) facts.push(makeFact('perf-stat', `${event}|${name}`, String(value), at, unit));
  };
  extra('variance', first.row.variancePct, '%');
  // Below 100 the counts were scaled up; of several rows the least is told.
  const running = known.map(({ row }) => row.runningPct).filter((pct) => pct < 100);
  if (running.length > 0) extra('running', Math.min(...running), '%');
  for (const { row, line } of list) {
    const where = [row.time, row.aggregate].filter((part) => part !== '').join(' ');
    const place = { file: fileName, line, record };
    if (where !== '' && row.text !== '') {
      const at = { ...place, record: `${record}@${where}` };
      facts.push(makeFact('perf-stat', `${event}@${where}`, row.text, at, row.unit));
    }
    if (where === '' && !Number.isNaN(row.metric) && row.metricUnit !== '') {
      facts.push(makeFact('perf-stat', `${event}|${row.metricUnit}`, String(row.metric), place, row.metricUnit));
    }
  }
}

export function nameVariant(rows: readonly PlacedRow[]): string {
  const kinds = [
    rows.some(({ row }) => row.time !== '') ? 'intervals' : '',
    rows.some(({ row }) => row.aggregate !== '') ? 'per aggregate' : '',
    rows.some(({ row }) => !Number.isNaN(row.variancePct)) ? 'repeated' : '',
  ];
  return kinds.filter((kind) => kind !== '').join(', ');
}
