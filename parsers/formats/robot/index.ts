export { robotFormat } from './reader.ts';
