export { orderMoments } from './moments.ts';
export { SideParser, sideSnapshotFormat } from './snapshot.ts';
