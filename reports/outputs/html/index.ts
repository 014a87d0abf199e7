import type { ReportDocument, Section } from '../../blocks.ts';
import { beginReport } from '../../charts/render.ts';
import { html, type Markup, toId } from '../../html.ts';
import { blocksMarkup, permalink } from './blocks.ts';
import { CUTS, HARD_BUDGET_BYTES, listLeftOut } from './budget.ts';
import { firstScreenMarkup } from './first-screen.ts';
import { encodeIsland } from './island.ts';
import { makePage } from './page.ts';

/**
 * One file to attach to a ticket, never above the budget: rendered, measured, and while it is too large the next thing
 * of a fixed list is left out, and the page says so.
 */
export async function writeHtml(document: ReportDocument, ticket = ''): Promise<string> {
  let current = document;
  const leftOut: string[] = [];
  let page = await renderPage(current, ticket, leftOut);
  for (const cut of CUTS) {
    if (Buffer.byteLength(page) <= HARD_BUDGET_BYTES) return page;
    const next = cut.apply(current);
    if (next === current) continue;
    current = next;
    leftOut.push(cut.words);
    page = await renderPage(current, ticket, leftOut);
  }
  return page;
}

async function renderPage(document: ReportDocument, ticket: string, leftOut: readonly string[]): Promise<string> {
  beginReport();
  const open = document.sections.filter((section) => !section.isFolded);
  const folded = document.sections.filter((section) => section.isFolded);
  const main: Markup[] = [contentsMarkup(document)];
  for (const section of open) main.push(await openMarkup(section));
  if (folded.length > 0) main.push(html`<h2 id="more">More${permalink('more', 'More')}</h2>\n`);
  for (const section of folded) main.push(await foldedMarkup(section));
  if (document.absent.length > 0)
    main.push(html`<p class="note">Not in this capture: ${document.absent.join(' · ')}.</p>\n`);
  const notes = [...listLeftOut(leftOut), ...document.footnotes];
  return makePage({
    title: `${document.title} – recvscope`,
    header: firstScreenMarkup(document),
    main: html`${main}`,
    footer: html`${notes.map((note) => html`<p>${note}</p>`)}`,
    island: encodeIsland(document, ticket),
  });
}

async function openMarkup(section: Section): Promise<Markup> {
  const id = toId(section.id);
  return html`<section id="${id}">
<h2>${section.title}${permalink(id, section.title)}</h2>
${await blocksMarkup(section.blocks)}</section>
`;
}

async function foldedMarkup(section: Section): Promise<Markup> {
  const id = toId(section.id);
  return html`<details class="fold" id="${id}"><summary><h3>${section.title}</h3></summary>
<p class="note">${permalink(id, section.title)}</p>
${await blocksMarkup(section.blocks)}</details>
`;
}

function contentsMarkup(document: ReportDocument): Markup {
  const open = document.sections.filter((section) => !section.isFolded);
  const links = [...open, { id: 'more', title: 'More' }].map(
    (s) => html`<li><a href="#${toId(s.id)}">${s.title}</a></li>`,
  );
  return html`<nav aria-label="Contents"><ul>${links}</ul></nav>\n`;
}
