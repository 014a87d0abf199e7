/** Numbers as they are written in sentences: three significant figures, SI time, binary sizes, thin grouping. */

export function writeNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return 'unknown';
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1000) return toMinus(groupDigits(Math.round(value)));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(magnitude)));
  return toMinus(stripZeros(value.toFixed(Math.min(decimals, 6))));
}

/** '1,234,567'. The locale's own way loads its data first, which takes longer than all other sentences together. */
function groupDigits(whole: number): string {
  if (!Number.isSafeInteger(whole)) return whole.toLocaleString('en-US');
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** U+2212, as everywhere in sentences. */
function toMinus(text: string): string {
  return text.replace(/^-/, '\u2212');
}

function stripZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** '12.3 µs' */
export function writeNs(ns: number, digits = 3): string {
  if (!Number.isFinite(ns)) return 'unknown';
  const magnitude = Math.abs(ns);
  if (magnitude < 1e3) return `${writeNumber(ns, digits)} ns`;
  if (magnitude < 1e6) return `${writeNumber(ns / 1e3, digits)} µs`;
  if (magnitude < 1e9) return `${writeNumber(ns / 1e6, digits)} ms`;
  return `${writeNumber(ns / 1e9, digits)} s`;
}

/** '64 KiB', '1448 bytes' */
export function writeBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return 'unknown';
  const magnitude = Math.abs(bytes);
  if (magnitude < 8192 && magnitude % 1024 !== 0) return `${Math.round(bytes)} bytes`;
  if (magnitude < 1048576) return `${writeNumber(bytes / 1024)} KiB`;
  if (magnitude < 1073741824) return `${writeNumber(bytes / 1048576)} MiB`;
  return `${writeNumber(bytes / 1073741824)} GiB`;
}

export function writePct(pct: number, decimals?: number): string {
  if (!Number.isFinite(pct)) return 'unknown';
  if (pct !== 0 && Math.abs(pct) < 1) return `${writeNumber(pct, 2)} %`;
  const digits = decimals ?? (Math.abs(pct) >= 10 ? 0 : 1);
  return `${toMinus(stripZeros(pct.toFixed(digits)))} %`;
}

/** '−4.3 %', '+2 %' */
export function writeSigned(value: number, unit: string, decimals = 1): string {
  if (!Number.isFinite(value)) return 'unknown';
  const sign = value > 0 ? '+' : value < 0 ? '\u2212' : '±';
  return `${sign}${Math.abs(value).toFixed(decimals)} ${unit}`;
}

/** '34,900' for 34,874.2: what was measured has three significant figures in a sentence, whatever its size; counts are exact. */
export function writeMeasured(value: number): string {
  return writeNumber(Math.abs(value) >= 1000 ? Number(value.toPrecision(3)) : value);
}

/** '45.3 Mbit/s', '9.61 Gbit/s' from bytes per second: the units that iperf prints. */
export function writeRate(bytesPerSecond: number): string {
  if (!Number.isFinite(bytesPerSecond)) return 'unknown';
  const bits = bytesPerSecond * 8;
  if (bits >= 1e9) return `${writeMeasured(bits / 1e9)} Gbit/s`;
  return bits >= 1e5 ? `${writeNumber(bits / 1e6)} Mbit/s` : `${writeNumber(bits)} bit/s`;
}

/** '141 MiB/s': the unit of the verdicts' table. */
export function writeByteRate(bytesPerSecond: number): string {
  if (!Number.isFinite(bytesPerSecond)) return 'unknown';
  const kib = bytesPerSecond / 1024;
  if (kib < 1) return `${writeNumber(bytesPerSecond)} B/s`;
  if (kib < 1024) return `${writeNumber(kib)} KiB/s`;
  return kib < 1048576 ? `${writeNumber(kib / 1024)} MiB/s` : `${writeNumber(kib / 1048576)} GiB/s`;
}

/** '12 calls', '1 call' */
export function writeCount(count: number, noun: string): string {
  return `${groupDigits(Math.round(count))} ${count === 1 ? noun : `${noun}s`}`;
}

/** ' [1.2, 3.4]', '' when there is no interval. */
export function writeBracket(
  low: number,
  high: number,
  write: (value: number) => string = (v) => writeNumber(v),
): string {
  return Number.isFinite(low) && Number.isFinite(high) ? ` [${write(low)}, ${write(high)}]` : '';
}

/** '+62.2 % [+43.3, +79.0]', '+181 % [+40.5, +460]'; without an interval '−26.0 %'. Three significant figures at most. */
export function writePctInterval(
  { estimate, low, high }: { estimate: number | null; low: number | null; high: number | null },
  decimals = 1,
): string {
  if (estimate === null) return 'unknown';
  const bare = (value: number): string => (value === 0 ? '0' : writeSignedPct(value, decimals));
  const bracket = low === null || high === null ? '' : ` [${bare(low)}, ${bare(high)}]`;
  return `${writeSignedPct(estimate, decimals)} %${bracket}`;
}

/** '+62.2', '+181', '+13,500'; a change below 10 % keeps a decimal. */
function writeSignedPct(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return `${value > 0 ? '+' : '\u2212'}${writeMeasured(size)}`;
  return writeSigned(value, '', size >= 100 ? 0 : size < 10 ? Math.max(1, decimals) : decimals).trimEnd();
}

/** Counts are put into sentences everywhere: '1 calls' becomes '1 call', a hyphen before a number a minus sign. */
export function tidySentence(text: string): string {
  return text
    .replace(
      /(?<![\d.,\u2212-])1 ((?:offloaded |pinned |whole |whole receive |receive |other |early |CPU-copied )?)(call|wakeup|run|transfer|sleep|byte|time|gap|line|segment|round)s\b/g,
      '1 $1$2',
    )
    .replace(/(?<=^|[\s([])-(?=\d)/g, '\u2212');
}
