import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { writeCalls } from '../../reports/index.ts';
import { type CallRow, CallState, CallTable, MECHANISM_IDS } from '../../src/model/calls.ts';
import { DECLINE_REASONS } from '../../src/model/mechanism.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { HOSTILE } from '../support/sample-analysis.ts';

const HEADER =
  'call,tid,comm,entry,start_ns,end_ns,requested_bytes,returned_bytes,flags,sock,cpu_start,cpu_end,mechanism,pinned,decline_reason,pin_ns,submit_ns,copy_ns,wait_ns,unpin_ns,sleep_ns,wake_latency_ns,backlog_ns,interrupt_ns,ack_ns,unattributed_ns,early_copy_ns,engine_busy_ns,overlap_ns,descriptors,dma_bytes,dma_copies,early_copies,cpu_copies,sleeps,wakeups,segments,state,first_line,last_line';

function makeTable(rows: (Partial<CallRow> & { commText?: string; sockText?: string })[], baseNs = 0n): CallTable {
  const strings = new StringTable();
  const table = new CallTable(strings);
  table.files.push({ name: 'trace.txt', baseNs });
  for (const { commText = 'rxsink', sockText, ...row } of rows)
    table.addRow({
      file: 0,
      comm: strings.intern(commText),
      entry: strings.intern('tcp_recvmsg'),
      sock: sockText === undefined ? -1 : strings.intern(sockText),
      ...row,
    });
  return table;
}
const csv = (table: CallTable, options = {}): string => [...writeCalls(table, 'csv', options)].join('');
const parseCsv = (text: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(text.trimEnd(), { header: true }).data;
const ndjson = (table: CallTable): Record<string, unknown>[] =>
  [...writeCalls(table, 'ndjson')].map((line) => JSON.parse(line) as Record<string, unknown>);

const FULL: Partial<CallRow> = {
  tid: 1760,
  startNs: 5,
  endNs: 1005,
  requestedBytes: 131_072,
  returnedBytes: -11,
  flags: 0x40,
  cpuStart: 1,
  cpuEnd: 0,
  mechanism: MECHANISM_IDS.indexOf('net-dma+copy'),
  pinned: 1,
  declineReason: DECLINE_REASONS.indexOf('below-copybreak'),
  pinNs: 400,
  sleepNs: 600,
  copyNs: 0,
  state: CallState.migrated | CallState.failed,
  firstLine: 17,
  lastLine: 99,
};

describe('recvscope calls', () => {
  it('has exactly the fixed columns', () => {
    expect(csv(makeTable([]))).toBe(`${HEADER}\n`);
    expect(Object.keys(ndjson(makeTable([FULL]))[0]).join()).toBe(HEADER);
  });

  it('writes absolute times beyond 2^53 exactly', () => {
    const [row] = parseCsv(csv(makeTable([FULL], 1_700_000_000_123_456_789n)));
    expect(row.start_ns).toBe('1700000000123456794');
    expect(row.end_ns).toBe('1700000000123457794');
    expect([...writeCalls(makeTable([FULL], 1_700_000_000_123_456_789n), 'ndjson')][0]).toContain(
      '"start_ns":1700000000123456794,',
    );
  });

  it('names codes, prints flags in hex and return values signed', () => {
    const [row] = parseCsv(csv(makeTable([{ ...FULL, sockText: 'ffff88002cd74380' }])));
    expect(row).toMatchObject({
      call: '0',
      tid: '1760',
      comm: 'rxsink',
      entry: 'tcp_recvmsg',
      returned_bytes: '-11',
      flags: '0x40',
      sock: 'ffff88002cd74380',
      mechanism: 'net-dma+copy',
      pinned: '1',
      decline_reason: 'below-copybreak',
      copy_ns: '0',
      state: 'migrated+failed',
      first_line: '17',
      last_line: '99',
    });
  });

  it('leaves the unknown empty, never 0', () => {
    const table = makeTable([{ mechanism: 0 }]);
    const [row] = parseCsv(csv(table));
    const known = new Set(['call', 'comm', 'entry', 'mechanism', 'state']);
    for (const [name, value] of Object.entries(row)) if (!known.has(name)) expect(value, name).toBe('');
    expect(row.mechanism).toBe('unknown');
    expect(row.state).toBe('complete');
    for (const [name, value] of Object.entries(ndjson(table)[0])) if (!known.has(name)) expect(value, name).toBeNull();
  });

  it('gives no formula to a spreadsheet and no escape to a terminal, and still one row a call', () => {
    const names = [HOSTILE, '=1+1', '@x', '+x', '-cmd|calc', '-bash', 'a,"b"\nc', 'kworker/0:1 [x]'];
    const text = csv(makeTable(names.map((commText) => ({ ...FULL, commText }))));
    expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(text.trimEnd().split('\n')).toHaveLength(names.length + 1);
    const comms = parseCsv(text).map((row) => row.comm);
    for (const comm of comms) expect(comm).not.toMatch(/^[=+@]|^-.*\|/);
    expect(comms[5]).toBe('-bash');
    expect(comms[6]).toBe('a,"b" c');
    expect(comms[7]).toBe('kworker/0:1 [x]');
    expect(parseCsv(text)[0].returned_bytes).toBe('-11');
  });

  it('follows without a header, and adds columns only at the end', () => {
    const table = makeTable([FULL]);
    expect(csv(table, { header: false })).toBe(csv(table).slice(HEADER.length + 1));
    expect(csv(table, { extra: true }).startsWith(`${HEADER},`)).toBe(true);
  });

  it('is written in pieces: no string as large as the table', () => {
    const table = makeTable(Array.from({ length: 3000 }, () => FULL));
    const pieces = [...writeCalls(table, 'csv')];
    expect(pieces.length).toBeGreaterThan(5);
    expect(parseCsv(pieces.join(''))).toHaveLength(3000);
    expect(parseCsv(pieces.join(''))[2999].call).toBe('2999');
  });
});
