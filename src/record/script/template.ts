/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: sh has its own. */

/**
 * The recorder for boxes without Node, in parts that stand below each other in one file. POSIX sh only (dash, busybox ash,
 * bash --posix; no awk, seq, mktemp, arrays, local): it must run on initramfs systems of 2.6.32. `@NAME@` is filled from the
 * table of events. In a template literal `\${x}` is what sh sees as `${x}`.
 */
export const HEAD = `#!/bin/sh
# Records a receive-path capture with nothing but a POSIX shell; made by @TOOL@ (recvscope record --print-script).
#   sh rec.sh [-t seconds] [-o folder] [-b kB-per-CPU] [-p pid] [-n] [-- command...]
# -p: whose network namespace the counters are read in. Events are those of all tasks: copies run in softirqs, on top of
# whoever has the CPU. -n: say what would be recorded, change nothing. Exit codes: 2 usage, 5 cannot record here.
# While it records, write marks of sides: echo 'recvscope side=a' > TRACEFS/trace_marker (the path is printed).
set -u
LC_ALL=C; export LC_ALL
umask 077
sec=2; out=recvscope-capture; buf=16384; dry=0; pid=self; waiter=
usage() { echo "usage: $0 [-t seconds] [-o folder] [-b kB-per-CPU] [-p pid] [-n] [-- command...]" >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
  -t) [ $# -ge 2 ] || usage; sec=$2; shift 2 ;;
  -o) [ $# -ge 2 ] || usage; out=$2; shift 2 ;;
  -b) [ $# -ge 2 ] || usage; buf=$2; shift 2 ;;
  -p) [ $# -ge 2 ] || usage; pid=$2; shift 2 ;;
  -n) dry=1; shift ;;
  --) shift; break ;;
  *) usage ;;
  esac
done
case $sec in '' | *[!0-9.]*) usage ;; esac
case $buf in '' | *[!0-9]*) usage ;; esac
have() { [ -e "$1" ]; }
say() { echo "rec.sh: $*" >&2; }
die() { say "$1"; say "hint: $2"; exit 5; }
release=\`uname -r\`
machine=\`uname -m\`
# RECVSCOPE_RELEASE, RECVSCOPE_MACHINE, RECVSCOPE_TRACEFS, RECVSCOPE_KALLSYMS: for tests.
release=\${RECVSCOPE_RELEASE:-$release}
machine=\${RECVSCOPE_MACHINE:-$machine}
`;

/** Where tracefs is, and who may use it. Mounting is the first change: it is undone like all others. */
export const FIND = `
T0=\${RECVSCOPE_TRACEFS:-}
mounted=
if [ -z "$T0" ]; then
  for d in /sys/kernel/tracing /sys/kernel/debug/tracing /debug/tracing; do
    have "$d/trace" && { T0=$d; break; }
  done
fi
grep -q '\\[confidentiality\\]' /sys/kernel/security/lockdown 2>/dev/null && die "the kernel is locked down (confidentiality)" "boot with lockdown=integrity, or record on another machine"
# The lists of what was changed; cleanup takes it back, last change first.
instance=; saved=; events=; probes=; filtered=; tracer=; was_filter=; has_folder=
put() { have "$T/$2" && { echo "$1" > "$T/$2"; } 2>/dev/null; }
# One line of a file of tracefs, '' when there is none.
get() { have "$T/$1" && { IFS= read -r line < "$T/$1" || :; echo "\${line:-}"; }; }
cleanup() {
  trap '' 0 1 2 15
  [ -n "$waiter" ] && kill "$waiter" 2>/dev/null
  if [ -n "\${T:-}" ]; then
    [ -n "$instance$saved" ] && put 0 tracing_on
    [ -n "$tracer" ] && put nop current_tracer
    for e in $events; do put 0 "events/$e/enable"; done
    for e in $filtered; do put 0 "events/$e/filter"; done
    for k in $probes; do
      put 0 "events/kprobes/$k/enable"
      { echo "-:kprobes/$k" >> "$T0/kprobe_events"; } 2>/dev/null
    done
    [ -n "$tracer" ] && {
      : > "$T/set_ftrace_filter"
      for f in $was_filter; do { echo "$f" >> "$T/set_ftrace_filter"; } 2>/dev/null; done
    }
    if [ -n "$instance" ]; then
      rmdir "$instance" 2>/dev/null
    elif [ -n "$saved" ]; then
      [ -n "$was_record" ] && put 0 options/record-cmd
      [ -n "$was_clock" ] && put "$was_clock" trace_clock
      [ -n "$was_size" ] && put "$was_size" buffer_size_kb
      [ -n "$was_on" ] && put "$was_on" tracing_on
    fi
  fi
  [ -n "$mounted" ] && umount "$mounted" 2>/dev/null
  return 0
}
trap cleanup 0
trap 'cleanup; exit 129' 1
trap 'cleanup; exit 130' 2
trap 'cleanup; exit 143' 15
if [ -z "$T0" ]; then
  if have /sys/kernel/tracing; then
    mount -t tracefs nodev /sys/kernel/tracing 2>/dev/null && { T0=/sys/kernel/tracing; mounted=/sys/kernel/tracing; }
  fi
  if [ -z "$T0" ]; then
    have /sys/kernel/debug || die "no tracefs and no debugfs" "needs root and CONFIG_FTRACE: mount -t sysfs nodev /sys"
    mount -t debugfs nodev /sys/kernel/debug 2>/dev/null && { T0=/sys/kernel/debug/tracing; mounted=/sys/kernel/debug; }
  fi
fi
[ -n "$T0" ] && have "$T0/trace" || die "no trace events: neither tracefs nor debugfs can be mounted" "needs root and CONFIG_FTRACE"
[ -w "$T0/trace" ] || die "$T0 may not be written" "run it as root"
T=$T0
current=\`get current_tracer\`
[ "\${current:-nop}" = nop ] || die "the $current tracer is running for somebody else" "when it is nobody's: echo nop > $T0/current_tracer"
`;

/** By what is there: an instance, kprobes, the function tracer. */
export const CHOOSE = `
# Era: what the kernel can tell of receive copy offload (gone with 3.18).
net_dma=0; kprobes=0
case $release in 2.6.* | 3.[0-9] | 3.[0-9].* | 3.[0-9]-* | 3.1[0-7] | 3.1[0-7].* | 3.1[0-7]-*) net_dma=1 ;; esac
case $release in 2.6.[0-9] | 2.6.[0-9][.-]* | 2.6.[12][0-9]* | 2.6.3[0-2]*) ;; *) [ $net_dma = 1 ] && [ "$machine" = x86_64 ] && have "$T0/kprobe_events" && kprobes=1 ;; esac
functions=0
if [ $net_dma = 1 ] && [ $kprobes = 0 ] && have "$T0/set_ftrace_filter" && grep -qw function "$T0/available_tracers" 2>/dev/null; then functions=1; fi
use_instance=0
have "$T0/instances" && [ $functions = 0 ] && use_instance=1
if [ $use_instance = 0 ]; then
  others=\`get set_event\`
  [ -z "$others" ] || die "somebody else records $others" "when it is nobody's: echo > $T0/set_event"
fi
# Memory: the buffers of all CPUs in a quarter of what is free.
cpus=0
while read -r key rest; do [ "$key" = processor ] && cpus=$((cpus + 1)); done < /proc/cpuinfo
[ $cpus -gt 0 ] || cpus=1
while read -r key kb rest; do [ "$key" = MemFree: ] && { while [ "$buf" -gt 1024 ] && [ $((buf * cpus * 4)) -gt "$kb" ]; do buf=$((buf / 2)); done; }; done < /proc/meminfo
want="
@EVENTS@
"
list=
for e in $want; do have "$T0/events/$e/enable" && list="$list $e"; done
case $list in
*syscalls/*) raw= ;;
*) raw=; [ "$machine" = x86_64 ] && have "$T0/events/raw_syscalls/sys_enter/enable" && { raw=1; list="$list raw_syscalls/sys_enter raw_syscalls/sys_exit"; } ;;
esac
if [ $dry = 1 ]; then
  echo "tracefs $T0; release $release $machine; instance $use_instance; kprobes $kprobes; functions $functions; buffer $buf kB x $cpus; events$list"
  exit 0
fi
`;

/** The changes, each noted before it is made. */
export const SWITCH_ON = `
mkdir "$out" || die "the folder $out exists or cannot be made" "name another one with -o"
has_folder=1
note() { echo "# $*" >> "$out/notes"; }
note "rec.sh of @TOOL@ on $release $machine"
was_on=; was_size=; was_clock=; was_record=
if [ $use_instance = 1 ]; then
  # T first: what cleanup puts back must never be the global buffer's.
  T=$T0/instances/recvscope-$$
  instance=$T
  mkdir "$T" 2>/dev/null || { T=$T0; instance=; use_instance=0; note "no instance could be made: the global buffer is used"; }
fi
if [ $use_instance = 0 ]; then
  others=\`get set_event\`
  [ -z "$others" ] || die "somebody else records $others" "when it is nobody's: echo > $T0/set_event"
  was_on=\`get tracing_on\`
  was_size=\`get buffer_size_kb\`; was_size=\${was_size%%[!0-9]*}
  was_clock=\`get trace_clock\`; case $was_clock in *\\[*) was_clock=\${was_clock#*\\[}; was_clock=\${was_clock%%\\]*} ;; esac
  [ "\`get options/record-cmd\`" = 0 ] && was_record=0
  saved=1
fi
put 0 tracing_on
clock=local
for c in mono perf global local; do
  if grep -qw "$c" "$T/trace_clock" 2>/dev/null && put "$c" trace_clock; then clock=$c; break; fi
done
put "$buf" buffer_size_kb || note "buffer of $buf kB refused"
put 1 options/record-cmd
: > "$T/trace"
if [ $kprobes = 1 ]; then
  while read -r def; do
    name=\${def#*/}; name=\${name%% *}; symbol=\${def#* }; symbol=\${symbol%% *}
    grep -q " [tT] $symbol\\$" "\${RECVSCOPE_KALLSYMS:-/proc/kallsyms}" 2>/dev/null || { note "no symbol $symbol"; continue; }
    have "$T0/events/kprobes/$name" && { note "probe $name is there already"; continue; }
    probes="$name $probes"
    { echo "$def" >> "$T0/kprobe_events"; } 2>/dev/null || { probes=\${probes#* }; note "refused: $def"; }
  done <<'PROBES'
@KPROBES@
PROBES
  [ -n "$probes" ] && cat "$T0/kprobe_events" > "$out/kprobe_events.txt"
  for k in $probes; do put 1 "events/kprobes/$k/enable" || note "$k cannot be switched on"; done
fi
if [ $functions = 1 ]; then
  case \`get set_ftrace_filter\` in '' | '#'*) ;; *) while read -r f rest; do was_filter="$was_filter $f"; done < "$T/set_ftrace_filter" ;; esac
  tracer=1
  : > "$T/set_ftrace_filter"
  set -f
  for f in @FUNCTIONS@; do { echo "$f" >> "$T/set_ftrace_filter"; } 2>/dev/null || note "no function $f"; done
  set +f
  # An empty filter would trace every function: that crashed such kernels.
  case \`get set_ftrace_filter\` in '' | '#'*) note "no function can be traced" ;; *) put function current_tracer || note "function tracer refused" ;; esac
fi
for e in $list; do
  if [ -n "$raw" ]; then
    case $e in raw_syscalls/*) filtered="$filtered $e"; put '@RAW_FILTER@' "events/$e/filter" || note "no filter for $e" ;; esac
  fi
  events="$e $events"
  put 1 "events/$e/enable" || note "$e cannot be switched on"
done
`;

export const SIDE = `
show() { have "$1" && { echo "# $1"; cat "$1"; }; }
counters() {
  for f in snmp netstat softnet_stat dev sockstat; do show "/proc/$pid/net/$f"; done
  for f in softirqs interrupts stat; do show "/proc/$f"; done
  for f in /sys/class/dma/*/memcpy_count /sys/class/dma/*/bytes_transferred; do have "$f" && echo "$f \`cat "$f"\`"; done
}
settings() {
  uname -a
  show /proc/version
  head -n 30 /proc/cpuinfo
  for f in /proc/sys/net/ipv4/tcp_* /proc/sys/net/core/*; do
    [ -f "$f" ] && [ -r "$f" ] && { IFS= read -r line < "$f" || :; } 2>/dev/null && echo "$f \${line:-}"
  done
  for f in /sys/class/net/*/mtu /sys/class/net/*/queues/*/rps_cpus; do have "$f" && echo "$f \`cat "$f"\`"; done
}
marks() { have "$T/trace_marker" && for i in 1 2 3; do { read -r up rest < /proc/uptime; echo "recvscope clock_sync $up" > "$T/trace_marker"; } 2>/dev/null; done; }
`;

export const RECORD = `
settings > "$out/system.txt" 2>/dev/null
counters > "$out/side-before.txt" 2>/dev/null
start=\`date 2>/dev/null\`
put 1 tracing_on
marks
say "recording; marks of sides go to $T/trace_marker"
status=0
# A trap waits for what runs in front: the wait is what a signal interrupts.
if [ $# -gt 0 ]; then "$@" & else sleep "$sec" & fi
waiter=$!
wait "$waiter"; status=$?
waiter=
marks
put 0 tracing_on
counters > "$out/side-after.txt" 2>/dev/null
cat "$T/trace" > "$out/trace.txt" || note "the trace cannot be read"
for c in "$T"/per_cpu/cpu[0-9]*; do have "$c/stats" && { echo "# \${c##*/}"; cat "$c/stats"; }; done > "$out/loss.txt" 2>/dev/null
boot=
have /proc/sys/kernel/random/boot_id && read -r boot < /proc/sys/kernel/random/boot_id
host=\`uname -n\`
cat > "$out/recvscope.json" <<MANIFEST
{ "recvscope": { "schemaVersion": 1, "tool": "@TOOL@ rec.sh" },
  "host": "$host", "kernel": "$release", "machine": "$machine", "bootId": "$boot",
  "tracer": "tracefs", "clock": "$clock", "startedAt": "$start" }
MANIFEST
cleanup
# One file less that no reader knows: comments of system.txt.
cat "$out/notes" >> "$out/system.txt" && rm -f "$out/notes"
gzip -1 "$out/trace.txt" 2>/dev/null
say "done: $out (recvscope inspect $out)"
[ $# -gt 0 ] && [ $status -ne 0 ] && say "the command ended with $status"
exit 0
`;
