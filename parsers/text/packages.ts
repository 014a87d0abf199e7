import { createRequire } from 'node:module';
import type PapaParse from 'papaparse';
import type * as Saxes from 'saxes';

/**
 * Packages that few captures need, loaded when the first text needs them: papaparse and saxes take 50 ms together, as much as
 * reading 25 MB of events. require, because a format decides line by line, without awaiting anything.
 */
const require = createRequire(import.meta.url);

export function loadPapa(): typeof PapaParse {
  return require('papaparse') as typeof PapaParse;
}
export function loadSaxes(): typeof Saxes {
  return require('saxes') as typeof Saxes;
}
