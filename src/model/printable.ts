/**
 * The one list of characters that no output lets through as they are. They act on a terminal, a browser, a script parser
 * or an eye instead of being seen: controls (Cc), format characters (Cf: bidi overrides, zero-width signs, tags U+E0000),
 * line and paragraph separators (Zl, Zp), lone surrogates (Cs), and what Unicode lets a renderer ignore (fillers, variation
 * selectors). Tab, line feed and carriage return are for the caller to fold.
 */
const CLASSES = '\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Default_Ignorable_Code_Point}';
const UNPRINTABLE = new RegExp(`(?!\\t)[${CLASSES}]`, 'gu');
const UNPRINTABLE_IN_LINES = new RegExp(`(?![\\t\\n])[${CLASSES}]`, 'gu');
const PLAIN = /^[\t\x20-\x7e]*$/;
const PLAIN_LINES = /^[\t\n\x20-\x7e]*$/;

/** What takes the place of an unprintable character. */
export const REPLACEMENT = '\ufffd';

/** One line of text; a line feed inside is replaced, too. */
export function replaceUnprintable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNPRINTABLE, REPLACEMENT);
}

/** Text of several lines: line feeds survive. */
export function replaceUnprintableInLines(text: string): string {
  return PLAIN_LINES.test(text) ? text : text.replace(UNPRINTABLE_IN_LINES, REPLACEMENT);
}

/** For formats that must give the text back unchanged: JSON escapes of UTF-16 units, for text that JSON.stringify made. */
export function escapeUnprintableJson(json: string): string {
  return PLAIN_LINES.test(json)
    ? json
    : json.replace(UNPRINTABLE_IN_LINES, (character) =>
        Array.from(
          { length: character.length },
          (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
        ).join(''),
      );
}

const MAX_QUOTED = 200;

/** A quoted piece of a capture: cut, and harmless to terminal and browser. */
export function printable(text: string): string {
  return replaceUnprintable(text.slice(0, MAX_QUOTED));
}
