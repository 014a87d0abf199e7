import type { EventWriter } from '../../events/writer.ts';
import { textOf } from '../../text/scan.ts';

/**
 * The block `perf script --header` prints before the events, `# key : value` between two `# ========` lines; keys are
 * padded differently by version (`# captured on:` / `# captured on    :`).
 */
export class HeaderBlock {
  isOpen = false;
  /** Clock of the time stamps when the header names it: 'monotonic'. */
  clockName = '';
  private readonly writer: EventWriter;

  constructor(writer: EventWriter) {
    this.writer = writer;
  }

  take(buf: Uint8Array, start: number, end: number, line: number): void {
    const text = textOf(buf, start + 1, Math.min(end, start + 4096)).trim();
    if (/^={4,}$/.test(text)) {
      this.isOpen = !this.isOpen;
      return;
    }
    const colon = text.indexOf(':');
    if (colon <= 0) return;
    const key = text.slice(0, colon).trim();
    const value = text.slice(colon + 1).trim();
    if (!/^[\w][\w /-]{0,40}$/.test(key) || value === '') return;
    this.writer.addFact('header', key, value, line);
    if (key === 'os release') this.writer.addFact('kernel', 'release', value, line);
    else if (key === 'cpudesc') this.writer.addFact('cpu', 'model', value, line);
    else if (key === 'nrcpus online') this.writer.addFact('cpu', 'count', value, line);
    else if (key === 'clockid') this.clockName = value.replace(/\s*\(.*$/, '');
  }
}
