import type {
  Block,
  CardsBlock,
  Cell,
  ChartBlock,
  FindingBlock,
  ReportDocument,
  Section,
  TableBlock,
  Tone,
} from '../blocks.ts';
import { beginReport, renderChart } from '../charts/render.ts';
import { type Child, html, type Markup, toId, trustMarkup } from '../html.ts';
import { TONE_MARKS } from '../messages.ts';
import { makePage } from '../page.ts';

const KIND_WORDS = { report: 'report', compare: 'comparison', whatif: 'prediction', fleet: 'fleet' } as const;
const SWATCH = 11;
/** A word that may be broken anywhere, so that no table is wider than the page. */
const LONG_WORD = /\S{22}/;

const classAttribute = (...names: string[]): Child => {
  const used = names.filter((name) => name !== '');
  return used.length === 0 ? '' : html` class="${used.join(' ')}"`;
};
const mark = (tone: Tone): Child => (tone === '' ? '' : html`<span aria-hidden="true">${TONE_MARKS[tone]}</span> `);

function cellMarkup(cell: Cell): Markup {
  const body = cell.code === true && cell.text !== '' ? html`<code>${cell.text}</code>` : html`${cell.text}`;
  if (cell.exact === undefined || cell.exact === '' || cell.exact === cell.text) return body;
  return html`<span title="${cell.exact}">${body}</span>`;
}

function tableMarkup(table: TableBlock): Markup {
  const head = table.columns.map(
    (c) => html`<th scope="col"${classAttribute(c.numeric ? 'number' : '')}>${c.title}</th>`,
  );
  const rows = table.rows.map((row) => {
    const cells = row.map((cell, i) => {
      const classes = classAttribute(
        table.columns[i].numeric ? 'number' : '',
        cell.tone ?? '',
        LONG_WORD.test(cell.text) ? 'long' : '',
        i === 0 && cell.text.length > 14 ? 'name' : '',
      );
      return i === 0
        ? html`<th scope="row"${classes}>${cellMarkup(cell)}</th>`
        : html`<td${classes}>${cellMarkup(cell)}</td>`;
    });
    return html`<tr>${cells}</tr>\n`;
  });
  const width = table.columns.length >= 12 ? 'wide widest' : table.columns.length >= 9 ? 'wide' : '';
  // The widest tables may scroll inside their own box on a small window; a keyboard must reach that box.
  const box = width === '' ? '' : html` tabindex="0" role="group" aria-label="${table.caption}"`;
  return html`<div${classAttribute('table', width)}${box}><table>
<caption>${table.caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows}</tbody>
</table>${table.note === '' ? '' : html`<p class="note">${table.note}</p>`}</div>
`;
}

function legendMarkup(legend: ChartBlock['legend']): Child {
  if (legend.length === 0) return '';
  const items = legend.map(
    ({ label, color }) =>
      html`<li><svg width="${SWATCH}" height="${SWATCH}" aria-hidden="true" focusable="false"><rect width="${SWATCH}" height="${SWATCH}" rx="2" fill="${color}"/></svg>${label}</li>`,
  );
  return html`<ul class="legend">${items}</ul>`;
}

async function chartMarkup(chart: ChartBlock): Promise<Markup> {
  const { svg } = await renderChart(chart.spec);
  return html`<figure id="chart-${toId(chart.id)}">
<figcaption><strong>${chart.title}</strong>${chart.caption === '' ? '' : html`<span>${chart.caption}</span>`}</figcaption>
${legendMarkup(chart.legend)}<div role="img" aria-label="${chart.alt}">${trustMarkup(svg)}</div>
</figure>
`;
}

function cardsMarkup(block: CardsBlock): Markup {
  const cards = block.cards.map(
    (card) => html`<section${classAttribute('card', card.tone)} id="card-${toId(card.id)}">
<h3>${card.title}</h3>
<p class="outcome">${mark(card.tone)}${card.outcome}</p>
${card.figure === '' ? '' : html`<p class="figure" title="${card.exact}">${card.figure}</p>`}
<p>${card.sentence}</p>
<p class="basis">${card.basis}</p>
${card.warnings.map((warning) => html`<p class="basis">${warning}</p>`)}
</section>
`,
  );
  return html`<div class="cards">
${cards}</div>
`;
}

function findingMarkup(finding: FindingBlock): Markup {
  const numbers = finding.numbers.map(
    ({ label, value }) => html`<div><dt>${label}</dt><dd>${cellMarkup(value)}</dd></div>`,
  );
  if (finding.effect !== null) numbers.unshift(html`<div><dt>effect</dt><dd>${cellMarkup(finding.effect)}</dd></div>`);
  const evidence = finding.evidence.map((e) => html`<li><code>${e.place}</code> ${e.text}</li>`);
  const exemplars = finding.exemplars.map(
    (e, i) => html`${i > 0 ? ', ' : ''}<a href="#call-${toId(e.id)}">${e.label}</a>`,
  );
  return html`<article${classAttribute('finding', finding.tone)}>
<h4>${finding.title}${finding.outcome === '' ? '' : html`<span${classAttribute('outcome', finding.tone)}>${mark(finding.tone)}${finding.outcome}</span>`}</h4>
<p>${finding.sentence}</p>
${finding.reasons.length === 0 ? '' : html`<ul>${finding.reasons.map((r) => html`<li>${r}</li>`)}</ul>`}
${numbers.length === 0 ? '' : html`<dl class="facts">${numbers}</dl>`}
<p class="basis">${finding.stratum === '' ? '' : `${finding.stratum}; `}${finding.basis}${exemplars.length === 0 ? '' : html`; see ${exemplars}`}</p>
${finding.warnings.map((warning) => html`<p class="basis">${warning}</p>`)}
${evidence.length === 0 ? '' : html`<ul class="evidence">${evidence}</ul>`}
${finding.nextStep === '' ? '' : html`<p><strong>Next:</strong> ${finding.nextStep}</p>`}
</article>
`;
}

async function blockMarkup(block: Block): Promise<Markup> {
  switch (block.kind) {
    case 'paragraph':
      return html`<p${classAttribute(block.tone)}>${block.text}</p>\n`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${item}</li>`)}</ul>\n`;
    case 'heading':
      return html`<h3 id="${toId(block.id)}">${block.text}</h3>\n`;
    case 'commands':
      return html`${block.items.map((c) => html`<h3>${c.missing}</h3>\n<p>${c.why}</p>\n<pre><code>${c.command}</code></pre>\n`)}`;
    case 'details':
      return html`<details><summary>${block.summary}</summary>\n${await blocksMarkup(block.blocks)}</details>\n`;
    case 'table':
      return tableMarkup(block);
    case 'chart':
      return chartMarkup(block);
    case 'cards':
      return cardsMarkup(block);
    case 'finding':
      return findingMarkup(block);
  }
}

/** One after the other: the counter of SVG definition ids must always count in the same order. */
async function blocksMarkup(blocks: readonly Block[]): Promise<Markup[]> {
  const out: Markup[] = [];
  for (const block of blocks) out.push(await blockMarkup(block));
  return out;
}

async function sectionMarkup(section: Section): Promise<Markup> {
  return html`<section id="${toId(section.id)}">
<h2>${section.title}</h2>
${await blocksMarkup(section.blocks)}</section>
`;
}

function headerMarkup(document: ReportDocument): Markup {
  const cautions = document.cautions.map((caution) => html`<p>${caution}</p>`);
  return html`<p class="eyebrow">${document.tool} · ${KIND_WORDS[document.kind]} · ${document.title}</p>
<h1>${mark(document.tone)}${document.headline}</h1>
${cautions.length === 0 ? '' : html`<div class="caution" role="note">${cautions}</div>`}`;
}

export async function writeHtml(document: ReportDocument): Promise<string> {
  beginReport();
  const main: Markup[] = [];
  for (const section of document.sections) {
    main.push(await sectionMarkup(section));
    if (section.id === 'verdict') main.push(contentsMarkup(document));
  }
  return makePage({
    title: `${document.title} – recvscope`,
    header: headerMarkup(document),
    main: html`${main}`,
    footer: html`${document.footnotes.map((note) => html`<p>${note}</p>`)}`,
  });
}

function contentsMarkup(document: ReportDocument): Markup {
  const links = document.sections
    .filter((s) => s.id !== 'verdict')
    .map((s) => html`<li><a href="#${toId(s.id)}">${s.title}</a></li>`);
  return html`<nav aria-label="Contents"><ul>${links}</ul></nav>\n`;
}
