import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderAnalysis } from '../../reports/index.ts';
import { TICKET_BYTES, TICKET_LINES } from '../../reports/outputs/markdown.ts';
import { wrapCommand } from '../../reports/outputs/text/command.ts';
import { SUMMARY_LINES, TEXT_WIDTH } from '../../reports/outputs/text/index.ts';
import { tableLines, wrapText } from '../../reports/outputs/text/table.ts';
import { REPORT_SAMPLES, SAMPLE_NAMES, UNPRINTABLE } from '../support/report-samples.ts';
import { sampleReport } from '../support/sample-analysis.ts';

describe('text for mail', () => {
  it.each(SAMPLE_NAMES)('%s: no line is longer than 72 characters', async (name) => {
    for (const isFull of [false, true]) {
      const text = await renderAnalysis(REPORT_SAMPLES[name](), 'text', { isFull });
      expect(text.split('\n').filter((line) => [...line].length > TEXT_WIDTH)).toEqual([]);
    }
    expect(TEXT_WIDTH).toBe(72);
  });

  it.each(SAMPLE_NAMES)('%s: nothing that a terminal would obey', async (name) => {
    for (const isFull of [false, true])
      for (const format of ['text', 'markdown', 'junit', 'summary-json'] as const)
        expect(await renderAnalysis(REPORT_SAMPLES[name](), format, { isFull })).not.toMatch(UNPRINTABLE);
  });

  it.each(SAMPLE_NAMES)('%s: fits on a terminal and into a comment', async (name) => {
    const text = await renderAnalysis(REPORT_SAMPLES[name](), 'text');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(SUMMARY_LINES);
    const ticket = await renderAnalysis(REPORT_SAMPLES[name](), 'markdown');
    expect(Buffer.byteLength(ticket)).toBeLessThanOrEqual(TICKET_BYTES);
    expect(ticket.trimEnd().split('\n').length).toBeLessThanOrEqual(TICKET_LINES);
    // Jira and Bugzilla show raw markup as it is.
    expect(ticket).not.toMatch(/<\/?(details|summary|table|br)/);
  });

  it('fits whatever a capture puts into its names and sentences', async () => {
    const analysis = sampleReport();
    const long = 'a very long name '.repeat(2000);
    const wild = {
      ...analysis,
      title: long,
      headline: { ...analysis.headline, sentence: long },
      caveats: [long, long],
    };
    const ticket = await renderAnalysis(wild, 'markdown');
    expect(Buffer.byteLength(ticket)).toBeLessThanOrEqual(TICKET_BYTES);
    expect((await renderAnalysis(wild, 'text')).trimEnd().split('\n').length).toBeLessThanOrEqual(SUMMARY_LINES);
  });

  it('begins with the verdict', async () => {
    const analysis = sampleReport();
    const text = await renderAnalysis(analysis, 'text');
    expect(text.replace(/\n/g, ' ').startsWith(analysis.headline.sentence)).toBe(true);
  });

  it('wraps any text within any width and loses no letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 5, max: 90 }), (text, width) => {
        const lines = wrapText(text, width);
        for (const line of lines) expect([...line].length).toBeLessThanOrEqual(width);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });

  it('prints every cell of a table, as a grid or stacked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.stringMatching(/^[a-z0-9]{1,30}$/), { minLength: 5, maxLength: 5 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (rows) => {
          const lines = tableLines(
            {
              kind: 'table',
              id: 't',
              caption: 'caption',
              columns: ['a', 'b', 'c', 'd', 'e'].map((title, i) => ({ title, numeric: i > 2 })),
              rows: rows.map((row) => row.map((text) => ({ text }))),
              note: '',
            },
            TEXT_WIDTH,
          );
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(TEXT_WIDTH);
          const all = lines.join('\n');
          for (const cell of rows.flat()) expect(all).toContain(cell);
        },
      ),
    );
  });

  it('wraps commands so that a shell reads the same words', () => {
    const word = fc.stringMatching(/^[a-z./:=-]{1,90}$/);
    const quoted = fc
      .tuple(fc.constantFrom("'", '"'), fc.stringMatching(/^[a-z ./:=-]{0,160}$/))
      .map(([q, s]) => q + s + q);
    fc.assert(
      fc.property(fc.array(fc.oneof(word, quoted), { minLength: 1, maxLength: 8 }), (words) => {
        const lines = wrapCommand(words.join(' '), TEXT_WIDTH);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(TEXT_WIDTH);
        // What a shell does: join at backslash and line end, take '' between pieces away, separate at blanks.
        const joined = lines.join('\n').replace(/\\\n/g, '');
        expect(readShellWords(joined)).toEqual(readShellWords(words.join(' ')));
      }),
    );
  });
});

function readShellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (const letter of line) {
    if (quote === '' && letter === ' ') {
      if (word !== null) words.push(word);
      word = null;
    } else if (quote === '' && /['"]/.test(letter)) {
      quote = letter;
      word ??= '';
    } else if (letter === quote) quote = '';
    else word = (word ?? '') + letter;
  }
  return word === null ? words : [...words, word];
}
