import type { Format } from './contract.ts';
import { ftraceFormat } from './formats/ftrace.ts';
import { functionGraphFormat } from './formats/function-graph.ts';
import { iperfTextFormat } from './formats/iperf-text.ts';
import { iperf2CsvFormat } from './formats/iperf2-csv.ts';
import { iperf3JsonFormat } from './formats/iperf3-json.ts';
import { opannotateFormat } from './formats/opannotate.ts';
import { opreportFormat } from './formats/opreport.ts';
import { opreportXmlFormat } from './formats/opreport-xml.ts';
import { perfReportFormat } from './formats/perf-report.ts';
import { perfScriptFormat } from './formats/perf-script.ts';
import { perfStatFormat } from './formats/perf-stat.ts';
import { sideSnapshotFormat } from './formats/side-snapshot.ts';
import { traceCmdFormat } from './formats/trace-cmd.ts';

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
  iperf2CsvFormat,
  iperf3JsonFormat,
  iperfTextFormat,
  sideSnapshotFormat,
];
