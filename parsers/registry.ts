import type { Format } from './contract.ts';
import { foldedFormat } from './formats/folded-stacks/index.ts';
import { ftraceFormat } from './formats/ftrace/index.ts';
import { functionGraphFormat } from './formats/function-graph/index.ts';
import { iperf2CsvFormat, iperf3JsonFormat, iperfTextFormat } from './formats/iperf/index.ts';
import { kperfFormat } from './formats/kperf/index.ts';
import { manifestFormat } from './formats/manifest/index.ts';
import { netperfFormat } from './formats/netperf/index.ts';
import { opannotateFormat, opreportFormat, opreportXmlFormat } from './formats/oprofile/index.ts';
import { perfReportFormat } from './formats/perf-report/index.ts';
import { perfScriptFormat } from './formats/perf-script/index.ts';
import { perfStatFormat, perfStatTextFormat } from './formats/perf-stat/index.ts';
import { proseFormat } from './formats/prose/index.ts';
import { robotFormat } from './formats/robot/index.ts';
import { sideSnapshotFormat } from './formats/side/index.ts';
import { sysstatFormat } from './formats/sysstat/index.ts';
import { traceCmdFormat } from './formats/trace-cmd/index.ts';

/**
 * Every format recvscope reads: one file and one line here. When two formats score alike on a head the earlier one wins,
 * so the more particular layouts stand first.
 */
export const FORMATS: readonly Format[] = [
  functionGraphFormat,
  traceCmdFormat,
  ftraceFormat,
  perfScriptFormat,
  opreportXmlFormat,
  opreportFormat,
  opannotateFormat,
  perfReportFormat,
  perfStatFormat,
  perfStatTextFormat,
  iperf2CsvFormat,
  iperf3JsonFormat,
  iperfTextFormat,
  netperfFormat,
  kperfFormat,
  sysstatFormat,
  foldedFormat,
  robotFormat,
  manifestFormat,
  sideSnapshotFormat,
  proseFormat,
];
