import type { FirstScreen, ReportDocument, StripRow } from '../../blocks.ts';
import { type Child, html, type Markup, toId, trustMarkup } from '../../html.ts';
import { TONE_MARKS } from '../../messages.ts';
import { TONE_COLORS } from '../../theme.ts';

/** A longer sentence is set smaller, so that the screen keeps its height. */
const SHORT_HEADLINE = 150;
/** A longer command is in its section, not on the first screen. */
const SHORT_COMMAND = 110;

const mark = (tone: StripRow['tone']): Child =>
  tone === '' ? '' : html`<span aria-hidden="true">${TONE_MARKS[tone]}</span> `;

/** The answer on one screen: headline, why, what to do, verdicts or facts, what it rests on. */
export function firstScreenMarkup(document: ReportDocument): Markup {
  const { first } = document;
  const longTitle = first.headline.length > SHORT_HEADLINE ? ' class="lengthy"' : '';
  return html`<p class="eyebrow">${first.eyebrow.join(' · ')}</p>
<h1${trustMarkup(longTitle)}>${mark(first.tone)}${first.headline}</h1>
${first.why.map((why) => html`<p class="why">${why}</p>\n`)}${actionsMarkup(first, document)}${first.strip.length > 0 ? stripMarkup(first.strip) : factsMarkup(first)}${trustLine(first, document)}<p class="tools" hidden><button type="button" id="copy">Copy as Markdown</button> <button type="button" id="unfold">Unfold all</button></p>
`;
}

function actionsMarkup({ actions }: FirstScreen, document: ReportDocument): Markup {
  if (actions.length === 0) return html``;
  const hasRecord = document.sections.some((section) => section.id === 'record');
  const items = actions.map(({ text, command }) => {
    if (command === '') return html`<li>${text}</li>\n`;
    if (command.length <= SHORT_COMMAND) return html`<li>${text}: <code>${command}</code></li>\n`;
    return html`<li>${text}${hasRecord ? html` (<a href="#record">command</a>)` : ''}</li>\n`;
  });
  return html`<div class="do"><h2>What to do</h2><ul>${items}</ul></div>\n`;
}

/** Least and most ratio of the axis; what leaves it is cut at its border and drawn as an arrow. */
const AXIS_LIMIT = 8;
const AXIS_WIDTH = 240;
const AXIS_HEIGHT = 22;

function stripMarkup(strip: readonly StripRow[]): Markup {
  const limit = axisLimit(strip);
  const hasAxis = strip.some((row) => row.ratio !== null);
  const rows = strip.map(
    (row) => html`<tr class="${row.tone}" id="${toId(row.id)}"><th scope="row">${row.title}
<td>${row.before.text === '' ? '' : html`${row.before.text} → ${row.after.text}`}
<td>${row.difference.text}${hasAxis ? html`<td class="axis">${row.ratio === null ? '' : axisMarkup(row, limit)}` : ''}
<td class="word"><strong>${mark(row.tone)}${row.word}</strong>${row.reason === '' ? '' : html`<small>${row.reason}</small>`}
`,
  );
  return html`<table class="strip"><thead><tr><th scope="col">verdict<th scope="col">before → after<th scope="col">difference${hasAxis ? html`<th scope="col" class="axis">${axisHead(limit)}` : ''}<th scope="col">outcome</thead><tbody>
${rows}</tbody></table>
`;
}

function axisLimit(strip: readonly StripRow[]): number {
  const ratios = strip.flatMap(({ ratio }) =>
    ratio === null ? [] : [ratio.estimate, ratio.low ?? 1, ratio.high ?? 1],
  );
  const reach = Math.max(2, ...ratios.map((r) => Math.max(r, 1 / r)));
  return Math.min(AXIS_LIMIT, reach * 1.08);
}

const placeOf = (ratio: number, limit: number): number => {
  const clipped = Math.max(1 / limit, Math.min(limit, ratio));
  return Number((6 + ((Math.log(clipped) + Math.log(limit)) / (2 * Math.log(limit))) * (AXIS_WIDTH - 12)).toFixed(1));
};
const TICKS = [1 / 4, 1 / 2, 1, 2, 4];
const TICK_NAMES = ['×¼', '×½', '×1', '×2', '×4'];

function axisHead(limit: number): Markup {
  const ticks = TICKS.map((tick, i) =>
    tick < 1 / limit || tick > limit ? '' : `<text x="${placeOf(tick, limit)}" y="14">${TICK_NAMES[i]}</text>`,
  );
  return trustMarkup(
    `<svg viewBox="0 0 ${AXIS_WIDTH} 18" width="${AXIS_WIDTH}" height="18" role="img" aria-label="ratio after ÷ before"><g fill="currentColor" font-size="12" text-anchor="middle">${ticks.join('')}</g></svg>`,
  );
}

function axisMarkup({ ratio, tone, difference }: StripRow, limit: number): Markup {
  if (ratio === null) return html``;
  const color = tone === '' ? TONE_COLORS.neutral : TONE_COLORS[tone];
  const middle = AXIS_HEIGHT / 2;
  const grid = TICKS.filter((tick) => tick >= 1 / limit && tick <= limit)
    .map((tick) => `M${placeOf(tick, limit)} 0v${AXIS_HEIGHT}`)
    .join('');
  const { estimate, low, high } = ratio;
  const interval =
    low === null || high === null
      ? ''
      : `<path d="M${placeOf(low, limit)} ${middle}H${placeOf(high, limit)}" stroke-width="3"/>`;
  // Hollow without an interval or where nothing is claimed: a full dot looks exact.
  const isTold = tone !== 'doubt' && interval !== '';
  const x = placeOf(estimate, limit);
  const isOff = estimate > limit || estimate < 1 / limit;
  const dot = isOff
    ? `<path d="M${x} ${middle - 5}l${estimate > 1 ? 6 : -6} 5l${estimate > 1 ? -6 : 6} 5z" fill="${color}"/>`
    : `<circle cx="${x}" cy="${middle}" r="4.5" fill="${isTold ? color : 'none'}" stroke-width="2"/>`;
  const one = `<path d="M${placeOf(1, limit)} 0v${AXIS_HEIGHT}" stroke="currentColor" stroke-opacity=".7"/>`;
  return html`<svg viewBox="0 0 ${AXIS_WIDTH} ${AXIS_HEIGHT}" width="${AXIS_WIDTH}" height="${AXIS_HEIGHT}" role="img" aria-label="${difference.text}">${trustMarkup(
    `<path d="${grid}" stroke="currentColor" stroke-opacity=".2"/>${one}<g stroke="${color}">${interval}${dot}</g>`,
  )}</svg>`;
}

function factsMarkup({ facts }: FirstScreen): Markup {
  if (facts.length === 0) return html``;
  return html`<dl class="figures">${facts.map(
    ({ label, value, note }) =>
      html`<div><dt>${label}</dt><dd><strong>${value.text}</strong><small>${note}</small></dd></div>\n`,
  )}</dl>\n`;
}

function trustLine({ trust }: FirstScreen, document: ReportDocument): Markup {
  if (trust.length === 0) return html``;
  const ids = new Set(document.sections.map((section) => section.id));
  const parts = trust.map(({ text, section }, i) => [
    i === 0 ? '' : ' · ',
    ids.has(section) ? html`<a href="#${section}">${text}</a>` : text,
  ]);
  return html`<p class="trust">Rests on: ${parts}</p>\n`;
}
