export { orderMoments } from './moments.ts';
export { sideSnapshotFormat } from './snapshot.ts';
