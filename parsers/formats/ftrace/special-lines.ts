import { Edge, Kind, Source } from '../../../src/model/events.ts';
import type { EventWriter } from '../../events/writer.ts';
import { readCount } from '../../text/counts.ts';

const LOST = /^CPU:(\d+) \[LOST(?: (\d+))? EVENTS\]\s*$/;
const STARTED = /^#{2,} CPU (\d+) buffer started #{2,}\s*$/;
const GAP = /^\s*(?:\.{3,}|\[\.{3}\].*|\[snip\]|<snip>|…)\s*$/i;
const STACK = /^\s*=> (?!(?:started|ended) at:)/;
const DUMP_BORDER = /^(?:Dumping ftrace buffer:|-{20,}|\s+\(ftrace buffer empty\))\s*$/;
/** The `raw` option: `0 1 126100872988 type: 149`; the fields are not in the text. */
const RAW = /^\d+ \d+ \d+ (?:type: \d+|[0-9a-f]+(?: [0-9a-f]+)*)\s*$/;
const TOO_BIG = /^\[LINE TOO BIG\]/;

/** trace, trace_pipe and dumps print a few lines that are no events. What one was: '' = none of them. */
export type SpecialLine = '' | 'lost' | 'gap' | 'stack' | 'border' | 'raw' | 'too-big';

export function readSpecialLine(writer: EventWriter, text: string, lastNs: number, line: number): SpecialLine {
  const lost = LOST.exec(text);
  if (lost !== null) {
    const amount = lost[2] === undefined ? Number.NaN : readCount(lost[2]);
    writer.addLost('trace_pipe LOST', readCount(lost[1]), amount, lastNs, line);
    return 'lost';
  }
  const started = STARTED.exec(text);
  if (started !== null) {
    // entries of this CPU before this point were overwritten (their number is in the entries header)
    writer.addLost('buffer started', readCount(started[1]), Number.NaN, lastNs, line);
    return 'lost';
  }
  if (GAP.test(text)) {
    writer.context.diagnostics.count('gap-in-text', { file: writer.context.fileName, line, text, reason: 'elision' });
    writer.addRow(Kind.boundary, Source.marker, Edge.point, lastNs, line);
    return 'gap';
  }
  if (STACK.test(text)) return 'stack';
  if (DUMP_BORDER.test(text)) return 'border';
  if (RAW.test(text)) return 'raw';
  return TOO_BIG.test(text) ? 'too-big' : '';
}
