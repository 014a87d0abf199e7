export { iperf2CsvFormat } from './iperf2-csv.ts';
export { iperf3JsonFormat } from './iperf3-json.ts';
export { iperfTextFormat, isIperfLine } from './text.ts';
