import { describe, expect, it } from 'vitest';
import { cleanDeep, cleanText, foldSpaces } from '../../reports/clean.ts';
import { formatEffect, formatP, formatQuantity } from '../../reports/format.ts';
import { effect, HOSTILE } from '../support/sample-analysis.ts';

describe('numbers for people', () => {
  it.each([
    [123, 'ns', '123 ns'],
    [123_456, 'ns', '123 µs'],
    [1_234_567, 'ns', '1.23 ms'],
    [1_999_999_999, 'ns', '2 s'],
    [-48_000, 'ns', '−48 µs'],
    [0, 'ns', '0 ns'],
    [0.3512, 'ns/byte', '0.351 ns/byte'],
    [4_040_000, 'ns per MiB', '4.04 ms per MiB'],
    [65_536, 'bytes', '64 KiB'],
    [1448, 'bytes', '1.41 KiB'],
    [12_446_000, 'bytes/s', '11.9 MiB/s'],
    [19.04, '%', '19 %'],
    [0.8549, '%', '0.85 %'],
    [12_345, 'count', '12,345'],
    [107.21, '', '107'],
    [3, 'runs', '3 runs'],
    [15.04, 'points', '15 points'],
  ])('%d %s → %s', (value, unit, expected) => {
    expect(formatQuantity(value, unit).text.replace(/\u00a0/g, ' ')).toBe(expected);
  });

  it('keeps the exact value beside it', () => {
    expect(formatQuantity(1_234_567, 'ns').exact.replace(/\u00a0/g, ' ')).toBe('1,234,567 ns');
  });

  it('never prints an unknown as 0', () => {
    for (const value of [null, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(formatQuantity(value, 'ns')).toEqual({ text: '–', exact: 'unknown' });
    }
    expect(formatEffect(null).text).toBe('–');
    expect(formatEffect(effect(null, 1, 2, 'ns')).text).toBe('–');
    expect(formatP(null)).toBe('–');
  });

  it('prints an interval on one scale', () => {
    expect(formatEffect(effect(411_111, 355_000, 1_478_000, 'ns')).text.replace(/\u00a0/g, ' ')).toBe(
      '0.41 [0.36, 1.48] ms',
    );
    // A positive quantity far below its upper bound is not 0.
    expect(formatEffect(effect(239_000, 209_000, 100e6, 'ns')).text.replace(/\u00a0/g, ' ')).toBe(
      '0.24 [0.21, 100] ms',
    );
    expect(formatEffect(effect(0.001, -50, 60, '%')).text.replace(/\u00a0/g, ' ')).toBe('0 [−50, 60] %');
    expect(formatEffect(effect(5, null, null, '%')).text.replace(/\u00a0/g, ' ')).toBe('5 [no interval] %');
  });
});

describe('hostile names', () => {
  it('lose their terminal escapes and bidi overrides, however long the text', () => {
    const text = cleanText(`${'a'.repeat(450)}${HOSTILE}`);
    expect(text).toHaveLength(450 + HOSTILE.length);
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });
  it('are cleaned in keys too', () => {
    expect(cleanDeep({ 'a\u001b': ['b\u009b', 1, null] })).toEqual({ 'a\ufffd': ['b\ufffd', 1, null] });
  });
  it('fold to one line', () => {
    expect(foldSpaces(' a\n\tb  c ')).toBe('a b c');
  });
});
