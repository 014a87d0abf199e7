/**
 * Auto-escaping template. The only way to put raw markup into a page is `trustMarkup`, and the only callers of it are
 * the chart renderer's output and the page's own style and script.
 */
const brand: unique symbol = Symbol('markup');

export interface Markup {
  readonly [brand]: true;
  readonly text: string;
}

export type Child = Markup | string | number | null | undefined | false | readonly Child[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

export function trustMarkup(text: string): Markup {
  return { [brand]: true, text };
}

function isMarkup(child: unknown): child is Markup {
  return typeof child === 'object' && child !== null && brand in child;
}

function renderChild(child: Child): string {
  if (child === null || child === undefined || child === false) return '';
  if (isMarkup(child)) return child.text;
  if (typeof child === 'string') return escapeHtml(child);
  if (typeof child === 'number') return String(child);
  return child.map(renderChild).join('');
}

/** html`<td title="${exact}">${name}</td>`: values are escaped, also inside double-quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: readonly Child[]): Markup {
  let out = strings[0];
  for (let i = 0; i < values.length; i++) out += renderChild(values[i]) + strings[i + 1];
  return trustMarkup(out);
}

/** An id attribute made of a name that may hold anything: letters, digits and dashes only. */
export function toId(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '') || 'x';
}
