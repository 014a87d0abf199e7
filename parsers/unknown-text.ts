import { makeFileReport } from '../src/model/accounting.ts';
import type { DetectionHead, FormatReader, ReadContext, ReadResult } from './contract.ts';
import { LineSplitter } from './lines.ts';

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
  [/^Event counts \(actual\) for/m, 'ocount output (use operf and opreport -l instead)'],
  [/^ *\d+\.\d+ \( *[\d.]*.*\): \w+\(/m, 'perf trace output (use perf script instead)'],
  [/^ *Task +\| +Runtime ms/m, 'perf sched latency output (use perf script instead)'],
  [/^ *time +cpu +task name +wait time/m, 'perf sched timehist output (use perf script instead)'],
  [/^ *[\d.,]+ (?:msec )? *[\w-]+ +# +[\d.,]+/m, 'perf stat output for reading (use perf stat -x, instead)'],
  [/^ ?Performance counter stats for/m, 'perf stat output for reading (use perf stat -x, instead)'],
  [/^ *(?:\d+ +)?(?:[\d:.]+ )?\w+\(.*\) += -?\d+/m, 'strace output (use perf trace points instead)'],
  [/^\[ *\d+\] +\d+\.\d+- *\d+\.\d+ sec/m, 'iperf output for reading (use iperf -y C or iperf3 --json instead)'],
  [/^\[ *ID\] Interval/m, 'iperf output for reading (use iperf -y C or iperf3 --json instead)'],
  [/^ *Function +Hit +Time +Avg/m, 'the function profiler (trace_stat), which has no single calls'],
  [/^(?:Using \S+ for samples directory|opreport error:|warning: .* could not be found)/m, 'messages of oprofile'],
  [/^(?:Linux \S+ .*\n\n)?\d\d:\d\d:\d\d (?:AM |PM )?\s+(?:CPU|IFACE)/m, 'sar or mpstat output'],
  [/^@@ -\d+|^diff --git /m, 'a patch'],
  [/^(?:#+ \S|\* \S|- \S).*\n/m, 'a document'],
  [/^\s*(?:#include|static|int|void|struct)\b/m, 'source code'],
  [/^[A-Za-z_]\w*(?:,[A-Za-z_]\w*){2,}$/m, 'a CSV table of another tool'],
];

/** What a text of another kind seems to be, for the message; '' when nothing comes to mind. */
export function nameText(head: DetectionHead): string {
  const text = head.text.slice(0, 8192);
  if (text.trim() === '') return 'an empty text';
  for (const [pattern, title] of KINDS) if (pattern.test(text)) return title;
  return '';
}
