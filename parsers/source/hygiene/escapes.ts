import { countMatches, type Damage, shareOfLines } from './damage.ts';

const NAMES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  tab: '\t',
  equals: '=',
  lowbar: '_',
  colon: ':',
  lsqb: '[',
  rsqb: ']',
  lbrack: '[',
  rbrack: ']',
  rarr: '->',
  larr: '<-',
  rArr: '=>',
  lArr: '<=',
  hellip: '...',
  ndash: '-',
  mdash: '--',
  minus: '-',
  lsquo: "'",
  rsquo: "'",
  ldquo: '"',
  rdquo: '"',
};
const ENTITY = /&(?:([A-Za-z]{2,7})|#(\d{1,6})|#[xX]([0-9a-fA-F]{1,5}));/g;
/** Those that stand for what a trace is made of: angle brackets, ampersand, quotes, blanks. */
const TELLING =
  /&(?:lt|gt|amp|quot|apos|nbsp|rarr|larr|rArr|hellip|#0*(?:34|38|39|60|62|160)|#[xX]0*(?:22|26|27|3[cCeE]|[aA]0));/g;
const QUOTES = /^(?:[>|] ?)+/;
const TAG =
  /<\/?(?:html|head|body|title|meta|link|style|pre|code|div|span|p|br|a|b|i|em|strong|tt|font|table|tbody|thead|tr|td|th|ul|ol|li|h[1-6]|hr|img|blockquote|samp|kbd|section|article|main|header|footer|nav)(?:\s[^<>]*)?\/?>/gi;

/** `&lt;idle&gt;-0`, `==&gt;`, `&#60;-`: what escapes HTML leaves none of the characters it escapes. */
export const HTML_ESCAPES: Damage = {
  id: 'html-escapes',
  title: 'HTML escapes',
  isIn(lines) {
    const telling = countMatches(lines, TELLING);
    if (telling === 0) return false;
    const bare = lines.map((line) => line.replace(QUOTES, '').replace(TAG, ''));
    const brackets = countMatches(bare, /[<>]/g);
    const ampersands = countMatches(bare, /&/g);
    const entities = countMatches(bare, ENTITY);
    return telling > brackets && entities * 2 > ampersands && !isOneName(bare);
  },
  start: () => (line) => (line.includes('&') ? line.replace(ENTITY, decodeEntity) : line),
};

/** Where the kernel and its tools print brackets: `==&gt;`, `&lt;-`, `&lt;idle&gt;`, `ffffffff81185cd0 &lt;memcpy&gt;:`. */
const PLACE =
  /^&(?:gt|#62|#x3e); ?|[=-]&(?:gt|#62|#x3e);|&(?:lt|#60|#x3c);-|&(?:lt|#60|#x3c);(?:idle|\.\.\.)&|(?:^|\s)[0-9a-f]{8,16} &(?:lt|#60|#x3c);|&amp;(?:lt|gt|amp|#)|&nbsp;|&#160;|&#xa0;/i;
const FEW_WORDS = 3;

/** The same word again and again, and no place of the format's own: a task that is called `a&lt;b`. */
function isOneName(lines: readonly string[]): boolean {
  const words = new Set<string>();
  for (const line of lines) {
    if (PLACE.test(line)) return false;
    for (const word of line.match(/\S*&(?:\w{2,7}|#\w{1,6});\S*/g) ?? [])
      words.add(word.replace(/^\w+=|[-:]?\d+\S*$/g, ''));
    if (words.size >= FEW_WORDS) return false;
  }
  return true;
}

function decodeEntity(whole: string, name: string | undefined, decimal: string | undefined, hex: string | undefined) {
  if (name !== undefined) return NAMES[name] ?? NAMES[name.toLowerCase()] ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
  // No character, and none that a line may hold: newline, NUL.
  if (code === 0 || code === 10 || code === 13 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return whole;
  return code === 160 ? ' ' : String.fromCodePoint(code);
}

/** A tag at an end of the line, or one with attributes: a task may be called `<b>`. */
const MARKUP = new RegExp(
  String.raw`^\s*(?:${TAG.source})|(?:${TAG.source})\s*$|<(?:span|font|a|code|pre|td) [a-z]+="`,
  'i',
);

/** Tags of a page around or inside the lines: `<pre>`, `<span class="hl">`, `<br>`. `<idle>` is none. */
export const HTML_TAGS: Damage = {
  id: 'html-tags',
  title: 'HTML tags',
  isIn(lines) {
    // A systrace page is taken apart by its own wrapper, its viewer may be longer than the head.
    if (lines.some((line) => /class="trace-data"|linuxPerfData/.test(line))) return false;
    // A page escapes the brackets of its text: `<html>` beside `<idle>` is the name of a task.
    if (
      lines.some((line) =>
        /[<>]/.test(
          line
            .replace(QUOTES, '')
            .replace(TAG, '')
            .replace(/<!.*?>/g, ''),
        ),
      )
    )
      return false;
    if (lines.slice(0, 5).some((line) => /<!doctype html|<html/i.test(line)))
      return lines.some((line) => /<pre\b/i.test(line));
    if (/^\s*<pre\b/i.test(lines.find((line) => line.trim() !== '') ?? '')) return true;
    return lines.some((line) => /<\/[a-z]|<br|<hr/i.test(line)) && shareOfLines(lines, MARKUP) >= 0.1;
  },
  start: () => (line) => (line.includes('<') ? line.replace(TAG, '') : line),
};

const CODE_ESCAPE = /\\u00(3[cCeE]|2[267])|\\x(3[cCeE]|2[267])/g;

/** `==\u003e`, `\u003cidle\u003e`: JSON writers that fear HTML (Go's encoding/json) escape the same characters. */
export const CODE_ESCAPES: Damage = {
  id: 'code-escapes',
  title: 'backslash-u escapes',
  isIn(lines) {
    const escapes = countMatches(lines, CODE_ESCAPE);
    return (
      escapes > 0 &&
      escapes >
        countMatches(
          lines.map((line) => line.replace(QUOTES, '')),
          /[<>]/g,
        )
    );
  },
  start: () => (line) =>
    line.includes('\\')
      ? line
          .replace(CODE_ESCAPE, (_, unicode, hex) => String.fromCharCode(Number.parseInt(unicode ?? hex, 16)))
          .replaceAll('\\t', '\t')
          .replaceAll('\\"', '"')
      : line,
};

const MARKDOWN_ESCAPE = /\\([_<>*[\]()#+.!|~`={}-])/g;

/** `sched\_switch`, `\<idle\>-0`: editors that keep Markdown write a backslash before its marks. */
export const MARKDOWN_ESCAPES: Damage = {
  id: 'markdown-escapes',
  title: 'Markdown escapes',
  isIn(lines) {
    const escaped = countMatches(lines, /\\[_<>[\]*]/g);
    return escaped >= 3 && escaped > countMatches(lines, /(?<!\\)_/g);
  },
  start: () => (line) => (line.includes('\\') ? line.replace(MARKDOWN_ESCAPE, '$1') : line),
};

const QUOTED = /=([0-9A-F]{2})/g;

/** `prev_comm=3Dbash`, a line longer than 76 columns cut with a `=` at its end: a mail in its transport form (RFC 2045 6.7). */
export const QUOTED_PRINTABLE: Damage = {
  id: 'quoted-printable',
  title: 'quoted-printable',
  isIn(lines) {
    const equals = countMatches(lines, /=3D/g);
    return equals >= 3 && equals * 2 > countMatches(lines, /=(?!$)/g) && lines.every((line) => line.length <= 80);
  },
  start() {
    let held = '';
    return (line) => {
      const isCut = line.endsWith('=');
      const whole = held + (isCut ? line.slice(0, -1) : line);
      held = isCut ? whole : '';
      // The lines of the file are kept: what is joined stands where its last piece stood.
      return isCut ? '' : decodeQuoted(whole);
    };
  },
};

function decodeQuoted(text: string): string {
  if (!text.includes('=')) return text;
  const latin = text.replace(/[^\x00-\x7f]+/g, (run) => Buffer.from(run, 'utf8').toString('latin1'));
  const bytes = latin.replace(QUOTED, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1')
    .toString('utf8')
    .replace(/[\r\n]/g, ' ');
}

const TAIL = /\\n(?:\\|("(?: ?[+,])?))?\s*$/;

/** `… prev_state=S\n\`: lines of a string in a program, as a systrace page holds them, cut out of it. */
export const NEWLINE_TAILS: Damage = {
  id: 'newline-tails',
  title: 'backslash-n line ends',
  isIn: (lines) => lines.length > 1 && shareOfLines(lines, TAIL) > 0.5,
  start: () => (line) => {
    const tail = TAIL.exec(line);
    if (tail === null) return line;
    const text = line.slice(0, tail.index);
    return (tail[1] === undefined ? text : text.replace(/^\s*"/, '')).replaceAll('\\\\', '\\');
  },
};
