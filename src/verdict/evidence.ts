import type { Evidence } from '../model/analysis/index.ts';
import type { CallView } from './call-view.ts';
import { bytesOf } from './call-view.ts';
import { writeBytes, writeNs } from './words.ts';

/** A call as evidence: run, file and first line, so that the reader can open the capture there. */
export function citeCall(view: CallView, i: number, text?: string): Evidence {
  const run = view.runs[view.run[i]];
  const file = run.calls.files[view.column('file')[i]]?.name ?? '';
  const line = view.column('firstLine')[i];
  return {
    run: run.name,
    file,
    line: Number.isNaN(line) ? 0 : line,
    call: view.callNumber(i),
    text: text ?? describeCall(view, i),
  };
}

function describeCall(view: CallView, i: number): string {
  const requested = view.column('requestedBytes')[i];
  const asked = Number.isNaN(requested) ? '' : ` of ${writeBytes(requested)} asked`;
  const bytes = bytesOf(view, i);
  const size = Number.isNaN(bytes) ? 'call' : `${writeBytes(bytes)}${asked}`;
  return `${view.text('comm', i)}-${view.column('tid')[i]}: ${size} in ${writeNs(view.column('durationNs')[i])}, ${view.mechanism(i)}`;
}

/** The calls with the largest value of a figure, at most `count`, each cited with its own text. */
export function citeLargest(
  view: CallView,
  figure: (i: number) => number,
  count: number,
  text: (i: number) => string,
): Evidence[] {
  const order = Array.from({ length: view.size }, (_, i) => i)
    .filter((i) => figure(i) > 0)
    .sort((a, b) => figure(b) - figure(a) || a - b);
  return order.slice(0, count).map((i) => citeCall(view, i, `${describeCall(view, i)}; ${text(i)}`));
}
