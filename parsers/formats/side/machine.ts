import { nameTable } from '../../../src/model/name-table.ts';
import type { LineFate } from '../../text/reader.ts';
import { ethtool } from './ethtool.ts';
import type { SideRule, SideState } from './grammar.ts';
import type { SideRecorder } from './recorder.ts';

/** Lines about the machine and its network: cpuinfo, lscpu, ethtool, ifconfig, ip link, /proc/net/dev, ss. */

/** `model name\t: Intel …` of /proc/cpuinfo: the first CPU speaks for all. */
const cpuinfo: SideRule = {
  name: 'cpuinfo',
  take(line, lineNo, recorder, state) {
    // The one name of x86 that stands without a tab, and on most machines without a value.
    if (/^power management:( |$)/.test(line)) return 'comment';
    const match = /^([A-Za-z][\w ()./-]*?)\t+ ?: ?(.*)$/.exec(line);
    if (match === null) return null;
    const [, name, text] = match;
    if (name === 'processor') state.processors++;
    else if (name === 'model name' || name === 'Processor') recorder.keep('cpu', 'model', text, lineNo);
    else if (name === 'cpu MHz') recorder.keep('cpu', 'mhz', text, lineNo, 'MHz');
    else recorder.keep('cpu', `cpuinfo.${name}`, text, lineNo);
    return 'parsed';
  },
};

/** `0.39 0.29 0.36 1/111 7102` of /proc/loadavg: 1, 5 and 15 minutes, running/all tasks, the last pid. */
const loadavg: SideRule = {
  name: 'loadavg',
  take(line, lineNo, recorder) {
    const match = /^(\d+\.\d\d) (\d+\.\d\d) (\d+\.\d\d) \d+\/\d+ \d+$/.exec(line);
    if (match === null) return null;
    for (const [index, minutes] of [1, 5, 15].entries())
      recorder.keep('other', `loadavg.${minutes}min`, match[index + 1], lineNo);
    return 'parsed';
  },
};

const LSCPU =
  /^ *(Architecture|CPU op-mode\(s\)|Address sizes|Byte Order|CPU\(s\)|On-line CPU\(s\) list|Off-line CPU\(s\) list|Vendor ID|BIOS [\w ]+|Model name|CPU family|Model|Thread\(s\) per core|Core\(s\) per (?:socket|cluster)|(?:CPU s|S)ocket\(s\)|Cluster\(s\)|Stepping|Frequency boost|CPU(?: \w+)? MHz|CPU\(s\) scaling MHz|BogoMIPS|Hypervisor vendor|Virtualization(?: type)?|L[123][di]? cache|NUMA node\(s\)|NUMA node\d+ CPU\(s\)|Vulnerability [\w -]+|Flags|Virtualization features|Caches \(sum of all\)|L[123][di]?|NUMA|Vulnerabilities|[A-Z][\w -]+(?=: +(?:Not affected|Mitigation|Vulnerable))): *(.*)$/;
const LSCPU_KEYS: Readonly<Record<string, string>> = nameTable({
  'Model name': 'model',
  'CPU(s)': 'count',
  'CPU MHz': 'mhz',
  'NUMA node(s)': 'numa nodes',
});
/** lscpu -J: `"field": "Model name:",` and on the next line `"data": "AMD EPYC",`. */
function takeLscpuJson(line: string, lineNo: number, recorder: SideRecorder, state: SideState): LineFate | null {
  const cell = /^\s*\{?\s*"(field|data)": ?(?:"(.*?)"|null),?\s*\}?,?$/.exec(line);
  if (cell === null) return /^\s*(?:"(?:lscpu|children)": ?\[|[[\]{}]+,?|\},\{)$/.test(line) ? 'comment' : null;
  const text = (cell[2] ?? '').replace(/\\(["\\/])/g, '$1');
  if (cell[1] === 'field') state.lscpuField = text.replace(/:$/, '');
  else if (state.lscpuField === '') return 'unknown';
  else {
    recorder.keep('cpu', LSCPU_KEYS[state.lscpuField] ?? `lscpu.${state.lscpuField}`, text, lineNo);
    state.lscpuField = '';
  }
  return 'parsed';
}

const lscpu: SideRule = {
  name: 'lscpu',
  take(line, lineNo, recorder, state) {
    const match = LSCPU.exec(line);
    if (match !== null) {
      recorder.keep('cpu', LSCPU_KEYS[match[1]] ?? `lscpu.${match[1]}`, match[2], lineNo);
      return 'parsed';
    }
    const json = takeLscpuJson(line, lineNo, recorder, state);
    if (json !== null) return json;
    const node = /^(available|node \d+ (?:cpus|size|free)|node distances): ?(.*)$/.exec(line);
    if (node === null) return null;
    recorder.keep('cpu', `numactl.${node[1]}`, node[2], lineNo);
    return 'parsed';
  },
};

const DEV_COLUMNS = [
  ...['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast'].map((name) => `rx_${name}`),
  ...['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed'].map((name) => `tx_${name}`),
];
/** /proc/net/dev, ifconfig and `ip -s link`: MTU and byte counters per interface. */
const interfaces: SideRule = {
  name: 'interface',
  take(line, lineNo, recorder, state) {
    if (/^Inter-\||^ face \|/.test(line)) return 'comment';
    const dev = /^ *(\S+): *(\d+(?: +\d+){15})$/.exec(line);
    if (dev !== null) {
      for (const [index, count] of dev[2].split(/ +/).entries()) {
        recorder.keep('other', `dev.${dev[1]}.${DEV_COLUMNS[index]}`, count, lineNo);
      }
      return 'parsed';
    }
    const link = /^\d+: ([^\s:@]+)(?:@\S+)?: <[\w,-]*> mtu (\d+)/.exec(line);
    if (link !== null) {
      recorder.keep('other', `dev.${link[1]}.mtu`, link[2], lineNo, 'bytes');
      state.networkInterface = link[1];
      state.linkRow = '';
      return 'parsed';
    }
    const titles = /^ {4}([RT]X): +bytes /.exec(line);
    if (titles !== null) {
      state.linkRow = titles[1] === 'RX' ? 'rx_bytes' : 'tx_bytes';
      return 'comment';
    }
    const counted = state.linkRow === '' ? null : /^ {4,}(\d+)(?: +\d+){5,}\s*$/.exec(line);
    if (counted !== null) {
      recorder.keep('other', `dev.${state.networkInterface}.${state.linkRow}`, counted[1], lineNo);
      state.linkRow = '';
      return 'parsed';
    }
    if (/^ {4}(?:link\/\w+ |inet6? |[RT]X: +bytes |[RT]X errors: |veth |alias |altname |valid_lft |prog\/)/.test(line))
      return 'unused';
    if (/^ {4,}\d+(?: +\d+){4,}\s*$/.test(line)) return 'unused';
    return null;
  },
};

const ifconfig: SideRule = {
  name: 'ifconfig',
  take(line, lineNo, recorder, state) {
    const encap = /^(\S+) +Link encap:/.exec(line) ?? /^(\S+): flags=\d+<[^>]*> +mtu (\d+)/.exec(line);
    if (encap !== null) {
      state.networkInterface = encap[1];
      if (encap[2] !== undefined) recorder.keep('other', `dev.${encap[1]}.mtu`, encap[2], lineNo, 'bytes');
      return 'parsed';
    }
    const up = /^ +UP [A-Z ]*MTU:(\d+) +Metric:\d+/.exec(line);
    if (up !== null) {
      state.interfaces++;
      // An excerpt without the line that names the interface: numbered.
      if (!line.includes('Link encap') && state.networkInterface === '')
        state.networkInterface = `#${state.interfaces}`;
      recorder.keep('other', `dev.${state.networkInterface}.mtu`, up[1], lineNo, 'bytes');
      return 'parsed';
    }
    const bytes = /^ +RX bytes:(\d+) \([^)]*\) +TX bytes:(\d+) \([^)]*\)/.exec(line);
    if (bytes !== null) {
      recorder.keep('other', `dev.${state.networkInterface}.rx_bytes`, bytes[1], lineNo);
      recorder.keep('other', `dev.${state.networkInterface}.tx_bytes`, bytes[2], lineNo);
      state.networkInterface = '';
      return 'parsed';
    }
    return /^ +(?:inet addr:|inet6 addr:|[RT]X packets[: ]|[RT]X errors |collisions:|Interrupt:|inet6? \S+ +(?:netmask|prefixlen)|ether \S+ )/.test(
      line,
    )
      ? 'unused'
      : null;
  },
};

/**
 * `ss -tinm`: the socket line, then an indented line (`-O`: the same one) with skmem:(…) and key:value pairs. Keys of the first
 * socket stand alone, those of further ones behind their addresses: `tcp.10.0.0.1:22>10.0.0.2:5000.rto`.
 */
const socketStats: SideRule = {
  name: 'ss',
  take(line, lineNo, recorder, state) {
    if (/^(?:Netid +)?State +Recv-Q +Send-Q +/.test(line)) return 'comment';
    const isSocket =
      /^(?:tcp +)?(?:ESTAB|LISTEN|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|TIME-WAIT|CLOSE-WAIT|LAST-ACK|CLOSING|UNCONN) +\d+ +\d+ +(\S+) +(\S+)/;
    const isDetail = /^\s+(?:skmem:\(|ts |sack |cubic|bbr|reno|dctcp|\w+ wscale:|(?:\S+ )*rto:\d)/;
    const socket = isSocket.exec(line);
    if (socket === null && !isDetail.test(line)) return null;
    if (socket !== null) {
      state.socketPrefix = state.sockets === 0 ? '' : `${socket[1]}>${socket[2]}.`;
      state.sockets++;
    }
    const prefix = state.socketPrefix;
    const memory = /skmem:\(([^)]*)\)/.exec(line);
    for (const part of memory?.[1].split(',') ?? []) {
      const cell = /^([a-z]+)(\d+)$/.exec(part);
      if (cell !== null) recorder.keep('socket', `skmem.${prefix}${cell[1]}`, cell[2], lineNo, 'bytes');
    }
    for (const [, key, text] of line.matchAll(/(?<=\s)([a-z_]+):([\d.,/]+)(?=\s|$)/g)) {
      recorder.keep('socket', `tcp.${prefix}${key}`, text, lineNo);
    }
    return 'parsed';
  },
};

export const MACHINE_RULES: readonly SideRule[] = [cpuinfo, loadavg, lscpu, ethtool, interfaces, ifconfig, socketStats];
