export { netperfFormat } from './reader.ts';
