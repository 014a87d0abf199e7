/**
 * Texts of tools that are none of our formats, by what only they print: the name and what to do instead. First match wins,
 * so the more particular stands first. All are tried on the first 8 KiB.
 */
const AS_SCRIPT = 'use perf script on the same perf.data';
const EVENTS = 'record events: perf record -e … and perf script, or ftrace';

export const OTHER_TOOLS: readonly [RegExp, string][] = [
  [/"linux-perf-json-version"\s*:/, `perf data convert --to-json output (${AS_SCRIPT})`],
  [
    /^CPU +THREAD +VAL +ENA +RUN +TIME +EVENT\s*$/m,
    'perf script of a perf stat record file: counts, no samples (use perf stat report -x, on it)',
  ],
  [
    /^=+\s*\n\s+(?:Trace Event Information|Shared Data Cache Line Table|Global Shared Cache Line)/m,
    `perf c2c report: cache lines, no receive calls (${AS_SCRIPT})`,
  ],
  [
    /^# Overhead +Samples +(?:Local Weight|Weight) .*Memory access/m,
    `perf mem report: memory accesses by symbol (${AS_SCRIPT})`,
  ],
  [
    /^ *contended +total wait +max wait +avg wait/m,
    `perf lock contention: sums by lock (${AS_SCRIPT} of lock:contention_begin and _end)`,
  ],
  [/^ *Name +acquired +contended +avg wait/m, `perf lock report: sums by lock (${AS_SCRIPT})`],
  [
    /^ *Percent *\| *Source code & Disassembly of /m,
    'perf annotate output: instructions of one function (use perf report --stdio or perf script)',
  ],
  [
    /^# +DURATION +\| +COUNT +\| +GRAPH/m,
    'perf ftrace latency: a histogram, no single calls (use perf ftrace trace, or function_graph)',
  ],
  [/^# +Total +Avg +Max .*Count +Function/m, 'perf ftrace profile: sums by function (use function_graph)'],
  [
    /^SUMMARY OF ERRORS\s*$|^ *Gfp flags\b|^ *Callsite +\| +Total_alloc/m,
    `perf kmem stat: sums by call site (${AS_SCRIPT})`,
  ],
  [
    /^# Running '?\w+\/\w+'? benchmark/m,
    'perf bench output: a benchmark of its own (record the receiver with perf or ftrace)',
  ],
  [/^ *Task +\| +Runtime ms/m, 'perf sched latency output (use perf script instead)'],
  [
    /^ *time +cpu +(?:[\w]+ +)?task name +wait time|^ *\d+\.\d{6} +\[\d+\] +(?:[si -]+ )?\S.*\[\d+(?:\/\d+)?\] +(?:\d+\.\d{3} +){2}\d+\.\d{3}\b|^ *comm +parent +sched-in +run-time/m,
    'perf sched timehist output: how long a task waited and ran, without its calls, without who woke it and why (use perf script, or perf sched script, on the same perf.data)',
  ],
  [
    /^(?:Ip|Tcp|TcpExt|Udp):\n(?: {4}\S.*\n)+/m,
    'netstat -s output: counters in words (use nstat -az, or cat /proc/net/snmp /proc/net/netstat)',
  ],
  [/^\{"kernel":\{"Ip\w+":\d/m, 'nstat -j output (use nstat -az)'],
  [
    /^ +\*?[A-Z]\d +(?:\*?[A-Z.]\d? +)*\d+\.\d{6} secs/m,
    'perf sched map output (use perf sched script or perf script instead)',
  ],
  [/^ *\d+\.\d+ \( *(?:[\d.]+ ms)?\): (?:.{1,16}\/\d+ )?[\w:]+\(/m, 'perf trace output (use perf script instead)'],
  [/^ *\d+\.\d+ (?:.{1,16}\/\d+ )?\w+:\w+\(.*\)$/m, 'perf trace output (use perf script instead)'],
  [/^ Summary of events:\s*$/m, 'perf trace -s output: sums by syscall (use perf script instead)'],
  [/^% time +seconds +usecs\/call +calls +errors syscall/m, `strace -c output: sums by syscall (${EVENTS})`],
  [
    /^(?:\[pid +\d+\] |\d+ +)?(?:\d\d:\d\d:\d\d(?:\.\d+)? |\d{9,}(?:\.\d+)? | *\d+\.\d{6} |\( *\+ *[\d.]+\) )?(?:\[[ 0-9a-f]+\] )?(?:\w+\(.*(?:\) += +(?:-?\d|0x|\?)|<unfinished \.\.\.>\s*$)|<\.\.\. \w+ resumed>)/m,
    `strace output: the time of tracing is in it (${EVENTS})`,
  ],
  [
    /^strace: Process \d+ attached|^--- SIG[A-Z]+ \{si_signo=|^\+\+\+ exited with \d+ \+\+\+/m,
    `strace output (${EVENTS})`,
  ],
  [/^\d+ \(\d+\) \[[^\]\n]+\] \d+ \[(?:tp|k|kr|u)\] /m, `retis output: packets, not receive calls (${EVENTS})`],
  [/^SKB +CPU +PROCESS\b.*FUNC/m, `pwru output: functions by packet, no calls (${EVENTS})`],
  [
    /^0x[0-9a-f]{8,16} +\d+ +\S*(?::\d+)? .*->.*\((?:tcp|udp)\) +\w+$/m,
    `pwru output: functions by packet, no calls (${EVENTS})`,
  ],
  [
    /^Attaching \d+ probes?\.\.\.$|^@\w*(?:\[.*\])?: *(?:\d+|\(.*\))?$|^[[(]\d+[KMGT]?(?:, \d+[KMGT]?)?[)\]] +\d+ \|[@ ]*\|/m,
    'bpftrace output: sums, not events (use perf script or ftrace)',
  ],
  [/^ +(?:usecs|msecs|nsecs) +: count +distribution/m, `bcc output: a histogram, no single calls (${EVENTS})`],
  [/^(?:Tracing|Summarizing|Collecting|Profiling|Sampling)\b.*(?:Hit|Press) Ctrl-C/m, `bcc output (${EVENTS})`],
  [
    /^(?:TIME(?:\(s\))? +)?PID +(?:COMM|TID)\b.*(?:LADDR|LPORT|RADDR|DADDR|DPORT|SADDR)/m,
    `bcc output: connections, not receive calls (${EVENTS})`,
  ],
  [/^(?:SOFTIRQ|HARDIRQ) +TOTAL_(?:usecs|nsecs)/m, `bcc softirqs or hardirqs: sums (${EVENTS})`],
  [
    /^top - \d\d:\d\d:\d\d up |^%?Cpu\(s\): |^ *PID +USER +PR +NI +VIRT /m,
    'top output: CPU use by process (use perf record -g -a and perf script, or mpstat and perf stat for sums)',
  ],
  [/^ *UID +PID +%usr +%system|^\S+ +(?:AM|PM)? +UID +PID +%usr/m, 'pidstat output (use perf stat -x, or perf record)'],
  [/^\d+ drops at \S+\+\w+ /m, `dropwatch output: drops by place (${EVENTS}, skb:kfree_skb with -g)`],
  [/^procs -+memory-+/m, 'vmstat output (use perf stat -x, or perf record)'],
];
