/**
 * Vega measures text with a canvas that Node does not have and then guesses 0.8 em a letter, half again too wide: labels
 * are cut and plots shrink. Widths in em of a common sans-serif (DejaVu Sans, the widest of the stack), by class of letter.
 */
const NARROW = new Set([...'iIjl.,:;\'|!()[]{}·/\\ frt-–"']);
const WIDE = new Set([...'mwMWOQ@%…']);

export function estimateTextWidth(text: string, fontSizePx: number): number {
  let em = 0;
  for (const letter of text) {
    if (NARROW.has(letter)) em += 0.37;
    else if (WIDE.has(letter)) em += 0.9;
    else if (letter >= 'A' && letter <= 'Z') em += 0.68;
    else em += letter > '\u2e80' ? 1 : 0.62;
  }
  return em * fontSizePx;
}
