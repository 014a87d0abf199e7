import type { Fact, FactDomain } from '../../src/model/environment.ts';

/** A fact without moment and record; `value` is NaN unless the text is one number. */
export function makeFact(
  domain: FactDomain,
  key: string,
  text: string,
  at: { file: string; line: number },
  unit = '',
  record = '',
): Fact {
  return { domain, key, text, value: readNumber(text), unit, moment: '', file: at.file, line: at.line, record };
}

/** '' and words are no numbers; hexadecimal is one. */
export function readNumber(text: string): number {
  const trimmed = text.trim();
  return /^[-+]?(?:\d+(?:\.\d*)?(?:e[-+]?\d+)?|0x[0-9a-f]+)$/i.test(trimmed) ? Number(trimmed) : Number.NaN;
}
