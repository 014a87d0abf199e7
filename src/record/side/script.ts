/**
 * What is read beside the events, as one sh text that runs in the target's network namespace: what only the machine knows
 * (settings, once) and what counts up (before and after). The reader knows each line by its own grammar; `#` lines name the source.
 */
const show = (file: string): string => `[ -r ${file} ] && { echo "# ${file}"; cat ${file}; }`;

/** Counters: read twice, told apart by growing. */
export const COUNTERS_SCRIPT = [
  'exec 2>/dev/null',
  ...['snmp', 'netstat', 'softnet_stat', 'dev', 'sockstat'].map((name) => show(`/proc/net/${name}`)),
  ...['softirqs', 'interrupts', 'stat'].map((name) => show(`/proc/${name}`)),
  'for f in /sys/class/dma/*/memcpy_count /sys/class/dma/*/bytes_transferred; do [ -r "$f" ] && echo "$f `cat $f`"; done',
  ':',
].join('\n');

/** Settings and sockets: read once, at the start. */
export const SETTINGS_SCRIPT = [
  'exec 2>/dev/null',
  'uname -a',
  show('/proc/loadavg'),
  'head -30 /proc/cpuinfo',
  'sysctl -a | grep -E "^net\\.(core|ipv4\\.(tcp|udp))"',
  'ip link show up',
  'for d in /sys/class/net/*; do d=${d##*/}; [ "$d" = lo ] || { ethtool -k "$d"; ethtool -c "$d"; ethtool -i "$d"; }; done',
  'grep . /sys/class/net/*/queues/*/rps_cpus /sys/class/net/*/queues/*/xps_cpus',
  'ss -tinm',
  ':',
].join('\n');
