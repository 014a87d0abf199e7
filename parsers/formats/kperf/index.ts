export { kperfFormat } from './reader.ts';
