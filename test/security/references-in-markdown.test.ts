import { describe, expect, it } from 'vitest';
import { renderAnalysis } from '../../reports/index.ts';
import { escapeInHtml, escapeMarkdown } from '../../reports/markdown-text.ts';
import type { Analysis } from '../../src/model/analysis/index.ts';
import { sampleReport } from '../support/sample-analysis.ts';

/** Case markdown-mentions and its kind: what GitHub, GitLab and Jira link after Markdown was read. */
const REFERENCES = [
  '@torvalds',
  '(@torvalds)',
  'a@evil.test',
  'owner/repo@0123abc',
  'www.evil.test',
  'WWW.evil.test',
  'http://evil.test/x',
  'ftp://evil.test',
  'irc://evil.test',
  'mailto:a',
  '#12',
  'owner/repo#12',
  'GH-12',
  'gh-12',
  'ABC-12',
  '!12',
  'group/project!12',
  '$12',
  '%12',
  '%"v 1"',
  '&12',
  '~label',
  '~"a label"',
  '8f12cd3',
  '0123456789abcdef0123456789abcdef01234567',
  '[[Page]]',
  '[^1]',
  ':tada:',
];
const ORDINARY = [
  'tcp_recvmsg+0x10',
  '19 %',
  '64 KiB',
  'std::map::find',
  'a-b',
  '[1, 2]',
  'deadbeef',
  '1234567',
  'ioat2_is_complete',
];

/** Text outside code spans, fenced blocks and <code>. */
function shownText(markdown: string): string {
  return markdown
    .replace(/^(`{3,}).*\n[\s\S]*?^\1$/gm, '')
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
    .replace(/<code>.*?<\/code>/g, '');
}

describe('markdown-mentions', () => {
  it.each(REFERENCES)('%s is shown as code', (reference) => {
    for (const text of [reference, `the thread ${reference} waits`, `x|${reference}`])
      for (const shown of [escapeMarkdown(text), escapeMarkdown(text, { inTable: true }), escapeInHtml(text)])
        expect(shownText(shown)).not.toContain(reference.split(' ')[0]);
  });

  it.each(ORDINARY)('%s stays text', (text) => {
    expect(escapeMarkdown(text)).not.toContain('`');
  });

  it('a code span cannot be closed from inside, and a pipe in a cell is escaped', () => {
    expect(escapeMarkdown('@`x')).toBe('`` @`x ``');
    expect(escapeMarkdown('a|@b', { inTable: true })).toBe('`a\\|@b`');
    expect(escapeMarkdown('[~admin]')).toBe('\\[\\~admin]');
  });

  it('no name of a capture becomes a reference anywhere in a report', async () => {
    const keep = new Set([
      'kind',
      'outcome',
      'role',
      'side',
      'phase',
      'lane',
      'mechanism',
      'unit',
      'severity',
      'source',
      'of',
      'status',
      'startNs',
      'firstNs',
      'lastNs',
      'direction',
      'unitOfN',
      'command',
    ]);
    const poison = (value: unknown, key = ''): unknown => {
      if (typeof value === 'string') return keep.has(key) ? value : `${value} @mention www.evil.test a@evil.test #12`;
      if (Array.isArray(value)) return value.map((inner) => poison(inner, key));
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(Object.entries(value).map(([k, inner]) => [k, poison(inner, k)]));
    };
    const text = shownText(await renderAnalysis(poison(sampleReport()) as Analysis, 'markdown'));
    for (const reference of [/@\w/, /www\./, /(?<!&)#\d/]) expect(reference.exec(text)?.[0]).toBeUndefined();
  });
});
