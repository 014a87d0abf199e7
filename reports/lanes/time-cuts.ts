/**
 * A receive call often sleeps for milliseconds and works for microseconds. On one linear axis the work would be
 * invisible, so stretches in which no lane does anything are cut out of the axis and marked with their length.
 */
export interface Span {
  startNs: number;
  endNs: number;
}

export interface TimeScale extends Span {
  /** Pieces of time that are drawn, in order, with their place on the display axis. */
  pieces: (Span & { from: number; to: number })[];
  cuts: (Span & { from: number; to: number })[];
  place(atNs: number): number;
}

/** Display axis: integers, so that a tick is looked up by its exact value. */
export const DISPLAY_WIDTH = 100_000;
const MAX_CUTS = 24;
/** Cut only what hides something: gaps over this share of the span, and only when idle time dominates. */
const MIN_GAP_SHARE = 0.015;
const MIN_IDLE_SHARE = 0.3;
const CUT_WIDTH = 0.018;
/** Room left around work next to a cut, as a share of the work time. */
const PAD_SHARE = 0.01;

function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a.startNs - b.startNs);
  const out: Span[] = [];
  for (const span of sorted) {
    const last = out[out.length - 1];
    if (last !== undefined && span.startNs <= last.endNs) last.endNs = Math.max(last.endNs, span.endNs);
    else out.push({ ...span });
  }
  return out;
}

/** `active`: stretches in which some lane works. Gaps between them may be cut. */
export function cutIdleTime(range: Span, active: readonly Span[]): TimeScale {
  const total = Math.max(1, range.endNs - range.startNs);
  const busyNs = mergeSpans(active).reduce((sum, s) => sum + (s.endNs - s.startNs), 0);
  const pad = Math.max(busyNs * PAD_SHARE, total * 1e-4);
  const busy = mergeSpans(active.map((s) => ({ startNs: s.startNs - pad, endNs: s.endNs + pad })));
  const gaps: Span[] = [];
  let at = range.startNs;
  for (const span of [...busy, { startNs: range.endNs, endNs: range.endNs }]) {
    if (span.startNs > at) gaps.push({ startNs: at, endNs: Math.min(span.startNs, range.endNs) });
    at = Math.max(at, span.endNs);
  }
  const idleNs = gaps.reduce((sum, g) => sum + (g.endNs - g.startNs), 0);
  const chosen =
    idleNs < total * MIN_IDLE_SHARE
      ? []
      : gaps
          .filter((g) => g.endNs - g.startNs > total * MIN_GAP_SHARE)
          .sort((a, b) => b.endNs - b.startNs - (a.endNs - a.startNs) || a.startNs - b.startNs)
          .slice(0, MAX_CUTS)
          .sort((a, b) => a.startNs - b.startNs);
  return layOut(range, chosen);
}

function layOut(range: Span, gaps: readonly Span[]): TimeScale {
  const cutNs = gaps.reduce((sum, g) => sum + (g.endNs - g.startNs), 0);
  const keptNs = Math.max(1, range.endNs - range.startNs - cutNs);
  const cutWidth = DISPLAY_WIDTH * CUT_WIDTH;
  const perNs = (DISPLAY_WIDTH - cutWidth * gaps.length) / keptNs;
  const pieces: TimeScale['pieces'] = [];
  const cuts: TimeScale['cuts'] = [];
  let at = range.startNs;
  let display = 0;
  const keep = (endNs: number): void => {
    if (endNs <= at) return;
    const to = display + (endNs - at) * perNs;
    pieces.push({ startNs: at, endNs, from: display, to });
    display = to;
    at = endNs;
  };
  for (const gap of gaps) {
    keep(gap.startNs);
    cuts.push({ ...gap, from: display, to: display + cutWidth });
    display += cutWidth;
    at = gap.endNs;
  }
  keep(range.endNs);
  const place = (ns: number): number => {
    for (const part of [...pieces, ...cuts]) {
      if (ns >= part.startNs && ns <= part.endNs)
        return Math.round(part.from + ((ns - part.startNs) / (part.endNs - part.startNs)) * (part.to - part.from));
    }
    return ns < range.startNs ? 0 : DISPLAY_WIDTH;
  };
  return { startNs: range.startNs, endNs: range.endNs, pieces, cuts, place };
}

/** 1, 2 or 5 times a power of ten, at least `rough`. */
export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-9)));
  return [1, 2, 5, 10].map((m) => m * power).find((step) => step >= rough)!;
}

/** Round times inside the drawn pieces, with their place: about `wanted` in all. */
export function pickTicks(scale: TimeScale, wanted: number): { place: number; atNs: number }[] {
  const kept = scale.pieces.reduce((sum, p) => sum + (p.endNs - p.startNs), 0);
  const step = niceStep(kept / wanted);
  const ticks: { place: number; atNs: number }[] = [];
  for (const piece of scale.pieces) {
    const first = Math.ceil(piece.startNs / step) * step;
    for (let atNs = first; atNs <= piece.endNs; atNs += step) ticks.push({ atNs, place: scale.place(atNs) });
  }
  return ticks;
}
