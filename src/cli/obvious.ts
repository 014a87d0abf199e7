import { existsSync } from 'node:fs';
import { printWarning } from './output.ts';

/** What somebody means who types no command. */
export interface Meaning {
  argv: string[];
  /** How it was read, to be said aloud; '' = as it stands. */
  note: string;
}

/**
 * `recvscope trace.txt` is a report, `recvscope before after` a comparison, `-v` and `version` ask for the version. Only
 * where the first word is no command and every word that is no option is there as a file: a mistyped command stays one.
 */
export function readObvious(argv: readonly string[], commands: readonly string[]): Meaning {
  const words = argv.slice(2);
  const asIs = { argv: [...argv], note: '' };
  const [first] = words;
  if (first === undefined || commands.includes(first)) return asIs;
  if (words.length === 1 && (first === '-v' || first === 'version'))
    return { argv: [...argv.slice(0, 2), '--version'], note: '' };
  const captures = listCaptures(words);
  if (captures.length === 0 || words[0] !== captures[0]) return asIs;
  if (!captures.every((capture) => capture === '-' || existsSync(capture))) return asIs;
  const command = captures.length === 2 ? 'compare' : 'report';
  return { argv: [...argv.slice(0, 2), command, ...words], note: `read as: recvscope ${command} ${words.join(' ')}` };
}

/** Words before the first option: what follows an option may be its value. */
function listCaptures(words: readonly string[]): string[] {
  const end = words.findIndex((word) => word.startsWith('-') && word !== '-');
  return words.slice(0, end < 0 ? words.length : end);
}

export function sayMeaning({ note }: Meaning): void {
  if (note !== '') printWarning(note);
}
