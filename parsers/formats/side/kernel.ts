import { DMA_CHANNELS } from '../../../src/model/environment.ts';
import type { LineFate } from '../../text/reader.ts';
import type { SideRule, SideState } from './grammar.ts';
import type { SideRecorder } from './recorder.ts';

/** Lines that say how the kernel and its tracer were set: sysctl, uname, boot line, engine counters, tracefs, kprobes. */

/** `net.ipv4.tcp_dma_copybreak = 4096` of sysctl -a; `net.core.rmem_max=8000000` of sysctl.conf. */
const SYSCTL = /^([a-z][\w-]*(?:[./][\w:@*-]+)+) = ?(.*)$/;
const SYSCTL_CONF = /^((?:net|kernel|vm|fs|dev|abi|user|debug|sunrpc)(?:[./][\w:@*-]+)+)\s*=\s*(.*)$/;
const sysctl: SideRule = {
  name: 'sysctl',
  take(line, lineNo, recorder) {
    const match = SYSCTL.exec(line) ?? SYSCTL_CONF.exec(line);
    if (match === null) return null;
    recorder.keep('sysctl', match[1].replaceAll('/', '.'), match[2], lineNo);
    return 'parsed';
  },
};

/**
 * `/sys/class/dma/dma0chan1/bytes_transferred 234036556`, with a colon (grep .), from inside the folder
 * (`dma0chan1/memcpy_count:500561`), or with the value below `==> path <==` (head, tail).
 */
const SYSFS = /^(\/(?:sys|proc\/sys)\/[^\s:=]+)(?:\s*[:=]\s*|\s+)(.*)$/;
const CHANNEL = /^((?:\S*\/)?dma\d+chan\d+[/.]\w+)(?:\s*[:=]\s*|\s+)(\d+)$/;
/**
 * A pattern of the shell that matched no channel stands as it was typed, without a value, or in the error of the program that got it:
 * `/sys/class/dma/…/memcpy_count` with a star, `grep: … No such file or directory`.
 */
const NO_CHANNEL =
  /^(?:(?:cat|grep|egrep|head|tail|ls|awk|sed): (?:cannot (?:open|access) )?)?['"‘]?\/sys\/class\/dma\/(?:dma)?\*(?:chan\*)?(?:\/(?:memcpy_count|bytes_transferred|in_use))?['"’]?(?:\s*[:=]?\s*|(?: for reading)?: No such file or directory)$/;
const path: SideRule = {
  name: 'path',
  take(line, lineNo, recorder, state) {
    const title = /^==> (\S+) <==$/.exec(line);
    if (title !== null) {
      state.path = /^\/sys\/|^\/proc\/sys\/|dma\d+chan\d+\//.test(title[1]) ? title[1] : '';
      return 'comment';
    }
    if (NO_CHANNEL.test(line)) {
      recorder.keep('other', DMA_CHANNELS, '0', lineNo);
      // As a heading it may still be followed by values, which are channels after all.
      [state.waiting, state.matched] = line.startsWith('/') ? [[line.trim().replace(/\W+$/, '')], 0] : [[], 0];
      return 'parsed';
    }
    const match = SYSFS.exec(line) ?? CHANNEL.exec(line);
    if (match === null && state.path === '') return takeWaiting(line, lineNo, recorder, state);
    const [name, text] = match === null ? [state.path, line] : [match[1], match[2]];
    state.path = '';
    keepPath(name, text, lineNo, recorder);
    return 'parsed';
  },
};

/**
 * The value of a file that was named by a typed `cat`: alone on its line. A pattern of the shell stands for as many files as
 * values follow; which is whose is not told, so they are numbered.
 */
function takeWaiting(line: string, lineNo: number, recorder: SideRecorder, state: SideState): LineFate | null {
  const [name] = state.waiting;
  if (name === undefined) return null;
  if (name === 'uname -r') {
    if (!/^\d+\.\d+\S*$/.test(line.trim())) return null;
    state.waiting.shift();
    recorder.keep('kernel', 'release', line.trim(), lineNo);
    return 'parsed';
  }
  if (!/^\s*-?\d+(?:[ \t]+\d+)*\s*$/.test(line)) return null;
  const isPattern = /[*?{[]/.test(name);
  if (!isPattern) state.waiting.shift();
  else state.matched++;
  const counter = isPattern ? /\/(memcpy_count|bytes_transferred|in_use)$/.exec(name) : null;
  if (isPattern && counter === null) return 'unused';
  if (counter === null) keepPath(name, line.trim(), lineNo, recorder);
  else recorder.keep('dma', `channel#${state.matched}.${counter[1]}`, line.trim(), lineNo);
  return 'parsed';
}

function keepPath(name: string, text: string, lineNo: number, recorder: SideRecorder): void {
  const engine = /(?:^|\/)(dma\d+chan\d+)[/.](\w+)$/.exec(name);
  const setting = /^\/proc\/sys\/(.+)$/.exec(name);
  if (engine !== null) {
    const unit = engine[2].startsWith('bytes') ? 'bytes' : '';
    const key = `${engine[1]}.${engine[2]}`;
    recorder.startSnapshotAt('dma', key);
    recorder.keep('dma', key, text, lineNo, unit);
  } else if (setting !== null) recorder.keep('sysctl', setting[1].replaceAll('/', '.'), text, lineNo);
  else recorder.keep('other', name, text, lineNo);
}

/** `uname -srm`: "Linux 2.6.32.69 x86_64". No host name; the machine's name tells it from prose. */
const UNAME_WITHOUT_HOST =
  /^Linux (\d+\.\d+\S*) (?:x86_64|i[3-6]86|ia64|aarch64|arm|ppc|powerpc|mips|s390|sparc|riscv|loongarch|parisc|alpha|sh4)\S*(?: GNU\/Linux)?$/;

/** `Linux host 3.10.105 #10 SMP … x86_64 GNU/Linux`, `Linux version 3.10.105 (gcc …)`, /proc/cmdline, date. */
const kernel: SideRule = {
  name: 'kernel',
  take(line, lineNo, recorder) {
    const version = /^Linux version (\d\S*)/.exec(line);
    const uname =
      version === null ? (/^Linux \S+ (\d+\.\d+\S*) .*\S/.exec(line) ?? UNAME_WITHOUT_HOST.exec(line)) : null;
    if (version !== null || uname !== null) {
      recorder.keep('kernel', version !== null ? 'version' : 'uname', line, lineNo);
      recorder.keep('kernel', 'release', (version ?? uname)![1], lineNo);
      return 'parsed';
    }
    if (
      /^(?:BOOT_IMAGE|console|root|isolcpus|initrd|init|quiet|ro)\b[=\w]*\S*(?: \S+)*$/.test(line) &&
      / \S+=/.test(` ${line}`)
    ) {
      recorder.keep('kernel', 'cmdline', line, lineNo);
      return 'parsed';
    }
    if (/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d .*\d{4}$/.test(line)) {
      recorder.keep('other', 'date', line, lineNo);
      return 'parsed';
    }
    return null;
  },
};

/** `p:kprobes/tcp_recvmsg tcp_recvmsg sk=%si len=%cx:u64`, `r:x y ret=$retval`, `r10:x y`, `e:`, `f:`. */
const probe: SideRule = {
  name: 'probe',
  take(line, lineNo, recorder) {
    const match = /^([pref]\d*):(?:([\w.-]+)\/)?([\w.-]+) (\S.*)$/.exec(line);
    if (match === null) return null;
    recorder.keepAll('kprobe-definition', match[3], line, lineNo);
    return 'parsed';
  },
};

const TRACE_OPTIONS =
  /^(tracer|current_tracer|trace_clock|trace_options|options|buffer_size_kb|buffer_total_size_kb|tracing_cpumask|tracing_on|tracing_thresh|max_graph_depth|set_(?:event|event_pid|ftrace_filter|ftrace_notrace|ftrace_pid|graph_function|graph_notrace)|kprobe_events|uprobe_events|dynamic_events|saved_cmdlines_size)(?:=|: ?)(.*)$/;
/** Tracefs files as `name=value` or `name: value`: how a trace was recorded. */
const traceOption: SideRule = {
  name: 'trace-option',
  take(line, lineNo, recorder) {
    const match = TRACE_OPTIONS.exec(line);
    if (match === null) return null;
    // trace_clock lists all clocks with the chosen one in brackets.
    const chosen = match[1] === 'trace_clock' ? /\[([\w-]+)\]/.exec(match[2]) : null;
    recorder.keepAll(
      'trace-option',
      match[1] === 'current_tracer' ? 'tracer' : match[1],
      chosen?.[1] ?? match[2],
      lineNo,
    );
    return 'parsed';
  },
};

/** per_cpu/cpuN/stats of tracefs. The file name tells the CPU, the text does not. */
const bufferStats: SideRule = {
  name: 'buffer-stats',
  take(line, lineNo, recorder) {
    const match =
      /^(entries|overrun|commit overrun|bytes|oldest event ts|now ts|dropped events|read events): +([\d.]+)$/.exec(
        line,
      );
    if (match === null) return null;
    recorder.keep('buffer-stats', match[1], match[2], lineNo);
    return 'parsed';
  },
};

/** Logs of the recorders: what perf record, perf report --stats and oprofiled say they lost. */
const recorderLog: SideRule = {
  name: 'recorder-log',
  take(line, lineNo, recorder, state) {
    if (/^Aggregated stats:/.test(line) || /^\S+ stats:\s*$/.test(line)) {
      state.isAggregatedStats = line.startsWith('Aggregated');
      return 'comment';
    }
    const stats = /^ +(\w+) events: +(\d+)(?: +\( *[\d.]+%\))?$/.exec(line);
    if (stats !== null) {
      if (state.isAggregatedStats) recorder.keep('buffer-stats', `perf ${stats[1]} events`, stats[2], lineNo);
      return state.isAggregatedStats ? 'parsed' : 'unused';
    }
    // perf script -D: `0 3641175832054 0x111b8 [0x38]: PERF_RECORD_LOST: id:9091: lost:133`
    const raw = /^-?\d+ \d+ 0x[0-9a-f]+ \[0x[0-9a-f]+\]: PERF_RECORD_(LOST|LOST_SAMPLES)\b.*\blost:? ?(\d+)/.exec(line);
    if (raw !== null) {
      recorder.keepAll('buffer-stats', `perf PERF_RECORD_${raw[1]}`, raw[2], lineNo);
      return 'parsed';
    }
    const lost = /^Nr\. (.+): (\d+)$/.exec(line);
    if (lost !== null) {
      recorder.keepAll('buffer-stats', `oprofiled ${lost[1]}`, lost[2], lineNo);
      return 'parsed';
    }
    if (/^\[ perf record: /.test(line)) {
      recorder.keepAll('other', 'perf record', line, lineNo);
      return 'parsed';
    }
    const isOprofiled =
      /^(?:-- OProfile Statistics --|---- Statistics for cpu : \d+|oprofiled (?:started|stopped) |Using 2\.6\+ OProfile|Using log file |Reading module info|kernel pointer size: |Failed to exec opjitconv)/;
    return isOprofiled.test(line) ? 'comment' : null;
  },
};

export const KERNEL_RULES: readonly SideRule[] = [path, sysctl, kernel, probe, traceOption, bufferStats, recorderLog];
