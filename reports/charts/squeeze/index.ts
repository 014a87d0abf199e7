import { parseSvg, printSvg, type SvgNode } from './parse.ts';

/**
 * Vega prints every attribute on every mark. The same picture in a third of the bytes: what says nothing goes, numbers
 * have one decimal, lines of one grid are one path, and what all children share stands once on their group (as
 * attributes, not as style: viewers that refuse inline style still draw it).
 */
export function squeezeSvg(svg: string): string {
  const root = parseSvg(svg);
  visit(root);
  hoist(root);
  root.attributes.delete('class');
  return printSvg(root).replace(/^<svg\b/, '<svg aria-hidden="true" focusable="false"');
}

/** Inside a picture with one text alternative, ARIA only adds noise; style would be refused by the page's policy. */
const DROPPED = /^(aria-.*|role|style|class|pointer-events|stroke-miterlimit|xmlns:xlink|version)$/;
const DEFAULTS: Record<string, string> = {
  opacity: '1',
  'fill-opacity': '1',
  'stroke-opacity': '1',
  transform: 'translate(0,0)',
  'text-anchor': 'start',
  'font-style': 'normal',
  x: '0',
  y: '0',
  x1: '0',
  y1: '0',
};
const NUMERIC = /^(d|transform|x|y|x1|x2|y1|y2|width|height|stroke-width|font-size|stroke-dasharray|viewBox|opacity)$/;

function visit(node: SvgNode): void {
  const label = node.attributes.get('aria-label');
  const isMark = node.tag !== 'g' && node.tag !== 'svg';
  for (const [name, value] of [...node.attributes]) {
    if (DROPPED.test(name) || (DEFAULTS[name] === value && node.tag !== 'svg')) node.attributes.delete(name);
    else if (NUMERIC.test(name)) node.attributes.set(name, shortenNumbers(name, value));
  }
  if (node.attributes.get('font-size')?.endsWith('px') === true)
    node.attributes.set('font-size', node.attributes.get('font-size')!.slice(0, -2));
  // The description of a bar becomes a tooltip that needs no script.
  if (isMark && label !== undefined && label !== '' && node.tag !== 'text')
    node.children.push({ tag: 'title', attributes: new Map(), children: [], text: label });
  for (const child of node.children) visit(child);
  node.children = mergeStrokes(node.children.flatMap(unwrap).filter((child) => !isInvisible(child)));
}

/** Rounding to a tenth of a pixel; opacities and dashes keep two digits. */
function shortenNumbers(name: string, value: string): string {
  const digits = name === 'opacity' || name === 'stroke-width' ? 2 : 1;
  return value
    .replace(/-?\d*\.\d+(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(digits))))
    .replace(/(^|[^\d.])0\./g, '$1.')
    .replace(/-0\./g, '-.');
}

/** A group that changes nothing is its children. */
function unwrap(node: SvgNode): SvgNode[] {
  return node.tag === 'g' && node.attributes.size === 0 ? node.children : [node];
}

function isInvisible({ tag, attributes, children, text }: SvgNode): boolean {
  if (tag === 'g') return children.length === 0;
  if (tag === 'text') return text.trim() === '' && children.length === 0;
  if (attributes.get('opacity') === '0') return true;
  if (tag !== 'path' && tag !== 'rect') return false;
  const paints = (name: string): boolean => !['none', 'transparent', undefined].includes(attributes.get(name));
  return !paints('fill') && !paints('stroke');
}

/** Grid lines, ticks, rules: neighbours that differ in their place only become one path. */
function mergeStrokes(children: readonly SvgNode[]): SvgNode[] {
  const out: SvgNode[] = [];
  for (const child of children) {
    const path = lineToPath(child);
    const last = out[out.length - 1];
    if (path !== null && last?.tag === 'path' && last.children.length === 0 && styleOf(last) === styleOf(path))
      last.attributes.set('d', `${last.attributes.get('d')}${path.attributes.get('d')}`);
    else out.push(path ?? child);
  }
  return out;
}

function lineToPath(node: SvgNode): SvgNode | null {
  if (node.tag !== 'line' || node.children.length > 0) return null;
  const at = /^translate\((-?[\d.]+),(-?[\d.]+)\)$/.exec(node.attributes.get('transform') ?? 'translate(0,0)');
  if (at === null) return null;
  const number = (name: string): number => Number(node.attributes.get(name) ?? 0);
  const [dx, dy] = [number('x2') - number('x1'), number('y2') - number('y1')];
  const move = `M${short(Number(at[1]) + number('x1'))} ${short(Number(at[2]) + number('y1'))}`;
  const line = dy === 0 ? `h${short(dx)}` : dx === 0 ? `v${short(dy)}` : `l${short(dx)} ${short(dy)}`;
  const attributes = new Map([...node.attributes].filter(([name]) => !/^(transform|[xy][12])$/.test(name)));
  return { tag: 'path', attributes: new Map([...attributes, ['d', move + line]]), children: [], text: '' };
}

const short = (value: number): string => String(Number(value.toFixed(1)));
const styleOf = ({ attributes }: SvgNode): string =>
  [...attributes]
    .filter(([name]) => name !== 'd')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .join('|');

const OF_TEXT = ['font-family', 'font-size', 'font-weight', 'font-style', 'text-anchor'];
const OF_PAINT = ['fill', 'stroke', 'stroke-width', 'stroke-opacity', 'fill-opacity', 'stroke-dasharray'];

/** From the leaves up: an attribute that all children of a group have in common stands on the group. */
function hoist(node: SvgNode): void {
  for (const child of node.children) hoist(child);
  const children = node.children.filter((child) => child.tag !== 'title');
  if ((node.tag !== 'g' && node.tag !== 'svg') || children.length === 0) return;
  for (const name of OF_TEXT) {
    // Letters only obey these, so children without letters have no say.
    const concerned = children.filter((child) => child.attributes.has(name) || hasLetters(child));
    hoistOne(node, concerned, name);
  }
  for (const name of OF_PAINT) hoistOne(node, children, name);
}

function hoistOne(node: SvgNode, children: readonly SvgNode[], name: string): void {
  const values = new Set(children.map((child) => child.attributes.get(name)));
  const [value] = values;
  if (values.size !== 1 || value === undefined) return;
  // A group between may paint for itself: what it says of its own wins, so it must not be overruled.
  if (node.attributes.has(name) && node.tag === 'svg') return;
  node.attributes.set(name, value);
  for (const child of children) child.attributes.delete(name);
}

const hasLetters = (node: SvgNode): boolean => node.tag === 'text' || node.children.some(hasLetters);
