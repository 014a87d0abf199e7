// `npm run sea`: one executable with Node inside (Node's single executable applications), for machines without Node or npm.
// Then it is started and asked for a report, which must be that of dist/ to the byte.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inject } from 'postject';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = path.join(root, 'dist', 'sea');
const program = path.join(folder, 'recvscope');
/** Fixed by Node: marks where the blob goes. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Packages that the sources load by a require of their own: here they are in the bundle. */
const bundlePackages = {
  name: 'bundle-packages',
  setup(bundler) {
    bundler.onLoad({ filter: /parsers\/text\/packages\.ts$/ }, () => ({
      loader: 'js',
      resolveDir: root,
      contents: "export const loadPapa = () => require('papaparse');\nexport const loadSaxes = () => require('saxes');\n",
    }));
    // The build for Node awaits a package for bitmaps at the top level, which a script cannot; no picture here is one.
    bundler.onResolve({ filter: /^vega-canvas$/ }, () => ({
      path: path.join(root, 'node_modules/vega-canvas/build/vega-canvas.browser.js'),
    }));
  },
};

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
execFileSync(process.execPath, ['esbuild.config.mjs'], { cwd: root, stdio: 'inherit' });
await build({
  absWorkingDir: root,
  entryPoints: ['src/cli.ts'],
  outfile: path.join(folder, 'recvscope.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  // Native code does not go into a script: `fleet` says how to get an engine.
  external: ['@duckdb/node-api'],
  plugins: [bundlePackages],
  legalComments: 'none',
  logLevel: 'warning',
  logOverride: { 'empty-import-meta': 'silent' },
  define: { RECVSCOPE_VERSION: JSON.stringify(version) },
});
const config = path.join(folder, 'sea.json');
const blob = path.join(folder, 'recvscope.blob');
writeFileSync(
  config,
  JSON.stringify({
    main: path.join(folder, 'recvscope.cjs'),
    output: blob,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
  }),
);
execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'ignore' });
copyFileSync(process.execPath, program);
chmodSync(program, 0o755);
await inject(program, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse: FUSE });
for (const name of ['recvscope.cjs', 'sea.json', 'recvscope.blob']) rmSync(path.join(folder, name));

const run = (command, args) => execFileSync(command, args, { cwd: root, maxBuffer: 1 << 28 });
const report = ['report', 'fixtures/captures/classic/B-default/run1', '--format', 'html', '-q'];
if (String(run(program, ['--version'])) !== `${version}\n`) throw new Error('the executable does not tell its version');
const [own, dist] = [run(program, report), run(process.execPath, ['dist/cli.js', ...report])];
if (!own.equals(dist)) throw new Error(`the report differs: ${own.length} bytes against ${dist.length}`);
console.log(`dist/sea/recvscope: ${(statSync(program).size / 1e6).toFixed(1)} MB, report of ${own.length} bytes as from dist/`);
