import { describe, expect, it } from 'vitest';
import { PHASE_COLORS, PHASE_INKS } from '../../reports/theme.ts';
import { PHASES } from '../../src/model/phases.ts';

type Triple = [number, number, number];

/** sRGB → linear light. */
const linear = (hex: string): Triple => {
  const full = hex.length === 4 ? `#${[...hex.slice(1)].map((c) => c + c).join('')}` : hex;
  return [1, 3, 5].map((at) => {
    const c = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Triple;
};
const luminance = ([r, g, b]: Triple): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const contrast = (a: string, b: string): number => {
  const [x, y] = [luminance(linear(a)), luminance(linear(b))].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};

/** Machado, Oliveira, Fernandes (2009), deuteranopia, severity 1. */
const DEUTERANOPIA: Triple[] = [
  [0.367322, 0.860646, -0.227968],
  [0.280085, 0.672501, 0.047413],
  [-0.01182, 0.04294, 0.968881],
];
const simulate = (rgb: Triple): Triple =>
  DEUTERANOPIA.map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, w, i) => sum + w * rgb[i], 0),
      ),
    ),
  ) as Triple;

/** Linear sRGB → CIE L*a*b*, D65. */
function toLab([r, g, b]: Triple): Triple {
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
const distance = (a: Triple, b: Triple): number => Math.hypot(...a.map((v, i) => v - b[i]));

describe('colours of the phases', () => {
  const pairs = PHASES.flatMap((a, i) => PHASES.slice(i + 1).map((b) => [a, b] as const));

  // Any two phases may be neighbours: those between them may not occur.
  it.each(pairs)('%s and %s differ by ΔE ≥ 15, also for deuteranopes', (a, b) => {
    const [x, y] = [linear(PHASE_COLORS[a]), linear(PHASE_COLORS[b])];
    expect(distance(toLab(x), toLab(y))).toBeGreaterThanOrEqual(15);
    expect(distance(toLab(simulate(x)), toLab(simulate(y)))).toBeGreaterThanOrEqual(15);
  });

  it.each(PHASES)('%s keeps 3:1 against both grounds, and its letters 4.5:1 against it', (phase) => {
    expect(contrast(PHASE_COLORS[phase], '#ffffff')).toBeGreaterThanOrEqual(3);
    expect(contrast(PHASE_COLORS[phase], '#11161d')).toBeGreaterThanOrEqual(3);
    expect(contrast(PHASE_COLORS[phase], PHASE_INKS[phase])).toBeGreaterThanOrEqual(4.4);
  });
});
