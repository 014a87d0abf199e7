import { make, makeButton, makeReadout } from './dom.ts';

/** A picture that can be drawn for any part of its axis. */
export interface ZoomView {
  /** The whole axis, and the least part of it that is worth drawing. */
  from: number;
  to: number;
  least: number;
  draw(from: number, to: number): string;
  /** Axis value under a place of the picture (viewBox units); NaN beside the plot. */
  valueAt(x: number, from: number, to: number): number;
  pixelOf(value: number, from: number, to: number): number;
  /** What is there, in words; '' = nothing. */
  describe(x: number, y: number, from: number, to: number): string;
  /** Marks in the order of the axis, for the arrow keys. */
  marks(from: number, to: number): { from: number; to: number; text: string; href: string }[];
}

const HINT = 'Click, then wheel or + − zoom; drag selects; arrow keys step, with shift they move; 0 resets.';
const STEP = 1.6;

/** Zoom and pan by wheel, drag, buttons and keys; read-out on hover and by the arrow keys. */
export function startZoom(figure: HTMLElement, view: ZoomView): void {
  const box = figure.querySelector<HTMLElement>('.scroll');
  const holder = box?.firstElementChild;
  if (box === null || !(holder instanceof HTMLElement)) return;
  let from = view.from;
  let to = view.to;
  let at = -1;
  const { element: readout, say } = makeReadout(HINT);

  const redraw = (): void => {
    holder.innerHTML = view.draw(from, to);
  };
  const setRange = (low: number, high: number): void => {
    const span = Math.min(view.to - view.from, Math.max(view.least, high - low));
    from = Math.max(view.from, Math.min(view.to - span, low));
    to = from + span;
    at = -1;
    redraw();
    say(
      from === view.from && to === view.to
        ? ''
        : `zoomed: ${Math.round((100 * span) / (view.to - view.from))} % of the axis`,
    );
  };
  const zoom = (factor: number, around = (from + to) / 2): void =>
    setRange(around - (around - from) / factor, around + (to - around) / factor);
  const pan = (share: number): void => setRange(from + share * (to - from), to + share * (to - from));
  const reset = (): void => setRange(view.from, view.to);

  const tools = make('span', { class: 'tabletools' });
  tools.append(
    makeButton('+', 'Zoom in', () => zoom(STEP)),
    makeButton('−', 'Zoom out', () => zoom(1 / STEP)),
    makeButton('◀', 'Move left', () => pan(-0.4)),
    makeButton('▶', 'Move right', () => pan(0.4)),
    makeButton('Whole', 'Show all', reset),
  );
  const line = make('div', { class: 'line' });
  line.append(readout, tools);
  figure.append(line);

  /** Pointer place in the units of the picture. */
  const place = (event: MouseEvent): { x: number; y: number } => {
    const svg = holder.querySelector('svg')!;
    const bounds = svg.getBoundingClientRect();
    const { width, height } = svg.viewBox.baseVal;
    return {
      x: ((event.clientX - bounds.left) / bounds.width) * width,
      y: ((event.clientY - bounds.top) / bounds.height) * height,
    };
  };
  const drawBand = (a: number, b: number, kind: string): void => {
    const svg = holder.querySelector('svg');
    svg?.querySelector(`.${kind}`)?.remove();
    const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    const [low, high] = [view.pixelOf(Math.min(a, b), from, to), view.pixelOf(Math.max(a, b), from, to)];
    for (const [name, value] of [
      ['class', `${kind} cursor`],
      ['x', low],
      ['width', Math.max(1, high - low)],
      ['y', 1],
      ['height', (svg?.viewBox.baseVal.height ?? 0) - 2],
      ['fill-opacity', '.15'],
      ['pointer-events', 'none'],
    ] as const)
      rect.setAttribute(name, String(value));
    svg?.append(rect);
  };

  let grabbed: number | null = null;
  box.addEventListener('pointerdown', (event) => {
    const value = view.valueAt(place(event).x, from, to);
    if (event.button !== 0 || event.pointerType === 'touch' || Number.isNaN(value)) return;
    if ((event.target as Element).closest('a') !== null) return;
    grabbed = value;
  });
  window.addEventListener('pointermove', (event) => {
    if (grabbed === null) return;
    const value = view.valueAt(place(event).x, from, to);
    if (!Number.isNaN(value)) drawBand(grabbed, value, 'band');
  });
  window.addEventListener('pointerup', (event) => {
    if (grabbed === null) return;
    const start = grabbed;
    grabbed = null;
    const value = view.valueAt(place(event).x, from, to);
    const pixels = Math.abs(view.pixelOf(value, from, to) - view.pixelOf(start, from, to));
    if (Number.isNaN(value) || pixels < 6) holder.querySelector('.band')?.remove();
    else setRange(Math.min(start, value), Math.max(start, value));
  });
  box.addEventListener('pointermove', (event) => {
    const { x, y } = place(event);
    say(view.describe(x, y, from, to));
  });
  box.addEventListener('pointerleave', () => say(''));
  box.addEventListener(
    'wheel',
    (event) => {
      // A page must scroll: the wheel zooms once the picture was clicked, or with a modifier.
      if (document.activeElement !== box && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(Math.sign(event.deltaX) * 0.1);
      else zoom(event.deltaY < 0 ? STEP : 1 / STEP, view.valueAt(place(event).x, from, to) || undefined);
    },
    { passive: false },
  );

  const step = (by: number): void => {
    const marks = view.marks(from, to);
    if (marks.length === 0) return;
    at = Math.max(0, Math.min(marks.length - 1, at + by));
    drawBand(marks[at].from, marks[at].to, 'here');
    say(`${marks[at].text}${marks[at].href === '' ? '' : ' (Enter: go there)'}`);
  };
  box.addEventListener('keydown', (event) => {
    const back = event.key === 'ArrowLeft';
    if (back || event.key === 'ArrowRight') event.shiftKey ? pan(back ? -0.2 : 0.2) : step(back ? -1 : 1);
    else if (event.key === '+' || event.key === '=') zoom(STEP);
    else if (event.key === '-') zoom(1 / STEP);
    else if (event.key === '0' || event.key === 'Escape') reset();
    else if (event.key === 'Home') step(Number.NEGATIVE_INFINITY);
    else if (event.key === 'End') step(Number.POSITIVE_INFINITY);
    else if (event.key === 'Enter' && event.target === box) {
      const { href } = view.marks(from, to)[at] ?? { href: '' };
      if (href !== '') location.hash = href;
    } else return;
    event.preventDefault();
  });
}
