import { gzipSync } from 'node:zlib';
import { ParquetWriter } from 'hyparquet-writer';
import type { ColumnTable, ColumnType, ColumnValue, TableColumn } from '../../model/column-table.ts';
import { ByteSink } from './byte-sink.ts';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

export interface ParquetOptions {
  /** Footer: what the file is and who wrote it. */
  metadata: Readonly<Record<string, string>>;
  /** small: each byte counts more than the time to read (summaries, one a capture). */
  packing?: 'fast' | 'small';
}

const ROW_GROUP_ROWS = 50_000;
const SCHEMA: Readonly<Record<ColumnType, (name: string) => SchemaElement[]>> = {
  integer: (name) => [{ name, type: 'INT64', repetition_type: 'OPTIONAL' }],
  text: (name) => [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }],
  integers: (name) => [
    { name, converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'INT64', repetition_type: 'REQUIRED' },
  ],
};

/**
 * Apache Parquet in row groups of 50,000 rows, whole numbers as optional INT64, texts as UTF-8 with a dictionary. Tables with the
 * same columns (calls of several captures) follow one another in one file. Memory holds one row group.
 */
export function* writeParquet(tables: Iterable<ColumnTable>, options: ParquetOptions): Generator<Uint8Array> {
  const sink = new ByteSink();
  let writer: ParquetWriter | null = null;
  for (const table of tables) {
    writer ??= openWriter(sink, table.columns, options);
    for (let from = 0; from < table.rows; from += ROW_GROUP_ROWS) {
      const to = Math.min(from + ROW_GROUP_ROWS, table.rows);
      writer.write({
        columnData: table.columns.map((c) => gather(c, from, to, options)),
        rowGroupSize: ROW_GROUP_ROWS,
      });
      yield sink.take();
    }
  }
  writer?.finish();
  yield sink.take();
}

function openWriter(sink: ByteSink, columns: readonly TableColumn[], options: ParquetOptions): ParquetWriter {
  const children = columns.flatMap(({ name, type }) => SCHEMA[type](name));
  return new ParquetWriter({
    writer: sink,
    schema: [{ name: 'recvscope', num_children: columns.length }, ...children],
    codec: options.packing === 'small' ? 'GZIP' : 'SNAPPY',
    compressors: { GZIP: (bytes) => gzipSync(bytes, { level: 9 }) },
    kvMetadata: Object.entries(options.metadata).map(([key, value]) => ({ key, value })),
    createdBy: options.metadata.tool,
    statistics: options.packing !== 'small',
  });
}

function gather(column: TableColumn, from: number, to: number, options: ParquetOptions) {
  const { name, type } = column;
  const data = new Array<unknown>(to - from);
  for (let row = from; row < to; row++) data[row - from] = convert(type, column.read(row));
  return { name, data, offsetIndex: options.packing !== 'small' };
}

/** INT64 takes bigints only. */
function convert(type: ColumnType, value: ColumnValue): unknown {
  if (value === null || type === 'text') return value;
  if (type === 'integers') return (value as readonly number[]).map((item) => BigInt(item));
  return typeof value === 'bigint' ? value : BigInt(Math.round(value as number));
}
