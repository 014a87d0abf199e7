import { Edge, Kind, Source } from '../../../src/model/events.ts';
import type { EventWriter } from '../../events/writer.ts';
import { readCount } from '../../text/counts.ts';

const PREAMBLE = /^(?:version = \d+|cpus=\d+|CPU \d+ is empty|trace-cmd version .*|file .* version .*)\s*$/;
const DROPPED = /CPU:(\d+) \[(?:(\d+) )?EVENTS DROPPED\]\s*$/;
/** The kernel's own words can pass through: a reader overtaken by the writer. */
const LOST = /CPU:(\d+) \[LOST(?: (\d+))? EVENTS\]\s*$/;
const SUBBUFFER = /CPU:\d+ \[SUBBUFFER START\]\s*$/;
const STACK = /^\s*=> /;
const GAP = /^\s*(?:\.{3,}|\[\.{3}\].*|\[snip\]|<snip>|…)\s*$/i;

/** Lines of a report that are no events. '' = none of them. */
export function readTraceCmdLine(
  writer: EventWriter,
  text: string,
  lastNs: number,
  line: number,
): '' | 'lost' | 'header' | 'gap' | 'stack' {
  if (PREAMBLE.test(text)) {
    const cpus = /^cpus=(\d+)/.exec(text);
    if (cpus !== null) writer.addFact('cpu', 'count', cpus[1], line);
    return 'header';
  }
  const dropped = DROPPED.exec(text) ?? LOST.exec(text);
  if (dropped !== null) {
    const amount = dropped[2] === undefined ? Number.NaN : readCount(dropped[2]);
    writer.addLost('trace-cmd EVENTS DROPPED', readCount(dropped[1]), amount, lastNs, line);
    return 'lost';
  }
  if (SUBBUFFER.test(text)) return 'header';
  if (GAP.test(text)) {
    writer.context.diagnostics.count('gap-in-text', { file: writer.context.fileName, line, text, reason: 'elision' });
    writer.addRow(Kind.boundary, Source.marker, Edge.point, lastNs, line);
    return 'gap';
  }
  return STACK.test(text) ? 'stack' : '';
}
