import { describe, expect, it } from 'vitest';
import { squeezeSvg } from '../../reports/charts/squeeze/index.ts';
import { parseSvg, printSvg, type SvgNode } from '../../reports/charts/squeeze/parse.ts';

const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50"><g fill="none" stroke-miterlimit="10" transform="translate(4.123,8)">' +
  '<g class="mark-rule role-axis-grid" pointer-events="none"><line transform="translate(0.5,-40)" x2="0" y2="40" stroke="currentColor" stroke-opacity="0.14" stroke-width="1" opacity="1"/>' +
  '<line transform="translate(37.449,-40)" x2="0" y2="40" stroke="currentColor" stroke-opacity="0.14" stroke-width="1" opacity="1"/></g>' +
  '<path class="background" d="M0,0h10v10Z" fill="none" stroke="transparent"/>' +
  '<g><path aria-label="DMA wait 3 µs &lt;x&gt;" role="graphics-symbol" d="M0,2h13.4567v15Z" fill="#c61d1a"/><path d="M3,3h1" fill="#c61d1a"/></g>' +
  '<text text-anchor="end" font-family="sans" font-size="13px" fill="currentColor">a &amp; b</text><text font-family="sans" font-size="13px" fill="currentColor">c</text></g></svg>';

const texts = (node: SvgNode): string[] => [node.text.trim(), ...node.children.flatMap(texts)].filter((t) => t !== '');

describe('squeezing a picture', () => {
  const svg = squeezeSvg(PICTURE);

  it('keeps every word, tooltips as titles', () => {
    expect(texts(parseSvg(svg))).toEqual(['DMA wait 3 µs &lt;x&gt;', 'a &amp; b', 'c']);
    expect(svg).toContain('<title>DMA wait 3 µs &lt;x&gt;</title>');
  });

  it('makes one path of a grid, rounds to a tenth, drops what cannot be seen', () => {
    expect(svg).toContain('d="M0.5 -40v40M37.4 -40v40"');
    expect(svg).toContain('d="M0,2h13.5v15Z"');
    expect(svg).not.toMatch(/background|transparent|class=|role=|aria-label|opacity="1"|miterlimit/);
  });

  it('says a shared attribute once, on the group, as an attribute', () => {
    expect(svg.match(/font-family/g)).toHaveLength(1);
    expect(svg.match(/#c61d1a/g)!.length).toBeLessThanOrEqual(2);
    expect(svg).not.toMatch(/style=/);
  });

  it('is stable, and reads back what it printed', () => {
    expect(squeezeSvg(PICTURE)).toBe(svg);
    expect(printSvg(parseSvg(svg))).toBe(svg);
  });
});
