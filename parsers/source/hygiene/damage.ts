/**
 * What copying does to a text: escapes, colours, odd blanks, arrows, prefixes. A damage is recognised by statistics over the
 * head of a text (never by one line) and undone for the whole of it, line by line, so that line numbers stay those of the file.
 */
export interface Damage {
  /** Stable code. */
  readonly id: string;
  /** It is made of characters beyond ASCII: a text without any, as nearly all are, need not be asked. */
  readonly isBeyondAscii?: true;
  /** As `inspect` names it: `undone: HTML escapes`. */
  readonly title: string;
  /** Whether the head shows it. `lines`: as the damages undone before left them. */
  isIn(lines: readonly string[]): boolean;
  /** One per pass over a text: some keep state. */
  start(): (line: string) => string;
}

export function countMatches(lines: readonly string[], pattern: RegExp): number {
  let count = 0;
  for (const line of lines) for (const _ of line.matchAll(pattern)) count++;
  return count;
}

/** Share of the lines that are not blank on which the pattern stands. */
export function shareOfLines(lines: readonly string[], pattern: RegExp): number {
  let full = 0;
  let hits = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    full++;
    if (pattern.test(line)) hits++;
  }
  return full === 0 ? 0 : hits / full;
}
