import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const TIME = /(^|[\s(])(\d{1,11})\.(\d{6}|\d{9})(?=:| \|)/gm;

/** Repeats a real capture with shifted seconds until `bytes` are written, so that times go on growing. Returns the size. */
export function writeLargeCapture(source: string, target: string, bytes: number): number {
  const raw = readFileSync(source);
  const text = (raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).toString('latin1');
  const body = text.endsWith('\n') ? text : `${text}\n`;
  const seconds = [...body.matchAll(TIME)].map((match) => Number(match[2]));
  const span =
    seconds.length === 0 ? 0 : seconds.reduce((a, b) => Math.max(a, b)) - seconds.reduce((a, b) => Math.min(a, b)) + 1;
  const file = openSync(target, 'w');
  let written = 0;
  for (let copy = 0; written < bytes; copy++) {
    const shifted =
      copy === 0
        ? body
        : withoutHeader(body).replace(
            TIME,
            (_, lead: string, whole: string, part: string) => `${lead}${Number(whole) + copy * span}.${part}`,
          );
    written += writeSync(file, Buffer.from(shifted, 'latin1'));
  }
  closeSync(file);
  return written;
}

/** A second `# tracer:` line, `# captured on` block or preamble of a report would start a new segment. */
function withoutHeader(text: string): string {
  return text.replace(/^(?:#.*|version = \d+|cpus=\d+)\n/gm, '');
}
