import { describe, expect, it } from 'vitest';
import { identityHolds, type Read, readText } from '../side/support.ts';
import { readFixture } from '../text/support.ts';

/** `cat a b > c`: two captures in one file, told apart though nothing stands between them. */
const PIECE_BYTES = 8 * 1024;
const PIECES: Readonly<Record<string, readonly string[]>> = {
  ftrace: ['ftrace/functions-3.10/trace.txt', 'ftrace/events-6.18/trace.txt', 'ftrace/layouts/ev-raw-6.1.txt'],
  'trace-cmd': ['trace-cmd/report-3.1/report.txt', 'trace-cmd/report-3.1/report-l.txt'],
  function_graph: ['function-graph/3.10-default/trace.txt'],
  'perf-script': [
    'perf-script/kernel-3.10/tracepoints.txt',
    'perf-script/call-chains/cc-default.txt',
    'perf-script/public-bsd/callgraph-F-ip-sym.txt',
  ],
  opreport: ['opreport/3.10/symbols.txt', 'opreport/3.10/difference.txt', 'opreport/3.10/no-header.txt'],
  'opreport-xml': ['opreport-xml/3.10/symbols.xml'],
  opannotate: ['opannotate/3.10/assembly.txt'],
  'perf-report': ['perf-report/3.10/comma.txt', 'perf-report/6.18/bar.txt'],
  'perf-stat': ['perf-stat/3.10/plain.csv', 'perf-stat/6.1/percore.csv'],
  'iperf-csv': ['iperf-csv/2.1.8/server.csv', 'iperf-csv/2.1.8/whole.csv'],
  'iperf-text': ['iperf-text/3.12/client-2-streams.txt'],
  'iperf3-json': ['iperf3-json/3.12/client.json'],
  'side-snapshot': [
    'side-snapshot/3.10/two.txt',
    'side-snapshot/6.1/softirqs-1.txt',
    'side-snapshot/6.18/ethtool-k.txt',
  ],
};
const UNCUT = new Set(['opreport-xml', 'iperf3-json']);

function pieceOf(format: string, name: string): string {
  const bytes = readFixture(name);
  const end = UNCUT.has(format) || bytes.length <= PIECE_BYTES ? bytes.length : bytes.lastIndexOf(10, PIECE_BYTES) + 1;
  const text = Buffer.from(bytes.subarray(0, end)).toString('latin1');
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** What each format got out of the text. */
function harvest(read: Read): Record<string, number[]> {
  const sums: Record<string, number[]> = {};
  for (const { format, events, samples, account } of read.files) {
    const sum = sums[format] ?? [0, 0, 0, 0];
    sums[format] = [events, samples, account.parsed + account.unused, account.malformed].map((n, i) => n + sum[i]);
  }
  const rows = read.profiles.reduce((sum, table) => sum + table.rows.length, 0);
  return { ...sums, rowsAndFacts: [rows, read.facts.length] };
}

function add(a: Record<string, number[]>, b: Record<string, number[]>): Record<string, number[]> {
  const sum = { ...a };
  for (const [key, numbers] of Object.entries(b)) sum[key] = numbers.map((n, i) => n + (a[key]?.[i] ?? 0));
  return sum;
}

const withoutHead = (text: string): string => text.replace(/^(?:#|version = |cpus=|CPU \d+ is empty).*\n/gm, '');

describe('joined captures', () => {
  it('any two of different formats give what each gives alone', async () => {
    const pieces = Object.entries(PIECES).flatMap(([format, names]) =>
      names.map((name) => ({ format, name, text: pieceOf(format, name) })),
    );
    const alone = new Map<string, Record<string, number[]>>();
    for (const { name, text } of pieces) alone.set(name, harvest(await readText(text)));
    for (const a of pieces) {
      for (const b of pieces.filter(({ format }) => format !== a.format)) {
        const both = await readText(a.text + b.text);
        expect([a.name, b.name, harvest(both)]).toEqual([a.name, b.name, add(alone.get(a.name)!, alone.get(b.name)!)]);
        expect(identityHolds(both)).toBe(true);
      }
    }
  });

  it('ftrace, trace-cmd and function_graph lines are told apart without any head', async () => {
    const kin = [
      'ftrace/events-2.6.32/trace.txt',
      'ftrace/functions-7.2/trace.txt',
      'trace-cmd/report-3.1/report.txt',
      'trace-cmd/report-3.1/report-l.txt',
      'trace-cmd/odd-names-6.1/report.txt',
      'function-graph/6.1-everything-on/trace.txt',
    ].map((name) => withoutHead(pieceOf('', name)));
    for (const a of kin) {
      for (const b of kin) {
        const [first, second, both] = [await readText(a), await readText(b), await readText(a + b)];
        if (first.files[0].format === second.files[0].format) continue;
        expect(both.files.map(({ format }) => format)).toEqual([first.files[0].format, second.files[0].format]);
        expect(both.files.map(({ events }) => events)).toEqual([first.files[0].events, second.files[0].events]);
        expect(both.files.map(({ account }) => account.malformed)).toEqual([0, 0]);
      }
    }
  });

  it('a line or two of another tool inside a trace do not cut it', async () => {
    const text = withoutHead(pieceOf('', 'ftrace/functions-3.10/trace.txt'));
    const middle = text.indexOf('\n', text.length / 2) + 1;
    const row = '20261121040957,10.9.0.2,32878,10.9.0.1,5001,1,0.0-0.5,922222652,14755562432\n';
    for (const count of [1, 2]) {
      const { files } = await readText(text.slice(0, middle) + row.repeat(count) + text.slice(middle));
      expect(files.map(({ format, account }) => [format, account.unknown])).toEqual([['ftrace', count]]);
    }
  });

  it('unpadded lines of an old trace-cmd stay in its report', async () => {
    const lines = [
      '             ls-13587 [002] 106467.860310: function: hrtick_start_fair <-- pick_next_task_fair',
      '             ls-13587 [002] 106467.860313: sched_switch: prev_comm=ls prev_pid=13587 prev_prio=120 prev_state=R ==> next_comm=sh next_pid=13583 next_prio=120',
      '      trace-cmd-13586 [003] 106467.860314: function:             up_read <-- do_page_fault',
    ];
    const { files } = await readText(`cpus=4\n${`${lines.join('\n')}\n`.repeat(6)}`);
    expect(files.map(({ format, events }) => [format, events])).toEqual([['trace-cmd', 18]]);
  });
});
