import { type Damage, findPrefixes, undoLines, WEAK_PREFIXES } from '../source/hygiene/index.ts';

/** How much of a capture these lines are. */
export interface Weight {
  score: number;
  /** Format id, '' none. */
  format: string;
}

interface Stripped {
  lines: readonly string[];
  damages: Damage[];
  weight: Weight;
}

/** `> 12: Nov 12 08:14:00 rx7 save[9]: …`: prefixes before prefixes. */
const MAX_PREFIXES = 4;

/**
 * Takes off what stands before the lines, as long as what is left is at least as much of a capture as before. A prefix of
 * characters that begin lines of formats, too (a TAB), must make it more of one.
 */
export function stripPrefixes(lines: readonly string[], weigh: (lines: readonly string[]) => Weight): Stripped {
  return strip(lines, weigh, null, MAX_PREFIXES);
}

function strip(
  lines: readonly string[],
  weigh: (lines: readonly string[]) => Weight,
  known: Weight | null,
  left: number,
): Stripped {
  const prefixes = left === 0 ? [] : findPrefixes(lines);
  let best: Stripped = { lines, damages: [], weight: known ?? NO_WEIGHT };
  if (prefixes.length === 0) return best;
  best.weight = known ?? weigh(lines);
  for (const prefix of prefixes) {
    const bare = undoLines(lines, [prefix]);
    const tried = strip(bare, weigh, weigh(bare), left - 1);
    if (isBetter(prefix, tried, best)) best = { ...tried, damages: [prefix, ...tried.damages] };
  }
  return best;
}

const NO_WEIGHT: Weight = { score: 0, format: '' };

function isBetter(prefix: Damage, tried: Stripped, best: Stripped): boolean {
  // Alone, quotes are a wrapper's business (source/wrappers.ts).
  const isQuote = prefix.id === 'mail-quotes';
  if (isQuote && tried.damages.length === 0) return false;
  // Frames of call chains begin with a TAB; of all other formats no line does.
  const isFree =
    isQuote || (prefix.id === 'tabs' ? tried.weight.format !== 'perf-script' : !WEAK_PREFIXES.has(prefix.id));
  const isFirst = best.damages.length === 0 && isFree && tried.weight.score > 0;
  return isFirst ? tried.weight.score >= best.weight.score : tried.weight.score > best.weight.score;
}
