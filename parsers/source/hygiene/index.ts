import { ARROW_CHARACTERS, INVISIBLE_CHARACTERS, ODD_BLANKS, TYPESET_CHARACTERS } from './characters.ts';
import type { Damage } from './damage.ts';
import { CODE_ESCAPES, HTML_ESCAPES, HTML_TAGS, MARKDOWN_ESCAPES, NEWLINE_TAILS, QUOTED_PRINTABLE } from './escapes.ts';
import { BARE_COLOURS, TERMINAL_SEQUENCES } from './terminal.ts';

export type { Damage } from './damage.ts';
export { findPrefixes, WEAK_PREFIXES } from './line-prefixes.ts';

/** In the order in which they are undone: the outermost first. What was escaped twice is undone twice. */
const DAMAGES: readonly Damage[] = [
  QUOTED_PRINTABLE,
  TERMINAL_SEQUENCES,
  BARE_COLOURS,
  NEWLINE_TAILS,
  HTML_TAGS,
  HTML_ESCAPES,
  HTML_ESCAPES,
  CODE_ESCAPES,
  MARKDOWN_ESCAPES,
  ODD_BLANKS,
  INVISIBLE_CHARACTERS,
  ARROW_CHARACTERS,
  TYPESET_CHARACTERS,
];

/** Every damage done to characters that these lines show. */
export function findDamages(lines: readonly string[]): Damage[] {
  const found: Damage[] = [];
  let seen = lines;
  let isAscii = seen.every(isAsciiText);
  for (const damage of DAMAGES) {
    if ((isAscii && damage.isBeyondAscii) || !damage.isIn(seen)) continue;
    found.push(damage);
    seen = undoLines(seen, [damage]);
    // An escape may have spelled what is beyond ASCII.
    isAscii = seen.every(isAsciiText);
  }
  return found;
}

function isAsciiText(line: string): boolean {
  return !BEYOND_ASCII.test(line);
}
const BEYOND_ASCII = /[^\0-\x7f]/;

export function undoLines(lines: readonly string[], damages: readonly Damage[]): string[] {
  return lines.map(startUndoing(damages));
}

/** One pass over a text: every damage undone, in order. */
export function startUndoing(damages: readonly Pick<Damage, 'start'>[]): (line: string) => string {
  const undo = damages.map((damage) => damage.start());
  return (line) => undo.reduce((text, each) => each(text), line);
}

/** Names for people, each once. */
export function nameDamages(damages: readonly Damage[]): string[] {
  return [...new Set(damages.map(({ title }) => title))];
}
