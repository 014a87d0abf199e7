import type { FactDomain } from '../../../src/model/environment.ts';
import type { LineFate } from '../../text/reader.ts';
import type { SideRule } from './grammar.ts';

/** Counters of /proc: netstat, snmp, softirqs, interrupts, stat, softnet_stat, sockstat; nstat. */

const PROTOCOLS = 'TcpExt|IpExt|MPTcpExt|UdpLite6|UdpLite|Udp6|Udp|Tcp|IcmpMsg|Icmp6|Icmp|Ip6|Ip|Sctp|LinuxXfrm|Xfrm';
const NSTAT = new RegExp(`^(${PROTOCOLS})([A-Z0-9]\\w*)\\s+(\\d+)\\s+[\\d.]+$`);

const SNMP6 = /^((?:Ip|Icmp|Udp|UdpLite)6)([A-Z]\w*) +\t(\d+)$/;

/** Two lines each: `TcpExt: SyncookiesSent …` names, `TcpExt: 0 0 …` values. */
const netstat: SideRule = {
  name: 'netstat',
  take(line, lineNo, recorder, state) {
    const match = /^([A-Z]\w+): (\S.*)$/.exec(line);
    if (match === null) return null;
    const [, prefix, rest] = match;
    const cells = rest.trim().split(/\s+/);
    if (state.names !== null && state.names.prefix === prefix && cells.every((cell) => /^-?\d+$/.test(cell))) {
      const { names } = state.names;
      state.names = null;
      // The first value of the group tells whether the table was printed before.
      if (names.length > 0 && cells[0] !== undefined) recorder.startSnapshotAt('netstat', `${prefix}.${names[0]}`);
      names.forEach((name, index) => {
        if (cells[index] !== undefined) recorder.keep('netstat', `${prefix}.${name}`, cells[index], lineNo);
      });
      return cells.length === names.length ? 'parsed' : { malformed: 'names-and-values-differ' };
    }
    const isNames =
      // IcmpMsg names only the types that were seen: perhaps one.
      (cells.length > 1 || prefix === 'IcmpMsg') &&
      cells.every((cell) => /^[A-Za-z]\w*$/.test(cell)) &&
      new RegExp(`^(?:${PROTOCOLS})$`).test(prefix);
    if (!isNames) return null;
    state.names = { prefix, names: cells };
    return 'parsed';
  },
};

/** `TcpExtTCPPrequeued              12                 0.0` of nstat. */
const nstat: SideRule = {
  name: 'nstat',
  take(line, lineNo, recorder) {
    if (line === '#kernel') return 'comment';
    // /proc/net/snmp6 has no third column.
    const match = NSTAT.exec(line) ?? SNMP6.exec(line);
    if (match === null) return null;
    recorder.keep('netstat', `${match[1]}.${match[2]}`, match[3], lineNo);
    return 'parsed';
  },
};

const SOFTIRQS = /^(?:HI|TIMER|NET_TX|NET_RX|BLOCK|BLOCK_IOPOLL|IRQ_POLL|TASKLET|SCHED|HRTIMER|RCU)$/;

/** Tables with a column per CPU. Totals under the name, CPUs under name.cpuN. */
const perCpu: SideRule = {
  name: 'per-cpu',
  take(rawLine, lineNo, recorder, state) {
    const prefix = /^\/proc\/(interrupts|softirqs):/.exec(rawLine);
    const line = prefix === null ? rawLine : rawLine.slice(prefix[0].length);
    if (/^\s+CPU\d+(?:\s+CPU\d+)*\s*$/.test(line)) {
      state.cpuColumns = line
        .trim()
        .split(/\s+/)
        .map((name) => Number(name.slice(3)));
      return 'comment';
    }
    const row = /^\s*([A-Z][A-Z_0-9]*|\d+): +(\d+(?: +\d+)*)(?:\s+(\D.*|\S+\D.*))?$/.exec(line);
    if (row === null || state.cpuColumns.length === 0) return null;
    const [, name, numbers, description = ''] = row;
    const counts = numbers.split(/ +/).slice(0, state.cpuColumns.length);
    const isSoftirq = prefix === null ? SOFTIRQS.test(name) : prefix[1] === 'softirqs';
    const domain: FactDomain = isSoftirq ? 'softirqs' : 'interrupts';
    const device = /\S+$/.exec(description.trim())?.[0] ?? '';
    const key = /^\d+$/.test(name) && device !== '' ? `${name}:${device}` : name;
    recorder.keep(domain, key, String(counts.reduce((sum, count) => sum + Number(count), 0)), lineNo);
    if (counts.length < 2) return 'parsed';
    for (const [index, count] of counts.entries())
      recorder.keep(domain, `${key}.cpu${state.cpuColumns[index]}`, count, lineNo);
    return 'parsed';
  },
};

const CPU_TIMES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice'];
/** /proc/stat: `cpu0 192 0 858 10416 …` in clock ticks. */
const stat: SideRule = {
  name: 'stat',
  take(line, lineNo, recorder) {
    const cpu = /^(cpu\d*) +(\d+(?: \d+){3,9})$/.exec(line);
    if (cpu !== null) {
      for (const [index, ticks] of cpu[2].split(' ').entries()) {
        recorder.keep('cpu', `stat.${cpu[1]}.${CPU_TIMES[index]}`, ticks, lineNo, 'ticks');
      }
      return 'parsed';
    }
    const single = /^(ctxt|btime|processes|procs_running|procs_blocked) (\d+)$/.exec(line);
    const total = /^(intr|softirq) (\d+)(?: \d+)+ *$/.exec(line);
    if (single === null && total === null) return null;
    const [, key, text] = (single ?? total)!;
    recorder.keep('cpu', `stat.${key}`, text, lineNo);
    return 'parsed';
  },
};

/** Column of softnet_stat by name (net/core/net-procfs.c softnet_seq_show): received_rps from 2.6.35, flow_limit from 3.11. */
const SOFTNET_COLUMNS: readonly (readonly [number, string])[] = [
  [0, 'processed'],
  [1, 'dropped'],
  [2, 'time_squeeze'],
  [9, 'received_rps'],
  [10, 'flow_limit'],
];
/** From 5.10 on a row names its CPU; before, CPUs that are off line have no row. */
const SOFTNET_CPU_COLUMN = 12;
/** /proc/net/softnet_stat: hexadecimal, a row per CPU. */
const softnet: SideRule = {
  name: 'softnet',
  take(line, lineNo, recorder, state) {
    if (!/^[0-9a-f]{8}(?: [0-9a-f]{8}){8,16} *$/.test(line)) return null;
    const cells = line
      .trim()
      .split(' ')
      .map((cell) => Number.parseInt(cell, 16));
    // Rows of one table follow each other; another one pasted below is of another moment.
    const isNext = state.softnetRows > 0 && lineNo === state.softnetLine + 1;
    if (!isNext) state.softnetRows = 0;
    const cpu = cells[SOFTNET_CPU_COLUMN] ?? state.softnetRows;
    recorder.startSnapshotAt('other', `softnet.cpu${cpu}.processed`);
    for (const [index, name] of SOFTNET_COLUMNS) {
      if (cells[index] !== undefined) recorder.keep('other', `softnet.cpu${cpu}.${name}`, String(cells[index]), lineNo);
    }
    state.softnetRows++;
    state.softnetLine = lineNo;
    return 'parsed';
  },
};

/** `TCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0` of /proc/net/sockstat. */
const sockstat: SideRule = {
  name: 'sockstat',
  take(line, lineNo, recorder): LineFate | null {
    const match = /^(sockets|TCP6?|UDP6?|UDPLITE6?|RAW6?|FRAG6?):((?: \w+ \d+)+)$/.exec(line);
    if (match === null) return null;
    for (const [, name, count] of match[2].matchAll(/ (\w+) (\d+)/g)) {
      recorder.keep('socket', `${match[1]}.${name}`, count, lineNo);
    }
    return 'parsed';
  },
};

export const COUNTER_RULES: readonly SideRule[] = [netstat, nstat, perCpu, stat, softnet, sockstat];
