import { describe, expect, it } from 'vitest';
import { makeRandom, mutate } from '../../fuzz/mutate.ts';
import { isExact, listCases, readGraph } from './support.ts';

const SMALL = 24_000;
const cases = listCases().map(({ name, load }) => ({ name, text: load().subarray(0, SMALL) }));

describe.each(cases)('$name', ({ text }) => {
  const whole = readGraph(text);

  it('is read without a malformed line, and every line is accounted for', () => {
    expect(isExact(whole.result.report)).toBe(true);
    expect(whole.result.report.account.malformed).toBe(0);
    expect(whole.result.report.account.lines).toBe(
      text.toString('latin1').split('\n').length - (text.at(-1) === 10 ? 1 : 0),
    );
  });

  it('gives the same rows however the bytes are cut', () => {
    const random = makeRandom(7);
    for (let round = 0; round < 4; round++) {
      const cuts = Array.from({ length: 1 + Math.floor(random() * 12) }, () => Math.floor(random() * text.length));
      const cut = readGraph(
        text,
        cuts.sort((a, b) => a - b),
      );
      expect(cut.rows).toEqual(whole.rows);
      expect(cut.result.report).toEqual(whole.result.report);
    }
  });

  it('gives the same rows with and without the template scanner', () => {
    const plain = readGraph(text, [], false);
    expect(plain.rows).toEqual(whole.rows);
    expect(plain.result.report).toEqual(whole.result.report);
  });

  it('survives damage: nothing throws, the account holds, both scanners agree', () => {
    const random = makeRandom(11);
    for (let round = 0; round < 12; round++) {
      const lines = text
        .toString('latin1')
        .split('\n')
        .map((line) => Buffer.from(line, 'latin1'));
      let damaged: Buffer[] = lines;
      for (let i = 0; i < 1 + round / 3; i++) damaged = mutate(damaged, random).lines;
      const bytes = Buffer.concat(damaged.flatMap((line) => [line, Buffer.from('\n')]));
      const fast = readGraph(bytes);
      const plain = readGraph(bytes, [], false);
      expect(isExact(fast.result.report)).toBe(true);
      expect(fast.rows).toEqual(plain.rows);
      expect(fast.result.report).toEqual(plain.result.report);
    }
  });
});
