import type { Exemplar } from '../../../src/model/analysis/index.ts';
import { PHASES } from '../../../src/model/phases.ts';
import { type Block, column, numberColumn, type PictureBlock, paragraph, text } from '../../blocks.ts';
import { formatBytes, formatNs, formatPct, groupDigits } from '../../format.ts';
import { FILLS, toLaneCall } from '../../lanes/call.ts';
import { lanesOf } from '../../lanes/draw.ts';
import { listStretches } from '../../lanes/stretch-table.ts';
import { capitalize } from '../../messages.ts';
import { LANE_COLORS, PHASE_COLORS, PHASE_SHORT } from '../../theme.ts';
import { countCell, makeTable, nsCell } from '../cells.ts';
import { always, type SectionSpec } from '../section.ts';
import { anchorOf, type ShownCall, titleCall } from './choose.ts';

/** '71125501000' → '71.125501000', as the trace prints it; text, because it may exceed 2^53. */
export function secondsOf(ns: string): string {
  const [, sign, digits] = /^(-?)(\d+)$/.exec(ns) ?? [];
  if (digits === undefined) return ns;
  const padded = digits.padStart(10, '0');
  return `${sign}${padded.slice(0, -9)}.${padded.slice(-9)}`;
}

/** 'run3/trace.txt, lines 16,101–16,377' */
function placeOf(e: Exemplar): string {
  const file = `${e.run === '' || e.run === e.file ? '' : `${e.run}/`}${e.file}`;
  return `${file}, lines ${groupDigits(e.firstLine)}–${groupDigits(e.lastLine)}`;
}

function describe(e: Exemplar): string {
  const start = e.startNs === null ? '' : `, entered at ${secondsOf(e.startNs)} s`;
  const asked = e.requestedBytes === null ? 'an unknown size' : formatBytes(e.requestedBytes).text;
  const got =
    e.returnedBytes === null
      ? 'an unknown amount'
      : e.returnedBytes < 0
        ? `error ${e.returnedBytes}`
        : formatBytes(e.returnedBytes).text;
  const why = e.why === '' ? '' : ` ${capitalize(e.why)}${/[.!?]$/.test(e.why) ? '' : '.'}`;
  return `${e.comm}-${e.tid} asked for ${asked}, got ${got}; ${placeOf(e)}${start}.${why}`;
}

/** The three longest phases with their share: what the picture shows in words. */
function phaseWords(e: Exemplar): string {
  const total = e.durationNs ?? 0;
  return [...e.phases]
    .filter((p) => p.ns !== null && p.ns > 0)
    .sort((a, b) => b.ns! - a.ns!)
    .map(
      (p) =>
        `${PHASE_SHORT[p.phase]} ${formatNs(p.ns).text}${total > 0 ? ` (${formatPct((100 * p.ns!) / total).text})` : ''}`,
    )
    .slice(0, 3)
    .join(', ');
}

function drawCall(e: Exemplar): PictureBlock {
  const call = toLaneCall(e);
  return {
    kind: 'picture',
    id: `lanes-${e.id}`,
    title: '',
    alt: `Swim lanes (${lanesOf(call).join(', ')}) of call ${e.call} over ${formatNs(e.durationNs).text}: ${phaseWords(e)}.`,
    caption: '',
    legend: [],
    bars: e.phases
      .filter((p) => p.ns !== null && p.ns > 0)
      .map((p) => ({
        label: PHASE_SHORT[p.phase],
        value: formatNs(p.ns).text,
        fraction: p.ns! / (e.durationNs ?? p.ns!),
      })),
    content: { kind: 'lanes', call },
  };
}

function tableOf(e: Exemplar): Block {
  const rows = listStretches(toLaneCall(e));
  return makeTable(
    `stretches-${e.id}`,
    'Stretch by stretch',
    [
      column('lane'),
      column('what'),
      numberColumn('from'),
      numberColumn('for'),
      numberColumn('cpu'),
      numberColumn('line'),
    ],
    rows.map((row) => [
      text(row.lane),
      text(row.what),
      nsCell(row.startNs),
      nsCell(row.spentNs),
      countCell(row.cpu < 0 ? null : row.cpu),
      countCell(row.line > 0 ? row.line : null),
    ]),
  );
}

function callBlocks(shown: ShownCall): Block[] {
  const { exemplar } = shown;
  const blocks: Block[] = [
    { kind: 'heading', text: capitalize(titleCall(shown)), id: anchorOf(exemplar) },
    paragraph(describe(exemplar)),
  ];
  if (exemplar.segments.length === 0) return blocks;
  blocks.push(drawCall(exemplar));
  blocks.push({ kind: 'details', summary: 'Stretch by stretch', blocks: [tableOf(exemplar)] });
  return blocks;
}

/** One legend for all swim lanes of the page. */
function legendOf(calls: readonly ShownCall[]): Block {
  const used = new Set(calls.flatMap(({ exemplar }) => toLaneCall(exemplar).stretches.map((s) => FILLS[s.fill])));
  const hasWakers = used.has('lane-waker');
  return {
    kind: 'legend',
    items: [
      ...PHASES.filter((phase) => used.has(phase)).map((phase) => ({
        label: PHASE_SHORT[phase],
        color: PHASE_COLORS[phase],
      })),
      ...(hasWakers ? [{ label: 'arrow: the waker wakes the reader', color: LANE_COLORS.waker }] : []),
    ],
    note: 'Stretches shorter than a pixel are merged. Grey columns are time without any activity, cut out of the axis.',
  };
}

export const callsSection: SectionSpec = {
  id: 'calls',
  title: 'Calls to look at',
  isOpen: always,
  make(_, { calls: { open, folded } }) {
    if (open.length === 0) return null;
    const blocks: Block[] = [];
    if ([...open, ...folded].some(({ exemplar }) => exemplar.segments.length > 0))
      blocks.push(legendOf([...open, ...folded]));
    blocks.push(...open.flatMap(callBlocks));
    if (folded.length > 0)
      blocks.push({
        kind: 'details',
        summary: `${folded.length} more: ${folded.map((call) => `${call.exemplar.side === '' ? '' : `${call.exemplar.side} `}${call.reason}`).join(', ')}`,
        blocks: folded.flatMap(callBlocks),
      });
    const items = open.map(
      (call) => `${capitalize(titleCall(call))} (${placeOf(call.exemplar)}): ${phaseWords(call.exemplar)}.`,
    );
    return { blocks, ticket: [{ kind: 'list', items }] };
  },
};
