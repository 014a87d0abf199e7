/** A picture as a tree: enough of XML for what vega prints (no comments, no CDATA, every element closed). */
export interface SvgNode {
  tag: string;
  attributes: Map<string, string>;
  children: SvgNode[];
  /** Text of <text>, <tspan> and <title>, still escaped. */
  text: string;
}

const TOKEN = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;

export function parseSvg(svg: string): SvgNode {
  const root: SvgNode = { tag: '', attributes: new Map(), children: [], text: '' };
  const open = [root];
  for (const [, closes, tag, attributes, isEmpty, text] of svg.matchAll(TOKEN)) {
    const parent = open[open.length - 1];
    if (text !== undefined) parent.text += text;
    else if (closes !== '') open.pop();
    else {
      const node: SvgNode = { tag, attributes: new Map(), children: [], text: '' };
      for (const [, name, value] of attributes.matchAll(ATTRIBUTE)) node.attributes.set(name, value);
      parent.children.push(node);
      if (isEmpty === '') open.push(node);
    }
  }
  return root.children[0];
}

export function printSvg(node: SvgNode): string {
  const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${value}"`).join('');
  const inner =
    node.text.trim() === '' ? node.children.map(printSvg).join('') : node.text + node.children.map(printSvg).join('');
  return inner === '' ? `<${node.tag}${attributes}/>` : `<${node.tag}${attributes}>${inner}</${node.tag}>`;
}
