// Builds dist/: one small entry that answers --version at once, everything else in chunks loaded when needed.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildScanner } from './parsers/wasm/build.mjs';
import { buildPageScript } from './reports/browser/build.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = path.join(root, 'dist');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
await buildScanner();
await buildPageScript();
const { outputFiles } = await build({
  absWorkingDir: root,
  // The second is the program of a thread that reads captures (src/cli/workers).
  entryPoints: { cli: 'src/cli.ts', 'load-worker': 'src/cli/workers/load-worker.ts' },
  outdir: dist,
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  legalComments: 'none',
  define: { RECVSCOPE_VERSION: JSON.stringify(version) },
});
// New chunks first, the entry last, stale chunks at the end: a recvscope that runs meanwhile finds a whole program.
mkdirSync(dist, { recursive: true });
const entry = path.join(dist, 'cli.js');
const chunks = outputFiles.filter((file) => file.path !== entry);
for (const file of [...chunks, ...outputFiles.filter((file) => file.path === entry)])
  writeFileSync(file.path, file.contents);
chmodSync(entry, 0o755);
const current = new Set(outputFiles.map((file) => path.basename(file.path)));
for (const name of readdirSync(dist)) if (!current.has(name) && name !== 'sea') rmSync(path.join(dist, name), { force: true });
