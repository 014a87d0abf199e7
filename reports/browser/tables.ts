import { make, makeButton } from './dom.ts';

/** Sorting by a click on a heading, a filter, and the rows as CSV: for every table with enough rows to need them. */
export function startTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table.s')) startTable(table);
}

function startTable(table: HTMLTableElement): void {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  [...table.tHead!.rows[0].cells].forEach((head, column) => {
    const button = make('button', { type: 'button', title: 'Sort by this column' }, head.textContent ?? '');
    head.replaceChildren(button);
    button.addEventListener('click', () => sortBy(table, rows, column));
  });
  const name = table.caption?.textContent ?? table.id;
  const filter = make('input', { type: 'search', placeholder: 'filter rows', 'aria-label': `Filter rows of: ${name}` });
  const told = make('input', { type: 'checkbox' });
  const apply = (): void => {
    const wanted = filter.value.toLowerCase();
    for (const row of rows) {
      const text = (row.textContent ?? '').toLowerCase().replace(/\u00a0/g, ' ');
      row.hidden = !text.includes(wanted) || (told.checked && text.includes('cannot tell'));
    }
  };
  filter.addEventListener('input', apply);
  told.addEventListener('change', apply);
  const tools = make('div', { class: 'tabletools' });
  tools.append(filter);
  if (rows.some((row) => /cannot\stell/.test(row.textContent ?? ''))) {
    const label = make('label');
    label.append(told, ' hide “cannot tell”');
    tools.append(label);
  }
  tools.append(makeButton('Download CSV', `Download the rows as CSV: ${name}`, () => download(table)));
  table.before(tools);
}

function sortBy(table: HTMLTableElement, rows: readonly HTMLTableRowElement[], column: number): void {
  const heads = [...table.tHead!.rows[0].cells];
  const isUp = heads[column].getAttribute('aria-sort') !== 'ascending';
  for (const head of heads) head.removeAttribute('aria-sort');
  heads[column].setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
  const textOf = (row: HTMLTableRowElement): string => row.cells[column]?.textContent ?? '';
  const values = new Map(rows.map((row) => [row, readCell(textOf(row))]));
  const sorted = [...rows].sort((a, b) => {
    const [x, y] = [values.get(a)!, values.get(b)!];
    // Unknown values stay last either way.
    if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
    const order = Number.isNaN(x) ? textOf(a).localeCompare(textOf(b), 'en') : x - y;
    return isUp ? order : -order;
  });
  table.tBodies[0].append(...sorted);
}

const FACTORS: Record<string, number> = {
  ns: 1,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** '1.35 [1, 2] ms' → 1350000: cells of a column may have different units. NaN = no number. */
export function readCell(text: string): number {
  const clean = text
    .replace(/[\u00a0,]/g, (c) => (c === ',' ? '' : ' '))
    .replace(/−/g, '-')
    .replace(/^[+<\s]+/, '');
  const number = /^-?\d+(\.\d+)?/.exec(clean);
  if (number === null) return Number.NaN;
  const unit = /^[^A-Za-zµ%]*(?:\[[^\]]*\])?\s*([A-Za-zµ]+)/.exec(clean.slice(number[0].length))?.[1] ?? '';
  return Number(number[0]) * (FACTORS[unit] ?? 1);
}

function download(table: HTMLTableElement): void {
  const rows = [...table.rows].filter((row) => !row.hidden);
  const quote = (text: string): string => {
    // A spreadsheet would run what begins like a formula.
    const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
    return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  const csv = rows
    .map((row) =>
      [...row.cells].map((cell) => quote((cell.textContent ?? '').trim().replace(/\u00a0/g, ' '))).join(','),
    )
    .join('\r\n');
  const url = URL.createObjectURL(new Blob([`${csv}\r\n`], { type: 'text/csv' }));
  const link = make('a', { href: url, download: `${table.id.replace(/^t-/, '')}.csv` });
  link.click();
  URL.revokeObjectURL(url);
}
