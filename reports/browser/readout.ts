import { makeReadout } from './dom.ts';

/** Charts: every mark that has a title reads it out on hover, and by the arrow keys once the picture has the focus. */
export function startReadout(figure: HTMLElement): void {
  const box = figure.querySelector<HTMLElement>('.scroll');
  const marks = [...figure.querySelectorAll('.scroll title')];
  if (box === null || marks.length === 0) return;
  const { element, say } = makeReadout('Point at a mark, or focus the picture and use the arrow keys.');
  figure.append(element);
  let at = -1;
  const show = (next: number): void => {
    markOf(at)?.classList.remove('cursor');
    at = Math.max(0, Math.min(marks.length - 1, next));
    markOf(at)?.classList.add('cursor');
    say(marks[at].textContent ?? '');
  };
  const markOf = (i: number): Element | null => marks[i]?.parentElement ?? null;
  box.addEventListener('pointermove', (event) => {
    const mark = (event.target as Element).closest('path,rect,line,text,circle');
    const title = mark?.querySelector(':scope > title');
    if (title != null) say(title.textContent ?? '');
  });
  box.addEventListener('pointerleave', () => say(''));
  box.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step !== undefined) show(at + step);
    else if (event.key === 'Home') show(0);
    else if (event.key === 'End') show(marks.length - 1);
    else return;
    event.preventDefault();
  });
  box.addEventListener('blur', () => markOf(at)?.classList.remove('cursor'));
}
