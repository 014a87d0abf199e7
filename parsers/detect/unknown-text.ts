import { makeFileReport } from '../../src/model/diagnostics/accounting.ts';
import type { DetectionHead, FormatReader, ReadContext, ReadResult } from '../contract.ts';
import { LineSplitter } from '../text/lines.ts';
import { OTHER_TOOLS } from './other-tools.ts';

/** Counts the lines of a text that is none of ours: every line is accounted for, as unknown. */
export function openUnknown(context: ReadContext, looksLike: string): FormatReader {
  const splitter = new LineSplitter(context.maxLineBytes);
  const ignore = (): void => {};
  return {
    push: (chunk) => splitter.push(chunk, ignore),
    end(): ReadResult {
      splitter.end(ignore);
      const report = makeFileReport(context.fileName, 'unknown');
      report.account.lines = splitter.lines;
      report.account.unknown = splitter.lines;
      if (looksLike !== '') report.notes.push(`looks like ${looksLike}`);
      return { report, stream: null, profiles: [], facts: [], folded: null };
    },
  };
}

const KINDS: readonly [RegExp, string][] = [
  [/^\s*(?:<!doctype html|<html)/i, 'a web page'],
  [/^\s*<\?xml/, 'XML'],
  [/^\s*[[{]\s*(?:"|\{|\[|$)/, 'JSON'],
  [/^#!/, 'a script'],
  [/^(?:From |Return-Path:|Received:|Subject:|Message-ID:)/im, 'a mail'],
  [/^# event histogram\s*$|^\{ .*\} +hitcount: +\d+/m, 'a hist trigger of ftrace, which has sums and no single events'],
  [
    /^ *\d+,\d+ +\d+ +\d+ +\d+\.\d{9} +\d+ +[A-Z]+ +[A-Z]*/m,
    'blktrace output: requests of block devices, no receive calls',
  ],
  [
    /^VERSION 20070824\s*$|^(?:R|W) \d+ \d+\.\d+ \d+ 0x[0-9a-f]+ 0x/m,
    'the mmiotrace tracer: accesses to device memory, no receive calls',
  ],
  [/^Event counts \(\w+\) for/m, 'ocount output (use operf and opreport -l instead)'],
  [
    /^(?:[\w ./%-]+[,;|\t])*[\w ./%-]*(?:insn per cycle|of all branches|CPUs utilized|frontend cycles idle|GHz)\s*[,;|\t]/m,
    'perf stat --metric-only output, which has ratios and no counts (use perf stat -x, without it)',
  ],
  [/^ *[\d.,]+ (?:msec )? *[\w-]+ +# +[\d.,]+/m, 'perf stat output for reading (use perf stat -x, instead)'],
  [/^ ?Performance counter stats for/m, 'perf stat output for reading (use perf stat -x, instead)'],
  [/^\[ *\d+\] +\d+\.\d+- *\d+\.\d+ sec/m, 'iperf output for reading (use iperf -y C or iperf3 --json instead)'],
  [/^\[ *ID\] Interval/m, 'iperf output for reading (use iperf -y C or iperf3 --json instead)'],
  [/^ *Function +Hit +Time +Avg/m, 'the function profiler (trace_stat), which has no single calls'],
  [/^(?:Using \S+ for samples directory|opreport error:|warning: .* could not be found)/m, 'messages of oprofile'],
  [/^(?:Linux \S+ .*\n\n)?\d\d:\d\d:\d\d (?:AM |PM )?\s+(?:CPU|IFACE)/m, 'sar or mpstat output'],
  [/^\d\d:\d\d:\d\d\.\d{6} (?:IP6?|ARP|eth\S*)[ ,]/m, 'tcpdump output: packets, not receive calls'],
  [/^Probe point '.*' not found|^Added new events?:$/m, 'messages of perf probe (use perf script on the recording)'],
  [/^CPU\d+ data recorded at offset=0x/m, 'messages of trace-cmd record (use trace-cmd report)'],
  [/^\[ *\d+\.\d{6}\]/m, 'a kernel log without an ftrace dump'],
  [/^@@ -\d+|^diff --git /m, 'a patch'],
  [/^[A-Za-z_]\w*(?:,[A-Za-z_]\w*){2,}$/m, 'a CSV table of another tool'],
  [/^(?:#+ \S|\* \S|- \S).*\n/m, 'a document'],
  [/^\s*(?:#include|static|int|void|struct)\b/m, 'source code'],
];

/** What a text of another kind seems to be, for the message; '' when nothing comes to mind. */
export function nameText(head: DetectionHead): string {
  const text = head.text.slice(0, 8192);
  if (text.trim() === '') return 'an empty text';
  for (const [pattern, title] of [...OTHER_TOOLS, ...KINDS]) if (pattern.test(text)) return title;
  return '';
}
