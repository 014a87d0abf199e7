import type { Detection, DetectionHead, Format } from '../../contract.ts';
import { nameLayout, readTitle } from './layout.ts';
import { FunctionGraphReader } from './reader.ts';

const NOTHING: Detection = { score: 0, variant: '' };

/** ` 0)   6.740 us    |    lock_sock_nested();` with or without the columns in front. */
const GRAPH_LINE =
  /^\s*(?:\d+\.\d+ \|\s+)?(?:\d{1,5}\) )(?:.{0,60}\|)?\s*(?:\S+\(.*\)(?:;| \{)|\}|\/\* |[=<]={9,}[=>])/;
/** Without CPU column: ` + 17.496 us   |  } ` after an optional time. */
const DURATION_LINE = /^\s*(?:\d+\.\d+ \|)?\s*[+!#*@$]? *\d+(?:\.\d+)? us +\| {2}/;
const BANNER = /^ *\d+\) .{1,40}-\d+ +=> .{1,40}-\d+ *$/;

function detect(head: DetectionHead): Detection {
  let score = 0;
  let variant = '';
  for (const line of head.lines) {
    if (/^#? ?tracer: /.test(line)) {
      if (!/tracer: function_graph\b/.test(line)) continue;
      score += 100;
    } else if (line.endsWith('CALLS') || /FUNCTION CALLS\s*$/.test(line)) {
      const layout = readTitle(line);
      if (layout === null) continue;
      // Latency tracers print their own head above the columns of the graph: the title decides.
      score += 300;
      variant ||= nameLayout(layout);
    } else if (line.length < 2000 && (GRAPH_LINE.test(line) || DURATION_LINE.test(line) || BANNER.test(line))) {
      score += 10;
    }
  }
  return score === 0 ? NOTHING : { score, variant };
}

/** kernel/trace/trace_functions_graph.c prints it, from 2.6.29 on. */
export const functionGraphFormat: Format = {
  id: 'function_graph',
  title: 'ftrace function_graph tracer (trace, trace_pipe)',
  fills: 'events',
  printedBy: 'https://github.com/torvalds/linux/blob/master/kernel/trace/trace_functions_graph.c',
  example: '   21.652273 |   1)  rxbench-905   | + 17.496 us   |    } /* tcp_recvmsg ret=0x10000 */',
  detect,
  open: (context) => new FunctionGraphReader(context),
};
