import type { Exemplar } from '../../src/model/analysis/index.ts';
import { LANES } from '../../src/model/calls.ts';
import { PHASES, type Phase } from '../../src/model/phases.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatNs, formatPct } from '../format.ts';
import { LANE_COLORS, PHASE_COLORS, PHASE_SHORT } from '../theme.ts';
import { bandAxis, colorScale, frameSpec, NO_LEGEND, type Spec, TIP, withData } from './chart.ts';
import { fillOf, rows } from './lane-bars.ts';
import { cutIdleTime, DISPLAY_WIDTH, pickTicks, type TimeScale } from './time-cuts.ts';

function rangeOf(exemplar: Exemplar): { startNs: number; endNs: number } {
  let startNs = 0;
  let endNs = exemplar.durationNs ?? 0;
  for (const s of exemplar.segments) {
    startNs = Math.min(startNs, s.startNs);
    endNs = Math.max(endNs, s.endNs);
  }
  return { startNs, endNs: Math.max(endNs, startNs + 1) };
}

export function makeScale(exemplar: Exemplar): TimeScale {
  return cutIdleTime(
    rangeOf(exemplar),
    exemplar.segments.filter((s) => s.phase !== 'sleep'),
  );
}

function timeAxis(
  scale: TimeScale,
  durationNs: number,
): { title: string; values: number[]; labels: Record<string, string> } {
  const [divisor, unit] = durationNs > 20e6 ? [1e6, 'ms'] : [1e3, 'µs'];
  const ticks = pickTicks(scale, 9);
  const labels = Object.fromEntries(
    ticks.map((t) => [String(t.place), String(Number((t.atNs / divisor).toPrecision(6)))]),
  );
  return { title: `time since entry (${unit})`, values: ticks.map((t) => t.place), labels };
}

export function spec(exemplar: Exemplar): Spec {
  const scale = makeScale(exemplar);
  const bars = rows(exemplar, scale);
  const lanes = LANES.filter((lane) => lane === 'process' || bars.some((bar) => bar.lane === lane));
  const range = rangeOf(exemplar);
  const axis = timeAxis(scale, range.endNs - range.startNs);
  const fills = [...PHASES, ...LANES.map((lane) => `lane-${lane}`)];
  const colors = [...PHASES.map((p) => PHASE_COLORS[p]), ...LANES.map((lane) => LANE_COLORS[lane])];
  const x = {
    field: 'from',
    type: 'quantitative',
    title: axis.title,
    scale: { domain: [0, DISPLAY_WIDTH], nice: false },
    axis: {
      values: axis.values,
      labelExpr: `${JSON.stringify(axis.labels)}[toString(datum.value)]`,
      labelOverlap: 'greedy',
      labelSeparation: 8,
    },
  };
  const y = { ...bandAxis('lane', lanes), scale: { domain: lanes, paddingInner: 0.25, paddingOuter: 0.15 } };
  const labelled = bars
    .filter((bar) => bar.label !== '')
    .map((bar) => ({ ...bar, ink: DARK_ON.has(bar.fill) ? 'dark' : 'light' }));
  const cuts = scale.cuts.map((cut) => ({
    from: cut.from,
    to: cut.to,
    middle: (cut.from + cut.to) / 2,
    label: formatNs(cut.endNs - cut.startNs).text,
    tip: `${formatNs(cut.endNs - cut.startNs).text} cut out: no lane did anything`,
  }));
  const layer: Spec[] = [
    {
      data: { values: bars },
      mark: { type: 'bar' },
      encoding: {
        x,
        x2: { field: 'to' },
        y,
        color: { field: 'fill', type: 'nominal', scale: colorScale(fills, colors), ...NO_LEGEND },
        ...TIP,
      },
    },
    {
      data: { values: labelled },
      mark: { type: 'text', align: 'left', dx: 4, fontSize: 11 },
      encoding: {
        x,
        y,
        text: { field: 'label', type: 'nominal' },
        fill: {
          field: 'ink',
          type: 'nominal',
          scale: colorScale(['dark', 'light'], ['#111827', '#ffffff']),
          ...NO_LEGEND,
        },
      },
    },
  ];
  if (cuts.length > 0) {
    layer.push({
      data: { values: cuts },
      mark: { type: 'rect', color: '#8592a6', opacity: 0.3 },
      encoding: { x, x2: { field: 'to' }, ...TIP },
    });
    if (cuts.length <= 6)
      layer.push({
        data: { values: cuts },
        mark: { type: 'text', angle: 270, fontSize: 11, fontStyle: 'italic' },
        encoding: { x: { ...x, field: 'middle' }, text: { field: 'label', type: 'nominal' } },
      });
  }
  return { ...frameSpec(lanes.length * 36 + 8), layer: withData(layer) };
}

/** Fills so pale that white letters would not be readable on them. */
const DARK_ON = new Set<string>(['sleep', 'submit', 'unattributed', 'lane-process', 'lane-softirq']);

function phaseWords(exemplar: Exemplar): string {
  const total = exemplar.durationNs ?? 0;
  return exemplar.phases
    .filter((p) => p.ns !== null && p.ns > 0)
    .map(
      (p) =>
        `${PHASE_SHORT[p.phase]} ${formatNs(p.ns).text}${total > 0 ? ` (${formatPct((p.ns! / total) * 100).text})` : ''}`,
    )
    .join(', ');
}

export function draw(exemplar: Exemplar): ChartBlock | null {
  if (exemplar.segments.length === 0) return null;
  const scale = makeScale(exemplar);
  const used = new Set(exemplar.segments.map(fillOf));
  const lanes = LANES.filter((lane) => used.has(`lane-${lane}`));
  const cutNote =
    scale.cuts.length > 0
      ? ` Grey columns are stretches without any activity, cut out of the axis${scale.cuts.length <= 6 ? ' with their length' : ''}.`
      : '';
  return {
    kind: 'chart',
    id: `timeline-${exemplar.id}`,
    title: `Call ${exemplar.call}: timeline`,
    alt: `Swim lanes of call ${exemplar.call} over ${formatNs(exemplar.durationNs).text}: ${phaseWords(exemplar)}.`,
    caption: `Stretches shorter than a pixel are drawn one pixel wide.${cutNote}`,
    spec: spec(exemplar),
    bars: exemplar.phases
      .filter((p) => p.ns !== null && p.ns > 0)
      .map((p) => ({
        label: PHASE_SHORT[p.phase],
        value: formatNs(p.ns).text,
        fraction: p.ns! / (exemplar.durationNs ?? p.ns!),
      })),
    legend: [
      ...PHASES.filter((phase) => used.has(phase)).map((phase: Phase) => ({
        label: PHASE_SHORT[phase],
        color: PHASE_COLORS[phase],
      })),
      ...lanes.map((lane) => ({ label: lane, color: LANE_COLORS[lane] })),
    ],
  };
}

export const callTimelineChart = { id: 'call-timeline', draw };
