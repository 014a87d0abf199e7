import type { Detection, DetectionHead, Format } from '../contract.ts';
import { type Damage, findDamages, undoLines } from '../source/hygiene/index.ts';
import { findWrappers, unwrapLines, type Wrapper } from '../source/wrappers.ts';
import { isProse } from '../text/prose.ts';
import { stripPrefixes } from './prefixes.ts';

/** What the head of a text is. `format` null = none of ours. */
export interface Sniffed {
  format: Format | null;
  detection: Detection;
  wrapper: Wrapper | null;
  /** What copying did to the text, to be undone before the wrapper is taken off. */
  damages: readonly Damage[];
  /** The head as the format saw it. */
  head: DetectionHead;
}

export const HEAD_BYTES = 64 * 1024;
/** One line that happens to look like an event is no capture. */
const MIN_SCORE = 10;
/** A header line of a format has 50 or 100 points: it settles the matter, however plain the lines below are. */
const CONCLUSIVE_SCORE = 60;
/** Points per full line (an event line has 10): below, and without header, the text only mentions captures. */
const MIN_DENSITY = 0.2;
/** The same, header or not, for a text with this share of prose: a document that quotes some lines of a capture. */
const MIN_DENSITY_IN_PROSE = 0.75;
const PROSE_SHARE = 0.1;
/** Of a format whose lines stand far apart: density says nothing, one table or stated case is enough. */
const MIN_SPARSE_SCORE = 50;
const NOTHING: Detection = { score: 0, variant: '' };

export function makeHead(bytes: Uint8Array, isWholeFile: boolean): DetectionHead {
  let text = new TextDecoder('utf-8').decode(bytes).replaceAll('\0', ' ');
  if (text.startsWith('\ufeff')) text = text.slice(1);
  const lines = text.split(/\r*\n/);
  // The last line is cut by the 64 KiB border, or empty after the final newline.
  if (!isWholeFile || lines.at(-1) === '') lines.pop();
  return { text, lines, isWholeFile };
}

function headOfLines(lines: readonly string[], isWholeFile: boolean): DetectionHead {
  return { text: `${lines.join('\n')}\n`, lines, isWholeFile };
}

export function rankFormats(
  head: DetectionHead,
  formats: readonly Format[],
): { format: Format; detection: Detection }[] {
  return formats
    .map((format) => ({ format, detection: format.detect(head) }))
    .filter(({ detection }) => detection.score > 0)
    .sort((a, b) => b.detection.score - a.detection.score);
}

/**
 * How much better a text must score without its wrapper. A page is taken off whenever a trace is in it; quotes and stamps
 * belong to no format; blanks may be part of one.
 */
const GAINS: Readonly<Record<Wrapper['kind'], number>> = { html: 0.5, quoted: 0.999, printk: 0.999, indented: 1 };

/** Highest total score over the whole head wins; registry order breaks ties. A wrapper must earn its place. */
export function sniffHead(raw: DetectionHead, formats: readonly Format[], mayUnwrap: boolean): Sniffed {
  if (!mayUnwrap) return choose(raw, formats, null);
  const { head, damages } = undoDamages(raw, formats);
  let best: Sniffed = choose(head, formats, null);
  for (const wrapper of findWrappers(head.lines)) {
    const bare = headOfLines(unwrapLines(head.lines, wrapper), head.isWholeFile);
    const tried = choose(bare, formats, wrapper);
    if (tried.detection.score > best.detection.score * GAINS[wrapper.kind]) best = tried;
  }
  return { ...best, damages };
}

/** Characters first; then the prefixes of lines, which must not make the text less of a capture. */
function undoDamages(head: DetectionHead, formats: readonly Format[]): { head: DetectionHead; damages: Damage[] } {
  const characters = findDamages(head.lines);
  const lines = characters.length === 0 ? head.lines : undoLines(head.lines, characters);
  const { lines: bare, damages } = stripPrefixes(lines, (tried) => {
    const { format, detection } = choose(headOfLines(tried, head.isWholeFile), formats, null);
    return { score: detection.score, format: format?.id ?? '' };
  });
  if (characters.length + damages.length === 0) return { head, damages: [] };
  return { head: headOfLines(bare, head.isWholeFile), damages: [...characters, ...damages] };
}

function choose(head: DetectionHead, formats: readonly Format[], wrapper: Wrapper | null): Sniffed {
  const least = findThreshold(head.lines);
  const winner = rankFormats(head, formats).find(
    ({ format, detection }) => detection.score >= (format.isSparse === true ? MIN_SPARSE_SCORE : least),
  );
  if (winner === undefined) {
    return { format: null, detection: NOTHING, wrapper, damages: [], head };
  }
  return { format: winner.format, detection: winner.detection, wrapper, damages: [], head };
}

function findThreshold(lines: readonly string[]): number {
  const full = lines.filter((line) => line.trim() !== '');
  const prose = full.filter(isProse).length;
  if (prose >= full.length * PROSE_SHARE) return Math.max(MIN_SCORE, full.length * MIN_DENSITY_IN_PROSE);
  // Of five lines and more, one is no evidence.
  const least = full.length < 5 ? MIN_SCORE : MIN_SCORE * 1.5;
  return Math.min(Math.max(least, full.length * MIN_DENSITY), CONCLUSIVE_SCORE);
}
