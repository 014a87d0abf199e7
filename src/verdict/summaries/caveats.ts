import type { Context } from '../context/context.ts';
import { writeNs } from '../words.ts';

/** What a reader must know before quoting a number. */
export function listCaveats(context: Context): string[] {
  const out: string[] = [...(context.options.notes ?? [])];
  if (context.emulation.length > 0)
    out.push(
      `Software engine or CPU under emulation: do not quote its microseconds. Order, counts and bytes are real, times are not those of hardware (${context.emulation.join('; ')}).`,
    );
  const { copyRate, evidence, probeCost } = context;
  if (
    copyRate.interval !== null &&
    copyRate.source !== 'given by user' &&
    probeCost.perEventNs > 0 &&
    copyRate.bytes > 0
  ) {
    const perByte = (probeCost.perEventNs * (evidence.hasCopyEnds ? 2 : 1) * copyRate.copies) / copyRate.bytes;
    const pct = (100 * perByte) / copyRate.interval.estimate;
    if (pct >= 5)
      out.push(
        `CPU copies are lengthened by their own probes: up to ${writeNs(probeCost.perEventNs)} per recorded line, up to ${Math.min(100, Math.round(pct))} % of the cost of a copy per byte.${context.paying.size === 0 ? '' : ' The copy saved looks dearer than it is; the net without probes stands beside the verdict.'}`,
      );
  }
  if (evidence.entriesOnly && context.fit.size > 0)
    out.push(
      'Function entries only: where a phase ends is inferred from the next line, so phases contain what follows them unseen.',
    );
  else if (!evidence.hasCopyEnds && copyRate.source !== 'given by user' && copyRate.interval !== null)
    out.push(
      'The end of a CPU copy is not recorded; it is taken at the next line of the same thread and contains what runs in between.',
    );
  if (context.fit.size > 0 && !evidence.hasSwitches)
    out.push('No context switches in the capture: sleep cannot be told from work, CPU time of the reader is unknown.');
  return out;
}
