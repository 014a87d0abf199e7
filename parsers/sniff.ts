import type { Detection, DetectionHead, Format } from './contract.ts';
import { findWrappers, unwrapLines, type Wrapper } from './wrap.ts';

/** What the head of a text is. `format` null = none of ours. */
export interface Sniffed {
  format: Format | null;
  detection: Detection;
  wrapper: Wrapper | null;
  /** The head as the format saw it. */
  head: DetectionHead;
}

export const HEAD_BYTES = 64 * 1024;
/** One line that happens to look like an event is no capture. */
const MIN_SCORE = 10;
/** Points per full line (an event line has 10): below, the text is a document that quotes some lines of a capture. */
const MIN_DENSITY = 0.75;
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

/** Highest total score over the whole head wins; registry order breaks ties. A wrapper must earn its place. */
export function sniffHead(head: DetectionHead, formats: readonly Format[], mayUnwrap: boolean): Sniffed {
  let best: Sniffed = choose(head, formats, null);
  if (!mayUnwrap) return best;
  for (const wrapper of findWrappers(head.lines)) {
    const bare = headOfLines(unwrapLines(head.lines, wrapper), head.isWholeFile);
    const tried = choose(bare, formats, wrapper);
    // A page is taken off whenever a trace is in it; a prefix could be part of the format.
    const gain = wrapper.kind === 'html' ? 0.5 : 1.2;
    if (tried.detection.score > best.detection.score * gain) best = tried;
  }
  return best;
}

function choose(head: DetectionHead, formats: readonly Format[], wrapper: Wrapper | null): Sniffed {
  const winner = rankFormats(head, formats)[0];
  const full = head.lines.reduce((count, line) => (line.trim() === '' ? count : count + 1), 0);
  if (winner === undefined || winner.detection.score < Math.max(MIN_SCORE, full * MIN_DENSITY)) {
    return { format: null, detection: NOTHING, wrapper, head };
  }
  return { format: winner.format, detection: winner.detection, wrapper, head };
}
