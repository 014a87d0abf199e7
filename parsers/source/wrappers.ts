import { LineSplitter } from '../text/lines.ts';

/**
 * Text that was carried in something else: a web page, a mail, a kernel log, an indented block of documentation. The
 * carrier is taken off line by line, so that line numbers stay those of the file; lines of the carrier become empty.
 */
export interface Wrapper {
  readonly kind: 'html' | 'quoted' | 'printk' | 'indented';
  /** One per pass over a text: some keep state. */
  start(): (line: string) => string;
}

/** printk: `[10612.025159] `, `<4>[10612.025159] `, `[   12.345678][ T1234] `, with a syslog head `Nov 21 05:59:52 host kernel: `. */
const PRINTK =
  /^(?:<\d+>)?(?:[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \S+ kernel: )?(?:<\d+>)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/;
const QUOTE = /^(?:[>|] ?)+/;
const SAMPLE_LINES = 200;

/** Candidates in the order in which they should be tried; the caller keeps one only if a format scores higher with it. */
export function findWrappers(lines: readonly string[]): Wrapper[] {
  const full = lines.filter((line) => line.trim() !== '').slice(0, SAMPLE_LINES);
  if (full.length === 0) return [];
  const wrappers: Wrapper[] = [];
  if (isWebPage(full)) wrappers.push(HTML);
  if (shareOf(full, QUOTE) > 0.3) wrappers.push(stripping('quoted', QUOTE));
  if (shareOf(full, PRINTK) > 0.5) wrappers.push(stripping('printk', PRINTK));
  const indent = commonBlanks(full);
  if (indent !== '') wrappers.push(stripping('indented', new RegExp(`^${indent}`)));
  return wrappers;
}

export function isWebPage(lines: readonly string[]): boolean {
  return lines.slice(0, 5).some((line) => /<!doctype html|<html|class="trace-data"/i.test(line));
}

function shareOf(lines: readonly string[], pattern: RegExp): number {
  return lines.filter((line) => pattern.test(line)).length / lines.length;
}

/** The longest run of blanks that all lines begin with. */
function commonBlanks(lines: readonly string[]): string {
  let common = /^[ \t]*/.exec(lines[0])![0];
  for (const line of lines) {
    let size = 0;
    while (size < common.length && line[size] === common[size]) size++;
    common = common.slice(0, size);
    if (common === '') return '';
  }
  return common;
}

function stripping(kind: Wrapper['kind'], pattern: RegExp): Wrapper {
  return { kind, start: () => (line) => line.replace(pattern, '') };
}

/**
 * systrace: `<script class="trace-data" type="application/text">` begins the text, `</script>` ends it; the legacy page
 * has `var linuxPerfData = "\` and every line ends in the two characters `\n` and a backslash.
 */
export const HTML: Wrapper = {
  kind: 'html',
  start() {
    let isInside = false;
    let isLegacy = false;
    return (line) => {
      if (!isInside) {
        isLegacy = line.includes('linuxPerfData = "');
        isInside = isLegacy || /<script[^>]*class="trace-data"/.test(line);
        return '';
      }
      if (line.includes('</script>') || (isLegacy && /^\s*";?\s*$/.test(line))) {
        isInside = false;
        return '';
      }
      return isLegacy ? line.replace(/\\n\\?$/, '').replace(/\\\\/g, '\\') : line;
    };
  },
};

export function unwrapLines(lines: readonly string[], wrapper: Wrapper): string[] {
  const unwrap = wrapper.start();
  return lines.map(unwrap);
}

const MAX_WRAPPED_LINE_BYTES = 16 << 20;

/** `unwrap`: what becomes of each line, asked once a line and in order. */
export async function* unwrapChunks(
  chunks: AsyncIterable<Uint8Array>,
  unwrap: (line: string) => string,
): AsyncGenerator<Uint8Array> {
  let out: string[] = [];
  // A line past the limit becomes an empty one: line numbers must not move.
  const splitter = new LineSplitter(MAX_WRAPPED_LINE_BYTES, () => out.push('\n'));
  const onLine = (buf: Uint8Array, start: number, end: number): void => {
    const text = Buffer.from(buf.buffer, buf.byteOffset + start, end - start).toString('utf8');
    out.push(unwrap(text), splitter.isCutTail ? '' : '\n');
  };
  for await (const chunk of chunks) {
    splitter.push(chunk, onLine);
    if (out.length > 0) yield Buffer.from(out.join(''), 'utf8');
    out = [];
  }
  splitter.end(onLine);
  if (out.length > 0) yield Buffer.from(out.join(''), 'utf8');
}
