import { type CallValue, columnsFor } from '../../../reports/outputs/calls/columns.ts';
import type { CallTable } from '../../model/calls.ts';
import { type ColumnTable, constantColumn, type TableColumn } from '../../model/column-table.ts';
import { type CaptureIdentity, listAttributes } from '../../model/identity.ts';

/** The rows of `recvscope calls`, each with the capture it is from: one table for many captures. */
export function callsTable(table: CallTable, identity: CaptureIdentity, extra: boolean): ColumnTable {
  const attributes = listAttributes(identity).map(([name, value]) => constantColumn(name, value));
  const columns = columnsFor(extra).map(
    ({ name, isText, read }): TableColumn => ({
      name,
      type: isText === true ? 'text' : 'integer',
      read: (row) => read(table, row) as CallValue,
    }),
  );
  return { rows: table.length, columns: [...attributes, ...columns] };
}
