export { iperf2CsvFormat } from './csv.ts';
export { iperf3JsonFormat } from './json.ts';
export { iperfTextFormat } from './text.ts';
