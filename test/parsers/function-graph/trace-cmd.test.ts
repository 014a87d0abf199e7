import { describe, expect, it } from 'vitest';
import { EventWriter } from '../../../parsers/events/writer.ts';
import { TraceCmdGraph } from '../../../parsers/formats/function-graph/stacks/trace-cmd.ts';
import { LineHead } from '../../../parsers/payload/line-head.ts';
import { Diagnostics } from '../../../src/model/diagnostics/index.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { makeContext, RowSink } from './support.ts';

/** Feeds payloads of funcgraph_entry (`>`) and funcgraph_exit (`<`), one microsecond apart. */
function read(payloads: readonly string[], tid = 905) {
  const strings = new StringTable();
  const diagnostics = new Diagnostics();
  const sink = new RowSink(strings);
  const context = makeContext(sink, strings, diagnostics);
  const writer = new EventWriter(context, 'trace-cmd');
  const graph = new TraceCmdGraph(writer, context);
  const head = new LineHead(writer);
  const comm = strings.intern('rxbench');
  const answers = payloads.map((payload, i) => {
    const bytes = Buffer.from(payload.slice(1));
    Object.assign(head, { atNs: i * 1000, cpu: 0, tid, comm, context: 2, line: i + 1 });
    if (payload[0] === '>') return graph.onEntry(head, bytes, 0, bytes.length);
    return graph.onExit(head, bytes, 0, bytes.length);
  });
  graph.finish();
  const result = writer.finish();
  return { rows: sink.rows, answers, result, diagnostics };
}

describe('function_graph of trace-cmd report', () => {
  it('prints the duration column and the tree', () => {
    const { rows, answers } = read([
      '>                  |  tcp_recvmsg() {',
      '>      1.242 us   |    lock_sock_nested();',
      '<      + 15.113 us  |  }',
    ]);
    expect(answers).toEqual([true, true, true]);
    expect(rows.map(({ kind, edge, depth, dur }) => [kind, edge, depth, dur])).toEqual([
      ['callEnter', 'enter', 0, NaN],
      ['lockBegin', 'whole', 1, 1242],
      ['callExit', 'exit', 0, 15113],
    ]);
    expect(rows[0]).toMatchObject({ tid: 905, comm: 'rxbench', context: 2, at: 0, line: 1 });
  });

  it('names closing braces with -O fgraph:tailprint=1', () => {
    const { rows } = read(['<      + 15.113 us  |  } /* tcp_recvmsg */']);
    expect(rows).toMatchObject([{ kind: 'callExit', dur: 15113 }]);
  });

  it('raw fields: the duration is rettime - calltime', () => {
    const { rows, answers } = read([
      '> func=tcp_recvmsg depth=1',
      '< func=tcp_recvmsg calltime=0x1f4003e8 rettime=0x1f400bb8 overrun=0x0 depth=1',
    ]);
    expect(answers).toEqual([true, true]);
    expect(rows.map(({ kind, depth, dur }) => [kind, depth, dur])).toEqual([
      ['callEnter', 1, NaN],
      ['callExit', 1, 2000],
    ]);
  });

  it('raw addresses are counted and said, no row is guessed', () => {
    const { rows, answers, result } = read(['> func=0xffffffffba5ddc00 depth=0']);
    expect(answers).toEqual([true]);
    expect(rows).toEqual([]);
    expect(result.report.notes.join()).toMatch(/addresses instead of names/);
  });

  it.each(['>nonsense', '< 1.0 us   |  tcp_recvmsg() {', '> 1.0 us   |  }', '>func=0x1'])(
    '%s cannot be read',
    (payload) => {
      expect(read([payload]).answers).toEqual([false]);
    },
  );
});
