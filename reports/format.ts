import type { Effect } from '../src/model/analysis/index.ts';

/** A number as people read it, with the exact value beside it for the tooltip. */
export interface Quantity {
  text: string;
  exact: string;
}

interface Scale {
  divisor: number;
  suffix: string;
}

/** What stands where a value is unknown: never 0. */
export const UNKNOWN = '–';

const TIME_SCALES: Scale[] = [
  { divisor: 1e9, suffix: 's' },
  { divisor: 1e6, suffix: 'ms' },
  { divisor: 1e3, suffix: 'µs' },
  { divisor: 1, suffix: 'ns' },
];
const BYTE_SCALES: Scale[] = [
  { divisor: 2 ** 40, suffix: 'TiB' },
  { divisor: 2 ** 30, suffix: 'GiB' },
  { divisor: 2 ** 20, suffix: 'MiB' },
  { divisor: 2 ** 10, suffix: 'KiB' },
  { divisor: 1, suffix: 'B' },
];

/** 'ns per MiB' → time scales with ' per MiB' kept; 'bytes/s' → 'MiB/s'; unknown units are printed as they are. */
function scaleFor(unit: string, magnitude: number): Scale {
  const time = /^ns(.*)$/.exec(unit);
  if (time !== null) {
    // ns/byte stays in ns: 'ps/byte' is nobody's unit.
    if (/byte/.test(time[1])) return { divisor: 1, suffix: unit };
    const scale = TIME_SCALES.find((s) => magnitude >= s.divisor) ?? TIME_SCALES[3];
    return { divisor: scale.divisor, suffix: scale.suffix + time[1] };
  }
  const bytes = /^(?:bytes|B)(\/.*| per .*)?$/.exec(unit);
  if (bytes !== null) {
    const scale = BYTE_SCALES.find((s) => magnitude >= s.divisor) ?? BYTE_SCALES[4];
    return { divisor: scale.divisor, suffix: scale.suffix + (bytes[1] ?? '') };
  }
  if (unit === 'points') return { divisor: 1, suffix: 'points' };
  if (unit === 'count' || unit === '') return { divisor: 1, suffix: '' };
  // '1/MiB': so many per MiB.
  if (unit.startsWith('1/')) return { divisor: 1, suffix: `per ${unit.slice(2)}` };
  return { divisor: 1, suffix: unit };
}

/** 1234567 → '1,234,567'. */
export function groupDigits(value: number): string {
  const [whole, fraction] = String(Math.abs(value)).split('.');
  const grouped = /e/.test(whole) ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return (value < 0 ? '−' : '') + grouped + (fraction === undefined ? '' : `.${fraction}`);
}

/** Last digit that is worth printing: three significant digits; a share of 19.03 % says no more than 19 %. */
function stepFor(magnitude: number, unit: string): number {
  if (magnitude === 0) return 1;
  const power = Math.floor(Math.log10(magnitude));
  const isShare = unit === '%' || unit === 'points';
  return 10 ** Math.max(power - 2, isShare ? (power >= 0 ? -1 : -2) : -6);
}

/** `step` is what the last digit shown stands for: 0.01, 1, 100. */
function fixed(value: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const text = (Math.round(Math.abs(value) / step) * step).toFixed(decimals);
  const trimmed = decimals > 0 ? text.replace(/\.?0+$/, '') : text;
  const grouped = trimmed.replace(/^\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ','));
  return (value < 0 && Number(text) !== 0 ? '−' : '') + grouped;
}

/** A number and its unit stay on one line (text outputs fold the no-break space). */
export const NBSP = '\u00a0';

function join(number: string, suffix: string): string {
  return suffix === '' ? number : `${number}${NBSP}${suffix}`;
}

export function formatQuantity(value: number | null, unit: string): Quantity {
  if (value === null || !Number.isFinite(value)) return { text: UNKNOWN, exact: 'unknown' };
  const { divisor, suffix } = scaleFor(unit, Math.abs(value));
  const scaled = value / divisor;
  // Counts of things are exact: 12,345 calls is not '12,300 calls'.
  const exactCount = Number.isInteger(value) && divisor === 1;
  const text = exactCount ? groupDigits(value) : fixed(scaled, stepFor(Math.abs(scaled), unit));
  return { text: join(text, suffix), exact: join(groupDigits(value), unit === 'count' ? '' : unit) };
}

export const formatNs = (value: number | null): Quantity => formatQuantity(value, 'ns');
export const formatBytes = (value: number | null): Quantity => formatQuantity(value, 'bytes');
export const formatPct = (value: number | null): Quantity => formatQuantity(value, '%');
export const formatCount = (value: number | null): Quantity => formatQuantity(value, 'count');

/** 'estimate [low, high]' on one scale, rounded at the same digit. */
export function formatEffect(effect: Effect | null): Quantity {
  if (effect === null || effect.estimate === null) return { text: UNKNOWN, exact: 'unknown' };
  const { estimate, low, high, unit } = effect;
  // A wide interval sets the digits: −549 [−31,951, 30,852] B pretends to know more than −0.5 [−31.2, 30.1] KiB.
  const magnitude = Math.max(...[estimate, low ?? 0, high ?? 0].map(Math.abs));
  const { divisor, suffix } = scaleFor(unit, magnitude);
  const step = stepFor(magnitude / divisor, unit);
  // Of a positive quantity nothing is shown as 0 that is not: 0.24 [0.21, 100] ms.
  const isPositive = low !== null && low >= 0;
  const show = (value: number): string => {
    const scaled = Math.abs(value / divisor);
    const ownStep = isPositive && scaled > 0 && scaled < step / 2 ? 10 ** (Math.floor(Math.log10(scaled)) - 1) : step;
    return fixed(value / divisor, ownStep);
  };
  const interval = low === null || high === null ? ` [no${NBSP}interval]` : ` [${show(low)},${NBSP}${show(high)}]`;
  const exactInterval = low === null || high === null ? '' : ` [${groupDigits(low)}, ${groupDigits(high)}]`;
  return {
    text: suffix === '' ? show(estimate) + interval : `${show(estimate)}${interval}${NBSP}${suffix}`,
    exact: `${groupDigits(estimate)}${exactInterval} ${unit}, ${effect.method}, ${formatLevel(effect)}`,
  };
}

/** '95 % interval'. */
export function formatLevel(effect: Effect): string {
  return `${fixed(effect.level * 100, 0.1)} % interval`;
}

export function formatP(p: number | null): string {
  if (p === null) return UNKNOWN;
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
