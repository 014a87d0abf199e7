/** What the first MiB tells about the lines of a report. */
export interface TraceCmdLayout {
  /** Width of the file or instance name that `-i a -i b` and `-B` put before every line; 0 none. */
  prefixBytes: number;
  hasPrefix: boolean;
  /** Unit of times printed without a dot: 1000 (µs), 1 (with -t), 0 = the clock does not count time. */
  bareUnitNs: number;
}

export const NO_LAYOUT: TraceCmdLayout = { prefixBytes: 0, hasPrefix: false, bareUnitNs: 0 };

const SAMPLE_LINES = 2000;
/** `   host.dat:          rxbench-441   [000] …`: name, colon, blank, then the task in its 16 columns. */
const PREFIXED = /^(\s*\S+: )(?=.{16}-\d+\s+\[\d{3,}\])/;
const DOTTED = /\]\s+(?:\S{4,6}\s+)?\d+\.(\d{6}|\d{9}):\s/;
const BARE = /\]\s+(?:[A-Za-z.]\S{3,5}\s+)?(\d+):\s/;

export function learnTraceCmd(text: string): TraceCmdLayout {
  const lines = text.split('\n', SAMPLE_LINES);
  let prefix = 0;
  let dotted = 0;
  let hasBare = false;
  let largestBare = 0;
  for (const line of lines) {
    const found = PREFIXED.exec(line);
    if (found !== null) prefix = Math.max(prefix, byteLength(found[1]));
    const time = DOTTED.exec(line);
    if (time !== null) dotted = Math.max(dotted, time[1].length);
    const bare = time === null ? BARE.exec(line) : null;
    if (bare !== null) {
      hasBare = true;
      largestBare = Math.max(largestBare, Number(bare[1]));
    }
  }
  // below one second 10^6 µs or 10^9 ns is the largest bare number; beside dotted times it can be nothing else
  let bareUnitNs = 0;
  if (hasBare && dotted > 0) bareUnitNs = dotted === 9 ? 1 : 1000;
  if (hasBare && dotted > 0 && largestBare > (dotted === 9 ? 1e9 : 1e6)) bareUnitNs = 0;
  return { prefixBytes: prefix, hasPrefix: prefix > 0, bareUnitNs };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
