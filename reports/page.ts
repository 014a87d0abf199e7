import { createHash } from 'node:crypto';
import { html, type Markup, trustMarkup } from './html.ts';
import { STYLE } from './style.ts';

const hashOf = (source: string): string => `'sha256-${createHash('sha256').update(source).digest('base64')}'`;

/**
 * Nothing may be loaded and nothing may run: a name from a capture that would slip through the escaping still finds a
 * browser that refuses it. The one style sheet is allowed by its hash.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export interface PageParts {
  title: string;
  header: Markup;
  main: Markup;
  footer: Markup;
}

export function makePage({ title, header, main, footer }: PageParts): string {
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
${header}
</header>
<main>
${main}
</main>
<footer>
${footer}
</footer>
</body>
</html>
`.text
  }`;
}
