import type { LineFate } from '../../text/reader.ts';
import type { SideRecorder } from './recorder.ts';

/** One kind of line of a side file. A rule looks at the line, keeps what it says, and tells whether the line was its own. */
export interface SideRule {
  readonly name: string;
  /** null = not a line of this rule. */
  take(line: string, lineNo: number, recorder: SideRecorder, state: SideState): LineFate | null;
}

/** What an earlier line said about the lines after it. */
export interface SideState {
  /** `Features for eth0:` */
  ethtool: { device: string; kind: string; group: string } | null;
  /** Names of a /proc/net/snmp line, waiting for the values. */
  names: { prefix: string; names: string[] } | null;
  /** CPUs of the last table header: one that is off line has no column. */
  cpuColumns: readonly number[];
  /** `"field": "Model name:"` of lscpu -J, waiting for its data. */
  lscpuField: string;
  /** From the prefix `/proc/softirqs:` of grep. */
  procFile: string;
  /** Files whose values stand on the next lines: `cat /sys/… /sys/…` as typed. */
  waiting: string[];
  /** Values seen of a pattern of the shell: `cat dma*chan*` in /sys/class/dma. */
  matched: number;
  /** `==> /sys/… <==` of head and tail. */
  path: string;
  networkInterface: string;
  /** `RX: bytes  packets …` of ip -s link, waiting for its numbers. */
  linkRow: string;
  /** Sockets of ss so far, and what stands before the keys of the last one. */
  sockets: number;
  socketPrefix: string;
  interfaces: number;
  /** Rows of the softnet_stat table so far, and the line of the last. */
  softnetRows: number;
  softnetLine: number;
  processors: number;
  isAggregatedStats: boolean;
}

export function makeSideState(): SideState {
  return {
    ethtool: null,
    names: null,
    cpuColumns: [],
    lscpuField: '',
    procFile: '',
    waiting: [],
    matched: 0,
    path: '',
    networkInterface: '',
    linkRow: '',
    sockets: 0,
    socketPrefix: '',
    interfaces: 0,
    softnetRows: 0,
    softnetLine: 0,
    processors: 0,
    isAggregatedStats: false,
  };
}
