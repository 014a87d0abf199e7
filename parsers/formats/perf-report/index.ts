export { readPerfTitles } from './columns.ts';
export { perfReportFormat } from './reader.ts';
