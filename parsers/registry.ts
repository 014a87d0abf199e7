import type { Format } from './contract.ts';
import { opreportFormat } from './formats/opreport.ts';
import { sideSnapshotFormat } from './formats/side-snapshot.ts';

/**
 * Every format recvscope reads: one file and one line here. When two formats score alike on a head the earlier one wins,
 * so the more particular layouts stand first.
 */
export const FORMATS: readonly Format[] = [opreportFormat, sideSnapshotFormat];
