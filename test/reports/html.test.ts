import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { makeDocument } from '../../reports/document.ts';
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

  it('loads nothing and runs its own script only', async () => {
    const page = await make();
    const { elements } = listElements(page);
    const tags = new Set(elements.map((e) => e.tagName));
    for (const tag of [
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
    const scripts = elements.filter((e) => e.tagName === 'script');
    expect(scripts.map((e) => attribute(e, 'type'))).toEqual(['application/json', undefined]);
    for (const element of elements)
      for (const { name: attr, value } of element.attrs) {
        expect(attr, `${element.tagName} ${attr}`).not.toMatch(/^on|^style$|^srcdoc$|^src$/);
        if (attr === 'href' || attr === 'xlink:href') expect(value).toMatch(/^#/);
      }
    expect(page.replace(/<script>.*<\/script>/s, '')).not.toMatch(/@import|url\((?!#)/);
    const policy = elements.find((e) => attribute(e, 'http-equiv') === 'Content-Security-Policy');
    expect(attribute(policy!, 'content')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
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
    for (const figure of elements.filter((e) => e.tagName === 'figure')) {
      const box = figure.childNodes.find((n): n is Element => 'tagName' in n && attribute(n, 'class') === 'scroll')!;
      const picture = box.childNodes.find((n): n is Element => 'tagName' in n && attribute(n, 'role') === 'img') ?? box;
      expect(attribute(picture, 'aria-label')!.length).toBeGreaterThan(30);
    }
    for (const a of elements.filter((e) => e.tagName === 'a')) expect(ids).toContain(attribute(a, 'href')!.slice(1));
  });

  it('gives the same bytes twice', async () => {
    expect(await renderAnalysis(REPORT_SAMPLES[name](), 'html')).toBe(await make());
  });
});

describe('first screen', () => {
  it('is the answer: sentence, why, what to do, the three verdicts, what they rest on, then the rest', async () => {
    const analysis = REPORT_SAMPLES.compare();
    const page = await renderAnalysis(analysis, 'html');
    let at = page.indexOf('<h1');
    for (const needle of [
      escapeHtml(analysis.headline.sentence),
      ...analysis.answer!.why.map(escapeHtml),
      'What to do',
      ...analysis.verdicts.map((v) => `<th scope="row">${escapeHtml(v.title)}`),
      'Rests on',
      '</header>',
      'Where the time goes',
    ]) {
      const next = page.indexOf(needle, at);
      expect(next, needle).toBeGreaterThan(at);
      at = next;
    }
  });

  it('has facts in place of verdicts where nothing was compared', async () => {
    const sample = REPORT_SAMPLES.report();
    const verdicts = sample.verdicts.map((v) => ({ ...v, outcome: 'cannotTell' as const }));
    const { first } = makeDocument({ ...sample, comparison: null, verdicts });
    expect(first.strip).toEqual([]);
    expect(first.facts.map((fact) => fact.label)).toEqual(sample.answer!.facts.map((fact) => fact.label));
  });
});

describe('sections', () => {
  it('vanish where they have nothing to say, and are named in one line', async () => {
    const { sections, absent } = makeDocument(REPORT_SAMPLES.empty());
    expect(absent).toContain('Where the time goes');
    for (const section of sections) expect(section.blocks.length, section.id).toBeGreaterThan(0);
  });

  it('have a permalink each, and every finding too', async () => {
    const page = await renderAnalysis(REPORT_SAMPLES.compare(), 'html');
    const { elements } = listElements(page);
    const linked = new Set(
      elements.filter((e) => attribute(e, 'class') === 'p').map((e) => attribute(e, 'href')?.slice(1)),
    );
    const { sections } = makeDocument(REPORT_SAMPLES.compare());
    for (const { id } of sections) expect(linked, id).toContain(id);
    for (const article of elements.filter((e) => e.tagName === 'article'))
      expect(linked).toContain(attribute(article, 'id'));
  });
});
