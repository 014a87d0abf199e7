import { make } from './dom.ts';

/** The ticket text to the clipboard: what `--format markdown` prints. */
export function startCopy(ticket: string): void {
  const tools = document.querySelector<HTMLElement>('.tools');
  const copy = document.getElementById('copy');
  const unfold = document.getElementById('unfold');
  if (tools === null || copy === null || unfold === null) return;
  tools.hidden = false;
  copy.hidden = ticket === '';
  copy.addEventListener('click', async () => {
    const done = await navigator.clipboard?.writeText(ticket).then(
      () => true,
      () => false,
    );
    copy.textContent = done === true || copyOld(ticket) ? 'Copied' : 'Could not copy';
  });
  let isOpen = false;
  unfold.addEventListener('click', () => {
    isOpen = !isOpen;
    for (const details of document.querySelectorAll('details')) details.open = isOpen;
    unfold.textContent = isOpen ? 'Fold all' : 'Unfold all';
  });
}

/** Where a page of a file has no clipboard of its own. */
function copyOld(text: string): boolean {
  const area = make('textarea', { 'aria-hidden': 'true' }, text);
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
