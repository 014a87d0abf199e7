import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html, toId, trustMarkup } from '../../reports/html.ts';
import { renderAnalysis } from '../../reports/index.ts';
import { REPORT_SAMPLES, SAMPLE_NAMES, UNPRINTABLE } from '../support/report-samples.ts';

type Element = DefaultTreeAdapterTypes.Element;

function listElements(page: string): { elements: Element[]; errors: string[] } {
  const errors: string[] = [];
  const tree = parse(page, { onParseError: (error) => errors.push(`${error.code} line ${error.startLine}`) });
  const elements: Element[] = [];
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('tagName' in node) elements.push(node);
    if ('childNodes' in node) for (const child of node.childNodes) visit(child);
  };
  visit(tree);
  return { elements, errors };
}
const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((a) => a.name === name)?.value;

describe('html template', () => {
  it('escapes every value, also in attributes', () => {
    const name = '<script>"\'&';
    expect(html`<b title="${name}">${name}</b>`.text).toBe(
      '<b title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</b>',
    );
  });
  it('does not take an object that looks like markup', () => {
    const forged = { text: '<script>' } as unknown as string;
    expect(() => html`${forged}`.text).toThrow();
    expect(html`${trustMarkup('<i>x</i>')}`.text).toBe('<i>x</i>');
  });
  it('leaves out null, undefined and false, keeps 0', () => {
    expect(html`${null}${undefined}${false}${0}${['a', '<']}`.text).toBe('0a&lt;');
  });
  it('makes safe ids', () => {
    expect(toId('a b<c>"d')).toBe('a-b-c-d');
    expect(toId('<>')).toBe('x');
    expect(escapeHtml('plain')).toBe('plain');
  });
});

describe.each(SAMPLE_NAMES)('html report: %s', (name) => {
  let first: Promise<string> | undefined;
  const make = (): Promise<string> => {
    first ??= renderAnalysis(REPORT_SAMPLES[name](), 'html');
    return first;
  };

  it('is well-formed', async () => {
    const { errors, elements } = listElements(await make());
    expect(errors).toEqual([]);
    expect(elements.filter((e) => e.tagName === 'h1')).toHaveLength(1);
  });

  it('loads nothing and runs nothing', async () => {
    const page = await make();
    const { elements } = listElements(page);
    const tags = new Set(elements.map((e) => e.tagName));
    for (const tag of [
      'script',
      'iframe',
      'object',
      'embed',
      'link',
      'img',
      'image',
      'base',
      'form',
      'foreignObject',
      'use',
      'audio',
      'video',
    ])
      expect(tags, tag).not.toContain(tag);
    for (const element of elements)
      for (const { name: attr, value } of element.attrs) {
        expect(attr, `${element.tagName} ${attr}`).not.toMatch(/^on|^style$|^srcdoc$|^src$/);
        if (attr === 'href' || attr === 'xlink:href') expect(value).toMatch(/^#/);
      }
    expect(page).not.toMatch(/@import|url\((?!#)/);
    const policy = elements.find((e) => attribute(e, 'http-equiv') === 'Content-Security-Policy');
    expect(attribute(policy!, 'content')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
    );
  });

  it('lets no control character through', async () => {
    expect(await make()).not.toMatch(UNPRINTABLE);
  });

  it('can be read by a machine: heading order, unique ids, headers of tables, words for pictures', async () => {
    const { elements } = listElements(await make());
    let level = 0;
    for (const element of elements.filter((e) => /^h[1-6]$/.test(e.tagName))) {
      const next = Number(element.tagName[1]);
      expect(next).toBeLessThanOrEqual(level + 1);
      level = next;
    }
    const ids = elements.map((e) => attribute(e, 'id')).filter((id) => id !== undefined);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    for (const th of elements.filter((e) => e.tagName === 'th')) expect(attribute(th, 'scope')).toMatch(/^(col|row)$/);
    for (const figure of elements.filter((e) => e.tagName === 'figure')) {
      const picture = figure.childNodes.find((n): n is Element => 'tagName' in n && attribute(n, 'role') === 'img');
      expect(attribute(picture!, 'aria-label')!.length).toBeGreaterThan(30);
    }
    for (const a of elements.filter((e) => e.tagName === 'a')) expect(ids).toContain(attribute(a, 'href')!.slice(1));
  });

  it('gives the same bytes twice', async () => {
    expect(await renderAnalysis(REPORT_SAMPLES[name](), 'html')).toBe(await make());
  });
});

describe('first screen', () => {
  it('is the answer: verdict sentence, caveat, three cards before anything else', async () => {
    const analysis = REPORT_SAMPLES.report();
    const page = await renderAnalysis(analysis, 'html');
    const order = [
      escapeHtml(analysis.headline.sentence),
      escapeHtml(analysis.caveats[0]),
      ...analysis.verdicts.map((v) => escapeHtml(v.title)),
      'What was captured',
    ].map((needle) => page.indexOf(needle, page.indexOf('<h1>')));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  });
});
