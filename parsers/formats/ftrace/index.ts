import type { Detection, DetectionHead, Format, FormatReader, ReadContext } from '../../contract.ts';
import { FtraceReader } from './reader.ts';

const EVENT_LINE =
  /^(?![>|#])\s*\S.{0,60}?-\d+\s+(?:\([\s\d-]{4,8}\)\s*)?\[\d{2,}\]\s+(?:[A-Za-z0-9.#]{3,9}\s+)?\d+(?:\.\d+)?:\s/;
const LATENCY_LINE = /^(?![>|#[]).{1,24}-\d+\s+\d+[.dDbX][A-Za-z0-9.]{2,8}\s+\d+(?:us)?[ +!#*@$]*:\s/;
const VERBOSE_LINE = /\s\[[0-9a-f]{8,16}\] -?\d+\.\d{3}ms \(\+/;

export function scoreFtraceLine(line: string): number {
  if (line.startsWith('# tracer: ')) return line.startsWith('# tracer: function_graph') ? 0 : 100;
  if (/latency trace v\d/.test(line)) return 100;
  // trace-cmd report never prints the titles; documents cut the line with the tracer off.
  if (/^#\s+TASK-PID\s.*\bCPU#.*\bTIMESTAMP\s+FUNCTION\s*$/.test(line)) return 100;
  if (/^CPU:\d+ \[LOST/.test(line)) return 10;
  return EVENT_LINE.test(line) || LATENCY_LINE.test(line) || VERBOSE_LINE.test(line) ? 10 : 0;
}

export const ftraceFormat: Format = {
  id: 'ftrace',
  title: 'ftrace text (trace, trace_pipe)',
  fills: 'events',
  printedBy: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/kernel/trace/trace_output.c',
  example: '          <idle>-0       [001] dNh1.   221.673434: sched_wakeup: comm=ip pid=592 prio=120 target_cpu=001',
  detect(head: DetectionHead): Detection {
    let score = 0;
    let variant = '';
    for (const line of head.lines) {
      const points = scoreFtraceLine(line);
      score += points;
      if (points === 100 && variant === '') variant = /^# tracer: (\S+)/.exec(line)?.[1] ?? 'latency';
    }
    return { score, variant };
  },
  open: (context: ReadContext): FormatReader => new FtraceReader(context),
};
