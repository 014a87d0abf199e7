import { ArrivalTable } from '../../model/arrivals/table.ts';
import { CallTable, type Segment } from '../../model/calls.ts';
import type { Run } from '../../model/capture.ts';
import type { PackedColumn } from '../../model/columns.ts';
import { StringTable } from '../../model/string-table.ts';

/**
 * A Run on its way from one thread to another: plain data that structured cloning takes (maps, bigints and typed arrays are
 * fine, methods are not). Pages of columns are moved; everything else is small and copied.
 */
export interface RunPacket {
  rest: Omit<Run, 'calls' | 'arrivals'>;
  strings: string[];
  callFiles: CallTable['files'];
  calls: PackedColumn[];
  segments: Map<number, Segment[]>;
  arrivals: PackedColumn[] | null;
}

/** `moved`: buffers that the sender loses. The run is of no use to it any more. */
export function packRun({ calls, arrivals, ...rest }: Run): { packet: RunPacket; moved: ArrayBuffer[] } {
  const packet: RunPacket = {
    rest,
    strings: Array.from({ length: calls.strings.size }, (_, id) => calls.strings.textOf(id)),
    callFiles: calls.files,
    calls: calls.packColumns(),
    segments: calls.segmentsByCall,
    arrivals: arrivals?.packColumns() ?? null,
  };
  const columns = [...packet.calls, ...(packet.arrivals ?? [])];
  const pages = columns.flatMap((column) => column.pages.filter((page) => page !== null));
  return { packet, moved: pages.map((page) => page.buffer as ArrayBuffer) };
}

export function unpackRun({ rest, strings, callFiles, calls, segments, arrivals }: RunPacket): Run {
  const table = new CallTable(StringTable.restore(strings));
  table.files.push(...callFiles);
  table.unpackColumns(calls);
  for (const [row, list] of segments) table.segmentsByCall.set(row, list);
  if (arrivals === null) return { ...rest, calls: table };
  const arrived = new ArrivalTable(table.strings);
  arrived.unpackColumns(arrivals);
  return { ...rest, calls: table, arrivals: arrived };
}
