import type { Analysis, OverviewSide } from '../../src/model/analysis/index.ts';
import type { Block, PictureBlock } from '../blocks.ts';
import { formatNs } from '../format.ts';
import { toId } from '../html.ts';
import { capitalize } from '../messages.ts';
import { toStrip } from '../overview/strip.ts';
import { anchorOf, type ShownCalls } from './calls/choose.ts';
import { always, type SectionSpec } from './section.ts';

function drawSide(side: OverviewSide, calls: ShownCalls): PictureBlock {
  const anchors = new Map(
    [...calls.open, ...calls.folded]
      .filter(({ exemplar }) => exemplar.side === side.side)
      .map(({ exemplar }) => [`${exemplar.run} ${exemplar.call}`, toId(anchorOf(exemplar))]),
  );
  const strip = toStrip(side, (run, call) => anchors.get(`${run} ${call}`) ?? '');
  const known = strip.cells.filter((cell) => cell.name !== '');
  const slowest = known.reduce((a, b) => (b.durationNs > a.durationNs ? b : a), known[0]);
  const words =
    slowest === undefined ? 'no call' : `the slowest call is ${slowest.name} with ${formatNs(slowest.durationNs).text}`;
  return {
    kind: 'picture',
    id: `strip-${side.side === '' ? 'all' : side.side}`,
    title: side.side === '' ? '' : capitalize(side.side),
    alt: `Strip over the time of ${side.stretches.length} trace file${side.stretches.length === 1 ? '' : 's'}: ${words}; below it ${strip.tracks.map((t) => t.title).join(', ')}.`,
    caption: '',
    legend: [],
    bars: [],
    content: { kind: 'strip', strip },
  };
}

/** Where the slow part is: the whole capture over time, from there to a call. */
export const overviewSection: SectionSpec = {
  id: 'overview',
  title: 'The whole capture over time',
  isOpen: always,
  make(analysis: Analysis, { calls }) {
    const sides = analysis.overview ?? [];
    if (sides.length === 0) return null;
    const blocks: Block[] = sides.map((side) => drawSide(side, calls));
    const note =
      'Dark = a slow call (logarithmic). A triangle leads to a call that is drawn below. Time inside a call is spread evenly over it.';
    return { blocks: [...blocks, { kind: 'note', text: note }] };
  },
};
