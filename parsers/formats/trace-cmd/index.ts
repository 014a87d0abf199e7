import type { Detection, DetectionHead, Format, FormatReader, ReadContext } from '../../contract.ts';
import { TraceCmdReader } from './reader.ts';

const EVENT_LINE =
  /^(?![>|#]).{0,90}?-\d+\s+\[\d{3,}\]\s+(?:[A-Za-z0-9.]{4,6}\s+)?\d+(?:\.\d+)?:\s+(?:\(\+\d+\)\s*)?[\w-]+:(\s*)/;
const LATENCY_LINE = /^.{1,24}-\d+\s+\d+[.dDbX][A-Za-z0-9.]{2,6}\s+\d+\.\d{6,9}:\s+[\w-]+:(\s*)/;

export const traceCmdFormat: Format = {
  id: 'trace-cmd',
  title: 'trace-cmd report',
  fills: 'events',
  printedBy: 'https://git.kernel.org/pub/scm/utils/trace-cmd/trace-cmd.git/tree/tracecmd/trace-read.c',
  example: '         rxbench-441   [000]    47.306528: release_sock:         (ffffffff9d9b8250) sk=0xffff8eea42765a00',
  detect(head: DetectionHead): Detection {
    let score = 0;
    let padded = 0;
    let version = '';
    for (const line of head.lines) {
      if (/^(?:version = \d+|cpus=\d+|CPU \d+ is empty)$/.test(line)) {
        score += 60;
        padded++;
        version = /^version = (\d+)/.exec(line)?.[1] ?? version;
        continue;
      }
      const event = EVENT_LINE.exec(line) ?? LATENCY_LINE.exec(line);
      if (event === null) {
        if (/^CPU:\d+ \[(?:\d+ )?EVENTS DROPPED\]/.test(line)) score += 10;
        continue;
      }
      score += 10;
      if (event[1].length > 1) {
        score += 3;
        padded++;
      }
    }
    // without any padded name or preamble nothing tells these lines from ftrace's own
    return { score: padded === 0 ? 0 : score, variant: version === '' ? '' : `version ${version}` };
  },
  open: (context: ReadContext): FormatReader => new TraceCmdReader(context),
};
