// Bundles main.ts into bundle.js: the script of the page as text, so that a report needs no file beside the program.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));

export async function buildPageScript() {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ['main.ts'],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2020',
    legalComments: 'none',
    charset: 'ascii',
  });
  const script = outputFiles[0].text.trim();
  if (/<\/script|<!--/i.test(script)) throw new Error('the script of the page would end its own element');
  const lines = [
    '// Made by build.mjs from main.ts.',
    `export const PAGE_SCRIPT = ${JSON.stringify(script)};`,
    '',
  ].join('\n');
  const target = path.join(folder, 'bundle.js');
  let old = '';
  try {
    old = readFileSync(target, 'utf8');
  } catch {
    // The first build.
  }
  // A test that runs meanwhile must not find half a file.
  if (old !== lines) writeFileSync(target, lines);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPageScript();
