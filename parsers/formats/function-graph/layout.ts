/**
 * Which columns a function_graph text has. Each is an option of the tracer; the header names those that are on:
 *
 *     #     TIME        CPU  TASK/PID       ||||     DURATION                  FUNCTION CALLS
 *     #   REL TIME      CPU  TASK/PID       ||||     DURATION                  FUNCTION CALLS
 *     #     TIME        CPU||||     DURATION                  FUNCTION CALLS
 *     #               FUNCTION CALLS
 */
export interface GraphLayout {
  /** funcgraph-abstime: `   35.257936 |  ` */
  readonly abs: boolean;
  /** Time since the start of a latency trace: `     1234 us |  ` */
  readonly rel: boolean;
  /** funcgraph-cpu: ` 0) ` */
  readonly cpu: boolean;
  /** funcgraph-proc: ` rxbench-351   | ` */
  readonly proc: boolean;
  /** latency-format: ` d.h2. | ` */
  readonly lat: boolean;
  /** funcgraph-duration: `+ 17.496 us   |  ` */
  readonly dur: boolean;
}

export const DEFAULT_LAYOUT: GraphLayout = { abs: false, rel: false, cpu: true, proc: false, lat: false, dur: true };

/** The layout a title line announces, null when the line is no title. The `#` may have been lost on the way. */
export function readTitle(text: string): GraphLayout | null {
  if (!/^[#\s]*(?:[A-Z/|# ]* )?FUNCTION CALLS\s*$/.test(text)) return null;
  const withoutRel = text.replace('REL TIME', '');
  return {
    abs: /\bTIME\b/.test(withoutRel),
    rel: withoutRel !== text,
    cpu: /\bCPU/.test(text),
    proc: text.includes('TASK/PID'),
    lat: text.includes('||||'),
    dur: text.includes('DURATION'),
  };
}

export function isSameLayout(a: GraphLayout, b: GraphLayout): boolean {
  return (
    a.abs === b.abs && a.rel === b.rel && a.cpu === b.cpu && a.proc === b.proc && a.lat === b.lat && a.dur === b.dur
  );
}

/** Neither CPU nor task: lines of several CPUs interleave and nothing tells them apart. */
export function tellsStrandsApart(layout: GraphLayout): boolean {
  return layout.cpu || layout.proc;
}

/** For the `variant` of the report: 'abstime+proc', 'nocpu+noduration', '' for the default columns. */
export function nameLayout(layout: GraphLayout): string {
  const parts: string[] = [];
  if (layout.abs) parts.push('abstime');
  if (layout.rel) parts.push('reltime');
  if (!layout.cpu) parts.push('nocpu');
  if (layout.proc) parts.push('proc');
  if (layout.lat) parts.push('latency');
  if (!layout.dur) parts.push('noduration');
  return parts.join('+');
}
