export { perfStatTextFormat } from './people.ts';
export { perfStatFormat } from './separated.ts';
