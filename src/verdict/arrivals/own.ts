import type { ArrivalTotals } from '../../model/arrivals/totals.ts';
import type { CallTable } from '../../model/calls.ts';
import type { Run } from '../../model/capture.ts';

/** The arrivals of a run that are the judged receiver's. */
export interface OwnArrivals {
  totals: ArrivalTotals;
  /** Our ends of the connections of its calls; empty: no line names them, everything that arrived counts. */
  ends: ReadonlySet<string>;
  /** Devices its segments came in on; empty: unknown, all count. */
  devices: ReadonlySet<string>;
  /** Rows of the table that are segments of its connections. */
  rows: number[];
}

/** null: no line of the run tells of the softirq side. */
export function selectOwnArrivals(run: Run): OwnArrivals | null {
  const totals = run.timeline.arrivals;
  if (totals === undefined) return null;
  const { calls, arrivals } = run;
  const ids = new Set<number>();
  const flowOfCall = calls.column('flow');
  for (let row = 0; row < calls.length; row++) if (flowOfCall.get(row) >= 0) ids.add(flowOfCall.get(row));
  const ends = new Set([...ids].map((id) => endOf(calls.strings.textOf(id))));
  const deviceIds = new Set<number>();
  const rows: number[] = [];
  if (arrivals !== undefined) {
    const flows = arrivals.column('flow');
    const devices = arrivals.column('device');
    const callNumbers = arrivals.column('call');
    const rowOfCall = findRowsOf(calls);
    // By id: a text is cut once for its connection, not once for every segment.
    const isOwn = new Map<number, boolean>();
    for (let row = 0; row < arrivals.length; row++) {
      const flow = flows.get(row);
      // Without tcp_probe no line names the connection of a segment; the call that copied it does.
      let own = ends.size === 0 || (flow < 0 ? rowOfCall(callNumbers.get(row)) >= 0 : isOwn.get(flow));
      if (own === undefined) {
        own = ends.has(endOf(arrivals.strings.textOf(flow)));
        isOwn.set(flow, own);
      }
      if (!own) continue;
      rows.push(row);
      if (ends.size > 0 && devices.get(row) >= 0) deviceIds.add(devices.get(row));
    }
  }
  const devices = new Set([...deviceIds].map((id) => arrivals!.strings.textOf(id)));
  return { totals, ends, devices, rows };
}

/** A server's connections that it has not read yet arrive for it too: our end tells. */
const endOf = (flow: string): string => flow.split(' ')[0];

/** Of its devices; of all when it is not known which they are. */
export function ofDevice<T extends { device: string }>(own: OwnArrivals, list: readonly T[]): T[] {
  return list.filter(({ device }) => own.devices.size === 0 || own.devices.has(device));
}

export function ofFlow<T extends { flow: string }>(own: OwnArrivals, list: readonly T[]): T[] {
  return list.filter(({ flow }) => own.ends.size === 0 || own.ends.has(endOf(flow)));
}

/**
 * Payload that tcp_probe showed for the connections of the run's calls: within 1 % of what receivers logged (retransmissions
 * count twice). NaN where the calls name no connection or it was not recorded.
 */
export function probedBytes(run: Run): number {
  const own = selectOwnArrivals(run);
  if (own === null || own.ends.size === 0) return Number.NaN;
  const bytes = sumBy(ofFlow(own, own.totals.flows), ({ payloadBytes }) => payloadBytes);
  return bytes > 0 ? bytes : Number.NaN;
}

export const sumBy = <T>(list: readonly T[], value: (item: T) => number): number =>
  list.reduce((total, item) => total + value(item), 0);

/** Row of a call by its number; -1: it is not among these calls. */
export function findRowsOf(calls: CallTable): (number: number) => number {
  if (calls.numbers === null) return (number) => (number < calls.length ? number : -1);
  const rows = new Map<number, number>();
  for (let row = 0; row < calls.length; row++) rows.set(calls.numberOf(row), row);
  return (number) => rows.get(number) ?? -1;
}
