import * as vega from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Spec } from './chart.ts';
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

/** The vega specification that vega-lite makes of a chart. */
export function compileChart(spec: Spec, logger: Logger = makeLogger([])): vega.Spec {
  return compile(setApart(spec) as unknown as TopLevelSpec, { logger }).spec;
}

export async function renderChart(spec: Spec): Promise<RenderedChart> {
  const warnings: string[] = [];
  const logger = makeLogger(warnings);
  const view = new vega.View(vega.parse(compileChart(spec, logger), undefined, { ast: true }), {
    renderer: 'none',
    logger,
    // Expressions are interpreted: no text becomes code, also where `new Function` is forbidden.
    expr: expressionInterpreter,
  });
  const svg = await view.toSVG();
  view.finalize();
  return { svg: tidySvg(svg.replaceAll(APART, '')), warnings };
}

/**
 * Vega describes marks with ARIA attributes; inside a picture with one text alternative they only add noise, so the
 * description of a bar becomes its <title> (a tooltip without script) and the other roles go. Inline styles would be
 * refused by the page's content security policy.
 */
function tidySvg(svg: string): string {
  return (
    svg
      .replace(/<(path|text|line|rect)\b([^>]*?)\saria-label="([^"]*)"([^>]*?)>(.*?)<\/\1>/gs, (...match) => {
        const [, tag, before, label, after, inner] = match;
        return `<${tag}${before}${after}><title>${label}</title>${inner}</${tag}>`;
      })
      .replace(/\s(?:aria-[a-z]+|role|style)="[^"]*"/g, '')
      // A hundredth of a pixel is nothing to see, and a third of the file.
      .replace(/\s(?:d|transform|x|y|x1|x2|y1|y2|width|height)="[^"]*"/g, (a) => a.replace(/(\.\d\d)\d+/g, '$1'))
      .replace(/^<svg\b/, '<svg aria-hidden="true" focusable="false"')
  );
}
