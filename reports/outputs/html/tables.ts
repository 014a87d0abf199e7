import type { Cell, TableBlock } from '../../blocks.ts';
import { type Child, html, type Markup, toId } from '../../html.ts';

/** A word that may be broken anywhere, so that no table is wider than the page. */
const LONG_WORD = /\S{22}/;
/** Tables of more rows can be sorted and filtered, where script runs. */
const SORTABLE = 8;
const WIDE = 6;

export const classAttribute = (...names: string[]): Child => {
  const used = names.filter((name) => name !== '');
  return used.length === 0 ? '' : html` class="${used.join(' ')}"`;
};

export function cellMarkup(cell: Cell): Markup {
  return cell.code === true && cell.text !== '' ? html`<code>${cell.text}</code>` : html`${cell.text}`;
}

/**
 * Few bytes a cell: no end tags (HTML closes cells and rows by itself), numeric columns named once on the table, and the
 * exact value only where the cell does not show it all and a tooltip is asked for.
 */
export function tableMarkup(table: TableBlock, hasTooltips = false): Markup {
  const numeric = table.columns.flatMap((column, i) => (column.numeric ? [`n${i + 1}`] : []));
  const rows = table.rows.map((row) => {
    const cells = row.map((cell, i) => {
      const classes = classAttribute(cell.tone ?? '', LONG_WORD.test(cell.text) ? 'long' : '');
      const title =
        hasTooltips && cell.exact !== undefined && cell.exact !== '' && cell.exact !== cell.text
          ? html` title="${cell.exact}"`
          : '';
      return i === 0
        ? html`<th${classes}${title}>${cellMarkup(cell)}`
        : html`<td${classes}${title}>${cellMarkup(cell)}`;
    });
    return html`<tr>${cells}\n`;
  });
  const isWide = table.columns.length >= WIDE;
  const sortable = table.rows.length >= SORTABLE ? 's' : '';
  return html`<div class="table" tabindex="0" role="group" aria-label="${table.caption}"><table id="t-${toId(table.id)}"${classAttribute(...numeric, isWide ? 'wide' : '', sortable)}>
<caption>${table.caption}</caption>
<thead><tr>${table.columns.map((c) => html`<th scope="col">${c.title}`)}</thead>
<tbody>
${rows}</tbody></table>${table.note === '' ? '' : html`<p class="note">${table.note}</p>`}</div>
`;
}
