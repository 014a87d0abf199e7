import * as vega from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Spec } from './chart.ts';
import { squeezeSvg } from './squeeze/index.ts';
import { estimateTextWidth } from './text-width.ts';

interface MeasuredText {
  fontSize?: number;
  limit?: number;
  text?: unknown;
}
/** Exported by vega, absent from its typings: a width function set here is used in place of the guess. */
const { textMetrics } = vega as unknown as { textMetrics: { width: (item: MeasuredText, text?: unknown) => number } };
textMetrics.width = (item, text) => {
  const width = estimateTextWidth(String(text ?? item.text ?? ''), item.fontSize ?? 11);
  return item.limit !== undefined && item.limit > 0 ? Math.min(width, item.limit) : width;
};

/** The only file that loads vega and vega-lite: everywhere else a specification is a plain object. */
export interface RenderedChart {
  svg: string;
  /** vega and vega-lite complain in words only; tests fail on any. */
  warnings: string[];
}

interface Logger {
  level(value: number): Logger;
  level(): number;
  error(...args: readonly unknown[]): Logger;
  warn(...args: readonly unknown[]): Logger;
  info(...args: readonly unknown[]): Logger;
  debug(...args: readonly unknown[]): Logger;
}

function makeLogger(warnings: string[]): Logger {
  const note = (...args: readonly unknown[]): Logger => {
    warnings.push(args.map(String).join(' '));
    return logger;
  };
  const logger = {
    level: (value?: number) => (value === undefined ? vega.Warn : logger),
    error: note,
    warn: note,
    info: () => logger,
    debug: () => logger,
  } as Logger;
  return logger;
}

/** Definition ids (clip paths, gradients) count up for the life of the process: once per report makes them repeatable. */
export function beginReport(): void {
  vega.resetSVGDefIds();
}

/** U+2060 WORD JOINER: no text that reaches a chart holds one (src/model/printable.ts). */
const APART = '\u2060';

/** vega and vega-lite keep names in plain objects: those that such an object inherits are marked until the picture is drawn. */
function setApart<T>(value: T): T {
  if (typeof value === 'string') return (value in Object.prototype ? APART + value : value) as T;
  if (Array.isArray(value)) return value.map(setApart) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, setApart(inner)])) as T;
}

/** Compiled specifications of the kinds drawn so far, with their data taken out. */
const compiledKinds = new Map<string, { json: string; warnings: string[] }>();

/** The vega specification that vega-lite makes of a chart. Pictures of one kind differ in their data: compiled once. */
export function compileChart(spec: Spec): { vegaSpec: vega.Spec; warnings: string[] } {
  const tables: unknown[][] = [];
  const skeleton = takeData(setApart(spec), tables);
  const kind = JSON.stringify(skeleton);
  let known = compiledKinds.get(kind);
  if (known === undefined) {
    const warnings: string[] = [];
    const { spec: vegaSpec } = compile(skeleton as unknown as TopLevelSpec, { logger: makeLogger(warnings) });
    known = { json: JSON.stringify(vegaSpec), warnings };
    compiledKinds.set(kind, known);
  }
  const vegaSpec = JSON.parse(known.json) as vega.Spec;
  for (const data of vegaSpec.data ?? []) {
    const table = /^table(\d+)$/.exec(data.name);
    if (table !== null) Object.assign(data, { values: tables[Number(table[1])] });
  }
  return { vegaSpec, warnings: [...known.warnings] };
}

/** 'data: { values }' → 'data: { name }', here and in every layer. */
function takeData(spec: Spec, tables: unknown[][]): Spec {
  const out: Spec = { ...spec };
  const values = (spec.data as { values?: unknown[] } | undefined)?.values;
  if (values !== undefined) {
    out.data = { name: `table${tables.length}` };
    tables.push(values);
  }
  if (Array.isArray(spec.layer)) out.layer = (spec.layer as Spec[]).map((layer) => takeData(layer, tables));
  return out;
}

export async function renderChart(spec: Spec): Promise<RenderedChart> {
  const { vegaSpec, warnings } = compileChart(spec);
  const logger = makeLogger(warnings);
  const view = new vega.View(vega.parse(vegaSpec, undefined, { ast: true }), {
    renderer: 'none',
    logger,
    // Expressions are interpreted: no text becomes code, also where `new Function` is forbidden.
    expr: expressionInterpreter,
  });
  const svg = await view.toSVG();
  view.finalize();
  return { svg: squeezeSvg(svg.replaceAll(APART, '')), warnings };
}
