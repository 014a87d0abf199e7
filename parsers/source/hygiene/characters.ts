import { countMatches, type Damage, shareOfLines } from './damage.ts';

const BLANK = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
const BLANKS = new RegExp(BLANK.source);
const INVISIBLE = /[\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]/g;
/** Where a format has its own blanks: beside another blank, behind a bracket, colon, bar or comma, at the ends of a line. */
const STRUCTURAL =
  /(?<=^|[ \t:\])|,;=%])[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000](?=[ \t[(|]|$)|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]{2}/g;

/** U+00A0 and its kind for blanks, as browsers, chats and office documents write runs of them. A task name may hold one. */
export const ODD_BLANKS: Damage = {
  id: 'odd-blanks',
  isBeyondAscii: true,
  title: 'no-break and other Unicode blanks',
  isIn: (lines) => countMatches(lines, STRUCTURAL) >= 2 && shareOfLines(lines, BLANKS) > 0.1,
  start: () => (line) => line.replace(BLANK, ' '),
};

/** Zero-width characters that break names and numbers apart: on many lines, or it is some text's own. */
export const INVISIBLE_CHARACTERS: Damage = {
  id: 'invisible-characters',
  isBeyondAscii: true,
  title: 'invisible characters',
  isIn: (lines) => countMatches(lines, INVISIBLE) > 2 && shareOfLines(lines, new RegExp(INVISIBLE.source)) > 0.1,
  start: () => (line) => line.replace(INVISIBLE, ''),
};

const RIGHT = '\u2192\u21d2\u2794\u279c\u279d\u2799\u27f6\u27f9\u21e8\u2b95\u21a6\uf0e0\uf0e8';
const LEFT = '\u2190\u21d0\u27f5\u27f8\u21e6\u2b05\uf0df\uf0e7';
const RIGHT_ARROW = new RegExp(String.raw`(=*|[-\u2013\u2014\u2212]*)[${RIGHT}]+>?`, 'g');
const LEFT_ARROW = new RegExp(String.raw`<?[${LEFT}]+(=*|[-\u2013\u2014\u2212]*)`, 'g');
const ARROWS = new RegExp(`[${RIGHT}${LEFT}]`, 'g');
const ASCII_ARROWS = /->|=>|<-|<=/g;
/** Places where the kernel and its tools print an arrow. */
const ARROW_PLACE = new RegExp(
  [
    String.raw`[=\s]*[${RIGHT}][=\s]*next_comm=`,
    String.raw`^.*\[\d+\] [A-Z+|]+ *=*[${RIGHT}]`,
    String.raw`\bsys_\w+ *-*[${RIGHT}] *0x`,
    String.raw`[${LEFT}][- ]*[A-Za-z_0-9.]+(?:\+0x|\)|$)`,
    String.raw`-\d+ +=?[${RIGHT}]`,
    String.raw`^ *[${RIGHT}] *\S+$`,
  ].join('|'),
);

/** `→` for `->` and `==>`, `←` for `<-`: what it was follows from the place. */
export const ARROW_CHARACTERS: Damage = {
  id: 'arrow-characters',
  isBeyondAscii: true,
  title: 'word-processor arrows',
  isIn(lines) {
    const arrows = countMatches(lines, ARROWS);
    if (arrows === 0) return false;
    const places = lines.filter((line) => ARROW_PLACE.test(line)).length;
    return places >= 2 || (places === 1 && arrows > countMatches(lines, ASCII_ARROWS));
  },
  start: () => (line) => {
    if (!new RegExp(ARROWS.source).test(line)) return line;
    return line
      .replace(RIGHT_ARROW, (_, before: string, at: number) => rightArrow(line, before, at))
      .replace(LEFT_ARROW, (_, after: string) =>
        after.startsWith('=') ? `<=${after}` : /function:/.test(line) ? '<--' : '<-',
      );
  },
};

function rightArrow(line: string, before: string, at: number): string {
  if (before.startsWith('===')) return `${before}=>`;
  const left = line.slice(0, at);
  const right = line.slice(at);
  if (/next_comm=/.test(right) || /\[\d+\] [A-Z+|]+ *$/.test(left)) return '==>';
  // A frame of a stack, the two tasks of a graph's banner.
  if (/^\s*$/.test(left) || /^\s*\d+\) .*-\d+\s*$/.test(left)) return '=>';
  return before.startsWith('=') ? '=>' : '->';
}

const DASHES = /[\u2010-\u2015\u2212\u00ad]/;
const TYPESET: readonly (readonly [RegExp, string])[] = [
  [/\u2026/g, '...'],
  [/[\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033]/g, '"'],
  [/[\u2018\u2019\u201a\u201b\u2032]/g, "'"],
  [/<[\u2013\u2014]/g, '<--'],
  [/\u2014/g, '--'],
  [/[\u2010-\u2013\u2015\u2212]/g, '-'],
  [/\ufb00/g, 'ff'],
  [/\ufb01/g, 'fi'],
  [/\ufb02/g, 'fl'],
  [/\ufb03/g, 'ffi'],
  [/\ufb04/g, 'ffl'],
  [/[\ufb05\ufb06]/g, 'st'],
];
const ANY_TYPESET = /[\u2026\u201c-\u201f\u00ab\u00bb\u2018-\u201b\u2010-\u2015\u2212\ufb00-\ufb06]/;
/** Where only the character that was replaced can have stood. */
const TYPESET_PLACE =
  /<\u2026>-\d|[|\]\d] *[.\dA-Za-z]?\u2026[.\dA-Za-z]* |^\s*\u2026\s*$|\[\u2026\]|[\w>][\u2010-\u2015\u2212]\d+\s+(?:\([\d -]+\)\s*)?\[\d{3}\]|event[s]? [\u2018\u201c]|=[\u201c\u201d]|\w[\ufb00-\ufb06]|<[\u2013\u2014]|[=:,] *\u2212\d/;

/** Quotes, dashes, dots and ligatures that an office program or a PDF put in the place of the plain ones. */
export const TYPESET_CHARACTERS: Damage = {
  id: 'typeset-characters',
  isBeyondAscii: true,
  title: 'word-processor quotes, dashes and dots',
  isIn: (lines) => lines.some((line) => TYPESET_PLACE.test(line)),
  start: () => (line) => {
    if (!ANY_TYPESET.test(line) && !DASHES.test(line)) return line;
    let plain = line;
    for (const [pattern, text] of TYPESET) plain = plain.replace(pattern, text);
    return plain;
  },
};
