const INDENT = '    ';

/**
 * Shell commands in a mail: no line longer than `width`, and what is pasted still means the same. Lines are broken at
 * blanks outside quotes; where there is none, a backslash before the line end joins anywhere but inside single quotes,
 * which are closed and opened again. A continued word must begin at the left border.
 */
export function wrapCommand(command: string, width: number): string[] {
  return command
    .split('\n')
    .flatMap((line) => (line.trimStart().startsWith('#') ? wrapComment(line, width) : wrapLine(line, width)));
}

function wrapComment(line: string, width: number): string[] {
  const out: string[] = [];
  let current = INDENT;
  for (const word of line.trim().split(/\s+/)) {
    if (current.trim() !== '' && current.length + word.length + 1 > width) {
      out.push(current);
      current = `${INDENT}#`;
    }
    current = current === INDENT ? INDENT + word : `${current} ${word}`;
  }
  return [...out, current].flatMap((part) => cutWord(part, width).map((piece) => piece.text));
}

/** Words of a shell line: blanks inside quotes do not separate. */
function splitWords(line: string): string[] {
  const words: string[] = [];
  let quote = '';
  let word = '';
  for (const letter of line.trim()) {
    if (quote === '' && (letter === ' ' || letter === '\t')) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (quote === '' && (letter === "'" || letter === '"')) quote = letter;
    else if (letter === quote) quote = '';
    word += letter;
  }
  return word === '' ? words : [...words, word];
}

/** A word longer than the line: pieces that a shell puts together again. */
function cutWord(word: string, room: number): { text: string; joins: boolean }[] {
  const pieces: { text: string; joins: boolean }[] = [];
  let quote = '';
  let piece = '';
  for (const letter of word) {
    // Room for a closing quote and the backslash.
    if ([...piece].length >= room - 3) {
      pieces.push({ text: quote === "'" ? `${piece}'` : piece, joins: true });
      piece = quote === "'" ? "'" : '';
    }
    if (quote === '' && (letter === "'" || letter === '"')) quote = letter;
    else if (letter === quote) quote = '';
    piece += letter;
  }
  return [...pieces, { text: piece, joins: false }];
}

function wrapLine(line: string, width: number): string[] {
  const out: string[] = [];
  let current = '';
  for (const word of splitWords(line)) {
    const room = width - INDENT.length - 2;
    const next = current === '' ? INDENT + word : `${current} ${word}`;
    if ([...next].length <= width - 2) {
      current = next;
      continue;
    }
    if (current !== '') out.push(`${current} \\`);
    const pieces = [...word].length > room ? cutWord(word, width) : [{ text: INDENT + word, joins: false }];
    for (const { text, joins } of pieces) {
      if (joins) out.push(`${text}\\`);
      else current = text;
    }
  }
  return current === '' ? out : [...out, current];
}
