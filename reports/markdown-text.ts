import { foldSpaces } from './clean.ts';

/**
 * Words that GitHub, GitLab or Jira make a link, a mention or a picture of after Markdown is done, in the text that is
 * shown (github/markup#1168, GitLab's Banzai filters): escaping cannot stop them, a code span does.
 */
const REFERENCES: readonly RegExp[] = [
  // @user, user@host, commit@sha
  /@/,
  // www.host, scheme://host and the schemes without slashes
  /www\./i,
  /[a-z][a-z0-9+.-]*:\/\//i,
  /(?:mailto|xmpp|tel|javascript|data):/i,
  // #12, owner/repo#12, !12, $12, %milestone, &epic, ~label (but Jira's [~user] is undone by its own escape)
  /[#!$%&][\w"]/,
  /(?<!\[)~[\w"]/,
  // Jira keys and their likes: ABC-12, GH-12
  /(?<![A-Za-z0-9])(?:[A-Z][A-Z0-9_]+|gh)-\d/,
  // commits: hexadecimal with letters and digits
  /(?<![\w])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,64}(?!\w)/i,
  // [[wiki page]], [^footnote], :emoji:
  /\[\[|\[\^/,
  /(?<![:\w]):[\w+-]+:(?!:)/,
];

const isReference = (word: string): boolean => REFERENCES.some((pattern) => pattern.test(word));

/** Text of a capture in a paragraph, a heading or a list. `inTable`: a pipe would end the cell, also in a code span. */
export function escapeMarkdown(text: string, { inTable = false } = {}): string {
  return foldSpaces(text)
    .split(' ')
    .map((word, index) =>
      isReference(word) ? codeSpan(inTable ? word.replace(/\|/g, '\\|') : word) : escapeWord(word, index),
    )
    .join(' ');
}

/** Everything that Markdown or the HTML inside it could act on. */
function escapeWord(word: string, index: number): string {
  const escaped = word
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*|~]/g, '\\$&')
    // Inside a word '_' is a letter, and brackets are a link only before '(', '[' or ':'.
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/\](?=[([:])/g, '\\]');
  if (index > 0) return escaped;
  return escaped.replace(/^([[#]|[-+=](?=$|[-+=]))/, '\\$1').replace(/^(\d+)([.)])$/, '$1\\$2');
}

/** Inside an element of HTML, where Markdown is not read but references are. */
export function escapeInHtml(text: string): string {
  const plain = (word: string): string => word.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return foldSpaces(text)
    .split(' ')
    .map((word) => (isReference(word) ? `<code>${plain(word)}</code>` : plain(word)))
    .join(' ');
}

/** A code span whose fence is longer than any run of backticks inside. */
export function codeSpan(text: string): string {
  const folded = foldSpaces(text);
  if (folded === '') return '';
  const longest = Math.max(0, ...[...folded.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${folded}${pad}${fence}`;
}
