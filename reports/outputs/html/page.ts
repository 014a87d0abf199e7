import { createHash } from 'node:crypto';
import { PAGE_SCRIPT } from '../../browser/bundle.js';
import { html, type Markup, trustMarkup } from '../../html.ts';
import { STYLE } from './style.ts';

const hashOf = (source: string): string => `'sha256-${createHash('sha256').update(source).digest('base64')}'`;

/**
 * Nothing may be loaded, and only the page's own script may run: a name from a capture that would slip through the
 * escaping still finds a browser that refuses it. The one style sheet and the one script are allowed by their hash.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(PAGE_SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export interface PageParts {
  title: string;
  header: Markup;
  main: Markup;
  footer: Markup;
  /** JSON without '<'. */
  island: string;
}

export function makePage({ title, header, main, footer, island }: PageParts): string {
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trustMarkup(STYLE)}</style>
</head>
<body>
<header>
${header}</header>
<main>
${main}</main>
<footer>
${footer}
</footer>
<script type="application/json" id="island">${trustMarkup(island)}</script>
<script>${trustMarkup(PAGE_SCRIPT)}</script>
</body>
</html>
`.text
  }`;
}
