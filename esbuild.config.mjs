// Builds dist/: one small entry that answers --version at once, everything else in chunks loaded when needed.
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
rmSync(new URL('dist', import.meta.url), { recursive: true, force: true });
await build({
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  legalComments: 'none',
  define: { RECVSCOPE_VERSION: JSON.stringify(version) },
  loader: { '.css': 'text', '.browser.js': 'text' },
});
chmodSync('dist/cli.js', 0o755);
