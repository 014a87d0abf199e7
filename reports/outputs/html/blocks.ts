import type { Block, ChartBlock, FindingBlock, PictureBlock } from '../../blocks.ts';
import { renderChart } from '../../charts/render.ts';
import { type Child, html, type Markup, toId, trustMarkup } from '../../html.ts';
import { drawLanes } from '../../lanes/draw.ts';
import { TONE_MARKS } from '../../messages.ts';
import { drawStrip } from '../../overview/draw.ts';
import { cellMarkup, classAttribute, tableMarkup } from './tables.ts';

const SWATCH = 11;

/** The visible permalink of a heading. */
export const permalink = (id: string, title: string): Markup =>
  html` <a class="p" href="#${id}" aria-label="Link to: ${title}">¶</a>`;

function legendMarkup(legend: readonly { label: string; color: string }[]): Child {
  if (legend.length === 0) return '';
  const items = legend.map(
    ({ label, color }) =>
      html`<li><svg width="${SWATCH}" height="${SWATCH}" aria-hidden="true" focusable="false"><rect width="${SWATCH}" height="${SWATCH}" fill="${color}"/></svg>${label}</li>`,
  );
  return html`<ul class="legend">${items}</ul>`;
}

function captionMarkup({ title, caption }: { title: string; caption: string }): Child {
  if (title === '' && caption === '') return '';
  return html`<figcaption>${title === '' ? '' : html`<strong>${title}</strong>`}${caption === '' ? '' : html`<span>${caption}</span>`}</figcaption>\n`;
}

async function chartMarkup(chart: ChartBlock): Promise<Markup> {
  const { svg } = await renderChart(chart.spec);
  return html`<figure id="chart-${toId(chart.id)}">${captionMarkup(chart)}${legendMarkup(chart.legend)}<div class="scroll" tabindex="0" role="group" aria-label="Picture: ${chart.title === '' ? chart.id : chart.title}"><div role="img" aria-label="${chart.alt}">${trustMarkup(svg)}</div></div></figure>
`;
}

/** Drawn whole here; the script draws it again for every zoom, from the same data by the same function. */
function pictureMarkup(picture: PictureBlock): Markup {
  const { content } = picture;
  const svg = content.kind === 'lanes' ? drawLanes(content.call) : drawStrip(content.strip);
  const body =
    content.kind === 'lanes'
      ? html`<div role="img" aria-label="${picture.alt}">${trustMarkup(svg)}</div>`
      : html`<div>${trustMarkup(svg)}</div>`;
  return html`<figure id="${toId(picture.id)}" data-draw="${content.kind}">${captionMarkup(picture)}<div class="scroll" tabindex="0" role="group" aria-label="${content.kind === 'strip' ? picture.alt : `Picture: ${picture.id}`}">${body}</div></figure>
`;
}

function findingMarkup(finding: FindingBlock): Markup {
  const id = `finding-${toId(finding.id)}`;
  const numbers = finding.numbers.map(
    ({ label, value }) => html`<div><dt>${label}</dt><dd>${cellMarkup(value)}</dd></div>`,
  );
  const evidence = finding.evidence.map((e) => html`<li><code>${e.place}</code> ${e.text}</li>`);
  const calls = finding.exemplars.map((e, i) => html`${i > 0 ? ', ' : ''}<a href="#${toId(e.id)}">${e.label}</a>`);
  const outcome =
    finding.outcome === ''
      ? ''
      : html`<span${classAttribute('outcome', finding.tone)}>${finding.tone === '' ? '' : html`<span aria-hidden="true">${TONE_MARKS[finding.tone]}</span> `}${finding.outcome}</span>`;
  const basis = [finding.stratum, finding.effect === null ? '' : finding.effect.text, finding.basis];
  return html`<article${classAttribute('finding', finding.tone)} id="${id}">
<h3>${finding.title} ${finding.share === '' ? outcome : html`<span class="share">${finding.share}</span>`}${permalink(id, finding.title)}</h3>
<p>${finding.sentence}</p>
<details><summary>Figures, places, next step</summary>
${finding.nextStep === '' ? '' : html`<p><strong>Next:</strong> ${finding.nextStep}</p>`}
${finding.reasons.length === 0 ? '' : html`<ul>${finding.reasons.map((r) => html`<li>${r}</li>`)}</ul>`}
${numbers.length === 0 ? '' : html`<dl class="facts">${numbers}</dl>`}
<p class="note">${basis.filter((part) => part !== '').join('; ')}${calls.length === 0 ? '' : html`; see ${calls}`}</p>
${finding.warnings.map((warning) => html`<p class="note">${warning}</p>`)}
${evidence.length === 0 ? '' : html`<ul class="evidence">${evidence}</ul>`}
</details></article>
`;
}

/** One after the other: the counter of SVG definition ids must always count in the same order. */
export async function blocksMarkup(blocks: readonly Block[]): Promise<Markup[]> {
  const out: Markup[] = [];
  for (const block of blocks) out.push(await blockMarkup(block));
  return out;
}

async function blockMarkup(block: Block): Promise<Markup> {
  switch (block.kind) {
    case 'paragraph':
      return html`<p${classAttribute(block.tone)}>${block.text}</p>\n`;
    case 'note':
      return html`<p class="note">${block.text}</p>\n`;
    case 'code':
      return html`<pre><code>${block.text}</code></pre>\n`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${item}</li>`)}</ul>\n`;
    case 'heading':
      return html`<h3 id="${toId(block.id)}">${block.text}${permalink(toId(block.id), block.text)}</h3>\n`;
    case 'legend':
      return html`${legendMarkup(block.items)}${block.note === '' ? '' : html`<p class="note">${block.note}</p>`}\n`;
    case 'commands':
      return html`${block.items.map((c) => html`<h3>${c.missing}</h3>\n<p>${c.why}</p>\n<pre><code>${c.command}</code></pre>\n`)}`;
    case 'details':
      return html`<details><summary>${block.summary}</summary>\n${await blocksMarkup(block.blocks)}</details>\n`;
    case 'table':
      return tableMarkup(block, block.id === 'compare');
    case 'chart':
      return chartMarkup(block);
    case 'picture':
      return pictureMarkup(block);
    case 'finding':
      return findingMarkup(block);
  }
}
