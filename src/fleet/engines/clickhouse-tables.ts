import { CAPTURE_FIGURES } from '../summary/capture-row.ts';

/** Columns of the table of summaries. Texts are never null: '' is what is not told. */
const TEXTS = [
  ...['capture_id', 'source', 'host', 'boot_id', 'kernel', 'cpu_model', 'nic', 'driver', 'tracer', 'clock'],
  ...['started_at', 'labels', 'receiver', 'mechanism', 'metric'],
];
const CALL_TEXTS = [
  ...[
    'capture_id',
    'host',
    'boot_id',
    'kernel',
    'cpu_model',
    'nic',
    'driver',
    'tracer',
    'clock',
    'started_at',
    'labels',
  ],
  ...['comm', 'entry', 'mechanism', 'state', 'protocol'],
];
/** What the questions ask of rows of calls. */
const CALL_NUMBERS = [
  ...[
    'tid',
    'start_ns',
    'requested_bytes',
    'returned_bytes',
    'dma_bytes',
    'cpu_copy_bytes',
    'duration_ns',
    'sleeps',
    'wakeups',
  ],
  ...[
    'pin',
    'submit',
    'copy',
    'wait',
    'unpin',
    'sleep',
    'wake_latency',
    'backlog',
    'interrupt',
    'ack',
    'unattributed',
  ].map((phase) => `${phase}_ns`),
  ...['early_copy_ns', 'busy_poll_ns'],
];

export interface ClickHouseTable {
  name: 'summary' | 'call';
  texts: readonly string[];
  numbers: readonly string[];
  /** Numbers that are never null. */
  counts: readonly string[];
  lists: readonly string[];
  order: string;
}

export const SUMMARY_TABLE: ClickHouseTable = {
  name: 'summary',
  texts: TEXTS,
  numbers: [...CAPTURE_FIGURES, 'size_low_bytes', 'min', 'max'],
  counts: ['n', 'sum'],
  lists: ['bins', 'counts'],
  order: 'metric, host, kernel, capture_id',
};
export const CALL_TABLE: ClickHouseTable = {
  name: 'call',
  texts: CALL_TEXTS,
  numbers: CALL_NUMBERS,
  counts: [],
  lists: [],
  order: 'host, kernel, capture_id',
};

/** MergeTree as every version since 2018 knows it: one statement a table, on one server. */
export function createSql(table: ClickHouseTable, name: string = table.name): string {
  const columns = [
    ...table.texts.map((column) => `${column} String`),
    ...table.numbers.map((column) => `${column} Nullable(Int64)`),
    ...table.counts.map((column) => `${column} Int64`),
    ...table.lists.map((column) => `${column} Array(Int64)`),
  ];
  return `create table if not exists ${name} (\n  ${columns.join(',\n  ')}\n) engine = MergeTree() partition by tuple() order by (${table.order})`;
}

/** Over the shards of a cluster: rows of one capture lie on one shard. */
export function distributedSql(table: ClickHouseTable, cluster: string, database: string): string {
  return `create table if not exists ${table.name} as ${table.name}_local engine = Distributed(${cluster}, ${database}, ${table.name}_local, cityHash64(capture_id))`;
}
