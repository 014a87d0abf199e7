import type { Fact, FactDomain } from '../../src/model/environment.ts';
import { readCount } from './counts.ts';

/** Where a fact stands: the line of the file, and the record that holds it (`snapshot#2`), if there are several. */
export interface FactPlace {
  file: string;
  line: number;
  record?: string;
}

/** A fact without moment; `value` is NaN unless the text is one number. */
export function makeFact(domain: FactDomain, key: string, text: string, at: FactPlace, unit = ''): Fact {
  const { file, line, record = '' } = at;
  return { domain, key, text, value: readNumber(text), unit, moment: '', file, line, record };
}

/** '' and words are no numbers; hexadecimal is one. */
export function readNumber(text: string): number {
  const trimmed = text.trim();
  return /^[-+]?(?:\d+(?:\.\d*)?(?:e[-+]?\d+)?|0x[0-9a-f]+)$/i.test(trimmed) ? readCount(trimmed) : Number.NaN;
}
