/** No counter, sum or clock of a kernel or a profiler passes 64 bits. */
export const COUNT_LIMIT = 2 ** 64;

/** NaN for what no counter can hold (400 nines, 1e300, Infinity) and for what is no number. */
export function readCount(text: string): number {
  const value = Number(text);
  return Math.abs(value) < COUNT_LIMIT ? value : Number.NaN;
}

/** 2^64 - 1 has twenty digits. Digits inside a name, an address or a fraction are no count. */
const LONG_COUNT = /(?<![\w.])\d{20,}(?:\.\d+)?(?![\w.])/g;

/** A line that holds a number no counter can hold was not printed by the tool it seems to come from. */
export function hasImpossibleCount(line: string): boolean {
  if (line.length < 20) return false;
  for (const [text] of line.matchAll(LONG_COUNT)) if (!(Number(text) < COUNT_LIMIT)) return true;
  return false;
}

/** What a JSON text has at a path of names; undefined when something on the way is no object of its own names. */
export function jsonAt(value: unknown, ...names: string[]): unknown {
  let at = value;
  for (const name of names) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

/** A number that can be one; undefined otherwise. */
export function jsonNumber(value: unknown, ...names: string[]): number | undefined {
  const found = jsonAt(value, ...names);
  return typeof found === 'number' && Math.abs(found) < COUNT_LIMIT ? found : undefined;
}

/** Texts and numbers as text; '' for everything else. */
export function jsonText(value: unknown, ...names: string[]): string {
  const found = jsonAt(value, ...names);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}
