import { replaceUnprintableInLines } from '../src/model/printable.ts';

/**
 * Names, symbols and quoted lines come from the machine under test and may hold terminal escapes or bidi overrides.
 * Line feeds survive: commands have several lines, and every output folds them elsewhere.
 */
export const cleanText = replaceUnprintableInLines;

/** Every string of a plain JSON value cleaned, keys included; the shape stays. */
export function cleanDeep<T>(value: T): T {
  if (typeof value === 'string') return cleanText(value) as T;
  if (Array.isArray(value)) return value.map(cleanDeep) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanDeep(inner)])) as T;
  }
  return value;
}

/** One line: every run of white space is one blank. The no-break space between number and unit survives for wrapping. */
export function foldSpaces(text: string): string {
  return text.replace(/[^\S\u00a0]+/g, ' ').trim();
}

/** For outputs without a no-break space of their own: last step, after wrapping. */
export function plainSpaces(text: string): string {
  return text.replace(/\u00a0/g, ' ');
}
