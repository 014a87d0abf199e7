import type { Analysis, Exemplar } from '../../src/model/analysis/index.ts';
import { type Block, code, column, numberColumn, paragraph, type Section, text } from '../blocks.ts';
import { callTimelineChart } from '../charts/call-timeline.ts';
import { formatBytes, formatNs } from '../format.ts';
import { ABSENT, capitalize } from '../messages.ts';
import { PHASE_SHORT } from '../theme.ts';
import { countCell, makeTable, nsCell } from './cells.ts';

const MAX_LISTED = 120;

export function nameExemplar(e: Exemplar): string {
  const side = e.side === '' ? '' : `${e.side}, `;
  return `${capitalize(e.role)} call (${side}call ${e.call}): ${formatNs(e.durationNs).text}`;
}

/** '71125501000' → '71.125501000', as the trace prints it; text, because it may exceed 2^53. */
export function secondsOf(ns: string): string {
  const [, sign, digits] = /^(-?)(\d+)$/.exec(ns) ?? [];
  if (digits === undefined) return ns;
  const padded = digits.padStart(10, '0');
  return `${sign}${padded.slice(0, -9)}.${padded.slice(-9)}`;
}

function describe(e: Exemplar): string {
  const place = `${e.run === '' || e.run === e.file ? '' : `${e.run}/`}${e.file}, lines ${e.firstLine}–${e.lastLine}`;
  const start = e.startNs === null ? '' : `, entered at ${secondsOf(e.startNs)} s on the capture's clock`;
  const asked = e.requestedBytes === null ? 'an unknown size' : formatBytes(e.requestedBytes).text;
  const got =
    e.returnedBytes === null
      ? 'an unknown amount'
      : e.returnedBytes < 0
        ? `error ${e.returnedBytes}`
        : formatBytes(e.returnedBytes).text;
  return `${e.comm}-${e.tid} asked for ${asked} and got ${got} by ${e.mechanism === 'unknown' ? 'an unknown mechanism' : e.mechanism}; ${place}${start}.${e.why === '' ? '' : ` ${capitalize(e.why)}${/[.!?]$/.test(e.why) ? '' : '.'}`}`;
}

function segmentTable(e: Exemplar): Block {
  const shown = e.segments.slice(0, MAX_LISTED);
  const left = e.segments.length - shown.length;
  return makeTable(
    `segments-${e.id}`,
    `Call ${e.call}, stretch by stretch`,
    [
      column('lane'),
      column('what'),
      numberColumn('from'),
      numberColumn('for'),
      numberColumn('cpu'),
      numberColumn('line'),
    ],
    shown.map((s) => [
      text(s.lane),
      text([s.phase === null ? '' : PHASE_SHORT[s.phase], s.label].filter((part) => part !== '').join(': ')),
      nsCell(s.startNs),
      nsCell(s.endNs - s.startNs),
      countCell(s.cpu < 0 ? null : s.cpu),
      countCell(s.line > 0 ? s.line : null),
    ]),
    left > 0 ? `${left} more stretches are not listed.` : '',
  );
}

function exemplarBlocks(e: Exemplar): Block[] {
  const blocks: Block[] = [{ kind: 'heading', text: nameExemplar(e), id: `call-${e.id}` }, paragraph(describe(e))];
  const chart = callTimelineChart.draw(e);
  if (chart !== null) blocks.push(chart);
  const phases = e.phases.filter((p) => p.ns !== 0);
  const details: Block[] = [
    makeTable(
      `phases-${e.id}`,
      `Phases of call ${e.call}`,
      [column('phase'), numberColumn('time')],
      phases.map((p) => [
        code(PHASE_SHORT[p.phase]),
        p.ns === null ? { text: 'not visible', exact: 'the capture could not have shown it' } : nsCell(p.ns),
      ]),
    ),
  ];
  if (e.segments.length > 0) details.push(segmentTable(e));
  blocks.push({ kind: 'details', summary: `Figures of call ${e.call}`, blocks: details });
  return blocks;
}

const MAX_OPEN = 6;

/** Shown: three of the first kind of call, the typical one of each other; the rest is folded away. */
function isShown(e: Exemplar, all: readonly Exemplar[]): boolean {
  const groupOf = (x: Exemplar): string => `${x.side} ${x.mechanism}`;
  const wanted = groupOf(e) === groupOf(all[0]) ? ['worst', 'median', 'typical'] : ['typical'];
  const group = all.filter((x) => groupOf(x) === groupOf(e));
  const first = group.find((x) => wanted.includes(x.role)) ?? group[0];
  return wanted.includes(e.role) || e === first;
}

export function exemplarsSection(analysis: Analysis): Section {
  const all = analysis.exemplars;
  const shown = all.filter((e) => isShown(e, all)).slice(0, MAX_OPEN);
  const folded = all.filter((e) => !shown.includes(e));
  const blocks = shown.flatMap(exemplarBlocks);
  if (folded.length > 0) {
    const names = folded.map((e) => `${e.role} ${e.mechanism}${e.side === '' ? '' : ` ${e.side}`}`).join(', ');
    blocks.push({
      kind: 'details',
      summary: `${folded.length} more calls: ${names}`,
      blocks: folded.flatMap(exemplarBlocks),
    });
  }
  return {
    id: 'calls',
    title: 'Calls to look at',
    blocks: blocks.length === 0 ? [paragraph(ABSENT.exemplars)] : blocks,
  };
}
